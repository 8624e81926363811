"""Recognise the marks that number the parts of a document, and not what merely looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple


class MarkKind(IntEnum):
    """The kinds of numbering, outermost first."""

    UNNUMBERED = 0  # a heading that only its format (docx, html, markdown) marks
    CHAPTER = 1  # 第一章
    PART = 2  # 第一节
    ARTICLE = 3  # 第一条
    HAN = 4  # 一、
    HAN_BRACKETED = 5  # （一）
    DIGIT = 6  # 1、 1． 1.
    DIGIT_BRACKETED = 7  # （1） ①
    ORDINAL = 8  # 一是 第一， 首先，


class Mark(NamedTuple):
    """One number in front of a part, `text[start:end]`, or one heading that has no number.

    `level` is the level that the document's format gives to the heading (0 = it is not marked),
    and `heading_end` where that heading ends. `sequence` tells which run of numbers 1, 2, 3 …
    it belongs to; `first` and `last` where the marks of that run start. `within_line` tells
    that the whole run stands in one paragraph.
    """

    start: int
    end: int
    kind: MarkKind
    number: int
    at_line_start: bool
    level: int = 0
    heading_end: int = -1
    sequence: int = -1
    first: int = -1
    last: int = -1
    within_line: bool = False

    @property
    def is_article(self) -> bool:
        """Tell whether this is an article of a statute, which has a number but no heading."""
        return self.kind is MarkKind.ARTICLE

    @property
    def is_top(self) -> bool:
        """Tell whether this mark divides a document, not just a paragraph, into its main parts."""
        main = self.kind in (MarkKind.CHAPTER, MarkKind.HAN) and not self.within_line
        return main or self.level > 0

    @property
    def rank(self) -> tuple[int, int]:
        """Order the kinds from outermost to innermost; runs within a paragraph come last."""
        return (int(self.within_line), int(self.kind))

    def continues(self, other: Mark) -> bool:
        """Tell whether both marks belong to one run of numbers."""
        return self.sequence == other.sequence >= 0

    def is_below(self, other: Mark) -> bool:
        """Tell whether this mark numbers a part of the part that `other` numbers.

        `other` stands earlier and does not belong to the same run.
        """
        if self.level and other.level and self.level != other.level:
            return other.level < self.level
        if other.rank < self.rank:
            return True
        # 一是……1、……2、……二是: whatever the kinds, the run that goes on is the outer one.
        inline = other.within_line or other.kind is MarkKind.ORDINAL
        return inline and other.start < self.first and self.last < other.last


_HAN = "一二三四五六七八九十"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ORDINALS = {"首先": 1, "其次": 2, "再次": 3}

_MARK = re.compile(
    # First what each begins with: few characters do, and the rest needn't be tried.
    rf"(?=[第{_HAN}（(\d{CIRCLED}首其再])(?:"
    rf"第(?P<chapter>[{_HAN}百零〇\d]{{1,5}})[章编](?=\s|$)"
    rf"|第(?P<part>[{_HAN}百零〇\d]{{1,5}})节(?=\s|$)"
    rf"|第(?P<article>[{_HAN}百零〇\d]{{1,6}})条(?:之[{_HAN}]{{1,2}})?(?=[ \u3000【])"
    rf"|(?P<han>[{_HAN}]{{1,3}})[、．.]"
    rf"|[（(](?P<han_bracketed>[{_HAN}]{{1,3}})[）)](?![、和至到及或项款目])"
    r"|(?P<digit>\d{1,2})(?:、(?!\d{1,2}[、，,号栋楼月日幢组期座单年级])|[．.](?![\d.a-z]))"
    rf"|[（(](?P<digit_bracketed>\d{{1,2}})[）)](?![、和至到及或项款目])"
    rf"|(?P<circled>[{CIRCLED}])(?![、和至到及或{CIRCLED}])"
    rf"|(?P<ordinal>[{_HAN}]{{1,2}})是(?!否)"
    rf"|第(?P<ordinal_long>[{_HAN}]{{1,2}})[，,、：]"
    r"|(?P<ordinal_word>首先|其次|再次)[，,])"
)
_KINDS = {
    "chapter": MarkKind.CHAPTER,
    "part": MarkKind.PART,
    "article": MarkKind.ARTICLE,
    "han": MarkKind.HAN,
    "han_bracketed": MarkKind.HAN_BRACKETED,
    "digit": MarkKind.DIGIT,
    "digit_bracketed": MarkKind.DIGIT_BRACKETED,
    "circled": MarkKind.DIGIT_BRACKETED,
    "ordinal": MarkKind.ORDINAL,
    "ordinal_long": MarkKind.ORDINAL,
    "ordinal_word": MarkKind.ORDINAL,
}
_BEFORE_INLINE = frozenset("。；：！？，;:!?,”）)…")
_LINE_ONLY = frozenset({MarkKind.CHAPTER, MarkKind.PART, MarkKind.ARTICLE})


def find_marks(text: str) -> tuple[Mark, ...]:
    """Find the numbering of a text, in text order.

    A number counts only in a run of at least two that starts at one (chapters, sections and
    articles stand alone too, as an excerpt of a statute may begin anywhere). At the start of a
    line a run may skip or repeat one number, as drafters do; within a paragraph it may not.
    """
    runs: list[list[Mark]] = []
    open_runs: dict[MarkKind, list[list[Mark]]] = {}
    for mark in _candidates(text):
        stack = open_runs.setdefault(mark.kind, [])
        while stack and mark.number != 1 and not _continues(stack, mark):
            if not any(_follows(run[-1], mark) for run in stack):
                break
            stack.pop()
        if mark.number != 1 and stack and _continues(stack, mark):
            stack[-1].append(mark)
        elif mark.number == 1 or mark.kind in _LINE_ONLY:
            run = [mark]
            stack.append(run)
            runs.append(run)
    kept = [run for run in runs if len(run) > 1 or run[0].kind in _LINE_ONLY]
    marks = (mark for index, run in enumerate(kept) for mark in _numbered(text, index, run))
    return tuple(sorted(marks, key=lambda mark: mark.start))


def _continues(stack: list[list[Mark]], mark: Mark) -> bool:
    return _follows(stack[-1][-1], mark)


def _follows(last: Mark, mark: Mark) -> bool:
    step = mark.number - last.number
    return step == 1 or (mark.at_line_start and last.at_line_start and step in (0, 2))


def _numbered(text: str, index: int, run: list[Mark]) -> Iterator[Mark]:
    first, last = run[0], run[-1]
    within_line = not any(mark.at_line_start for mark in run[1:]) and (
        "\n" not in text[first.start : last.start] and first.kind not in _LINE_ONLY
    )
    for mark in run:
        yield mark._replace(
            sequence=index,
            first=first.start,
            last=last.start,
            within_line=within_line,
        )


def _candidates(text: str) -> Iterable[Mark]:
    for match in _MARK.finditer(text):
        name = match.lastgroup or ""
        kind = _KINDS[name]
        start = match.start()
        at_line_start = _is_at_line_start(text, start)
        if not at_line_start and (kind in _LINE_ONLY or not _may_stand_inline(text, start)):
            continue
        number = number_of(match.group(name))
        if number and not (
            kind in (MarkKind.HAN, MarkKind.DIGIT) and _is_list(text, match.end(), number)
        ):
            yield Mark(start, match.end(), kind, number, at_line_start)


def _is_at_line_start(text: str, start: int) -> bool:
    while start and text[start - 1].isspace() and text[start - 1] != "\n":
        start -= 1
    return not start or text[start - 1] == "\n"


def _may_stand_inline(text: str, start: int) -> bool:
    before = text[start - 1]
    return before in _BEFORE_INLINE or before.isspace()


def _is_list(text: str, place: int, number: int) -> bool:
    """Tell 一、二号线 and 2、3月份 from numbers in front of a part."""
    following = re.match(rf"[{_HAN}]+|\d{{1,2}}(?![\dA-Za-z])", text[place : place + 3])
    return following is not None and number_of(following.group()) == number + 1


def number_of(digits: str) -> int:
    """Return the value of 12, 十二, 一百零三, ② or 其次; 0 where it has none."""
    if digits in _ORDINALS:
        return _ORDINALS[digits]
    if digits in CIRCLED:
        return CIRCLED.index(digits) + 1
    if digits.isdigit():
        return int(digits)
    total, digit = 0, 0
    for character in digits:
        if character == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif character == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif character in "零〇":
            continue
        else:
            digit = _HAN.find(character) + 1
    return total + digit
