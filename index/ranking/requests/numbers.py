"""Numbers before the points of a list: which form they have, and which number they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.text.marks import CIRCLED, number_of

_HAN = "一二三四五六七八九十"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ORDINALS = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": 4}
_LABELS = "建议|诉求|请求|要求|问题|对策|举措|措施"

_NUMBER = re.compile(
    r"(?P<line>^[^\S\n]*(?:[#>*_-]{1,6}[^\S\n]*)?)?(?:\*\*)?(?:"
    rf"(?P<label>(?:{_LABELS})(?:之)?[{_HAN}\d]{{1,2}}[：:、.，\s])"
    rf"|(?P<point>第[{_HAN}]{{1,2}}(?:[，、,：:．.]|[条点项件][，、,：:]?(?!规定))|头一[条点项件][，、,：:]|其[{_HAN}][，、,：:是])"
    rf"|(?P<is>[{_HAN}](?:来?是|要|则|请|盼|望|求|愿|建议)[，：:]?)"
    rf"|(?P<bracket>[（(【\[][{_HAN}]{{1,3}}[）)】\]][、.．]?)"
    rf"|(?P<bracketed>[（(【\[]\d{{1,2}}[）)】\]][、.．]?)"
    rf"|(?P<stem>[（(][{_STEMS}][）)]|[{_STEMS}][、．])"
    rf"|(?P<han>[{_HAN}]{{1,3}}[、．.])"
    r"|(?P<digit>\d{1,2}(?:\ufe0f?\u20e3|[、．)）：:；;，,]|\.(?!\d)|[^\S\n](?=[\u4e00-\u9fff]{3})))"
    r"|(?P<letter>(?<![A-Za-z])[A-H](?:[、．)）]|\.(?!\w)))"
    rf"|(?P<circled>[{CIRCLED}][、.．]?)"
    rf"|(?P<ordinal>(?:{'|'.join(_ORDINALS)})[，,：:是])"
    r")(?:\*\*)?[^\S\n]*",
    re.MULTILINE,
)
DEPTHS = (
    *("label", "point", "han", "bracket", "digit", "stem", "letter", "bracketed", "circled"),
    *("ordinal", "is", "bullet"),
)
"""The forms as lists lie within one another, the outermost first."""

_BULLET = re.compile(r"^[^\S\n]*(?:——(?!—)|[-*•·●○■□◆◇▪➢►▶✓√★☆※])[^\S\n]*(?=\S)", re.MULTILINE)
_BEFORE = frozenset("。；;：:！!？?，,”）)】]|｜ \t\u3000\n")
_LINE_ONLY = frozenset(" \t\u3000\xa0:；;，,")
"""What stands behind a digit that is a point's number only where it begins a line."""

_ASKED = ("建议", "恳请", "希望", "呼吁", "请求", "盼望")
"""What stands right before the first number: 建议一是…"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A number before a point.

    :ivar form: how it is written; numbers of a list share their form.
    :ivar number: which it is, from 1; 0 for a bullet.
    :ivar at_line: whether it begins a line.
    """

    start: int
    end: int
    form: str
    number: int
    at_line: bool


def find_marks(text: str) -> list[Mark]:
    """Return all that looks like a number before a point, in order."""
    marks = [mark for found in _NUMBER.finditer(text) if (mark := _read(found))]
    bullets = (Mark(b.start(), b.end(), "bullet", 0, True) for b in _BULLET.finditer(text))
    taken = {mark.start for mark in marks}
    return sorted(
        (*marks, *(b for b in bullets if b.start not in taken)), key=lambda mark: mark.start
    )


def follow(marks: Sequence[Mark], first: int) -> Iterator[Mark]:
    """Yield the marks of the list that `marks[first]` begins: of its form, numbered onwards.

    One number may be lacking; a list whose points stand on lines of their own has no point
    within a line.
    """
    begun = last = marks[first]
    yield begun
    lines = False
    for mark in marks[first + 1 :]:
        if mark.form != begun.form or (lines and not mark.at_line):
            continue
        gap = 3 if mark.form == "ordinal" else 1 + mark.at_line
        if mark.number == 0 or 1 <= mark.number - last.number <= gap:
            lines = lines or (begun.at_line and mark.at_line)
            last = mark
            yield mark
        elif mark.number == 1 and (mark.at_line or not begun.at_line):
            return


def _read(found: re.Match[str]) -> Mark | None:
    start, form = found.start(), found.lastgroup or ""
    at_line = found["line"] is not None
    before = found.string[start - 1] if start else "\n"
    asked = found.string[max(start - 2, 0) : start] in _ASKED
    if not (at_line or asked) and (
        before not in _BEFORE or (form in ("label", "ordinal") and before in "，,")
    ):
        return None
    if form == "digit" and not at_line and (before in "，," or found[form][-1] in _LINE_ONLY):
        return None
    if form == "letter" and not at_line:
        return None
    if form == "is" and not at_line and before in "）)”":
        return None
    number = _number(found[form], form)
    return Mark(start, found.end(), form, number, at_line) if number else None


def _number(written: str, form: str) -> int:
    if form == "ordinal":
        return _ORDINALS[written[:2]]
    if form == "letter":
        return ord(next(sign for sign in written if sign.isalpha())) - ord("A") + 1
    if form == "stem":
        return next(_STEMS.index(sign) + 1 for sign in written if sign in _STEMS)
    digits = re.search(rf"\d+|[{CIRCLED}]", written)
    return number_of(digits.group() if digits else "".join(s for s in written if s in _HAN))
