"""Requests that stand as points or paragraphs behind 建议：, 恳请：, 对策 or the like."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from index.ranking.requests.heads import HEADING, end_before, find_heads, is_quoted
from index.ranking.requests.numbers import DEPTHS, Mark, find_marks, follow

Span = tuple[int, int]

CLOSING = re.compile(
    r"(?:^|(?<=[。；;！!？?\s]))[^\S\n]*"
    r"(?:以上(?:建议|意见|提案|诉求|情况|问题|请求|所?述|几点|是|内容)?[^\n。，]{0,6}(?:[，。,！]|妥否|请|供|不妥|仅供)"
    r"|妥否|当否|此致|敬礼|特此|感谢|谢谢|多谢|敬请|恳请(?:领导|有关|贵)[^。\n]{0,12}(?:回复|答复|重视|采纳|考虑|批准)"
    r"|(?:委员|代表)[：:]|联系(?:人|电话|方式|地址)|(?:提案|建议|附议|领衔|来信|留言|反映|提议|执笔)(?:人|者|单位|代表)[：:]"
    r"|附(?:件|：|:)|办理类型|建议承办|主办单位|承办单位|来源[：:]|【(?:我要评价|打印|关闭)|[盼望](?:复|回复|答复|采纳)"
    r"|[望盼].{0,8}(?:回复|答复|采纳))",
    re.MULTILINE,
)
MOST_PARTS = 8
"""A paragraph of more sentences tells a story."""

LABEL = 20
"""A point that asks behind so many characters has told a problem first, and not only its title."""

_ASKED_WITHIN = re.compile(r"(?:^|[。；！？\n])(?:为此|因此|对此|所以)?，?(?:建议|希望|恳请)")
_BEGUN = re.compile(r"(?:我们?|强烈|特)?(?:建议|希望|恳请|请)")
_SELF = re.compile(r"[\s#*]*(?:建议|诉求|请求|要求|对策|举措|措施|一[要请盼望求]|一建议)")
"""A first number that says itself that it is asked."""


def find_listed(text: str) -> list[Span]:
    """Return the requests listed under heads, in order, without their numbers.

    Points that first tell a problem and then ask (一、班车少。…建议加开。) are none: what they
    ask is a sentence of them.
    """
    marks = find_marks(text)
    spans: list[Span] = []
    for listed, numbered in _lists(text, marks):
        asking = sum(_asks_within(text, span) for span in listed) if numbered else 0
        if 2 * asking < len(listed):
            spans += listed
    return spans or _labelled(text, marks)


def find_points(text: str) -> list[Span]:
    """Return the numbered points under heads, whole, whatever they tell."""
    return [
        span for listed, numbered in _lists(text, find_marks(text)) if numbered for span in listed
    ]


def _lists(text: str, marks: Sequence[Mark]) -> Iterator[tuple[list[Span], bool]]:
    """Yield what stands under each head, and whether it is numbered."""
    ends = [mark.end for mark in marks]
    depths = {mark.start: DEPTHS.index(mark.form) for mark in marks if mark.at_line}
    read = 0
    for head in find_heads(text, marks):
        if head < read:
            continue
        begin = _skip(text, head)
        first = bisect_left(ends, begin + 1)
        numbered = first < len(marks) and marks[first].start <= begin and marks[first].number <= 1
        listed = list(follow(marks, first)) if numbered else []
        numbered = len(listed) > 1
        below = (
            _points(text, listed, depths) if numbered else _paragraphs(text, head, begin, depths)
        )
        read = below[-1][1] if below else head if numbered else _line_end(text, head)
        yield below, numbered


def close(text: str, start: int, end: int) -> int:
    """Return where `text[start:end]` ends before a closing formula, or a signature."""
    closing = CLOSING.search(text, start, end)
    return closing.start() if closing else end


def trim(text: str, start: int, end: int) -> Span:
    """Return the span without white space and marks of layout at its ends."""
    while start < end and (text[start].isspace() or text[start] in "*，、：:"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in "*#"):
        end -= 1
    return start, end


def _asks_within(text: str, span: Span) -> bool:
    begun = _BEGUN.match(text, *span)
    return not begun and bool(_ASKED_WITHIN.search(text, span[0] + LABEL, span[1]))


def _points(text: str, listed: Sequence[Mark], depths: Mapping[int, int]) -> list[Span]:
    stops = [mark.start for mark in listed[1:]]
    lines = max(map(partial(_plain_lines, text, depths), listed, stops), default=0)
    stops.append(_last_stop(text, listed[-1], depths, lines))
    spans = (trim(text, mark.end, stop) for mark, stop in zip(listed, stops, strict=True))
    return [span for span in spans if span[0] < span[1]]


def _plain_lines(text: str, depths: Mapping[int, int], mark: Mark, stop: int) -> int:
    """Count a point's lines behind its first that no sub-point begins."""
    ends = (sign.end() for sign in _BREAK.finditer(text, mark.end, end_before(text, stop)))
    return sum(end not in depths for end in ends)


def _last_stop(text: str, last: Mark, depths: Mapping[int, int], lines: int) -> int:
    """Return where the last point ends: its line, its sub-points, as many lines as others have."""
    depth = DEPTHS.index(last.form)
    bullets = last.form == "bullet"
    stop = _line_end(text, last.end)
    while stop < len(text) - 1:
        follows = stop + 1
        inside = depths.get(follows, -1) > depth or (bullets and text[follows].isspace())
        if text[follows : _line_end(text, follows)].strip() == "" or (
            not inside and (not lines or follows in depths or HEADING.match(text, follows))
        ):
            break
        stop, lines = _line_end(text, follows), lines - (not inside)
    stop = close(text, last.end, stop)
    more = _MORE.search(text, last.end, stop)
    return more.start() if more else stop


_BREAK = re.compile(r"\n")
_MORE = re.compile(
    r"(?<=[。；;])[^\S\n]*(?:另外|此外|同时|再就是)[，,]?(?:还|也|再)?(?:建议|希望|恳请|请|能否)"
)
"""What is asked behind a list, in the paragraph of its last point."""


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _skip(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _paragraphs(text: str, head: int, begin: int, depths: Mapping[int, int]) -> list[Span]:
    """Return paragraphs behind a head; the parts of a single one."""
    if begin >= len(text) or text[head - 1] in "。，":
        return []
    line = _line_end(text, begin)
    if "\n" not in text[head:begin]:
        return _parts(text, begin, close(text, begin, line))
    spans: list[Span] = []
    start = begin
    while start < len(text):
        end = _line_end(text, start)
        if start in depths or HEADING.match(text, start):
            break
        stop = close(text, start, end)
        if stop > start and text[start:stop].strip():
            spans.append(trim(text, start, stop))
        if stop < end:
            break
        start = _skip(text, end)
    if spans and text[spans[-1][1] - 1] in "：:":  # which is a head itself
        return []
    return spans if len(spans) > 1 else [part for span in spans for part in _parts(text, *span)]


_PART = re.compile(r"[。；;！!](?![”’）)])")


_EXPLICIT = re.compile(r"[？?]$|^[^，。]{0,6}(?:希望|请|要求|恳请|能否|建议)")


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


def _labelled(text: str, marks: Sequence[Mark]) -> list[Span]:
    """Return points that say themselves that they are requests: 建议一：…"""
    for number, mark in enumerate(marks):
        if mark.number == 1 and _SELF.match(text, mark.start):
            listed = list(follow(marks, number))
            if len(listed) > 1:
                return _points(text, listed, {})
    return []
