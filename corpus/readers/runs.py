"""Runs: the text of one paragraph of a Word document, and the text boxes that hang on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from corpus.readers.package import Styles, find_value, is_on, w
from corpus.readers.symbols import UNKNOWN, is_symbol_font, read_symbol

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"
_SKIPPED = frozenset(map(w, ("del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr")))
"""Deleted text, and properties (tab stops are tabs by name)."""
_STRUCK = ("strike", "dstrike")
_NOTES = frozenset(map(w, ("footnoteReference", "endnoteReference")))
_PICTURES = frozenset(map(w, ("drawing", "pict", "object")))
PAGE_FIELD = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
"""The code of a field that shows the number of a page, or of all, in Word and in RTF."""
_OVERSTRIKE = re.compile(
    r"\s*EQ\b[^()]{0,100}\\o[^()]{0,40}\((?P<under>.{0,200})[,，](?P<over>[^,，()]{1,40})\)\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_EQUATION = 400
_DEEPEST_FIELD = 20
"""Fields within fields that are looked at: Word writes no more than that."""
_PRIVATE = re.compile("[\uf000-\uf0ff]")


def read_equation(instruction: str) -> str:
    r"""Return the text that an EQ field lays one over another: a base with its sound, a ring.

    Chinese editions of Word write 拼音指南 and 带圈字符 so; "" for other fields.

    >>> read_equation(r'EQ \* jc2 \o\ad(\s\up 9(jie),接)'), read_equation(r"eq \o\ac(○,3)")
    ('接', '③')
    """
    found = _OVERSTRIKE.match(instruction[:_LONGEST_EQUATION])
    if not found:
        return ""
    ring, sign = "○" in found["under"], found["over"].strip()
    if ring and sign.isascii() and sign.isdigit() and 0 < int(sign) <= 20:
        return chr(0x2460 + int(sign) - 1)
    return sign


class Runs:
    """Reads one paragraph: its `text`, its `boxes` (`w:txbxContent`) and `art` (letters drawn).

    Hidden text, what is struck out and notes are left out; `struck` and `notes` count the last two.
    """

    def __init__(self, paragraph: etree._Element, styles: Styles) -> None:
        self._styles = styles
        self._fields: list[str] = []
        self.boxes: list[etree._Element] = []
        self.art: list[str] = []
        self.struck = self.notes = 0
        self.text = "".join(self._pieces(paragraph, ""))

    @property
    def unknown(self) -> int:
        """How many signs of symbol fonts have no known character."""
        return self.text.count(UNKNOWN)

    def _pieces(  # noqa: PLR0912 (a case an element)
        self, element: etree._Element, font: str
    ) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag in _SKIPPED:
                continue
            if tag == w("r"):
                if self._has(child, "vanish"):
                    continue
                if any(self._has(child, strike) for strike in _STRUCK):
                    self.struck += child.find(w("t")) is not None
                else:
                    yield from self._pieces(child, _font(child))
            elif tag in _NOTES:
                self.notes += 1
            elif tag == w("t"):
                if not self._is_page_number():
                    yield translate(child.text or "", font)
            elif tag == _MATH_TEXT:
                yield child.text or ""
            elif tag == w("sym"):
                yield _symbol(child)
            elif tag in (w("tab"), w("ptab")):
                yield "\t"
            elif tag == w("noBreakHyphen"):
                yield "-"
            elif tag == w("br"):
                # a page or column break may stand within a sentence
                yield "\n" if child.get(w("type"), "textWrapping") == "textWrapping" else ""
            elif tag == w("cr"):
                yield "\n"
            elif tag in (w("fldChar"), w("instrText")):
                yield from self._field(child)
            elif tag == w("fldSimple"):
                if not PAGE_FIELD.match(child.get(w("instr"), "")):
                    yield from self._pieces(child, font)
            elif tag == w("ruby"):
                for base in child.findall(w("rubyBase")):
                    yield from self._pieces(base, font)
            elif tag == f"{_COMPATIBILITY}AlternateContent":
                # the same content twice, for newer and for older programs
                yield from self._pieces(child[0], font) if len(child) else ()
            elif tag in _PICTURES:
                self._picture(child)
            else:
                yield from self._pieces(child, font)

    def _has(self, run: etree._Element, mark: str) -> bool:
        """Tell whether a run is marked so, by itself or by its style."""
        own = run.find(f"{w('rPr')}/{w(mark)}")
        if own is not None:
            return is_on(own)
        style = find_value(run, "rPr", "rStyle")
        named = self._styles.chain(style) if style else ()
        return any(is_on(each.find(f"{w('rPr')}/{w(mark)}")) for each in named)

    def _field(self, element: etree._Element) -> Iterator[str]:
        """Follow where a field begins and ends; a box to tick is the field itself."""
        kind = element.get(w("fldCharType"))
        if element.tag == w("instrText"):
            if self._fields:
                self._fields[-1] += element.text or ""
        elif kind == "begin":
            self._fields.append("")
            box = element.find(f"{w('ffData')}/{w('checkBox')}")
            if box is not None:
                ticked = box.find(w("checked"))
                yield "☑" if is_on(box.find(w("default")) if ticked is None else ticked) else "☐"
        elif kind == "end" and self._fields:
            yield read_equation(self._fields.pop())

    def _is_page_number(self) -> bool:
        return any(map(PAGE_FIELD.match, self._fields[-_DEEPEST_FIELD:]))

    def _picture(self, picture: etree._Element) -> None:
        for found in picture.iter(w("txbxContent"), _TEXT_PATH):
            outer = found.iterancestors(w("txbxContent"))
            if any(each is not picture and picture in each.iterancestors() for each in outer):
                continue  # stands within another, whose paragraphs hold it
            if any(each.tag == f"{_COMPATIBILITY}Fallback" for each in _between(found, picture)):
                continue
            if found.tag == _TEXT_PATH:
                self.art.append(found.get("string", ""))
            else:
                self.boxes.append(found)


def _between(inner: etree._Element, outer: etree._Element) -> Iterator[etree._Element]:
    for each in inner.iterancestors():
        if each is outer:
            return
        yield each


def _font(run: etree._Element) -> str:
    fonts = run.find(f"{w('rPr')}/{w('rFonts')}")
    if fonts is None:
        return ""
    return fonts.get(w("ascii"), "") or fonts.get(w("hAnsi"), "")


def translate(text: str, font: str) -> str:
    """Spell what is written in a symbol font by its codes."""
    if not is_symbol_font(font) or not _PRIVATE.search(text):
        return text
    return _PRIVATE.sub(lambda match: read_symbol(ord(match[0]), font), text)


def _symbol(element: etree._Element) -> str:
    try:
        code = int(element.get(w("char"), ""), 16)
    except ValueError:
        return UNKNOWN
    return read_symbol(code, element.get(w("font"), ""))
