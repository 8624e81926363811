"""Write a draft reply as a Word document, each passage with its source in a footnote."""

from __future__ import annotations

from pathlib import Path

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.shared import Pt

from app.export.draft import Blank, Draft, Line, Part, Source, iter_lines, title_words
from app.export.footnotes import Footnotes
from app.export.official import (
    FANG_SONG,
    KAI,
    LINE,
    SIZE,
    as_chinese,
    indent,
    new_official_document,
)
from app.export.reference import place_words
from app.export.word import plain, set_font, set_properties
from app.wording import FIELDS, cite
from corpus.types import FieldName

_NOTE_SIZE = 10.5
"""五号, in points."""

_STYLES = {Part.TITLE: "Title", Part.HEADING: "Heading 1"}
_OWN_STYLES = {
    Part.RECIPIENT: "主送机关",
    Part.REQUEST: "所提内容",
    Part.CLOSING: "结束语",
    Part.SIGNATURE: "署名",
    Part.DATE: FIELDS[FieldName.DATE],
}
_SPACE_BEFORE = {Part.RECIPIENT: LINE, Part.SIGNATURE: Pt(2 * LINE.pt)}
"""One empty line below the title, and two for the seal."""
_WITH_THE_NEXT = (Part.REQUEST, Part.CLOSING, Part.SIGNATURE, Part.DATE)
"""On one page with what follows: a signature stands on none alone."""
_FROM_THE_RIGHT = {Part.SIGNATURE: 2, Part.DATE: 4}
"""In characters."""


def save_draft(path: Path, draft: Draft) -> None:
    """Save the draft as a Word document (.docx) in the form of GB/T 9704."""
    document = new_official_document()
    _add_styles(document)
    notes = Footnotes(document, FANG_SONG, _NOTE_SIZE)
    for line in iter_lines(draft):
        _add_line(document, line, notes)
    set_properties(document, title_words(draft.proposal))
    document.save(str(path))


def _add_styles(document: WordDocument) -> None:
    for part, name in _OWN_STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.paragraph_format.space_before = _SPACE_BEFORE.get(part)
        style.paragraph_format.keep_with_next = part in _WITH_THE_NEXT
        if part is Part.REQUEST:
            set_font(style, KAI, SIZE)
        if part in (Part.REQUEST, Part.CLOSING):
            continue
        indent(style, "firstLine", 0)
        if part in _FROM_THE_RIGHT:
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            indent(style, "right", _FROM_THE_RIGHT[part])


def _add_line(document: WordDocument, line: Line, notes: Footnotes) -> None:
    style = _STYLES.get(line.part) or _OWN_STYLES.get(line.part) or "Normal"
    paragraph = document.add_paragraph(style=style)
    for piece in line.pieces:
        if isinstance(piece, Source):
            newer = f"较新的说法：{piece.newer}。" if piece.newer else ""
            notes.add(paragraph, f"{cite(piece.hit.card)}，{place_words(piece.hit)}。{newer}")
            continue
        run = as_chinese(paragraph.add_run(plain(str(piece))))
        if isinstance(piece, Blank):
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
