"""Streams of RTF: paragraphs, cells and rows, as their marks come one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from corpus.readers.grid import Cell, paragraph, repeated, row_lines
from corpus.types import Line


@dataclass(slots=True)
class Stream:
    """The text of the body, of a header or footer, or of a box, as far as it has been read."""

    kind: str
    depth: int
    lines: list[Line] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    cell: list[Line] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    merged: list[bool] = field(default_factory=list)
    above: dict[int, Cell] = field(default_factory=dict)
    in_table: bool = False
    is_merged: bool = False
    heading: int = 0

    def end_paragraph(self) -> None:
        """Make what has been read a paragraph, of the cell or of the text."""
        text = _join_surrogates("".join(self.text))
        self.text.clear()
        pieces = text.split("\n") if text.strip() else []
        own = self.cell if self.in_table else self.lines
        own += paragraph(pieces, self.heading)

    def end_cell(self) -> None:
        """Make the paragraphs since the last cell one cell: only its end says that it was one."""
        self.in_table = True
        self.end_paragraph()
        self.cells.append(tuple(self.cell))
        self.cell.clear()

    def end_row(self) -> None:
        """Make lines of the cells, merged ones with what stands above them."""
        filled = any(self.cells)
        for column, cell in enumerate(self.cells):
            if column < len(self.merged) and self.merged[column]:
                self.cells[column] = cell or self.above.get(column, ())
            else:
                self.above[column] = repeated(cell)
        if filled:
            self.lines += row_lines(self.cells)
        self.cells.clear()
        self.in_table = False


def _begin_paragraph(stream: Stream) -> None:
    stream.heading = 0
    stream.in_table = False


def _begin_row(stream: Stream) -> None:
    stream.merged.clear()
    stream.is_merged = False


def _merge(stream: Stream) -> None:
    stream.is_merged = True


def _define_cell(stream: Stream) -> None:
    stream.merged.append(stream.is_merged)
    stream.is_merged = False


def _enter_table(stream: Stream) -> None:
    stream.in_table = True


LAYOUT: dict[str, Callable[[Stream], None]] = {
    **dict.fromkeys(("par", "sect", "nestcell", "nestrow"), Stream.end_paragraph),
    "cell": Stream.end_cell,
    "row": Stream.end_row,
    "pard": _begin_paragraph,
    "intbl": _enter_table,
    "trowd": _begin_row,
    "clvmrg": _merge,
    "cellx": _define_cell,
}
"""What the words of RTF that end or begin a part of the text do to it."""


def _join_surrogates(text: str) -> str:
    """Make one character of each pair that RTF writes as two."""
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
