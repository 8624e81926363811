"""Word: the paragraphs and tables of a .docx file, in document order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from corpus.errors import Remark, UnreadableFile
from corpus.files import raise_refused
from corpus.readers.grid import Cell, paragraph, repeated, row_lines
from corpus.readers.numbering import open_numbering
from corpus.readers.package import BROKEN, Package, Styles, find_value, is_on, w, whole
from corpus.readers.runs import Runs
from corpus.readers.sniff import check_archive
from corpus.types import Document, Line

_HEADING_STYLE = re.compile(r"(?:heading|标题)\s{0,4}([1-9])", re.IGNORECASE)
_TITLE_STYLE = re.compile(r"title|标题", re.IGNORECASE)
_WRAPPERS = frozenset(map(w, ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")))
"""What may stand around paragraphs, rows and cells without being anything itself."""
_SENTENCE = re.compile("[。：]")


def read_docx(path: Path) -> Iterator[Document | Remark]:
    """Read a .docx file, and what else Word writes in this form: templates, macros, strict.

    The header and footer of the first page stand around the text, text boxes before the
    paragraph that they hang on (behind it, once the letter has begun). Notes and what is
    struck out are left out, with a remark; comments may only close the reply.
    Numbers that Word makes itself stand before their paragraphs; table rows are lines.

    :raises UnreadableFile: where the file is encrypted or broken.
    """
    source = path.as_posix()
    check_archive(path, "Word")
    try:
        with Package(path) as package:
            body = _Body(package)
            lines = tuple(body.all_lines())
            comments = tuple(body.comments())
    except UnreadableFile:
        raise
    except BROKEN as error:
        raise_refused(error)
        raise UnreadableFile(
            source, "文件已损坏，不是完整的 Word 文档；请用 Word 或 WPS 打开后重新保存"
        ) from error
    if body.unknown:
        yield Remark(
            source, f"有 {body.unknown} 个符号字体里的字认不出，读作“\ufffd”；请对照原件核对"
        )
    if body.notes:
        yield Remark(source, f"有 {body.notes} 条脚注或尾注没有读入；要紧的请写进正文")
    if body.struck:
        yield Remark(source, f"有 {body.struck} 处划去的文字没有读入；请对照原件核对")
    yield Document(source, lines, attached=tuple(("comment", text) for text in comments))


class _Body:
    """Reads the blocks of one document, counting its lists on the way."""

    def __init__(self, package: Package) -> None:
        """Read the parts.

        :raises ValueError: where the main one is missing or no text.
        """
        name = package.main_name()
        root = package.parse(name)
        body = None if root is None else root.find(w("body"))
        if body is None:
            raise ValueError("no document in the package")
        self._body = body
        self._package = package
        self._relations = package.relations(name)
        self._parts = {each.kind: each.target for each in self._relations.values()}
        self._styles = Styles(package.parse(self._parts.get("styles", "")))
        self._numbering = open_numbering(package.parse(self._parts.get("numbering", "")))
        self._begun = False
        self.unknown = self.notes = self.struck = 0

    def all_lines(self) -> Iterator[Line]:
        """Yield the lines of the first page's header, of the text, and of that page's footer."""
        header, footer = self._margin("header"), self._margin("footer")
        lines = tuple(self._lines(self._body))
        known = {line.text.strip() for line in lines}
        yield from (line for line in header if line.text.strip() not in known)
        yield from lines
        yield from (line for line in footer if line.text.strip() not in known)

    def comments(self) -> Iterator[str]:
        """Yield the lines of the comments, which are no part of the text but may be marks."""
        part = self._parts.get("comments")
        root = None if part is None else self._package.parse(part)
        for comment in () if root is None else root.iter(w("comment")):
            yield from (line.text for line in self._lines(comment) if line.text.strip())

    def _margin(self, kind: str) -> tuple[Line, ...]:
        """Return what stands above or below the text of the first page of the first section."""
        section = next(self._body.iter(w("sectPr")), None)
        if section is None:
            return ()
        named = {
            item.get(w("type"), "default"): self._relations.get(item.get(_ID, ""))
            for item in section.findall(w(f"{kind}Reference"))
        }
        first = is_on(section.find(w("titlePg")))
        lines: list[Line] = []
        for which in ("first", "default") if first else ("default",):
            relation = named.get(which)
            root = None if relation is None else self._package.parse(relation.target)
            if root is not None:
                lines += (line for line in self._lines(root) if line not in lines)
        return tuple(lines)

    def _lines(self, parent: etree._Element) -> Iterator[Line]:
        """Yield the lines of the paragraphs and tables below `parent`."""
        for child in parent:
            if child.tag == w("p"):
                yield from self._paragraph(child)
            elif child.tag == w("tbl"):
                yield from self._table(child)
            elif child.tag in _WRAPPERS:
                yield from self._lines(child)
            elif child.tag == w("altChunk"):
                yield from self._page(child)

    def _page(self, chunk: etree._Element) -> Iterator[Line]:
        """Yield the lines of a page that a program wrapped in a document instead of writing one."""
        relation = self._relations.get(chunk.get(_ID, ""))
        data = None if relation is None else self._package.read(relation.target)
        if data is not None and b"<" in data:
            from corpus.readers.mail import read_saved_page

            yield from read_saved_page(data, self._package.source)

    def _paragraph(self, element: etree._Element) -> Iterator[Line]:
        runs = Runs(element, self._styles)
        self.unknown += runs.unknown
        self.notes += runs.notes
        self.struck += runs.struck
        begun = self._begun
        if not begun:
            yield from self._boxes(runs)
        if runs.text.strip():
            self._begun = begun or _SENTENCE.search(runs.text) is not None
            text = self._numbering.next_number(element, self._styles) + runs.text
            yield from paragraph(text.split("\n"), self._heading(element))
        if begun:
            yield from self._boxes(runs)

    def _boxes(self, runs: Runs) -> Iterator[Line]:
        for text in runs.art:
            yield Line(text, paragraph_end=True)
        for box in runs.boxes:
            begun, self._begun = self._begun, False
            yield from self._lines(box)
            self._begun = begun

    def _table(self, table: etree._Element) -> Iterator[Line]:
        above: dict[int, Cell] = {}
        for row in _within(table, w("tr")):
            if row.find(f"{w('trPr')}/{w('del')}") is not None:
                continue
            cells: list[Cell] = []
            own = False
            column = whole(find_value(row, "trPr", "gridBefore"), 0)
            for cell in _within(row, w("tc")):
                lines: Cell = tuple(self._lines(cell))
                own = own or bool(lines)
                merge = cell.find(f"{w('tcPr')}/{w('vMerge')}")
                if merge is not None and merge.get(w("val")) != "restart":
                    lines = lines or above.get(column, ())
                else:
                    above[column] = repeated(lines) if merge is not None else ()
                cells.append(lines)
                column += whole(find_value(cell, "tcPr", "gridSpan"), 1)
            if own:
                yield from row_lines(cells)

    def _heading(self, paragraph: etree._Element) -> int:
        """Return a paragraph's heading level by its outline level or style, 0 where it is none."""
        own = find_value(paragraph, "pPr", "outlineLvl")
        if own is not None:
            return _outline(own)
        for style in self._styles.of(paragraph):
            name = find_value(style, "name") or ""
            named = _HEADING_STYLE.match(name)
            if named:
                return int(named[1])
            if _TITLE_STYLE.fullmatch(name):
                return 1
            outline = find_value(style, "pPr", "outlineLvl")
            if outline is not None:
                return _outline(outline)
        return 0


_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _within(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield the rows of a table or the cells of a row, not those of tables within."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _within(child, tag)


def _outline(level: str) -> int:
    """Return the level: Word counts outlines from 0, and writes 9 for body text."""
    return int(level) + 1 if re.fullmatch("[0-8]", level) else 0
