"""Where the points of a list end, and what closes a text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from index.ranking.requests.heads import HEADING, end_before
from index.ranking.requests.numbers import DEPTHS, Mark

Span = tuple[int, int]

CLOSING = re.compile(
    r"(?:^|(?<=[。；;！!？?\s]))[^\S\n]*"
    r"(?:以上(?:建议|意见|提案|诉求|情况|问题|请求|所?述|几点|是|内容)?[^\n。，]{0,6}(?:[，。,！]|妥否|请|供|不妥|仅供)"
    r"|妥否|当否|此致|敬礼|特此|感谢|谢谢|多谢|敬请(?!您|你|贵|各|有关|相关|领导)|恳请(?:领导|有关|贵)[^。\n]{0,12}(?:回复|答复|重视|采纳|考虑|批准)"
    r"|(?:委员|代表)[：:]|联系(?:人|电话|方式|地址)|(?:提案|建议|附议|领衔|来信|留言|反映|提议|执笔)(?:人|者|单位|代表)[：:]"
    r"|附(?:件|：|:)|办理类型|建议(?:承办|主办|会办|办理)|主办单位|承办单位|来源[：:]|【(?:我要评价|打印|关闭)|[盼望](?:复|回复|答复|采纳)"
    r"|[望盼].{0,8}(?:回复|答复|采纳)|否则|再不|不[当妥]之处|通过(?:以上|上述|这些))",
    re.MULTILINE,
)
_BREAK = re.compile(r"\n")
_SENTENCE_END = re.compile(r"[。；;！!？?]+[”’」）)]?")
_MORE = re.compile(
    r"(?<=[。；;])[^\S\n]*(?:另外|此外|同时|再就是)[，,]?(?:还|也|再)?(?:建议|希望|恳请|请|能否)"
)
"""What is asked behind a list, in the paragraph of its last point."""


def find_depths(marks: Sequence[Mark]) -> dict[int, int]:
    """Return how deep the marks lie that begin lines, by where they start."""
    return {mark.start: DEPTHS.index(mark.form) for mark in marks if mark.at_line}


def read_points(text: str, listed: Sequence[Mark], depths: Mapping[int, int]) -> list[Span]:
    """Return the points that marks of one list begin, each with all that stands below it."""
    stops = [mark.start for mark in listed[1:]]
    lines = max(map(partial(_plain_lines, text, depths), listed, stops), default=0)
    if len(stops) > 1 and not lines and _one_sentence(text, listed, stops):
        end = _SENTENCE_END.search(text, listed[-1].end, line_end(text, listed[-1].end))
        stops.append(end.end() if end else line_end(text, listed[-1].end))
    else:
        stops.append(_last_stop(text, listed[-1], depths, lines))
    spans = (trim(text, mark.end, stop) for mark, stop in zip(listed, stops, strict=True))
    return [span for span in spans if span[0] < span[1]]


def _one_sentence(text: str, listed: Sequence[Mark], stops: Sequence[int]) -> bool:
    """Tell whether the points stand within a paragraph, each one sentence long, or half of one."""
    if any(mark.at_line for mark in listed[1:]):
        return False
    ends = (
        _SENTENCE_END.search(text, mark.end, stop)
        for mark, stop in zip(listed, stops, strict=False)
    )
    return all(
        end is not None and not text[end.end() : stop].strip()
        for end, stop in zip(ends, stops, strict=True)
    )


def _plain_lines(text: str, depths: Mapping[int, int], mark: Mark, stop: int) -> int:
    """Count a point's lines behind its first that no sub-point begins."""
    ends = (sign.end() for sign in _BREAK.finditer(text, mark.end, end_before(text, stop)))
    return sum(end not in depths for end in ends)


def _last_stop(text: str, last: Mark, depths: Mapping[int, int], lines: int) -> int:
    """Return where the last point ends: its line, its sub-points, as many lines as others have."""
    depth = DEPTHS.index(last.form)
    bullets = last.form == "bullet"
    stop = line_end(text, last.end)
    while stop < len(text) - 1:
        follows = stop + 1
        inside = depths.get(follows, -1) > depth or (bullets and text[follows].isspace())
        if text[follows : line_end(text, follows)].strip() == "" or (
            not inside and (not lines or follows in depths or HEADING.match(text, follows))
        ):
            break
        stop, lines = line_end(text, follows), lines - (not inside)
    stop = close(text, last.end, stop)
    more = _MORE.search(text, last.end, stop)
    return more.start() if more else stop


def line_end(text: str, start: int) -> int:
    """Return where the line that holds a place ends."""
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def close(text: str, start: int, end: int) -> int:
    """Return where `text[start:end]` ends before a closing formula, or a signature."""
    closing = CLOSING.search(text, start, end)
    return closing.start() if closing else end


def trim(text: str, start: int, end: int) -> Span:
    """Return the span without white space and marks of layout at its ends."""
    while start < end and (text[start].isspace() or text[start] in "*，、：:”"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in "*#"):
        end -= 1
    return start, end
