"""Workbooks of Excel and WPS: the visible sheets and rows of .xlsx, whatever the file's ending."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from corpus.errors import UnreadableFile
from corpus.readers.sheets import HIDDEN_SHEET, Merge, Sheet, fill_merged, say_hidden_rows

_MOST_COLUMNS = 500
_WIDEST_GAP = 10_000
"""A cell right of column 500, or below so many empty rows, has strayed there."""
_MOST_CELLS = 20_000_000
"""calamine has memory for every cell between the first and the last: some 1 GB for so many."""
_WORKSHEET = "/worksheet"
_PANIC = "PanicException"


def read_workbook(data: bytes, source: str) -> Iterator[Sheet]:
    """Yield the sheets of an .xlsx file, a hidden one without rows; blank sheets have none.

    :raises UnreadableFile: where the workbook is broken.
    """
    try:
        outlines = _outline_sheets(data)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in workbook.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible:
                yield Sheet(sheet.name, (), (HIDDEN_SHEET,))
                continue
            outline = outlines.get(sheet.name, _Outline())
            if outline.has_strays or outline.cells > _MOST_CELLS:
                yield _read_bounded(data, source, sheet.name, outline)
            else:
                yield _read(workbook.get_sheet_by_name(sheet.name), outline)
    except BaseException as error:
        broken = (CalamineError, etree.XMLSyntaxError, zipfile.BadZipFile, OSError, ValueError)
        odd = (KeyError, NotImplementedError, RuntimeError)  # of zip files
        # What calamine's Rust panics with is no Exception.
        if not isinstance(error, (*broken, *odd)) and type(error).__name__ != _PANIC:
            raise
        raise UnreadableFile(
            source, "工作簿已损坏，读不出来；请用 Excel 或 WPS 打开后重新保存"
        ) from error


@dataclass(slots=True)
class _Outline:
    """Where a sheet has cells: its last row and column before any that strayed, and its rows."""

    hidden: set[int] = field(default_factory=set)
    last_row: int = 0
    last_column: int = 0
    strays: int = 0

    @property
    def has_strays(self) -> bool:
        return self.strays > 0

    @property
    def cells(self) -> int:
        return self.last_row * self.last_column


def _outline_sheets(data: bytes) -> dict[str, _Outline]:
    """Return the outlines of a workbook's sheets by their names, from the XML itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = _sheet_parts(archive)
        return {name: _outline(archive, part) for name, part in parts.items()}


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the parts of the archive that hold the sheets, by the sheets' names."""
    names = set(archive.namelist())
    book = next((name for name in names if name.endswith("workbook.xml")), None)
    if book is None:
        return {}
    folder, file = posixpath.split(book)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    relations = f"{folder}/_rels/{file}.rels"
    targets: dict[str, str] = {}
    if relations in names:
        for relation in etree.fromstring(archive.read(relations), parser):
            if relation.get("Type", "").endswith(_WORKSHEET):
                target = relation.get("Target", "")
                targets[relation.get("Id", "")] = posixpath.normpath(
                    target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
                )
    parts: dict[str, str] = {}
    for element in etree.fromstring(archive.read(book), parser).iter("{*}sheet"):
        own = next((v for key, v in element.attrib.items() if str(key).endswith("}id")), "")
        part = targets.get(str(own))
        if part in names:
            parts[element.get("name", "")] = part
    return parts


def _outline(archive: zipfile.ZipFile, part: str) -> _Outline:
    outline = _Outline()
    number = 0
    with archive.open(part) as file:
        rows = etree.iterparse(
            file, events=("end",), tag="{*}row", resolve_entities=False, no_network=True
        )
        for _, row in rows:
            number = int(row.get("r", number + 1))
            if row.get("hidden") in ("1", "true"):
                outline.hidden.add(number)
            _add_row(outline, number, row)
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]
    return outline


def _add_row(outline: _Outline, number: int, row: etree._Element) -> None:
    """Add a row's cells, which count by their own references where these say another row."""
    own = str(number)
    for position, cell in enumerate(row, 1):
        if not len(cell) and not cell.text:
            continue
        place = cell.get("r", "")
        at, column = number, position
        if place:
            letters = place.rstrip("0123456789")
            column = _column(letters)
            at = number if place[len(letters) :] == own else int(place[len(letters) :] or own)
        if column > _MOST_COLUMNS or at > outline.last_row + _WIDEST_GAP:
            outline.strays += 1
        else:
            outline.last_row = max(outline.last_row, at)
            outline.last_column = max(outline.last_column, column)


def _column(letters: str) -> int:
    """Return the number of a column, counted from 1: AB is 28."""
    number = 0
    for sign in letters[:8]:
        number = 26 * number + ord(sign) - 64
    return number


def _read(sheet: CalamineSheet, outline: _Outline) -> Sheet:
    rows = [list[object](row) for row in sheet.to_python(skip_empty_area=False)]
    merges = [Merge(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    fill_merged(rows, (merge for merge in merges if merge.bottom > merge.top))
    return _visible(sheet.name, rows, outline)


def _visible(name: str, rows: list[list[object]], outline: _Outline, *remarks: str) -> Sheet:
    if not any(cell not in ("", None) for row in rows for cell in row):
        return Sheet(name, (), remarks)
    numbered = enumerate(rows, 1)
    shown = [(n, row) for n, row in numbered if n not in outline.hidden]
    hidden = sorted(n for n in outline.hidden if n <= len(rows) and any(rows[n - 1]))
    said = (say_hidden_rows(hidden),) if hidden else ()
    return Sheet(name, shown, (*remarks, *said))


def _read_bounded(data: bytes, source: str, name: str, outline: _Outline) -> Sheet:
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
