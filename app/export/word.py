"""What all Word documents need: text that XML can hold, and the fonts of Chinese."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import CharacterStyle

_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything but the production `Char` of XML 1.0, section 2.2."""

AUTHOR = "Dafu"

BLACK = RGBColor(0, 0, 0)


def plain(text: str) -> str:
    """Leave out the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", text)


def set_font(style: CharacterStyle, font: str, size: float) -> None:
    """Give a style its font, for Chinese and other signs alike, in black and upright."""
    style.font.name, style.font.size = font, Pt(size)
    style.font.italic, style.font.color.rgb = False, BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme's font would win over the named one
    fonts.set(qn("w:eastAsia"), font)


def set_properties(document: WordDocument, title: str) -> None:
    """Say in the file's properties what it is, who wrote it and when, instead of the template's."""
    properties = document.core_properties
    properties.title = plain(title)[:255]  # python-docx takes no more
    properties.author = properties.last_modified_by = AUTHOR
    properties.language, properties.comments = "zh-CN", ""
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)
