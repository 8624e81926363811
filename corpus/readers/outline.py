"""Outlines: where a workbook's sheets have cells, from its XML, before memory is asked for them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from lxml import etree

from corpus.errors import UnreadableFile

_MOST_COLUMNS = 500
_WIDEST_GAP = 10_000
"""A cell right of column 500, or below so many empty rows, has strayed there."""
_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_OTHERS = (
    ("word/document.xml", "Word 文档", "请把扩展名改为 .docx"),
    ("ppt/presentation.xml", "演示文稿", "请另存为文本或表格"),
    ("xl/workbook.bin", "二进制工作簿（.xlsb）", "请用 Excel 另存为 .xlsx"),
    ("content.xml", "OpenDocument 文档（.ods 等）", "请用 WPS 或 Excel 另存为 .xlsx"),
)


def check_parts(data: bytes, source: str) -> None:
    """Check that an archive is a workbook of the form of 2007.

    :raises UnreadableFile: where it is something else, naming it.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = _parts(archive)
    if _BOOK in names:
        return
    for part, what, remedy in _OTHERS:
        if part in names:
            raise UnreadableFile(source, f"内容不是 .xlsx 工作簿，而是{what}；{remedy}")
    raise UnreadableFile(source, "内容不是工作簿，而是压缩包；请先解压")


@dataclass(slots=True)
class Outline:
    """Where a sheet has cells: its last row and column before any that strayed, and its rows.

    `uncounted` are formulas whose value no program has kept.
    """

    hidden: set[int] = field(default_factory=set)
    last_row: int = 0
    last_column: int = 0
    strays: int = 0
    uncounted: int = 0

    @property
    def cells(self) -> int:
        """How many cells there are to the last row and column."""
        return self.last_row * self.last_column


def outline_sheets(data: bytes) -> list[Outline]:
    """Return the outlines of a workbook's sheets, in their order, from the XML itself.

    The parts are found as calamine finds them, so that it reads none that wasn't looked at.

    :raises KeyError: where a sheet has no part.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = _parts(archive)
        return [_outline(archive, parts[part.lower()]) for part in _sheet_parts(archive, parts)]


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the names of an archive's parts by their spellings in small letters."""
    return {name.lower(): name for name in reversed(archive.namelist())}


def _sheet_parts(archive: zipfile.ZipFile, parts: dict[str, str]) -> list[str]:
    """Return the parts that hold the sheets, in the sheets' order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    targets: dict[str, str] = {}
    if _RELATIONS in parts:
        for relation in etree.fromstring(archive.read(parts[_RELATIONS]), parser):
            target = str(relation.get("Target", ""))
            whole = target.startswith(("/xl/", "xl/"))
            targets[str(relation.get("Id"))] = target.lstrip("/") if whole else f"xl/{target}"
    book = etree.fromstring(archive.read(parts[_BOOK]), parser)
    return [targets[_relation(element)] for element in book.iter("{*}sheet")]


def _relation(sheet: etree._Element) -> str:
    """Return the id of a sheet's relation, `r:id`, in whatever namespace it is."""
    return next((str(v) for key, v in sheet.attrib.items() if str(key).endswith("}id")), "")


def _outline(archive: zipfile.ZipFile, part: str) -> Outline:
    reading = _Reading()
    with archive.open(part) as file:
        reading.parser.ParseFile(file)
    return reading.outline


class _Reading:
    """The reading of a sheet's XML, by events and without a tree: most of it is passed over."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._refuse
        self._row = self._position = 0
        self._place = ""
        self._has_formula = self._is_filled = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._position += 1
            self._place = attributes.get("r", "")
            self._has_formula = self._is_filled = False
        elif name == "v":
            self.parser.CharacterDataHandler = self._fill
        elif name == "is":
            self._is_filled = True
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._row, self._position = int(attributes.get("r", self._row + 1)), 0
            if attributes.get("hidden") in ("1", "true"):
                self.outline.hidden.add(self._row)

    def _fill(self, _: str) -> None:
        self._is_filled = True
        self.parser.CharacterDataHandler = None

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "c":
            self.parser.CharacterDataHandler = None
            self.outline.uncounted += self._has_formula and not self._is_filled
            if self._is_filled or self._has_formula:
                self._add_cell()

    def _add_cell(self) -> None:
        """Add a cell, at the place that its reference says, which may be of another row."""
        letters = self._place.rstrip("0123456789")
        column = _column(letters) if self._place else self._position
        row = int(self._place[len(letters) :] or self._row)
        outline = self.outline
        if column > _MOST_COLUMNS or row > outline.last_row + _WIDEST_GAP:
            outline.strays += 1
        else:
            outline.last_row = max(outline.last_row, row)
            outline.last_column = max(outline.last_column, column)

    def _refuse(self, *_: object) -> None:
        raise ValueError("no sheet declares entities")


def _column(letters: str) -> int:
    """Return the number of a column, counted from 1: AB is 28."""
    number = 0
    for sign in letters[:8]:
        number = 26 * number + ord(sign) - 64
    return number
