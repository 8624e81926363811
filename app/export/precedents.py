"""Write precedents as a Word document, each passage verbatim with its source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt, RGBColor

from app.export.word import plain, set_font, set_properties
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

TITLE = "同类事项答复先例"

BODY_FONT = "仿宋"
HEADING_FONT = "黑体"
"""The fonts of official documents (GB/T 9704-2012); Word falls back where they are missing."""

GREY = RGBColor(0x59, 0x59, 0x59)


def save_precedents(path: Path, precedents: Sequence[Precedent]) -> None:
    """Save the precedents as a Word document (.docx), in their order."""
    document = _new_document()
    set_properties(document, TITLE)
    title = document.add_heading(TITLE, level=0)
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
    set_font(document.styles["Normal"], BODY_FONT, 14)
    for style, size in (("Title", 22), ("Heading 1", 16), ("Intense Quote", 14)):
        font = BODY_FONT if style == "Intense Quote" else HEADING_FONT
        set_font(document.styles[style], font, size)
    return document


def _add_precedent(document: WordDocument, precedent: Precedent) -> None:
    card = precedent.card
    document.add_heading(plain(f"{precedent.rank}. {headline(card)}"), level=1)
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
        cells[0].text, cells[1].text = name, plain(value)
        cells[0].width, cells[1].width = Cm(3.2), Cm(12.4)
    for passage in precedent.passages:
        if headings := headings_above(passage.heading_path, passage.text):
            document.add_paragraph(plain(" › ".join(headings)), style="Normal")
        document.add_paragraph(plain(passage.text), style="Intense Quote")
        source = document.add_paragraph().add_run(f"——{plain(cite(card))}")
        source.font.size, source.font.color.rgb = Pt(10.5), GREY
