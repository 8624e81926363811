"""Requests that stand as points or paragraphs: behind 建议：, or in lists that say what to do."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from index.ranking.requests.cells import find_cells
from index.ranking.requests.heads import HEADING, SHORT, find_heads, is_quoted, tells
from index.ranking.requests.mood import leaning, mood
from index.ranking.requests.numbers import Mark, find_marks, follow
from index.ranking.requests.points import Span, close, find_depths, line_end, read_points, trim
from index.ranking.requests.runs import TITLE, Runs

MOST_PARTS = 8
"""A paragraph of more sentences tells a story."""

LABEL = 20
"""A point that asks behind so many characters has told a problem first, and not only its title."""

FEW = 3
"""So many paragraphs on end are a list though nothing says so."""

ASKING, TELLING = 0.5, -0.5
"""How points lean that ask for something without a head; and that tell, whatever their head."""

_ASKED_WITHIN = re.compile(r"(?:^|[。；！？\n])(?:为此|因此|对此|所以)?，?(?:建议|希望|恳请)")
_BEGUN = re.compile(r"(?:我们?|强烈|特)?(?:建议|希望|恳请|请)")
_SELF = re.compile(r"[\s#*]*(?:建议|诉求|请求|要求|对策|举措|措施|一[要请盼望求愿]|一建议)")
"""A first number that says itself that it is asked."""

_WHOLE_LINE = re.compile(r"\S[^\n]*")
_PART = re.compile(r"[。；;！!](?![”’）)])")
_EXPLICIT = re.compile(r"[？?]$|^[^，。]{0,6}(?:希望|请|要求|恳请|能否|建议)")
_SECTION = re.compile(
    r"(?:基本情况|案由|案据|理由|背景|现状|分析|(?:存在|主要)的?(?:问题|困难)|问题|困难)[^，。\n]{0,6}[：:。\n]"
    r"|关于[^，。\n]{2,60}(?:提案|建议|议案)[^，。\n]{0,16}\n"
)
"""How a point begins that is a part of a whole text, or a whole one: 一、案由; 一、关于…的提案."""
_HELP = re.compile(r"求助|求解|请教|咨询|请问|想问|提问|帮忙|帮助")
"""What heads a story as well as what is asked: 想向您求助一件事：…."""
_QUESTION = re.compile(r"[？?]")
_ASKS_HOW = re.compile(r"^[^\S\n]*[^，。；\n]{2,24}[？?][^\S\n]*\n*", re.MULTILINE)


def find_listed(text: str) -> dict[Span, bool]:
    """Return the requests that stand as points, paragraphs or cells, in order, without numbers.

    Each with whether it is a numbered point below a head that asks.

    Points that first tell a problem and then ask (一、班车少。…建议加开。) are none: what they
    ask is a sentence of them. A list without a head is one of requests where its points say what
    should be done.
    """
    marks = find_marks(text)
    runs = Runs(text, marks)
    spans = find_cells(text)
    points: set[Span] = set()
    for listed, numbered in _lists(text, marks):
        if not numbered:
            spans += _apart(spans, listed)
        elif _asks(text, listed, TELLING):
            below = _apart(spans, runs.below(listed))
            points.update(below)
            spans += below
    begin = min(spans)[0] if spans else 0
    for head, listed in runs:
        least = TELLING if _SELF.match(text, head) else ASKING
        if head >= begin and not tells(text, head) and _asks(text, listed, least):
            below = runs.below(listed)
            if below != listed or not runs.sorts(listed):
                spans += _apart(spans, below)
    return {span: span in points for span in sorted(spans or _answers(text) or _doing(text))}


def find_points(text: str) -> list[Span]:
    """Return the numbered points under heads, whole, whatever they tell."""
    return [
        span for listed, numbered in _lists(text, find_marks(text)) if numbered for span in listed
    ]


def _asks(text: str, listed: Sequence[Span], least: float) -> bool:
    """Tell whether points ask, as a whole, and aren't problems that each end with a request."""
    if any(_SECTION.match(text, start) for start, _ in listed):
        return False
    asking = sum(_asks_within(text, span) for span in listed)
    return 2 * asking < len(listed) and leaning(text, listed) >= least


def _asks_within(text: str, span: Span) -> bool:
    begun = _BEGUN.match(text, *span)
    return not begun and bool(_ASKED_WITHIN.search(text, span[0] + LABEL, span[1]))


def _apart(taken: Sequence[Span], listed: Sequence[Span]) -> list[Span]:
    """Return what is listed, but for what overlaps with what is taken."""
    order = sorted(taken)
    ends = [end for _, end in order]
    free = []
    for start, end in listed:
        after = bisect_right(ends, start)
        if after == len(order) or order[after][0] >= end:
            free.append((start, end))
    return free


def _lists(text: str, marks: Sequence[Mark]) -> Iterator[tuple[list[Span], bool]]:
    """Yield what stands under each head, and whether it is numbered."""
    ends = [mark.end for mark in marks]
    depths = find_depths(marks)
    read = 0
    for head in find_heads(text, marks):
        if head < read:
            continue
        begin = _skip(text, head)
        first = bisect_left(ends, begin + 1)
        numbered = first < len(marks) and marks[first].start <= begin and marks[first].number <= 1
        listed = list(follow(marks, first)) if numbered else []
        if any(_SECTION.match(text, mark.end) for mark in listed):
            continue
        numbered = len(listed) > 1
        below = (
            read_points(text, listed, depths)
            if numbered
            else _paragraphs(text, head, begin, depths)
        )
        if not numbered and _HELP.search(text, max(head - SHORT, 0), head):
            below = below if leaning(text, below) >= 0 and not _questions(text, below) else []
        read = below[-1][1] if below else head if numbered else line_end(text, head)
        yield below, numbered


def _questions(text: str, spans: Sequence[Span]) -> bool:
    return any(_QUESTION.search(text, *span) for span in spans)


def _skip(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _paragraphs(text: str, head: int, begin: int, depths: Mapping[int, int]) -> list[Span]:
    """Return paragraphs behind a head; the parts of a single one."""
    if begin >= len(text) or text[head - 1] in "。，":
        return []
    line = line_end(text, begin)
    if "\n" not in text[head:begin]:
        if not text[: text.rfind("\n", 0, head) + 1].strip() and _headline(text, begin, line):
            return []
        return _parts(text, begin, close(text, begin, line))
    spans: list[Span] = []
    start = begin
    while start < len(text):
        end = line_end(text, start)
        if start in depths or HEADING.match(text, start):
            break
        stop = close(text, start, end)
        span = trim(text, start, max(start, stop))
        if span[0] < span[1]:
            spans.append(span)
        if stop < end:
            break
        start = _skip(text, end)
    if spans and text[spans[-1][1] - 1] in "：:":  # which is a head itself
        return []
    return spans if len(spans) > 1 else [part for span in spans for part in _parts(text, *span)]


def _headline(text: str, start: int, end: int) -> bool:
    """Tell whether words end a line without a mark, and text follows."""
    return text[start:end].rstrip()[-1:] not in "。；;！!？?" and bool(text[end:].strip())


def _parts(text: str, start: int, end: int) -> list[Span]:
    """Return the parts of a paragraph of several requests; none where only some of them ask."""
    parts = list(_sentences(text, start, end))
    asking = sum(bool(_EXPLICIT.search(text[begin:stop])) for begin, stop in parts)
    return [] if 0 < asking < len(parts) or len(parts) > MOST_PARTS else parts


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    for stop in (*(part.end() for part in _PART.finditer(text, start, end)), end):
        span = trim(text, start, stop)
        if span[1] - span[0] > 3 and not is_quoted(text, stop):
            yield span
            start = stop


def _answers(text: str) -> list[Span]:
    """Return the parts of paragraphs that answer headings that ask how: 钱放在哪里？."""
    asked = [heading.end() for heading in _ASKS_HOW.finditer(text)]
    places = {line_end(text, start): start for start in reversed(asked)}
    below = [trim(text, start, end) for end, start in sorted(places.items())]
    said = [span for span in below if span[0] < span[1] and mood(text, *span) >= 0]
    if len(said) < 3 or leaning(text, said) < ASKING:
        return []
    return [part for span in said for part in _sentences(text, *span)]


def _doing(text: str) -> list[Span]:
    """Return paragraphs that say one after the other what should be done, with no head."""
    group: list[Span] = []
    for line in _WHOLE_LINE.finditer(text):
        span = trim(text, line.start(), close(text, *line.span()))
        if span[1] - span[0] > TITLE and mood(text, *span) > 0:
            group.append(span)
        elif len(group) >= FEW:
            break
        else:
            group = []
    return group if len(group) >= FEW else []
