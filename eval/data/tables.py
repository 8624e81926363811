"""Tables that people keep in Excel: CSV and workbooks, their columns known by their headings."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from corpus.errors import InputError, UnreadableFile
from corpus.files import say_trouble
from corpus.readers.columns import spelling
from corpus.readers.forms import Records, iter_sheets, read_form
from corpus.readers.values import cell_text
from corpus.workers import read_bounded
from eval.data.lines import save_text

TABLES = (".csv", ".tsv", ".xlsx", ".xls")
"""The endings of what `read_table` reads."""

HEADING_ROWS = 10
"""Rows of a table among which the headings are looked for: a title may stand above them."""

Row = Mapping[str, object]

Columns = Mapping[str, Sequence[str]]
"""What a column holds → its usual headings, in the order in which they are preferred."""


@contextmanager
def reading(path: Path, expected: str = "") -> Iterator[None]:
    """Say in Chinese what keeps a file from being read.

    :param expected: what is told where the file is missing.
    :raises InputError: instead of what the system raises.
    """
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"缺少文件 {path}{expected}") from None
    except OSError as error:
        raise InputError(f"读不了 {path}：{say_trouble(error)}") from error


def read_table(path: Path, columns: Columns, needed: Mapping[str, str]) -> list[tuple[int, Row]]:
    """Return the rows that are not blank with their numbers, counted from 1, by their headings.

    Of a workbook the first sheet is read that has the needed columns.

    :param needed: the columns without which it is no such table → what they are called.
    :raises InputError: where no table has the needed columns; the missing ones are named.
    :raises OSError: where the file cannot be read.
    """
    found: list[str] = []
    for rows in _iter_tables(path):
        for at, (_, row) in enumerate(islice(rows, HEADING_ROWS)):
            names = [cell_text(cell) for cell in row]
            if not missing_columns(names, columns, needed):
                return [
                    (number, dict(zip(names, cells, strict=False)))
                    for number, cells in rows[at + 1 :]
                    if any(cell_text(cell) for cell in cells)
                ]
            found = found or [name for name in names if name]
    missing = missing_columns(found, columns, needed)
    listed = "；".join(f"{needed[key]}（应是 {'、'.join(columns[key])} 之一）" for key in missing)
    raise UnreadableFile(
        path.as_posix(),
        f"没有认出这些列：{listed}。第一行是：{'、'.join(found[:20])}；请改列名",
    )


def missing_columns(names: Iterable[str], columns: Columns, needed: Iterable[str]) -> list[str]:
    """Return which of the needed columns none of a table's headings names."""
    known = {spelling(name) for name in names if name}
    return [key for key in needed if known.isdisjoint(map(spelling, columns[key]))]


def has_columns(path: Path, columns: Columns, needed: Iterable[str]) -> bool:
    """Tell whether a file is a table with all of these columns.

    :raises OSError: where the file cannot be read.
    """
    return any(
        not missing_columns(map(cell_text, row), columns, needed)
        for rows in _iter_tables(path)
        for _, row in islice(rows, HEADING_ROWS)
    )


def read_fields(row: Row, columns: Columns) -> dict[str, str]:
    """Return the texts of a row's columns, empty where it has none."""
    cells = {spelling(name): _MARKED.sub("", cell_text(cell)) for name, cell in row.items()}
    return {
        key: next((cells[spelling(name)] for name in names if cells.get(spelling(name))), "")
        for key, names in columns.items()
    }


_FORMULA = re.compile(r"'*[=+\-@\t\r](?!\d+(?:\.\d+)?$)")
_MARKED = re.compile(r"^'(?='*[=+\-@\t\r])")


def _as_text(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def save_csv(rows: Iterable[Sequence[str]], path: Path) -> None:
    """Save rows, the headings first, as CSV that Excel opens.

    What it would take for a formula gets an apostrophe before it, which `read_fields` takes away.

    :raises InputError: where the file cannot be written.
    """
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(map(_as_text, row) for row in rows)
    save_text(path, "\ufeff" + written.getvalue())  # without the mark Excel takes it for GBK


_WIDEST = 60
"""In the widths of a digit; a Chinese character has two."""


def save_workbook(rows: Iterable[Sequence[str]], path: Path, title: str = "") -> None:
    """Save rows, the headings first, as the sheet of a workbook; long cells are wrapped.

    :raises InputError: where the file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment

    workbook = Workbook()
    workbook.properties.creator, workbook.properties.title = "Dafu", title
    sheet = workbook.active
    sheet.freeze_panes = "A2"
    wrapped = Alignment(wrap_text=True, vertical="top")
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub(" ", text) for text in row])
    for row in sheet.iter_rows():
        for cell in row:
            cell.data_type = "s"  # else what begins with = would be a formula
            cell.alignment = wrapped
    for column in sheet.iter_cols():
        longest = max(2 * len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = min(longest + 2, _WIDEST)
    try:
        workbook.save(path)
    except OSError as error:
        raise InputError(f"写不了 {path}：{say_trouble(error)}") from error


def _iter_tables(path: Path) -> Iterable[Sequence[tuple[int, Sequence[object]]]]:
    """Return the rows of each visible sheet, by their numbers."""
    form = read_form(path, None)
    if isinstance(form, Records):
        return ()
    # What isn't text can do more to its reader than be long.
    return _read_sheets(path) if isinstance(form, str) else read_bounded(_read_sheets, path)


def _read_sheets(path: Path) -> list[list[tuple[int, Sequence[object]]]]:
    form = read_form(path, None)
    if isinstance(form, Records):
        return []
    return [list(sheet.rows) for sheet in iter_sheets(form, path.as_posix())]
