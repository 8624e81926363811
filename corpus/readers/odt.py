"""OpenDocument: the paragraphs, lists and tables of an .odt file, in document order."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from corpus.errors import UnreadableFile
from corpus.files import raise_refused
from corpus.readers.grid import Cell, paragraph, repeated, row_lines
from corpus.readers.numbering import write_number
from corpus.readers.package import BROKEN, parse_xml, whole
from corpus.readers.runs import translate
from corpus.readers.sniff import check_archive
from corpus.types import Document, Line

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"


_FAMILY = f"{{{_OASIS}:svg-compatible:1.0}}font-family"


def _name(name: str, tag: str) -> str:
    return f"{{{_OASIS}:{name}:1.0}}{tag}"


_SKIPPED = frozenset(
    _name(name, tag)
    for name, tag in (
        *(("office", "annotation"), ("text", "note"), ("text", "tracked-changes")),
        *(("text", "ruby-text"), ("text", "page-number"), ("text", "page-count")),
        *(("office", "forms"), ("text", "sequence-decls")),
    )
)
"""Comments, notes, deleted text, how characters sound, and page numbers."""
_DRAWN = f"{{{_OASIS}:drawing:1.0}}"
"""Frames and shapes: what they hold is text of its own."""
_MOST_SPACES = 20
_MOST_BYTES = 64 << 20
_MOST_REPEATED = 50
"""Cells that are said to be repeated more often are the empty rest of a sheet."""
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman",
          "I": "upperRoman", "①, ②, ③, ...": "decimalEnclosedCircle"}  # fmt: skip


def read_odt(path: Path) -> Document:
    """Read an .odt file: the page's header, the text with its frames, and the page's footer.

    :raises UnreadableFile: where the file is encrypted or broken.
    """
    source = path.as_posix()
    check_archive(path, "ODF")
    try:
        with zipfile.ZipFile(path) as archive:
            content, styles = (_parse(archive, name) for name in ("content.xml", "styles.xml"))
    except BROKEN as error:
        raise_refused(error)
        raise UnreadableFile(
            source, "文件已加密或已损坏，不是完整的 ODF 文档；请打开后另存为 .docx"
        ) from error
    body = None if content is None else content.find(f".//{_name('office', 'text')}")
    if body is None or content is None:
        raise UnreadableFile(source, "文件里没有正文，不是完整的 ODF 文档；请打开后另存为 .docx")
    reader = _Reader([root for root in (styles, content) if root is not None])
    page = None if styles is None else styles.find(f".//{_name('style', 'master-page')}")
    header, footer = (
        () if page is None else reader.margin(page.find(_name("style", tag)))
        for tag in ("header", "footer")
    )
    lines = tuple(reader.lines(body))
    known = {line.text.strip() for line in lines}
    outside = [
        [line for line in margin if line.text.strip() not in known] for margin in (header, footer)
    ]
    attached = tuple(("comment", text) for text in _comments(body))
    return Document(source, (*outside[0], *lines, *outside[1]), attached=attached)


def _comments(body: etree._Element) -> Iterator[str]:
    for comment in body.iter(_name("office", "annotation")):
        yield from ("".join(map(str, each.itertext())) for each in comment.iter(_name("text", "p")))


def _parse(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    if name not in archive.namelist():
        return None
    if archive.getinfo(name).file_size > _MOST_BYTES:
        raise ValueError("more text than a letter has")
    return parse_xml(archive.read(name))


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list is numbered."""

    form: str
    before: str
    after: str
    shown: int
    start: int


class _Reader:
    def __init__(self, roots: list[etree._Element]) -> None:
        self._lists = {
            style.get(_name("style", "name"), ""): {
                whole(level.get(_name("text", "level")), 1): _level(level)
                for level in style.iterfind(_name("text", "list-level-style-number"))
            }
            for root in roots
            for style in root.iter(_name("text", "list-style"))
        }
        self._hidden = {
            style.get(_name("style", "name"))
            for root in roots
            for style in root.iter(_name("style", "style"))
            if any(
                each.get(_name("text", "display")) == "none"
                or each.get(_name("style", "text-line-through-style"), "none") != "none"
                for each in style
            )
        }
        faces = {
            face.get(_name("style", "name")): face.get(_FAMILY, "").strip("'")
            for root in roots
            for face in root.iter(_name("style", "font-face"))
        }
        self._fonts = {
            style.get(_name("style", "name"), ""): faces.get(
                properties.get(_name("style", "font-name")), ""
            )
            for root in roots
            for style in root.iter(_name("style", "style"))
            for properties in style.iterfind(_name("style", "text-properties"))
        }
        self._counts: dict[str, int] = {}

    def margin(self, element: etree._Element | None) -> tuple[Line, ...]:
        return () if element is None else tuple(self.lines(element))

    def lines(self, parent: etree._Element) -> Iterator[Line]:
        """Yield the lines of the paragraphs, lists and tables below `parent`."""
        for child in parent:
            if child.tag in (_name("text", "p"), _name("text", "h")):
                yield from self._paragraph(child, "")
            elif child.tag == _name("text", "list"):
                yield from self._list(child, [], "")
            elif child.tag == _name("table", "table"):
                yield from self._table(child)
            elif child.tag not in _SKIPPED:
                yield from self.lines(child)

    def _paragraph(self, element: etree._Element, number: str) -> Iterator[Line]:
        frames: list[etree._Element] = []
        text = "".join(self._pieces(element, frames))
        for frame in frames:
            yield from self.lines(frame)
        if text.strip():
            is_heading = element.tag == _name("text", "h")
            level = whole(element.get(_name("text", "outline-level")), 1) if is_heading else 0
            yield from paragraph((number + text).split("\n"), level)

    def _pieces(self, element: etree._Element, frames: list[etree._Element]) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            if child.tag == _name("text", "s"):
                yield " " * min(whole(child.get(_name("text", "c")), 1), _MOST_SPACES)
            elif child.tag == _name("text", "tab"):
                yield "\t"
            elif child.tag == _name("text", "line-break"):
                yield "\n"
            elif child.tag.startswith(_DRAWN):
                frames.append(child)
            elif child.tag not in _SKIPPED and not self._is_hidden(child):
                font = self._fonts.get(child.get(_name("text", "style-name"), ""), "")
                for piece in self._pieces(child, frames):
                    yield translate(piece, font)
            yield child.tail or ""

    def _is_hidden(self, span: etree._Element) -> bool:
        return span.get(_name("text", "style-name")) in self._hidden

    def _list(self, element: etree._Element, above: list[int], style: str) -> Iterator[Line]:
        """Yield the lines of a list, numbered in its style; lists within count on their own."""
        style = element.get(_name("text", "style-name"), style)
        levels = self._lists.get(style, {})
        depth = len(above) + 1
        level = levels.get(depth)
        key = f"{style}/{depth}"
        goes_on = element.get(_name("text", "continue-numbering")) == "true" or element.get(
            _name("text", "continue-list")
        )
        start = 1 if level is None else level.start
        count = self._counts.get(key, start - 1) if goes_on else start - 1
        for item in element.iterfind(_name("text", "list-item")):
            count = whole(item.get(_name("text", "start-value")), count + 1)
            numbers = [*above, count]
            first = True
            for child in item:
                if child.tag == _name("text", "list"):
                    yield from self._list(child, numbers, style)
                elif child.tag in (_name("text", "p"), _name("text", "h")):
                    yield from self._paragraph(child, _number(levels, numbers) if first else "")
                    first = False
        self._counts[key] = count

    def _table(self, table: etree._Element) -> Iterator[Line]:
        above: dict[int, tuple[int, Cell]] = {}
        for row in table.iter(_name("table", "table-row")):
            if next(row.iterancestors(_name("table", "table"))) is not table:
                continue
            cells: list[Cell] = []
            own = False
            for column, cell in enumerate(row):
                if cell.tag == _name("table", "covered-table-cell"):
                    left, lines = above.get(column, (0, ()))
                    above[column] = (left - 1, lines)
                    cells.append(lines if left > 0 else ())
                elif cell.tag == _name("table", "table-cell"):
                    lines = tuple(self.lines(cell))
                    spanned = whole(cell.get(_name("table", "number-rows-spanned")), 1)
                    above[column] = (spanned - 1, repeated(lines))
                    times = whole(cell.get(_name("table", "number-columns-repeated")), 1)
                    cells += [lines] * min(times, _MOST_REPEATED)
                    own = own or bool(lines)
            if own:
                yield from row_lines(cells)


def _level(element: etree._Element) -> _Level:
    form = element.get(_name("style", "num-format"), "")
    name = "chineseCounting" if form.startswith(("一", "壹")) else _FORMS.get(form, "decimal")
    return _Level(
        name if form else "none",
        element.get(_name("style", "num-prefix"), ""),
        element.get(_name("style", "num-suffix"), ""),
        whole(element.get(_name("text", "display-levels")), 1),
        whole(element.get(_name("text", "start-value")), 1),
    )


def _number(levels: dict[int, _Level], counts: list[int]) -> str:
    level = levels.get(len(counts))
    if level is None:
        return ""
    shown = range(max(1, len(counts) - level.shown + 1), len(counts) + 1)
    forms = ((levels[at].form if at in levels else "decimal", counts[at - 1]) for at in shown)
    written = ".".join(write_number(count, form) for form, count in forms)
    return f"{level.before}{written}{level.after}" if len(written) <= _MOST_SPACES else ""
