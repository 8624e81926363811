"""Opening: look at the tables of a file, and recognise their columns, before any row is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from corpus.errors import Remark, UnreadableFile
from corpus.readers.columns import spelling
from corpus.readers.forms import Records, iter_sheets, read_form
from corpus.readers.headings import find_headings, is_repeated
from corpus.readers.mapping import ColumnMapping
from corpus.readers.recognise import (
    Recognised,
    find_clash,
    iter_remarks,
    recognise,
    without_clashes,
)
from corpus.readers.sheets import Sheet
from corpus.readers.values import read_cell

Row = Mapping[str, object]
_PEEK = 50
"""Rows of a table that are looked at to learn what its columns hold."""
_MOST_COLUMNS = 2_000
"""Each is held against the others; the widest exports of message boards have some 200."""
_HEADING_ROWS = 10
"""Rows of a sheet among which the headings are looked for: a title may stand above them."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a file, as far as it is known from its first rows; `problem` keeps it unread."""

    place: str
    names: tuple[str, ...]
    columns: Recognised
    head: tuple[Row, ...]
    items: Iterable[tuple[str, Row] | UnreadableFile]
    said: tuple[UnreadableFile, ...]
    problem: str | None


def iter_tables(path: Path, mapping: ColumnMapping | None = None) -> Iterator[Table]:
    """Yield the tables of a file, none of whose rows has been read but the first.

    :raises UnreadableFile: where the file cannot be read, or is empty.
    """
    source = path.as_posix()
    form = read_form(path, mapping)
    if isinstance(form, Records):
        yield _open_records(source, form, mapping)
        return
    sheets = list(iter_sheets(form, source))
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        hidden = any(sheet.remarks for sheet in sheets)
        reason = "所有工作表都是隐藏的，没有读；请先取消隐藏" if hidden else "文件是空的：没有内容"
        raise UnreadableFile(source, reason)
    for sheet in sheets:
        place = f"{source}#{sheet.name}" if sheet.name else source
        said: tuple[UnreadableFile, ...] = tuple(Remark(place, said) for said in sheet.remarks)
        if sheet.broken:
            said = (*said, UnreadableFile(place, sheet.broken))
        if sheet.rows:
            prefix = f"{sheet.name}!" if len(filled) > 1 else ""
            yield _open_sheet(sheet, place, prefix, said, mapping)
        elif said:
            yield Table(place, (), {}, (), (), said, None)


def _open_records(source: str, records: Records, mapping: ColumnMapping | None) -> Table:
    items = iter(records.rows)
    head = list(islice(items, _PEEK))
    rows = [item[1] for item in head if not isinstance(item, UnreadableFile)]
    names = dict.fromkeys(name for row in rows for name in row)
    if not names:
        said = tuple(item for item in head if isinstance(item, UnreadableFile))
        problem = "没有一行是 JSON 对象；应为每行一个 JSON 对象，或一个对象的数组"
        return Table(source, (), {}, (), (), said, problem)
    return _recognised(source, tuple(names), rows, chain(head, items), (), mapping)


def _open_sheet(
    sheet: Sheet,
    place: str,
    prefix: str,
    said: tuple[UnreadableFile, ...],
    mapping: ColumnMapping | None,
) -> Table:
    rows = iter(sheet.rows)
    head = list(islice(rows, _HEADING_ROWS))
    if not any(read_cell(cell) for _, row in head for cell in row):
        return Table(place, (), {}, (), (), said, "文件是空的：没有内容")
    at, names = find_headings([row for _, row in head], mapping)
    sample = [*head[at + 1 :], *islice(rows, _PEEK - len(head))]
    items = (
        _named(f"{prefix}{number}", place, names, row)
        for number, row in chain(sample, rows)
        if not is_repeated(row, names)
    )
    known = [dict(zip(names, row, strict=False)) for _, row in sample]
    return _recognised(place, tuple(filter(None, names)), known, items, said, mapping)


def _named(
    number: str, place: str, names: list[str], row: Sequence[object]
) -> tuple[str, Row] | UnreadableFile:
    """Give a row's cells the names of their columns."""
    if any(read_cell(cell) for cell in row[len(names) :]):
        return UnreadableFile(
            f"{place}#{number}",
            f"第 {number} 行有 {len(row)} 格，列名只有 {len(names)} 个，没有读："
            "可能是文字里的分隔符没有加引号，请改正这一行",
        )
    return number, {name: cell for name, cell in zip(names, row, strict=False) if name}


def _recognised(
    place: str,
    names: tuple[str, ...],
    rows: Sequence[Row],
    items: Iterable[tuple[str, Row] | UnreadableFile],
    said: tuple[UnreadableFile, ...],
    mapping: ColumnMapping | None,
) -> Table:
    if len(names) > _MOST_COLUMNS:
        too_wide = (
            f"有 {len(names):,} 列，最多 {_MOST_COLUMNS:,} 列，没有读；请确认分隔符，或删去多余的列"
        )
        return Table(place, names[:_PEEK], {}, (), (), said, too_wide)
    sample = {name: [row.get(name, "") for row in rows] for name in names}
    columns = recognise(names, sample, mapping)
    if mapping is not None:
        columns = without_clashes(columns, sample)
    missing = missing_columns(names, mapping)
    listed = "、".join(names[:20])
    problem = None
    if missing:
        problem = f"没有声明的列：{'、'.join(missing)}；文件里的列是：{listed}；请改正列对应表"
    elif "reply" not in columns:
        problem = (
            f"没有认出答复内容的列；文件里的列是：{listed}；"
            '请声明列对应表，例如 {"reply": "答复内容所在的列名"}'
        )
    elif (clash := find_clash(columns, sample)) and mapping is None:
        problem = (
            f"列名和内容对不上，可能错了位：{clash}；没有读。"
            "请改正表格，列名确实无误的请声明列对应表"
        )
    else:
        remarks = (Remark(place, remark) for remark in iter_remarks(names, columns))
        said = (*said, *remarks)
    return Table(place, names, columns, tuple(rows), items, said, problem)


def missing_columns(names: Iterable[str], mapping: ColumnMapping | None) -> list[str]:
    """Return the declared headings that a table does not have."""
    if mapping is None:
        return []
    spellings = {spelling(name) for name in names}
    declared = (name for _, columns in mapping.declared() for name in columns)
    return [name for name in declared if spelling(name) not in spellings]
