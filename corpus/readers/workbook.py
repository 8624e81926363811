"""Workbooks of Excel and WPS: the visible sheets and rows of .xlsx, whatever the file's ending."""

from __future__ import annotations

import io
from collections.abc import Iterator
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from corpus.errors import UnreadableFile
from corpus.files import raise_refused
from corpus.readers.outline import Outline, check_parts, outline_sheets
from corpus.readers.package import BROKEN
from corpus.readers.sheets import HIDDEN_SHEET, Merge, Sheet, fill_merged, say_hidden_rows

_MOST_CELLS = 20_000_000
"""calamine has memory for every cell between the first and the last: some 1 GB for so many."""
_PANIC = "PanicException"


def read_workbook(data: bytes, source: str) -> Iterator[Sheet]:
    """Yield the sheets of an .xlsx file, a hidden one without rows; blank sheets have none.

    :raises UnreadableFile: where the workbook is broken.
    """
    try:
        check_parts(data, source)
        outlines = outline_sheets(data)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for at, (sheet, outline) in enumerate(zip(workbook.sheets_metadata, outlines, strict=True)):
            if sheet.visible is not SheetVisibleEnum.Visible:
                yield Sheet(sheet.name, (), (HIDDEN_SHEET,))
            elif sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            elif outline.strays or outline.cells > _MOST_CELLS:
                yield _read_bounded(data, source, sheet.name, outline)
            else:
                yield _read(workbook.get_sheet_by_index(at), outline)
    except BaseException as error:
        broken = (*BROKEN, CalamineError, expat.ExpatError)
        # What calamine's Rust panics with is no Exception.
        is_broken = isinstance(error, broken) or type(error).__name__ == _PANIC
        if not is_broken:
            raise
        raise_refused(error)
        raise UnreadableFile(
            source, "工作簿已损坏，读不出来；请用 Excel 或 WPS 打开后重新保存"
        ) from error


def _read(sheet: CalamineSheet, outline: Outline) -> Sheet:
    rows = [list[object](row) for row in sheet.to_python(skip_empty_area=False)]
    merges = [Merge(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    fill_merged(rows, (merge for merge in merges if merge.bottom > merge.top))
    return _visible(sheet.name, rows, outline)


def _visible(name: str, rows: list[list[object]], outline: Outline, *remarks: str) -> Sheet:
    if not any(cell not in ("", None) for row in rows for cell in row):
        return Sheet(name, (), remarks)
    numbered = enumerate(rows, 1)
    shown = [(n, row) for n, row in numbered if n not in outline.hidden]
    hidden = sorted(n for n in outline.hidden if n <= len(rows) and any(rows[n - 1]))
    said = [say_hidden_rows(hidden)] if hidden else []
    if outline.uncounted:
        said.append(
            f"{outline.uncounted} 格只有公式，没有算出的值，没有读；请用 Excel 打开后重新保存"
        )
    return Sheet(name, shown, (*remarks, *said))


def _read_bounded(data: bytes, source: str, name: str, outline: Outline) -> Sheet:
    """Read a sheet that has cells far from all others, without those."""
    import openpyxl

    remark = f"离表格很远的 {outline.strays} 格没有读（500 列以外，或隔着一万个空行）"
    if outline.cells > _MOST_CELLS:
        size = f"{outline.last_row:,} 行 × {outline.last_column:,} 列"
        raise UnreadableFile(
            source, f"工作表“{name}”有 {size}，太大；请删去空的行列，或拆成几个文件后再导入"
        )
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        bounded = book[name].iter_rows(
            max_row=max(1, outline.last_row),
            max_col=max(1, outline.last_column),
            values_only=True,
        )
        rows = [["" if cell is None else cell for cell in row] for row in bounded]
    finally:
        book.close()
    return _visible(name, rows, outline, remark)
