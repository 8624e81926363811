"""What of a document is a citizen's message, or a proposal's own text, and no office's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corpus.text.added import find_added
from corpus.text.days import DAY
from corpus.text.edges import PROSE, TITLE_LINE, is_message, is_particular, trimmed
from corpus.text.heads import answer_below, answer_from, asked_by, find_heads, named_by
from corpus.text.label_words import HOLDERS, OF_MATTER
from corpus.text.posts import find_citizens_posts, find_spoken, find_turns
from corpus.text.salutation import CITIZEN, Anchor
from corpus.text.sides import (
    ANSWER_LABEL,
    ANSWER_PARTICULAR,
    CONTENT,
    MESSAGE_LABEL,
    OF_CONTENT,
    SENDER_SPEAKS,
)
from corpus.text.unanswered import office_from, only_a_citizen

_OFFICE_VOICE = re.compile(
    r"(?:[您你](?:们)?(?:所)?(?:反映|提出|咨询|来信|的来信|的留言|好)|[您你]好|经(?:核实|调查|了解|查|现场)|我[局委办镇街县市区乡中院处]"
    r"|来信收悉|收悉|[一-龥]{2,20}(?:局|委员会|政府|办公室|街道|中心|公司|镇|乡)(?:(?!我家|我们家).){0,60})"
)
_TO_CITIZEN = re.compile(rf"{CITIZEN}|同志")
_TO_DEPUTIES = re.compile("委员(?!会)|代表")
_ANNOUNCED = re.compile(
    r"[【\[（(•·\s]{0,3}[\u4e00-\u9fff]{0,20}?(?:回复|答复|回音|回应|回信|回帖|跟帖|沙发|解答|回答|[答A][】\]）)]?\s*[:：])"
    r"|[【\[](?:办理|处理|反馈)|[【\[（(](?:19|20)\d\d[-年/.]\d"
)
"""An announcement of an answer, not merely of what was done."""
_OF_MATTER = re.compile(
    rf"[•·◆■|\s]{{0,3}}(?:(?P<own>{OF_MATTER})|{HOLDERS})[】\]]?(?:\s?[：:|｜]|\s|$)"
)
_FEWEST_LABELS = 2
_MATTER_LINES = 40
_DATED_END = re.compile(rf"\s?[\[（(【]?{DAY}[^。，]{{0,16}}$")
_LONGEST_TITLE = 40
_SHORT = 2
"""So many are enough between 来信内容： and 答复内容：, which leave no doubt."""


def find_messages(lines: Sequence[str], anchors: Sequence[Anchor]) -> list[tuple[int, int]]:
    """Return which lines are the words of whoever asked: several spans where they asked again."""
    posts = list(find_citizens_posts(lines))
    if posts:
        return [span for low, high in posts if (span := trimmed(lines, low, high))]
    greeted = (lines[a.salutation][: a.found.after] for a in anchors if a.found)
    citizens = not any(map(_TO_DEPUTIES.search, greeted))
    ways = (
        _labelled(lines, anchors),
        find_turns(lines) if citizens else iter(()),
        _to_leaders(lines, anchors),
        _above_answer(lines, anchors),
        _above_speaker(lines, anchors),
        find_spoken(lines) if citizens else iter(()),
    )
    for found in ways:
        if spans := _with_answer(lines, found):
            return sorted([*spans, *find_added(lines, spans, anchors)])
    return _with_answer(lines, _proposal(lines, anchors))


def _with_answer(lines: Sequence[str], found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Trim the spans of a message; there are none where nothing stands below them."""
    spans = [trimmed(lines, low, high) for low, high in found if low < high]
    return spans if spans and any(line.strip() for line in lines[spans[-1][1] :]) else []


def _labelled(lines: Sequence[str], anchors: Sequence[Anchor]) -> Iterator[tuple[int, int]]:
    """Find what stands between a label of a message and the answer below it."""
    asked = find_heads(lines, anchors)
    answered = -1
    for low, after in pairwise([*asked, len(lines)]):
        if 0 <= answered < low and CONTENT.match(lines[low]):
            continue  # the label of the answer's own text
        high = answer_from(lines, low + 1, after, anchors)
        if high < 0:
            office = office_from(lines[low + 1 : after])
            high = low + 1 + office if office >= 0 else -1
        if high < 0:
            continue
        answered = high
        label = asked_by(lines[low]) or named_by(lines[low])
        own = lines[low][label.end() :] if label else ""
        below = [line for line in lines[low + 1 : high] if not is_particular(line)]
        parted = _is_parted(lines, low, high)
        said = any(len(line) >= PROSE or line[-1:] in "。！？!?" for line in below)
        if not parted and said and _may_title(own):
            yield low + 1, high
        elif len(own.strip()) >= (_SHORT if parted else PROSE):
            yield low, high
        elif said:
            yield low + 1, high  # the label, which may hold a date, is the page's


def _may_title(own: str) -> bool:
    """Tell whether what stands behind a label is no sentence: `问：路灯何时修 [2023-05-06]`."""
    own = _DATED_END.sub("", own.strip(" |｜"))
    return len(own) <= _LONGEST_TITLE and re.search(r"[。！!；;]|[，,？?].", own) is None


def _is_parted(lines: Sequence[str], low: int, high: int) -> bool:
    """Tell whether both sides bear a label that says whose contents follow."""
    labels = MESSAGE_LABEL.match(lines[low]), ANSWER_LABEL.match(lines[high])
    return all(label and OF_CONTENT.search(label.group()) for label in labels)


def _to_leaders(lines: Sequence[str], anchors: Sequence[Anchor]) -> Iterator[tuple[int, int]]:
    """Find a message that greets leaders, above what an office says."""
    low = next((a.salutation for a in anchors if a.found and a.found.to_leaders), -1)
    if low < 0:
        return
    answers = [a for a in anchors if a.salutation > low and a.found and not a.found.to_leaders]
    high = answers[0].salutation if answers else answer_below(lines, low + 1, len(lines))
    if high < 0:
        voices = (n for n in range(low + 2, len(lines)) if _OFFICE_VOICE.match(lines[n]))
        high = next(voices, -1)
    yield low, high


def _above_answer(lines: Sequence[str], anchors: Sequence[Anchor]) -> Iterator[tuple[int, int]]:
    """Find prose in a citizen's voice above an answer to a citizen."""
    high = _answer_to_citizen(lines, anchors)
    announced = high >= 0 and _ANNOUNCED.match(lines[high]) is not None
    prose = [n for n in range(max(high, 0)) if is_message(lines[n], announced)]
    if not prose:
        return
    while high > prose[-1] + 1 and (
        ANSWER_LABEL.match(lines[high - 1]) or ANSWER_PARTICULAR.match(lines[high - 1])
    ):
        high -= 1
    yield prose[0], high


def _above_speaker(lines: Sequence[str], anchors: Sequence[Anchor]) -> Iterator[tuple[int, int]]:
    """Find what a citizen says above a line in which an office answers: `某某局：第一，……`."""
    if anchors:
        return
    for number in range(1, min(len(lines), _MATTER_LINES)):
        if SENDER_SPEAKS.match(lines[number]):
            above = "\n".join(lines[:number])
            if only_a_citizen(above):
                prose = [n for n in range(number) if is_message(lines[n], announced=True)]
                yield prose[0] if prose else number, number
            return


def _proposal(lines: Sequence[str], anchors: Sequence[Anchor]) -> Iterator[tuple[int, int]]:
    """Find a proposal's own text, among its particulars, above the answer to it."""
    found = [(n, _OF_MATTER.match(line)) for n, line in enumerate(lines[:_MATTER_LINES])]
    labelled = [n for n, label in found if label]
    if len(labelled) < _FEWEST_LABELS or not any(label and label["own"] for _, label in found):
        return
    anchored = min((a.salutation if a.found else a.opening for a in anchors), default=len(lines))
    announced = answer_below(lines, labelled[0], len(lines), particulars=False)
    titled = (n for n in range(labelled[-1], len(lines)) if TITLE_LINE.fullmatch(lines[n]))
    high = min([anchored, *titled, *([announced] if announced >= 0 else [])])
    prose = [
        n
        for n in range(labelled[0], min(high, len(lines)))
        if len(lines[n]) >= PROSE and "。" in lines[n] and not is_particular(lines[n])
    ]
    if prose and high < len(lines):
        yield prose[0], prose[-1] + 1


def _answer_to_citizen(lines: Sequence[str], anchors: Sequence[Anchor]) -> int:
    """Return the line at which an answer to a citizen begins, -1 where there is none.

    A letter to deputies or members has no citizen's message above it.
    """
    first = next((a for a in anchors if not (a.found and a.found.to_leaders)), None)
    if first is None:
        return answer_below(lines, 1, len(lines))
    if first.found is None:
        if lines[first.opening][:2] not in ("您好", "你好"):
            return -1
        announced = answer_below(lines, 1, first.opening, particulars=False)
        return announced if announced >= 0 else first.opening
    greeting = lines[first.salutation][: first.found.after]
    if not _TO_CITIZEN.search(greeting):
        return -1
    announced = answer_below(lines, 1, first.salutation)
    return announced if announced >= 0 else first.salutation
