"""Lines of a document's paragraphs, and of the rows of its tables, in which letters may stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from corpus.types import BETWEEN_CELLS, Line

Cell = Sequence[Line]

LONGEST_ENTRY = 120
"""A cell of more characters than this holds a text, not an entry."""
_LONGEST_LABEL = 12
_FEWEST_PARAGRAPHS = 3
"""A cell of so many lines, a sentence among them, is a letter, however short."""


def paragraph(pieces: Sequence[str], heading: int = 0) -> Iterator[Line]:
    """Yield the pieces of a paragraph as lines; the last one says that it ends there."""
    for number, piece in enumerate(pieces, 1):
        yield Line(piece, heading, paragraph_end=number == len(pieces))


def join_cells(cells: Iterable[str]) -> str:
    """Join the cells that are not empty with ` | `, a label that ends in a colon with nothing.

    >>> join_cells(["索引号：", "A-1", "办理结果", "采纳"])
    '索引号：A-1 | 办理结果 | 采纳'
    """
    entries: list[str] = []
    for cell in cells:
        text = " ".join(cell.split())
        if not text:
            continue
        label = entries[-1] if entries else ""
        if label.endswith(("：", ":")) and len(label) <= _LONGEST_LABEL:
            entries[-1] = f"{label}{text}"
        else:
            entries.append(text)
    return BETWEEN_CELLS.join(entries)


def row_lines(cells: Sequence[Cell]) -> list[Line]:
    """Return the lines that a row is: its entries joined, the paragraphs of a text each its own.

    A form has a whole letter in one cell, beside the cell that says what it is.
    """
    filled = [cell for cell in cells if cell]
    if len(filled) == 1:
        return list(filled[0])
    lines: list[Line] = []
    entries: list[str] = []
    for cell in filled:
        if is_text(cell):
            lines += [*_joined(entries), *cell]
            entries = []
        else:
            entries.append(" ".join(line.text for line in cell))
    return [*lines, *_joined(entries)]


def is_text(cell: Cell) -> bool:
    """Tell whether a cell holds a text of several paragraphs, rather than an entry's lines."""
    if len(cell) >= _FEWEST_PARAGRAPHS and any("。" in line.text for line in cell):
        return True
    return len(cell) > 1 and sum(len(line.text) for line in cell) > LONGEST_ENTRY


def repeated(cell: Cell) -> Cell:
    """Return what a merged cell says in the rows below its first: its entry, never a text."""
    return () if sum(len(line.text) for line in cell) > LONGEST_ENTRY else cell


def _joined(entries: Sequence[str]) -> list[Line]:
    return [Line(join_cells(entries), paragraph_end=True)] if entries else []
