"""Requests that stand as sentences of their own: 建议…, 希望…, 能不能…？"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.ranking.requests.mood import MODAL, QUESTION, SURE, mood
from index.ranking.requests.points import CLOSING, Span, line_end, trim
from index.ranking.requests.units import AND, is_breathless, iter_units, lead
from index.ranking.requests.wording import (
    ANNOUNCED,
    ANYWHERE,
    ASKED_FOR,
    BARE,
    CAME_OF_IT,
    DEMAND,
    DEPARTMENT,
    FORMAL,
    IF_ONLY,
    LABEL,
    LEANS,
    NEAR,
    OBLIGES,
    OPINION,
    PAST,
    POLITE,
    POLITELY,
    QUOTED,
    REPORTED,
    REQUEST,
    RHETORICAL,
    SHOULD,
    THANKS,
    TITLE,
    TOLD,
    TOPIC,
    URGES,
    WEAK,
    WITHIN,
    WITHIN_LISTED,
    WITHIN_MESSAGE,
)

_MARKS = re.compile("[“”]")


def is_formal(text: str) -> bool:
    """Tell whether a text is a proposal by its title, its particulars or its manner."""
    return bool(FORMAL.search(hide_quoted(text)))


def find_asked(
    text: str, taken: list[Span], formal: bool, parts: Sequence[int] = (0,), hidden: str = ""
) -> list[Span]:
    """Return the sentences, or parts of them, that ask for something, outside of what is taken.

    Of a proposal what suggests; of a message questions and demands as well. A question that leans
    on the one before it (归谁管？能不能划线？) is one request with it. A message that only asks to
    be heeded (望重视) asks for that; `parts` are where the messages of a page begin.
    """
    quoted = bool(hidden)
    hidden = hidden or hide_quoted(text)
    formal = formal or bool(taken)
    question = SURE if re.search("[？?]", hidden) else QUESTION
    last = taken[-1][1] if taken else 0
    spans: list[Span] = []
    polite: list[Span] = []
    weak: list[Span] = []
    for start, end in iter_units(hidden, taken):
        goes_on = bool(spans) and spans[-1][1] == start
        if formal:
            begin = _asks_formally(hidden, start, end, goes_on, start >= last)
        else:
            begin = _asks(hidden, start, end, question, goes_on)
        if begin is None:
            if not formal and POLITE.search(hidden[start:end].rstrip()):
                polite.append(trim(text, lead(hidden, start, end), end))
            continue
        thanks = None if formal else THANKS.search(hidden, begin, end)
        span = trim(text, begin, thanks.start() + 1 if thanks else end)
        if span[0] >= span[1]:
            continue
        short = span[1] - span[0] <= BARE
        leans = (short or LEANS.match(hidden, span[0])) and hidden[span[1] - 1] in "？?！!"
        if not formal and spans and leans and spans[-1][1] == span[0] == start:
            spans[-1] = (spans[-1][0], span[1])
        elif _is_title(hidden, *span) if formal else _reproaches(hidden, *span):
            weak.append(span)
        else:
            spans.append(span)
    found: list[Span] = []
    for part in zip(parts, (*parts[1:], len(text)), strict=True):
        strong = _within(spans, part)
        instead = [] if _within(taken, part) else _within(weak, part) or _within(polite, part)[-1:]
        found += strong or instead
    if found or taken or quoted or "“" not in text:
        return found
    return find_asked(text, taken, formal, parts, _MARKS.sub(" ", text))


def _within(spans: Sequence[Span], part: Span) -> list[Span]:
    return [span for span in spans if part[0] <= span[0] < part[1]]


def hide_quoted(text: str) -> str:
    """Return the text without what stands in quotation marks."""
    return QUOTED.sub(lambda quoted: "□" * len(quoted.group()), text)


def _reproaches(text: str, start: int, end: int) -> bool:
    return bool(WEAK.search(text, start, end) and not ASKED_FOR.search(text, start, end))


def _is_title(text: str, start: int, end: int) -> bool:
    """Tell whether a span is a line of its own without a mark at its end."""
    begin, stop = text.rfind("\n", 0, start) + 1, line_end(text, end)
    alone = not text[begin:start].strip() and not text[end:stop].strip()
    return alone and end - start <= TITLE and text[end - 1] not in "。！!？?；;，,…"


def _asks_formally(text: str, start: int, end: int, goes_on: bool, free: bool) -> int | None:
    """Return where a proposal's sentence asks; `free` tells that no list follows it."""
    begin = lead(text, start, end)
    unit = text[begin:end].rstrip()
    if CLOSING.match(unit) or POLITE.search(unit) or len(unit) < 5:
        return None
    if DEPARTMENT.search(unit) or unit.endswith(("：", ":")):
        return None
    more = goes_on and len(unit) > 5 and (begin > start or AND.match(unit) or _does(unit))
    if more:
        return begin
    if CAME_OF_IT.search(unit):
        return None
    if REQUEST.match(unit) or (goes_on and TOPIC.match(unit)):
        return begin
    if reported := REPORTED.match(unit):
        return begin + reported.start("who")
    if RHETORICAL.search(unit) or len(unit) < 8:
        return None
    if free and (SHOULD.match(unit) or _obliges(unit)):
        return begin
    return _behind(WITHIN if free else WITHIN_LISTED, unit, begin)


def _does(unit: str) -> bool:
    """Tell whether a sentence says what should be done, and more than a title does."""
    return (len(unit) > LABEL or unit[0] in "再还") and mood(unit) > 0


def _obliges(unit: str) -> bool:
    """Tell whether a sentence asks, or says what must be done, elsewhere than where it begins."""
    if PAST.search(unit):
        return False
    opinion = OPINION.match(unit)
    if opinion:
        return bool(OBLIGES.search(unit) or SHOULD.search(unit)) or mood(unit[opinion.end() :]) > 0
    return bool(MODAL.search(unit) or POLITELY.search(unit)) or (
        mood(unit) > 0 and bool(OBLIGES.search(unit))
    )


def _behind(pattern: re.Pattern[str], unit: str, begin: int) -> int | None:
    """Return where a clause within asks, unless it tells what was asked before."""
    within = pattern.search(unit)
    told = (
        within
        and not within.group().endswith("恳请")
        and PAST.search(unit, max(0, within.start() - NEAR), within.start())
    )
    return begin + within.start() if within and not told else None


def _asks(text: str, start: int, end: int, question: re.Pattern[str], goes_on: bool) -> int | None:
    """Return where a message's sentence asks: with the reason that it gives before."""
    begin = lead(text, start, end)
    unit = text[begin:end].rstrip()
    if CLOSING.match(unit) or ANNOUNCED.search(unit) or POLITE.fullmatch(unit):
        return None
    if CAME_OF_IT.search(unit) and unit[-1] not in "？?":
        return None
    asked = question.search(unit)
    cut = goes_on and begin > start and text[start - 1] in "，,"
    if RHETORICAL.search(unit) or (len(unit) < 8 and not asked and not cut):
        return None
    further = begin > start or text[start - 1] in "；;"
    if goes_on and ((further and mood(unit) >= (0 if cut else 1)) or TOPIC.match(unit)):
        return begin
    if asked and unit[-1] not in "？?" and TOLD.search(unit, 0, asked.start()):
        asked = None
    if asked or IF_ONLY.search(unit) or any(way.match(unit) for way in (REQUEST, DEMAND, URGES)):
        return begin
    if OPINION.match(unit) and SHOULD.search(unit) and mood(unit) >= 0:
        return begin
    if goes_on and SHOULD.match(unit, unit[0] in "还也更"):
        return begin
    if reported := REPORTED.match(unit):
        return begin + reported.start("who")
    within = (ANYWHERE if is_breathless(unit) else WITHIN_MESSAGE).search(unit)
    told = within and (
        PAST.search(unit, max(0, within.start() - NEAR), within.start())
        or POLITE.fullmatch(unit, within.start() + 1)
    )
    return begin if within and not told else None
