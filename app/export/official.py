"""The form of official documents (GB/T 9704-2012) in Word: paper, lines, fonts, page numbers."""

from __future__ import annotations

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section, _Footer
from docx.shared import Emu, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.run import Run
from lxml import etree
from lxml.etree import _Element

from app.export.word import set_font

SONG = "宋体"
FANG_SONG = "仿宋_GB2312"
HEI = "黑体"
KAI = "楷体_GB2312"
XIAO_BIAO_SONG = "方正小标宋简体"

ALTERNATIVES = {
    XIAO_BIAO_SONG: (
        "方正小标宋_GBK",
        "FZXiaoBiaoSong-B05S",
        "华文中宋",
        SONG,
        "Noto Serif CJK SC",
    ),
    FANG_SONG: ("仿宋", "FangSong", "方正仿宋_GBK", "STFangsong", "Noto Serif CJK SC"),
    HEI: ("SimHei", "方正黑体_GBK", "STHeiti", "Noto Sans CJK SC"),
    KAI: ("楷体", "KaiTi", "方正楷体_GBK", "STKaiti", "Noto Serif CJK SC"),
    SONG: ("SimSun", "STSong", "Noto Serif CJK SC"),
}
"""What Word takes in a font's stead where it is missing, the nearest first."""

SIZE = 16
"""三号, in points."""
TITLE_SIZE = 22
"""二号."""
PAGE_NUMBER_SIZE = 14
"""四号."""
LINE = Pt(28)
"""22 lines of it stand on the 225 mm between the margins, and no 23rd."""
LINES, SIGNS = 22, 28
"""How many lines a page has, and how many characters a line."""
WIDTH, HEIGHT = Mm(156), Mm(225)
"""What lies between the margins."""
CLOSER = int((WIDTH.pt / SIGNS - SIZE) * 20)
"""By how much, in twentieths of a point, characters stand closer so that a line has its number.

A grid of characters would say the same to Word, but LibreOffice gives a character that is wider
than its cell two cells.
"""


def new_official_document() -> WordDocument:
    """Return an empty document in the form of official documents."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _set_grid(section)
    _set_styles(document)
    _set_alternatives(document)
    _number_pages(document, section)
    return document


def indent(style: ParagraphStyle, side: str, signs: float) -> None:
    """Indent by so many characters: the first line (`firstLine`), or from the `left` or `right`.

    Both lengths are said, because Word goes by that in characters and others by the other.
    """
    element = style.element.get_or_add_pPr().get_or_add_ind()
    element.set(qn(f"w:{side}Chars"), str(round(signs * 100)))
    element.set(qn(f"w:{side}"), str(round(signs * SIZE * 20)))


def leave_grid(style: ParagraphStyle) -> None:
    """Let the lines of a style stand at their own distance, off the grid of the page."""
    element = OxmlElement("w:snapToGrid", {qn("w:val"): "0"})
    style.element.get_or_add_pPr().find(qn("w:spacing")).addprevious(element)


def as_chinese(run: Run) -> Run:
    """Let signs that Latin and Chinese share, such as “” and —, be drawn as Chinese ones."""
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
    return run


def _set(element: _Element, tag: str, key: str, value: str) -> None:
    next(element.iter(qn(tag))).set(qn(key), value)


def _set_grid(section: Section) -> None:
    _set(section._sectPr, "w:docGrid", "w:type", "lines")
    _set(section._sectPr, "w:docGrid", "w:linePitch", str(int(HEIGHT.pt / LINES * 20)))


def _set_styles(document: WordDocument) -> None:
    _set(document.styles.element, "w:lang", "w:eastAsia", "zh-CN")  # Latin words stay English
    _set(document.settings.element, "w:themeFontLang", "w:eastAsia", "zh-CN")
    fonts = (
        *(("Normal", FANG_SONG, SIZE), ("Title", XIAO_BIAO_SONG, TITLE_SIZE)),
        *(("Heading 1", HEI, SIZE), ("Heading 2", KAI, SIZE), ("Footer", SONG, PAGE_NUMBER_SIZE)),
    )
    for name, font, size in fonts:
        style = document.styles[name]
        set_font(style, font, size)
        style.font.bold = False
        for border in style.element.iter(qn("w:pBdr")):
            border.getparent().remove(border)
        layout = style.paragraph_format
        layout.space_before = layout.space_after = Pt(0)
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
        if name in ("Normal", "Heading 1", "Heading 2"):
            indent(style, "firstLine", 2)
    document.styles["Normal"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    _set_spacing(document.styles["Normal"], CLOSER - 1)  # a whole number, and no sign too wide
    title = document.styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = Pt(35)
    for style in (title, document.styles["Footer"]):
        indent(style, "firstLine", 0)
    _set_spacing(title, 0)
    leave_grid(title)


def _set_spacing(style: ParagraphStyle, twips: int) -> None:
    properties = style.element.get_or_add_rPr()
    for spacing in properties.findall(qn("w:spacing")):
        properties.remove(spacing)
    spacing = OxmlElement("w:spacing", {qn("w:val"): str(twips)})
    properties.find(qn("w:color")).addnext(spacing)


def _set_alternatives(document: WordDocument) -> None:
    """Name in the table of fonts what may stand for each (ISO/IEC 29500-1, 17.8.3.1)."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    for font, others in ALTERNATIVES.items():
        entry = f'<w:font {nsdecls("w")} w:name="{font}"><w:altName w:val="{",".join(others)}"/>'
        table.append(parse_xml(f'{entry}<w:charset w:val="86"/></w:font>'))
    part._blob = etree.tostring(table)


def _number_pages(document: WordDocument, section: Section) -> None:
    """Put — 1 — 7 mm below the text, on the outer side, one character from its edge."""
    document.settings.odd_and_even_pages_header_footer = True
    section.footer_distance = Emu(Mm(35 - 7) - Pt(PAGE_NUMBER_SIZE * 1.2))
    _number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _number(footer: _Footer, side: WD_ALIGN_PARAGRAPH) -> None:
    paragraph = footer.paragraphs[0]
    layout = paragraph.paragraph_format
    layout.alignment = side
    layout.left_indent = layout.right_indent = Pt(PAGE_NUMBER_SIZE)
    layout.line_spacing = Pt(PAGE_NUMBER_SIZE * 1.2)
    as_chinese(paragraph.add_run("— "))
    field = OxmlElement("w:fldSimple", {qn("w:instr"): "PAGE"})
    number = paragraph.add_run("1")
    field.append(number._r)
    paragraph._p.append(field)
    as_chinese(paragraph.add_run(" —"))
