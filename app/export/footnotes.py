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

from app.export.official import indent, leave_grid
from app.export.word import plain, set_font

TEXT = "footnote text"
REFERENCE = "footnote reference"

_SEPARATORS = (("separator", -1), ("continuationSeparator", 0))
"""The lines between text and notes; Word wants them in the part and named in the settings."""


class Footnotes:
    """The footnotes of one document; `add` numbers them from 1."""

    def __init__(self, document: WordDocument, font: str, size: float) -> None:
        _add_styles(document, font, size)
        self._document = document
        self._notes = parse_xml(f"<w:footnotes {nsdecls('w', 'r')}/>")
        named = OxmlElement("w:footnotePr")
        for kind, number in _SEPARATORS:
            note, paragraph = self._new_note(number)
            note.set(qn("w:type"), kind)
            paragraph.add_run()._r.append(OxmlElement(f"w:{kind}"))
            named.append(OxmlElement("w:footnote", {qn("w:id"): str(number)}))
        document.settings.element.find(qn("w:compat")).addprevious(named)
        package, name = document.part.package, PackURI("/word/footnotes.xml")
        part = XmlPart(name, CONTENT_TYPE.WML_FOOTNOTES, self._notes, package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        self._count = 0

    def add(self, paragraph: Paragraph, text: str) -> None:
        """Add a note whose number stands at the end of the paragraph as it is now."""
        self._count += 1
        anchor = OxmlElement("w:footnoteReference", {qn("w:id"): str(self._count)})
        paragraph.add_run(style=REFERENCE)._r.append(anchor)
        _, note = self._new_note(self._count)
        note.add_run(style=REFERENCE)._r.append(OxmlElement("w:footnoteRef"))
        note.add_run(f" {plain(text)}")

    def _new_note(self, number: int) -> tuple[_Element, Paragraph]:
        note = OxmlElement("w:footnote", {qn("w:id"): str(number)})
        self._notes.append(note)
        paragraph = Paragraph(cast(CT_P, OxmlElement("w:p")), self._document._body)
        paragraph.style = TEXT
        note.append(paragraph._p)
        return note, paragraph


def _add_styles(document: WordDocument, font: str, size: float) -> None:
    text = document.styles.add_style(TEXT, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    text.base_style = document.styles["Normal"]
    set_font(text, font, size)
    indent(text, "firstLine", 0)
    text.paragraph_format.line_spacing = Pt(size * 1.4)
    leave_grid(text)
    reference = document.styles.add_style(REFERENCE, WD_STYLE_TYPE.CHARACTER, builtin=True)
    reference.font.superscript = True
