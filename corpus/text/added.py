"""What citizens add below an answer: further questions, and what they think of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile

from corpus.text.bylines import read_byline
from corpus.text.days import DAY
from corpus.text.edges import is_particular
from corpus.text.heads import asked_by
from corpus.text.salutation import Anchor
from corpus.text.sides import (
    ADDED,
    ANSWER_LABEL,
    ANSWER_PARTICULAR,
    RATING,
    SENDER_ALONE,
    SENDER_SPEAKS,
    THOUGHT_OF,
)
from corpus.text.unanswered import may_be_a_citizen_s, office_from, says_anything

_REPORTED = re.compile("表示(?:满意|认可|理解|感谢|同意)")
"""What an office says of a citizen, in its own answer."""
_AGAIN = re.compile(r"[^：:|｜]{0,12}?(?:追问|追评|追加|(?:再次?|二次|继续)(?!回))")
_DAY = re.compile(rf"[（(]?{DAY}.{{0,10}}")


def find_added(
    lines: Sequence[str], spans: Sequence[tuple[int, int]], anchors: Sequence[Anchor]
) -> Iterator[tuple[int, int]]:
    """Yield the spans of lines that citizens add below the answer to a message, without a label's.

    Each ends where an office speaks again. What is thought of an answer in a word or in stars
    alone is none, nor is what ends a page: see `thought_from`.

    :param spans: the message's own lines, and those with which it was asked again.
    """
    asked = _label_of(lines, spans[0])
    heads = {number for number, line in enumerate(lines) if _adds(line, asked)}
    taken = {number for low, high in spans for number in range(low, high)}
    offices = {number for anchor in anchors for number in (anchor.salutation, anchor.opening)}
    said = _said_up_to(lines) if heads else 0
    answered, number = False, spans[0][1]
    while heads and number < len(lines):
        low = number
        number += 1
        if low not in heads or low in taken or not answered:
            answered = answered or not is_particular(lines[low])
            continue
        number = _end(lines, low, heads, taken | offices)
        ends_page = number >= said and THOUGHT_OF.match(lines[low])
        if number in taken or (not ends_page and _says_more(lines[low:number])):
            yield low, number


def thought_from(text: str, body: int) -> int:
    """Return where a page's end begins that says what is thought of an answer; else the length.

    :param body: where the answer begins.
    """
    lines = text[body:].split("\n")
    heads = {number for number, line in enumerate(lines) if _adds(line, "")}
    said = _said_up_to(lines) if heads else 0
    end = 0
    for low in sorted(heads - {0}):
        if low >= end:
            end = _end(lines, low, heads, ())
            if THOUGHT_OF.match(lines[low]) and end >= said:
                return body + sum(len(line) + 1 for line in lines[:low])
    return len(text)


def _label_of(lines: Sequence[str], message: tuple[int, int]) -> str:
    """Return the label of a message, on its line or above it."""
    labels = (asked_by(lines[n]) for n in (message[0], message[0] - 1) if n >= 0)
    return next((label.group().strip() for label in labels if label), "")


def _adds(line: str, asked: str) -> bool:
    """Tell whether a line announces what is added, if only by the message's own label again."""
    announced = ADDED.match(line) or (asked and line.startswith(asked))
    if announced and _AGAIN.match(line):
        return True
    if announced and THOUGHT_OF.match(line):
        return not _REPORTED.search(line) and office_from([line]) < 0
    return bool(announced) and not _REPORTED.search(line) and may_be_a_citizen_s(line)


def _end(lines: Sequence[str], low: int, heads: Collection[int], others: Collection[int]) -> int:
    """Return where that ends which a line announces, among `others` at the latest."""
    thought = THOUGHT_OF.match(lines[low]) is not None
    own = takewhile(
        lambda n: n in heads or not (n in others or _is_another_s(lines[n], thought)),
        range(low + 1, len(lines)),
    )
    return low + 1 + sum(1 for _ in own)


def _is_another_s(line: str, thought: bool) -> bool:
    """Tell whether a line is no more of what a citizen adds."""
    byline = read_byline(line)
    return bool(
        ANSWER_LABEL.match(line)
        or ANSWER_PARTICULAR.match(line)
        or SENDER_SPEAKS.match(line)
        or SENDER_ALONE.fullmatch(line)
        or is_particular(line)
        or (byline and byline.official)
        or (office_from([line]) >= 0 if thought else not may_be_a_citizen_s(line))
    )


def _said_up_to(lines: Sequence[str]) -> int:
    """Return behind which line nothing is said any more."""
    return next(
        (n + 1 for n in range(len(lines) - 1, -1, -1) if says_anything(lines[n : n + 1])), 0
    )


def _says_more(lines: Sequence[str]) -> bool:
    """Tell whether lines hold more than labels, days and marks."""
    for line in lines:
        label = ADDED.match(line) or asked_by(line)
        own = line[label.end() :].strip(" |｜") if label else line
        if own and not any(said.fullmatch(own) for said in (RATING, _DAY)):
            return True
    return False
