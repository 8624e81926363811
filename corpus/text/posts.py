"""The posts of a forum, which citizens and an office write below one another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.text.bylines import (
    Byline,
    is_office,
    is_title,
    iter_bylines,
    may_be_byline,
    read_byline,
)
from corpus.text.furniture import is_furniture
from corpus.text.label_words import mark_behind_label
from corpus.text.sides import ANSWER_LABEL
from corpus.text.unanswered import only_a_citizen

_POST = re.compile(
    r"(?P<who>.{1,60}?)\s*发[表布]于\s*[:：]?\s*(?:19|20)\d\d\s?[-年/.]\s?\d{1,2}[^。，]{0,40}"
)
_OFFICIAL = re.compile(
    r"局|委|办|府|厅|部|公安|交警|城管|消防|镇|乡|街道|中心|公司|法院|检察院|医院|大队|支队|学校|官方|管理"
)


def find_citizens_posts(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans of lines that are posts of citizens on a forum: all but an office's.

    A short line that heads the first post is the thread's title, and stays.
    """
    heads = [
        (n, match["who"]) for n, line in enumerate(lines) if (match := _POST.fullmatch(line[:120]))
    ]
    if len(heads) < 2 or not any(_OFFICIAL.search(who) for _, who in heads):
        return
    for (head, who), after in zip(heads, [*(n for n, _ in heads[1:]), len(lines)], strict=True):
        first = head + 1
        if head == heads[0][0] and first + 1 < after and not re.search(r"[。！，!,]", lines[first]):
            first += 1
        if not _OFFICIAL.search(who) and first < after:
            yield first if head == heads[0][0] else head, after


_FEWEST_TURNS = 2
_SENTENCE = re.compile(r"(?=.{12})(?:.*[。！？!?]$|.*[，。].*[，。])")


def find_turns(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield what citizens say on a page on which they, and then an office, speak below bylines.

    That is what stands below each citizen's byline, up to the next. Where no citizen speaks
    above an office, there is none.
    """
    if sum(may_be_byline(line) for line in lines) < _FEWEST_TURNS:
        return  # as mostly
    turns = list(iter_bylines(lines))
    asked = next((n for n, turn in enumerate(turns) if not turn.official), len(turns))
    if not any(turn.official for turn in turns[asked:]):
        yield from _above_turn(lines, turns)
        return
    turns = turns[asked:]
    ends = [*(turn.first for turn in turns[1:]), len(lines)]
    for turn, end in zip(turns, ends, strict=True):
        if not turn.official:
            low = _below_title(lines, turn.after, end) if turn is turns[0] else turn.first
            yield low, end


def _above_turn(lines: Sequence[str], turns: Sequence[Byline]) -> Iterator[tuple[int, int]]:
    """Yield what is said right above an office's turn, signed by a citizen or in a citizen's voice.

    The citizen's byline, and what announces the answer, may stand between.
    """
    high = turns[0].first if turns else 0
    while high and ANSWER_LABEL.match(lines[high - 1]):
        high -= 1
    signed = read_byline(lines[high - 1]) if high else None
    high -= signed is not None
    low = high
    while low and _SENTENCE.match(lines[low - 1]) and not is_furniture(lines[low - 1]):
        low -= 1
    said = "\n".join(lines[low:high])
    if said and (not signed.official if signed else only_a_citizen(said)):
        yield low, high


def _below_title(lines: Sequence[str], low: int, high: int) -> int:
    return low + 1 if low + 1 < high and is_title(lines[low]) else low


_SPOKEN = re.compile(
    r"[@【\[]?(?P<who>(?!尊敬|敬爱|亲爱|各位)[^\s。，；！？：:|｜>]{2,20}?)[】\]]?[:：]\s?(?=\S.{10})"
)
_FURTHEST = 24
_GREETED = re.compile(r"领导|书记|[市县区镇乡局省厅]长$|主任|[您你]|内容|问题|情况|如下")


def find_spoken(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield what somebody says above what an office says, each behind a name: `云中客：……`."""
    asked = -1
    named = [
        n for n, line in enumerate(lines) if ":" in line[:_FURTHEST] or "：" in line[:_FURTHEST]
    ]
    for number in named if len(named) >= _FEWEST_TURNS else ():
        who = speaker(lines[number])
        if who and is_office(who) and asked >= 0:
            yield asked, number
            return
        if who and not is_office(who) and asked < 0:
            asked = number


def speaker(line: str) -> str:
    """Return whose words a line holds, named before them, "" where nobody is."""
    spoken = _SPOKEN.match(line)
    if spoken is None or _GREETED.search(spoken["who"]) or mark_behind_label(line):
        return ""
    return spoken["who"]
