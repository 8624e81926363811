"""Tables in markup: what systems export as .xls, which is HTML or Excel's XML of 2003."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from corpus.errors import UnreadableFile
from corpus.readers.html import html_lines
from corpus.readers.sheets import (
    HIDDEN_SHEET,
    Merge,
    Sheet,
    fill_merged,
    say_hidden_rows,
    say_torn_rows,
)

_MOST_COLUMNS = 500
"""Cells right of column 500 are passed over."""
_WIDEST_GAP = 10_000
_HIDDEN = re.compile(r"display\s{0,9}:\s{0,9}none", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_HALF = re.compile(
    r"&#0{0,9}(?:x0{0,9}d[89a-f][0-9a-f]{2}"
    r"|5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]));",
    re.IGNORECASE,
)
"""Halves of surrogate pairs, which the parser lets pass where it recovers, and can't give out."""


def read_html_tables(text: str, source: str) -> Iterator[Sheet]:
    """Yield the tables of a page that have no table within them.

    :raises UnreadableFile: where there is none.
    """
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    text = _DECLARATION.sub("", text)
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableFile(source, "文件里没有表格") from error
    tables = [each for each in root.iter("table") if each.find(".//table") is None]
    grids = [grid for table in tables if (grid := _html_grid(table)).rows]
    if not grids:
        raise UnreadableFile(
            source, "内容是网页而不是工作簿，里面没有表格；请用 Excel 打开后另存为 .xlsx"
        )
    for number, grid in enumerate(grids, 1):
        yield grid.as_sheet(f"表{number}" if len(grids) > 1 else "")


def read_spreadsheet_xml(text: str, source: str) -> Iterator[Sheet]:
    """Yield the sheets of an XML spreadsheet of Excel 2003.

    :raises UnreadableFile: where the XML is broken.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, remove_comments=True
    )
    text = _HALF.sub("\ufffd", _DECLARATION.sub("", text))
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    sheets = [] if root is None else list(root.iter("{*}Worksheet"))
    if not sheets:
        raise UnreadableFile(
            source, "XML 表格已损坏，读不出来；请用 Excel 或 WPS 打开后另存为 .xlsx"
        )
    for sheet in sheets:
        name = _attribute(sheet, "Name")
        hidden = any("Hidden" in (each.text or "") for each in sheet.iter("{*}Visible"))
        yield Sheet(name, (), (HIDDEN_SHEET,)) if hidden else _xml_grid(sheet).as_sheet(name)


class _Grid:
    """Puts cells in rows, where those above may reach down into them."""

    def __init__(self) -> None:
        self.rows: list[list[object]] = []
        self.hidden: list[int] = []
        self.torn: list[int] = []
        self._merges: list[Merge] = []
        self._reaching: dict[int, int] = {}  # column → the last row that is taken in it

    def begin_row(self, hidden: bool) -> None:
        self.rows.append([])
        if hidden:
            self.hidden.append(len(self.rows))

    def add(self, value: str, across: int, down: int) -> None:
        """Add a cell in the next free column, over so many columns and rows more than one."""
        row, number = self.rows[-1], len(self.rows) - 1
        while self._reaching.get(len(row), -1) >= number and len(row) < _MOST_COLUMNS:
            row.append("")
        if len(row) >= _MOST_COLUMNS:
            return
        left = len(row)
        across = min(across, _MOST_COLUMNS - left - 1)
        row.extend([value, *[""] * across])
        if down:
            self._merges.append(Merge(number, left, number + down, left + across))
            for column in range(left, left + across + 1):
                self._reaching[column] = number + down

    def as_sheet(self, name: str) -> Sheet:
        width = max(map(len, self.rows), default=0)
        for row in self.rows:
            if len(row) < width and self._merges:
                row.extend([""] * (width - len(row)))
        fill_merged(self.rows, self._merges)
        left_out = {*self.hidden, *self.torn}
        said = [number for number in self.hidden if any(self.rows[number - 1])]
        shown = [(n, row) for n, row in enumerate(self.rows, 1) if n not in left_out]
        remarks = [say_hidden_rows(said)] if said else []
        remarks += [say_torn_rows(self.torn)] if self.torn else []
        return Sheet(name, shown, tuple(remarks))


def _html_grid(table: etree._Element) -> _Grid:
    grid = _Grid()
    for row in table.iter("tr"):
        cells = [each for each in row if each.tag in ("td", "th")]
        if not cells:
            continue
        grid.begin_row(_HIDDEN.search(row.get("style", "")) is not None)
        for cell in cells:
            grid.add(_html_text(cell), _span(cell, "colspan"), _span(cell, "rowspan"))
    return grid


def _html_text(cell: etree._Element) -> str:
    if len(cell) == 0:
        return " ".join((cell.text or "").split("\n")).strip()
    inner = lxml_html.tostring(cell, encoding="unicode", with_tail=False)
    return "\n".join(line.text for line in html_lines(f"<table><tr>{inner}</tr></table>"))


def _span(cell: etree._Element, name: str) -> int:
    """Return how many columns or rows more than one a cell takes."""
    value = cell.get(name, "1")
    return max(0, int(value) - 1) if value.isdecimal() and len(value) < 6 else 0


def _xml_grid(sheet: etree._Element) -> _Grid:
    grid = _Grid()
    for row in sheet.iter("{*}Row"):
        index = _index(row)
        while len(grid.rows) + 1 < index <= len(grid.rows) + _WIDEST_GAP:
            grid.begin_row(hidden=False)
        grid.begin_row(_attribute(row, "Hidden") == "1")
        if any(row.find(f"{{*}}Cell//{{*}}{each}") is not None for each in ("Cell", "Row")):
            grid.torn.append(len(grid.rows))  # a cell that lost its end holds the next ones' words
            continue
        for cell in row.iterfind("{*}Cell"):
            at = _index(cell)
            while len(grid.rows[-1]) + 1 < at <= _MOST_COLUMNS:
                grid.rows[-1].append("")
            if at > _MOST_COLUMNS:
                continue
            data = cell.find("{*}Data")
            text = "" if data is None else "".join(map(str, data.itertext()))
            across, down = (_attribute(cell, key) for key in ("MergeAcross", "MergeDown"))
            grid.add(_xml_value(data, text), _count(across), _count(down))
    return grid


def _xml_value(data: etree._Element | None, text: str) -> str:
    """Spell a time as `2024-03-05T00:00:00.000`, which is local, without its end."""
    if data is not None and _attribute(data, "Type") == "DateTime":
        return text.partition(".")[0].replace("T", " ").removesuffix(" 00:00:00")
    return text


def _index(element: etree._Element) -> int:
    return _count(_attribute(element, "Index"))


def _count(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 8 else 0


def _attribute(element: etree._Element, name: str) -> str:
    found = (str(v) for key, v in element.attrib.items() if str(key).rpartition("}")[2] == name)
    return next(found, "")
