"""Tables: exports of message boards, one reply a row (jsonl, csv, xlsx, xls)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.readers.cells import cell_text, iter_csv, iter_sheets
from corpus.readers.columns import ColumnMapping, match_columns, missing_columns
from corpus.readers.text import decode
from corpus.types import Document, Line

Row = dict[str, object]
_PEEK = 50
"""Rows of a JSON lines file that are looked at to learn its columns."""
_HEADING_ROWS = 10
"""Rows of a sheet among which the headings are looked for: a title may stand above them."""
_FLATTENED = re.compile(
    r"(?<=[。！？；：])[ \u3000]+(?=\S)|(?<=[。！？；：][”’）》])[ \u3000]+(?=\S)"
    r"|[ \u3000]+(?=[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,2}、)"
    r"|[ \u3000]+(?=[您你]好)"
    r"|[ \u3000]+(?=\d{4}年\d{1,2}月\d{1,2}日\s*$)"
)
"""White space where an export that knows no line breaks had one: behind the end of a sentence,
before a number, a greeting, or the date at the end."""


def read_jsonl(path: Path, mapping: ColumnMapping | None) -> Iterator[Document | UnreadableFile]:
    """Read a file of one JSON object a line; a line that is none is reported by its number."""
    source = path.as_posix()
    parsed = _json_rows(decode(path.read_bytes(), source), source)
    head = list(islice(parsed, _PEEK))
    names = dict.fromkeys(name for item in head if isinstance(item, tuple) for name in item[1])
    if not names:
        yield from (item for item in head if isinstance(item, UnreadableFile))
        yield UnreadableFile(source, "没有一行是 JSON 对象；应为每行一个 JSON 对象的 jsonl 文件")
        return
    table = _open_table(source, names, mapping)
    yield from table.documents(head)
    yield from table.documents(parsed)


def read_csv(path: Path, mapping: ColumnMapping | None) -> Iterator[Document | UnreadableFile]:
    """Read a file of comma, semicolon or tab separated values with headings."""
    source = path.as_posix()
    text = decode(path.read_bytes(), source)
    yield from _read_cells(source, source, iter_csv(text), mapping)


def read_xlsx(path: Path, mapping: ColumnMapping | None) -> Iterator[Document | UnreadableFile]:
    """Read every sheet of a workbook; each has its own headings, empty sheets are passed over."""
    source = path.as_posix()
    sheets = [(name, rows) for name, rows in iter_sheets(path) if rows]
    if not sheets:
        raise UnreadableFile(source, "文件是空的：所有工作表都没有内容")
    for name, rows in sheets:
        prefix = f"{name}!" if len(sheets) > 1 else ""
        try:
            yield from _read_cells(source, f"{source}#{name}", rows, mapping, prefix)
        except UnreadableFile as error:
            yield error


def _json_rows(text: str, source: str) -> Iterator[tuple[str, Row] | UnreadableFile]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield UnreadableFile(
                f"{source}#{number}", f"第 {number} 行不是合法的 JSON；请改正这一行"
            )
            continue
        if isinstance(row, dict):
            yield str(number), row
        else:
            yield UnreadableFile(
                f"{source}#{number}", f"第 {number} 行不是 JSON 对象（应为 {{…}}）；请改正这一行"
            )


def _read_cells(
    source: str,
    place: str,
    rows: Iterable[Sequence[object]],
    mapping: ColumnMapping | None,
    prefix: str = "",
) -> Iterator[Document | UnreadableFile]:
    """Read rows of cells, the headings among the first of them; `place` names the sheet."""
    cells = iter(rows)
    head = list(islice(cells, _HEADING_ROWS))
    if not any(cell_text(cell) for row in head for cell in row):
        raise UnreadableFile(place, "文件是空的：没有内容")
    at, names = _find_headings(head, mapping)
    table = _open_table(source, names, mapping, place)
    numbered = enumerate([*head[at + 1 :]], at + 2)
    yield from table.documents((f"{prefix}{n}", _named(names, row)) for n, row in numbered)
    numbered = enumerate(cells, len(head) + 1)
    yield from table.documents((f"{prefix}{n}", _named(names, row)) for n, row in numbered)


def _find_headings(
    head: Sequence[Sequence[object]], mapping: ColumnMapping | None
) -> tuple[int, list[str]]:
    """Return the number and names of the first row with a reply column, else of the first row."""
    for at, row in enumerate(head):
        names = [cell_text(cell) for cell in row]
        if "reply" in match_columns(filter(None, names), mapping):
            return at, names
    at = next(at for at, row in enumerate(head) if any(cell_text(cell) for cell in row))
    return at, [cell_text(cell) for cell in head[at]]


def _named(names: list[str], row: Iterable[object]) -> Row:
    return {name: cell for name, cell in zip(names, row, strict=False) if name}


def _open_table(
    source: str, names: Iterable[str], mapping: ColumnMapping | None, place: str | None = None
) -> _Table:
    """Match a table's columns.

    :raises UnreadableFile: where it has no column for the reply, or lacks a declared one.
    """
    names = [name for name in names if name]
    listed = "、".join(names[:20])
    missing = missing_columns(names, mapping)
    if missing:
        raise UnreadableFile(
            place or source,
            f"没有声明的列：{'、'.join(missing)}；文件里的列是：{listed}；请改正列对应表",
        )
    columns = match_columns(names, mapping)
    if "reply" not in columns:
        raise UnreadableFile(
            place or source,
            f"没有认出答复内容的列；文件里的列是：{listed}；"
            '请声明列对应表，例如 {"reply": "答复内容所在的列名"}',
        )
    return _Table(source, columns, set())


@dataclass(frozen=True, slots=True)
class _Table:
    """A table whose columns are known; `seen` are the row names given so far."""

    source: str
    columns: dict[str, str]
    seen: set[str]

    def documents(
        self, rows: Iterable[tuple[str, Row] | UnreadableFile]
    ) -> Iterator[Document | UnreadableFile]:
        """Make each row a document; blank rows are passed over."""
        for item in rows:
            if isinstance(item, UnreadableFile):
                yield item
            elif any(cell_text(cell) for cell in item[1].values()):
                yield self._document(*item)

    def _document(self, number: str, row: Row) -> Document | UnreadableFile:
        values = {key: cell_text(row.get(name)) for key, name in self.columns.items()}
        reply = values.pop("reply")
        source = f"{self.source}#{self._row_name(values.get('id') or number)}"
        if not reply:
            return UnreadableFile(
                source, f"第 {number} 行的“{self.columns['reply']}”是空的，已跳过"
            )
        present = {key: value for key, value in values.items() if value}
        return Document(
            source,
            tuple(_lines(reply)),
            tuple(present.items()),
            tuple((key, self.columns[key]) for key in present),
        )

    def _row_name(self, name: str) -> str:
        """Return the name, or where another row has it already, the name with a count."""
        unused, count = name, 1
        while unused in self.seen:
            count += 1
            unused = f"{name}-{count}"
        self.seen.add(unused)
        return unused


def _lines(reply: str) -> Iterator[Line]:
    """Split a reply into lines; one without line breaks, where its export lost them."""
    lines = reply.splitlines()
    if len(lines) == 1:
        lines = _FLATTENED.split(reply)
    return (Line(line) for line in lines)
