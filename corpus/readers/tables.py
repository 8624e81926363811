"""Tables: exports of message boards and proposal systems, one reply a row, in any form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.readers.contents import is_closing_mark, is_opening_mark
from corpus.readers.mapping import ColumnMapping
from corpus.readers.opening import Row, Table, iter_tables
from corpus.readers.sheets import Nested
from corpus.readers.values import cell_lines, cell_paragraphs, cell_words, date_text, read_cell
from corpus.text.openness_names import openness_label
from corpus.types import Document, Line

_TOTALS = frozenset(["合计", "总计", "小计", "共计", "总数"])
_OF_MATTER = ("id", "matter_number", "title", "matter_title", "question", "asked", "proposer")
"""What a row that only adds another reply to the matter of the row above leaves blank."""
_DATES = frozenset(["date", "asked"])
_TEXTS = frozenset(["question"])
_STRUCTURE = re.compile(r"\s*(?:\[\s*)?\{\s*['\"].*[}\]]\s*", re.DOTALL)
"""What a program wrote instead of a text: `[{'unit': …}]`."""
_NO_VALUE = frozenset(["-", "--", "—", "——", "/", "无", "暂无"])
_BLANK = _NO_VALUE | {""}


def read_table(path: Path, mapping: ColumnMapping | None) -> Iterator[Document | UnreadableFile]:
    """Read a table, whatever its form and ending: a document a row.

    What a sheet holds is not read where none of its columns is known to hold the reply; what was
    left out, and columns that were recognised by their contents alone, are told as remarks.

    :raises UnreadableFile: where the whole file cannot be read.
    """
    source = path.as_posix()
    names = _Names()
    for table in iter_tables(path, mapping):
        yield from table.said
        if table.problem:
            yield UnreadableFile(table.place, table.problem)
        else:
            yield from _Reading(source, table, names).documents()


@dataclass(slots=True)
class _Names:
    """Gives each row of a file a name of its own."""

    given: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def give(self, name: str) -> str:
        """Return the name, or where another row has it already, the name with a count."""
        unused = name
        while unused in self.given:
            self.counts[name] = self.counts.get(name, 1) + 1
            unused = f"{name}-{self.counts[name]}"
        self.given.add(unused)
        return unused


@dataclass(slots=True)
class _Reading:
    """The reading of one table.

    `above` are the values of the last row that had its own matter; `unread` are the columns that
    hold nothing that is looked for, in which yet a mark may say that a reply is not public.
    """

    source: str
    table: Table
    names: _Names
    above: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        used = {column for taken in self.table.columns.values() for column in taken.columns}
        self.known = frozenset(self.table.names)
        self.unread = tuple(name for name in self.table.names if name not in used)

    def documents(self) -> Iterator[Document | UnreadableFile]:
        """Make each row a document; blank rows and totals are passed over."""
        for item in self.table.items:
            if isinstance(item, UnreadableFile):
                yield item
            elif any(map(read_cell, item[1].values())):
                found = self._document(*item)
                if found is not None:
                    yield found

    def _document(self, number: str, row: Row) -> Document | UnreadableFile | None:
        nested = self._find_nested(row)
        if nested:
            return UnreadableFile(f"{self.source}#{number}", f"第 {number} 行的{nested}")
        keys = (key for key in self.table.columns if key != "disclosure")
        values = {key: self._value(key, row) for key in keys}
        texts = [read_cell(row.get(column)) for column in self.table.columns["reply"].columns]
        lines = [line for text in texts if text for line in cell_lines(text)]
        values.pop("reply")
        if not any(line.text.strip() for line in lines):
            if next(text for cell in row.values() if (text := read_cell(cell))) in _TOTALS:
                return None
            column = "、".join(self.table.columns["reply"].columns)
            name = self.names.give(values.get("id") or number)
            return UnreadableFile(
                f"{self.source}#{name}", f"第 {number} 行的“{column}”是空的，已跳过"
            )
        values = self._with_matter(values)
        origins = {key: taken.columns for key, taken in self.table.columns.items()}
        marks = self._marks(row)
        values["disclosure"], origins["disclosure"] = "\n".join(marks.values()), tuple(marks)
        return self._make(number, tuple(lines), values, origins)

    def _make(
        self,
        number: str,
        lines: tuple[Line, ...],
        values: dict[str, str],
        origins: Mapping[str, tuple[str, ...]],
    ) -> Document:
        declared = values.get("id") or values.get("matter_number")
        name = self.names.give(declared or number)
        if values.get("id"):
            values["id"] = name
        present = {key: value for key, value in values.items() if value}
        headings = tuple(
            (key, ("\n" if key == "disclosure" else "、").join(origins[key])) for key in present
        )
        sheet = self.table.place.removeprefix(self.source)[1:]
        return Document(
            f"{self.source}#{name}",
            lines,
            tuple(present.items()),
            headings,
            attached=(("sheet", sheet),) if sheet else (),
        )

    def _value(self, key: str, row: Row) -> str:
        columns = self.table.columns[key].columns
        if key in _DATES:
            return next((text for c in columns if (text := date_text(row.get(c)))), "")
        texts = [text for c in columns if (text := read_cell(row.get(c)))]
        if key in _TEXTS:
            return "\n".join(map(cell_paragraphs, texts))
        words = [word for text in texts if (word := cell_words(text)) not in _NO_VALUE]
        return "、".join(words)

    def _marks(self, row: Row) -> dict[str, str]:
        """Return the marks by their columns; what opens is left out where another closes."""
        taken = self.table.columns.get("disclosure")
        cells = {c: cell_words(read_cell(row.get(c))) for c in (taken.columns if taken else ())}
        marks = {" ".join(c.split()): cell for c, cell in cells.items() if cell not in _BLANK}
        later = [c for c in row if c not in self.known]  # JSON's keys that no first row has
        marks |= {c: cell for c in later if openness_label(c) and (cell := read_cell(row[c]))}
        unread = ((c, read_cell(row.get(c))) for c in (*self.unread, *later))
        marks |= {" ".join(c.split()): cell for c, cell in unread if is_closing_mark(cell)}
        if any(map(is_closing_mark, marks.values())):
            return {c: cell for c, cell in marks.items() if not is_opening_mark(cell)}
        return marks

    def _with_matter(self, values: dict[str, str]) -> dict[str, str]:
        """Take from above what a row leaves blank that only adds a reply to that matter."""
        keys = [key for key in _OF_MATTER if key in values]
        if any(values[key] for key in keys):
            self.above = {key: values[key] for key in keys}
            return values
        return {**values, **self.above} if len(keys) > 1 else values

    def _find_nested(self, row: Row) -> str | None:
        """Say which of the columns that are read holds a structure instead of a text."""
        for key in ("reply", "question", "title"):
            taken = self.table.columns.get(key)
            for column in taken.columns if taken else ():
                said = _say_nested(key, column, row.get(column))
                if said:
                    return said
        return None


def _say_nested(key: str, column: str, cell: object) -> str | None:
    if isinstance(cell, Nested):
        inner = "、".join(cell.keys[:8]) or "…"
        example = f'{{"{key}": "{column}.{cell.keys[0] if cell.keys else "…"}"}}'
        return f"“{column}”是嵌套的结构（里面有：{inner}）；请在列对应表里写出路径，如 {example}"
    starts = isinstance(cell, str) and cell[:9].lstrip()[:1] in ("[", "{")
    if starts and _STRUCTURE.fullmatch(str(cell)):
        return f"“{column}”是程序的数据结构，不是文字；请在导出时只导出其中的文字"
    return None
