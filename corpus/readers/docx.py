"""Word: the paragraphs and tables of a .docx file, in document order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import docx
from docx.document import Document as DocxDocument
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from docx.text.paragraph import Paragraph
from lxml import etree

from corpus.errors import UnreadableFile
from corpus.readers.cells import check_archive, join_cells
from corpus.readers.numbering import Numbering, open_numbering
from corpus.types import Document, Line

_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TITLE_STYLE = re.compile(r"title|标题", re.IGNORECASE)
_SKIPPED = frozenset(
    qn(tag)
    for tag in ("w:del", "w:moveFrom", "w:txbxContent", "w:pict", "w:drawing", "w:pPr", "w:rPr")
)
"""Deleted text, text boxes and pictures, and properties (tab stops are tabs by name)."""
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""The same content once more, for older programs."""
_DEEPEST_STYLE = 20


def read_docx(path: Path) -> Document:
    """Read a .docx file; headers, footers, text boxes and notes are left out.

    Numbers that Word makes itself stand before their paragraphs; table rows are lines.

    :raises UnreadableFile: where the file is encrypted or broken.
    """
    source = path.as_posix()
    check_archive(path, "Word")
    try:
        document = docx.Document(str(path))
        lines = tuple(_Body(document).lines(document.element.body))
    except Exception as error:  # what a broken part raises depends on the part
        raise UnreadableFile(
            source, "文件已损坏，不是完整的 Word 文档；请用 Word 或 WPS 打开后重新保存"
        ) from error
    return Document(source, lines)


class _Body:
    """Reads the blocks of one document, counting its lists on the way."""

    def __init__(self, document: DocxDocument) -> None:
        self._document = document
        self._numbering: Numbering = open_numbering(document)

    def lines(self, parent: etree._Element) -> Iterator[Line]:
        """Yield the lines of the paragraphs and tables below `parent`."""
        for child in parent:
            if isinstance(child, CT_P):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
                yield from self.lines(child)

    def _paragraph(self, element: CT_P) -> Iterator[Line]:
        paragraph = Paragraph(element, self._document._body)
        text = "".join(_pieces(element))
        if not text.strip():
            return
        text = self._numbering.next_number(paragraph) + text
        heading = _heading(paragraph)
        pieces = text.split("\n")
        for number, piece in enumerate(pieces, 1):
            yield Line(piece, heading, paragraph_end=number == len(pieces))

    def _table(self, table: etree._Element) -> Iterator[Line]:
        for row in table.iter(qn("w:tr")):
            if row.getparent() is not table and next(row.iterancestors(qn("w:tbl"))) is not table:
                continue  # of a table within a cell, which its cell yields
            cells = [list(self.lines(cell)) for cell in row.iter(qn("w:tc")) if _row(cell) is row]
            filled = [cell for cell in cells if cell]
            if len(filled) == 1:
                yield from filled[0]
            elif filled:
                texts = (" ".join(line.text for line in cell) for cell in filled)
                yield Line(join_cells(texts), paragraph_end=True)


def _row(cell: etree._Element) -> etree._Element:
    return next(cell.iterancestors(qn("w:tr")))


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag == qn("w:tab"):
            yield "\t"
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif child.tag == qn("w:br"):
            # a page or column break may stand within a sentence
            yield "\n" if child.get(qn("w:type"), "textWrapping") == "textWrapping" else ""
        elif child.tag == qn("w:cr"):
            yield "\n"
        elif child.tag != _FALLBACK:
            yield from _pieces(child)


def _heading(paragraph: Paragraph) -> int:
    """Return a paragraph's heading level by its outline level or style, 0 where it is none."""
    own = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    if own is not None:
        return _outline(own)
    style = paragraph.style
    for _ in range(_DEEPEST_STYLE):
        if style is None:
            return 0
        named = _HEADING_STYLE.match(style.name or "")
        if named:
            return int(named[1])
        if _TITLE_STYLE.fullmatch(style.name or ""):
            return 1
        outline = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if outline is not None:
            return _outline(outline)
        style = getattr(style, "base_style", None)
    return 0


def _outline(element: etree._Element) -> int:
    """Return the level: Word counts outlines from 0, and writes 9 for body text."""
    level = int(element.get(qn("w:val"), "9"))
    return level + 1 if level < 9 else 0
