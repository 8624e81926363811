"""Workbooks of before 2007 (.xls, and .et of WPS): their visible sheets and rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

import xlrd
from xlrd.sheet import Cell
from xlrd.sheet import Sheet as OldSheet

from corpus.errors import UnreadableFile
from corpus.readers.sheets import HIDDEN_SHEET, Merge, Sheet, fill_merged, say_hidden_rows

ENCRYPTED = "文件有密码，读不出来；请用 Excel 或 WPS 打开，去掉密码后另存为 .xlsx"

_WORD, _BOOK = (name.encode("utf-16-le") for name in ("WordDocument", "Workbook"))


def read_old_workbook(data: bytes, source: str) -> Iterator[Sheet]:
    """Yield the sheets of an .xls file, a hidden one without rows; blank sheets have none.

    :raises UnreadableFile: where the workbook is encrypted or broken.
    """
    if _WORD in data and _BOOK not in data:
        raise UnreadableFile(source, "内容不是工作簿，而是旧版 Word 文档；请把扩展名改为 .doc")
    try:
        with open(os.devnull, "w") as nowhere:
            book = xlrd.open_workbook(
                file_contents=data, formatting_info=True, ragged_rows=True, logfile=nowhere
            )
            for sheet in book.sheets():
                yield _read(sheet, book.datemode)
    except UnreadableFile:
        raise
    except Exception as error:  # xlrd raises whatever its structures meet in a broken file
        secret = "encrypt" in str(error).lower()
        broken = "工作簿已损坏，读不出来；请用 Excel 或 WPS 打开后另存为 .xlsx"
        raise UnreadableFile(source, ENCRYPTED if secret else broken) from error


def _read(sheet: OldSheet, datemode: int) -> Sheet:
    if sheet.visibility:
        return Sheet(sheet.name, (), (HIDDEN_SHEET,))
    rows = [[_value(cell, datemode) for cell in sheet.row(n)] for n in range(sheet.nrows)]
    # xlrd counts the last row and column out.
    merges = (Merge(r1, c1, r2 - 1, c2 - 1) for r1, r2, c1, c2 in sheet.merged_cells)
    fill_merged(rows, (merge for merge in merges if merge.bottom > merge.top))
    hidden = {n for n, info in sheet.rowinfo_map.items() if info.hidden and n < len(rows)}
    said = [n + 1 for n in sorted(hidden) if any(rows[n])]
    if not any(map(any, rows)):
        return Sheet(sheet.name, ())
    shown = [(n + 1, row) for n, row in enumerate(rows) if n not in hidden]
    return Sheet(sheet.name, shown, (say_hidden_rows(said),) if said else ())


def _value(cell: Cell, datemode: int) -> object:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            found: datetime = xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return cell.value
        return found.replace(microsecond=0)
    if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value
