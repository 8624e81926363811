"""Write precedents as a Word document, each passage verbatim with its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from app.types import Precedent
from app.wording import (
    FIELDS,
    chinese_date,
    cite,
    formal_title,
    headings_above,
    headline,
    outcome_words,
)
from corpus.types import FieldName

BODY_FONT = "仿宋"
HEADING_FONT = "黑体"
"""The fonts of official documents (GB/T 9704-2012); Word falls back where they are missing."""

NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything but the production `Char` of XML 1.0, section 2.2."""

GREY = RGBColor(0x59, 0x59, 0x59)


def save_precedents(path: Path, precedents: Sequence[Precedent]) -> None:
    """Save the precedents as a Word document (.docx), in their order."""
    document = _new_document()
    title = document.add_heading("同类事项答复先例", level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(
        f"共 {len(precedents)} 件，按相关程度排列。引文均为答复原文，一字未改；引用前请核对原件。"
    )
    for precedent in precedents:
        _add_precedent(document, precedent)
    document.save(str(path))


def _new_document() -> WordDocument:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.7)
    _set_font(document, "Normal", BODY_FONT, 14)
    for style, size in (("Title", 22), ("Heading 1", 16), ("Intense Quote", 14)):
        _set_font(document, style, BODY_FONT if style == "Intense Quote" else HEADING_FONT, size)
    return document


def _set_font(document: WordDocument, style_name: str, font: str, size: int) -> None:
    style = document.styles[style_name]
    style.font.name, style.font.size = font, Pt(size)
    style.font.italic, style.font.color.rgb = False, RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme's font would win over the named one
    fonts.set(qn("w:eastAsia"), font)


def _add_precedent(document: WordDocument, precedent: Precedent) -> None:
    card = precedent.card
    document.add_heading(_plain(f"{precedent.rank}. {headline(card)}"), level=1)
    facts = (
        (FIELDS[FieldName.TITLE], formal_title(card)),
        (FIELDS[FieldName.AGENCY], card.agency),
        (FIELDS[FieldName.DOC_NUMBER], card.doc_number),
        (FIELDS[FieldName.DATE], chinese_date(card.date)),
        (FIELDS[FieldName.OUTCOME], outcome_words(card.outcome or "")),
        (FIELDS[FieldName.DISCLOSURE], card.disclosure),
    )
    shown = [(name, value) for name, value in facts if value]
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, value in shown:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, _plain(value)
        cells[0].width, cells[1].width = Cm(3.2), Cm(12.4)
    for passage in precedent.passages:
        if headings := headings_above(passage.heading_path, passage.text):
            document.add_paragraph(_plain(" › ".join(headings)), style="Normal")
        document.add_paragraph(_plain(passage.text), style="Intense Quote")
        source = document.add_paragraph().add_run(f"——{_plain(cite(card))}")
        source.font.size, source.font.color.rgb = Pt(10.5), GREY


def _plain(text: str) -> str:
    """Leave out the characters that XML cannot hold."""
    return NOT_IN_XML.sub("", text)
