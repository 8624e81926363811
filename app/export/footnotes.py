"""Footnotes of Word documents, for which python-docx has no interface (ISO/IEC 29500-1, 17.11)."""

from __future__ import annotations

from typing import cast

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.text.paragraph import CT_P
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from lxml.etree import _Element

from app.export.official import leave_grid
from app.export.word import plain, set_font

TEXT = "footnote text"
REFERENCE = "footnote reference"

_SEPARATORS = (("separator", -1), ("continuationSeparator", 0))
"""The lines between text and notes; Word wants them in the part and named in the settings."""


class Footnotes:
    """The footnotes of one document; `add` numbers them from 1."""

    def __init__(self, document: WordDocument, font: str, size: float) -> None:
        _add_styles(document, font, size)
        self._notes = parse_xml(f"<w:footnotes {nsdecls('w', 'r')}/>")
        named = OxmlElement("w:footnotePr")
        for kind, identity in _SEPARATORS:
            note = self._new_note(identity, kind)
            note.append(_paragraph_of(OxmlElement(f"w:{kind}")))
            named.append(OxmlElement("w:footnote", {qn("w:id"): str(identity)}))
        document.settings.element.find(qn("w:compat")).addprevious(named)
        package = document.part.package
        name = PackURI("/word/footnotes.xml")
        part = XmlPart(name, CONTENT_TYPE.WML_FOOTNOTES, self._notes, package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        self._count = 0

    def add(self, paragraph: Paragraph, text: str) -> None:
        """Add a note whose number stands at the end of the paragraph as it is now."""
        self._count += 1
        anchor = paragraph.add_run(style=REFERENCE)._r
        anchor.append(OxmlElement("w:footnoteReference", {qn("w:id"): str(self._count)}))
        inner = Paragraph(_paragraph_of(), paragraph._parent)
        inner.style = TEXT
        inner.add_run(style=REFERENCE)._r.append(OxmlElement("w:footnoteRef"))
        inner.add_run(f" {plain(text)}")
        self._new_note(self._count).append(inner._p)

    def _new_note(self, identity: int, kind: str | None = None) -> _Element:
        note = OxmlElement("w:footnote", {qn("w:id"): str(identity)})
        if kind:
            note.set(qn("w:type"), kind)
        self._notes.append(note)
        return note


def _paragraph_of(*inner: _Element) -> CT_P:
    paragraph = cast(CT_P, OxmlElement("w:p"))
    for element in inner:
        run = OxmlElement("w:r")
        run.append(element)
        paragraph.append(run)
    return paragraph


def _add_styles(document: WordDocument, font: str, size: float) -> None:
    text = document.styles.add_style(TEXT, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    text.base_style = document.styles["Normal"]
    set_font(text, font, size)
    text.paragraph_format.first_line_indent = Pt(0)
    text.paragraph_format.line_spacing = Pt(size * 1.4)
    leave_grid(text)
    reference = document.styles.add_style(REFERENCE, WD_STYLE_TYPE.CHARACTER, builtin=True)
    reference.font.superscript = True
