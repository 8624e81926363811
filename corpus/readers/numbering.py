"""Automatic numbering: the numbers that Word writes before list paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from corpus.readers.package import Styles, find_value, w, whole

_DIGITS = "〇一二三四五六七八九"
_LEVEL = re.compile(r"%([1-9])")
_BULLET = "bullet"
_MOST_LETTERS = 5
"""Word writes the 27th of a list in letters as aa, the 53rd as aaa."""
_LONGEST_NUMBER = 40
"""A number of more characters than this, `附件 一 之（二）`, is none."""


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

    def next_number(self, paragraph: etree._Element, styles: Styles) -> str:
        """Count the paragraph in its list and return its number, such as `一、` or `（二）`.

        Empty for a paragraph outside lists, and for one with a bullet.
        """
        place = _place(paragraph, styles)
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
            return write_number(counts.get(at, start), form)

        if len(level.text) > _LONGEST_NUMBER:
            return ""
        written = _LEVEL.sub(write, level.text)
        return written if len(written) <= _LONGEST_NUMBER else ""


def open_numbering(root: etree._Element | None) -> Numbering:
    """Read the lists that a document defines, from the root of its part for them, if it has one."""
    if root is None:
        return Numbering({})
    abstract = {item.get(w("abstractNumId"), ""): item for item in root.findall(w("abstractNum"))}
    linked = {find_value(item, "styleLink"): item for item in abstract.values()}
    lists = {}
    for item in root.findall(w("num")):
        number = item.get(w("numId"), "")
        name = find_value(item, "abstractNumId") or ""
        definition = abstract.get(name)
        if definition is None:
            continue
        # A list may be defined by a style of lists, whose definition names that style.
        style = find_value(definition, "numStyleLink")
        levels = _levels(linked.get(style, definition) if style else definition)
        for override in item.findall(w("lvlOverride")):
            depth = whole(override.get(w("ilvl")), 0)
            start = find_value(override, "startOverride")
            level = override.find(w("lvl"))
            if level is not None:
                levels[depth] = _level(level)
            if start is not None and depth in levels:
                old = levels[depth]
                levels[depth] = _Level(old.form, old.text, whole(start, old.start))
                name = f"num {number}"  # a list that starts anew counts on its own
        lists[number] = (name, levels)
    return Numbering(lists)


def write_number(number: int, form: str) -> str:
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
    if not 0 < number <= 26 * _MOST_LETTERS:
        return str(number)
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    thousands = (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")
    text = ""
    for value, sign in (
        *thousands,
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
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


def _place(paragraph: etree._Element, styles: Styles) -> tuple[str, int] | None:
    """Return the list and depth of a paragraph, its own or its style's; None outside lists."""
    number = depth = None
    for item in (paragraph, *styles.of(paragraph)):
        number = number or find_value(item, "pPr", "numPr", "numId")
        depth = depth or find_value(item, "pPr", "numPr", "ilvl")
    return (number, whole(depth, 0)) if number and number != "0" else None


def _levels(item: etree._Element) -> dict[int, _Level]:
    return {whole(level.get(w("ilvl")), 0): _level(level) for level in item.findall(w("lvl"))}


def _level(item: etree._Element) -> _Level:
    form = find_value(item, "numFmt") or "decimal"
    return _Level(form, find_value(item, "lvlText") or "", whole(find_value(item, "start"), 1))
