"""Automatic numbering: the numbers that Word writes before list paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from docx.document import Document as DocxDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree

_DIGITS = "〇一二三四五六七八九"
_LEVEL = re.compile(r"%([1-9])")
_BULLET = "bullet"
_DEEPEST_STYLE = 20
"""Styles above one another that are looked at: a broken file may have a ring of them."""


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: how its number is written, and at what it begins."""

    form: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of one document; counts on as its paragraphs are read in order."""

    lists: dict[str, tuple[str, dict[int, _Level]]]
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def next_number(self, paragraph: Paragraph) -> str:
        """Count the paragraph in its list and return its number, such as `一、` or `（二）`.

        Empty for a paragraph outside lists, and for one with a bullet.
        """
        place = _place(paragraph)
        if place is None or place[0] not in self.lists:
            return ""
        number, depth = place
        name, levels = self.lists[number]
        counts = self.counts.setdefault(name, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [key for key in counts if key > depth]:
            del counts[deeper]
        if level.form == _BULLET:
            return ""

        def write(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            form = levels[at].form if at in levels else "decimal"
            start = levels[at].start if at in levels else 1
            return _write_number(counts.get(at, start), form)

        return _LEVEL.sub(write, level.text)


def open_numbering(document: DocxDocument) -> Numbering:
    """Read the lists that a document defines."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return Numbering({})
    abstract = {
        item.get(qn("w:abstractNumId"), ""): _levels(item)
        for item in root.findall(qn("w:abstractNum"))
    }
    lists = {}
    for item in root.findall(qn("w:num")):
        number = item.get(qn("w:numId"), "")
        name = _value(item, "w:abstractNumId") or ""
        levels = dict(abstract.get(name, {}))
        for override in item.findall(qn("w:lvlOverride")):
            depth = int(override.get(qn("w:ilvl"), "0"))
            start = _value(override, "w:startOverride")
            level = override.find(qn("w:lvl"))
            if level is not None:
                levels[depth] = _level(level)
            if start is not None and depth in levels:
                levels[depth] = _Level(levels[depth].form, levels[depth].text, int(start))
                name = f"num {number}"  # a list that starts anew counts on its own
        lists[number] = (name, levels)
    return Numbering(lists)


def _write_number(number: int, form: str) -> str:
    """Write a number in one of Word's forms (ST_NumberFormat, ECMA-376 part 1, 17.18.59).

    Forms that Chinese documents do not use are written as digits.
    """
    writer = _WRITERS.get(form)
    return writer(number) if writer else str(number)


def _chinese(number: int) -> str:
    """Write 1 to 99 as 一, 十, 十二, 二十, 二十一; other numbers sign by sign."""
    if not 0 < number < 100:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    ten = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return ten + (_DIGITS[ones] if ones else "")


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    signs = (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv")
    text = ""
    for value, sign in (*signs, (1, "i")):
        text += sign * (number // value)
        number %= value
    return text


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 0 < number <= 20 else str(number)


_WRITERS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "chineseLegalSimplified": _chinese,
    "ideographDigital": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "none": lambda number: "",
}


def _place(paragraph: Paragraph) -> tuple[str, int] | None:
    """Return the list and depth of a paragraph, its own or its style's; None outside lists."""
    properties = [paragraph._p.pPr]
    style = paragraph.style
    for _ in range(_DEEPEST_STYLE):
        if style is None:
            break
        properties.append(style.element.find(qn("w:pPr")))
        style = getattr(style, "base_style", None)
    number = depth = None
    for item in properties:
        found = None if item is None else item.find(qn("w:numPr"))
        if found is not None:
            number = number or _value(found, "w:numId")
            depth = depth or _value(found, "w:ilvl")
    return (number, int(depth or 0)) if number and number != "0" else None


def _levels(item: etree._Element) -> dict[int, _Level]:
    return {int(level.get(qn("w:ilvl"), "0")): _level(level) for level in item.findall(qn("w:lvl"))}


def _level(item: etree._Element) -> _Level:
    form = _value(item, "w:numFmt") or "decimal"
    return _Level(form, _value(item, "w:lvlText") or "", int(_value(item, "w:start") or "1"))


def _value(item: etree._Element, tag: str) -> str | None:
    found = item.find(qn(tag))
    return None if found is None else found.get(qn("w:val"))
