"""What of a document is a citizen's message, or a proposal's own text, and no office's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.text.days import DAY
from corpus.text.edges import PROSE, TITLE_LINE, is_message, is_particular, trimmed
from corpus.text.label_words import HOLDERS, OF_MATTER
from corpus.text.posts import find_citizens_posts, find_spoken, find_turns
from corpus.text.salutation import CITIZEN, Anchor
from corpus.text.sides import (
    ANSWER_LABEL,
    ANSWER_PARTICULAR,
    CITIZEN_SPEAKS,
    CONTENT,
    MESSAGE_LABEL,
    SENDER_SPEAKS,
)
from corpus.text.unanswered import office_from, only_a_citizen

_OFFICE_VOICE = re.compile(
    r"(?:[您你](?:们)?(?:所)?(?:反映|提出|咨询|来信|的来信|的留言|好)|[您你]好|经(?:核实|调查|了解|查|现场)|我[局委办镇街县市区乡中院处]"
    r"|来信收悉|收悉|[一-龥]{2,20}(?:局|委员会|政府|办公室|街道|中心|公司|镇|乡)(?:(?!我家|我们家).){0,60})"
)
_TO_CITIZEN = re.compile(rf"{CITIZEN}|同志")
_TO_DEPUTIES = re.compile("委员(?!会)|代表")
_MAY_BE_LABEL = re.compile(r".{0,30}?(?:[:：|｜\s】]|$)")
"""What any label begins with: spares most lines the longer patterns."""
_OF_CONTENT = re.compile(r"内\s?容|正\s?文|详情|描述|全文")
_BARE = re.compile(r"[【\[（(•·\s]{0,3}[问Q]")
_ASKED_AGAIN = re.compile(
    r"[【\[（(•·\s]{0,3}[\u4e00-\u9fff]{0,4}?(?:追问|补充|再次?)|" + CONTENT.pattern
)
"""What heads further words of the same citizen, or of the office."""
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
        _proposal(lines, anchors),
    )
    for found in ways:
        spans = [trimmed(lines, low, high) for low, high in found if low < high]
        if spans and any(line.strip() for line in lines[spans[-1][1] :]):
            return spans
    return []


def asked_by(line: str) -> re.Match[str] | None:
    """Return what announces the words of a citizen at the start of a line: a label or a name."""
    return MESSAGE_LABEL.match(line) or CITIZEN_SPEAKS.match(line)


def _labelled(lines: Sequence[str], anchors: Sequence[Anchor]) -> Iterator[tuple[int, int]]:
    """Find what stands between a label of a message and the answer below it."""
    asked = [n for n, line in enumerate(lines) if _MAY_BE_LABEL.match(line) and asked_by(line)]
    if sum(_BARE.match(lines[n]) is not None for n in asked) > 1:
        return  # questions and answers that the office wrote itself
    answered = -1
    for low, after in pairwise([*asked, len(lines)]):
        if 0 <= answered < low and CONTENT.match(lines[low]):
            continue  # the label of the answer's own text
        high = _answer_from(lines, low + 1, after, anchors)
        if high < 0:
            office = office_from(lines[low + 1 : after])
            high = low + 1 + office if office >= 0 else -1
        if high < 0:
            continue
        answered = high
        label = asked_by(lines[low])
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
    return all(label and _OF_CONTENT.search(label.group()) for label in labels)


def _answer_from(lines: Sequence[str], low: int, high: int, anchors: Sequence[Anchor]) -> int:
    """Return where an answer begins: announced, by its salutation or its sender; -1 = nowhere."""
    announced = _answer_below(lines, low, high)
    ours = (a for a in anchors if not (a.found and a.found.to_leaders))
    greeted = (a.salutation if a.found else a.opening for a in ours)
    spoken = (n for n in range(low, high) if SENDER_SPEAKS.match(lines[n]))
    starts = [n for n in (announced, next((n for n in greeted if low <= n < high), -1)) if n >= 0]
    return min([*starts, *spoken], default=-1)


def _answer_below(lines: Sequence[str], low: int, high: int, *, particulars: bool = True) -> int:
    """Return the first of the lines that announces an answer, -1 where none does.

    :param particulars: whether who answers, or when, announces it as well.
    """
    for number in range(low, high):
        line = lines[number]
        if _MAY_BE_LABEL.match(line) and (
            ANSWER_LABEL.match(line) or (particulars and ANSWER_PARTICULAR.match(line))
        ):
            return number
    return -1


def _to_leaders(lines: Sequence[str], anchors: Sequence[Anchor]) -> Iterator[tuple[int, int]]:
    """Find a message that greets leaders, above what an office says."""
    low = next((a.salutation for a in anchors if a.found and a.found.to_leaders), -1)
    if low < 0:
        return
    answers = [a for a in anchors if a.salutation > low and a.found and not a.found.to_leaders]
    high = answers[0].salutation if answers else _answer_below(lines, low + 1, len(lines))
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
    announced = _answer_below(lines, labelled[0], len(lines), particulars=False)
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
        return _answer_below(lines, 1, len(lines))
    if first.found is None:
        if lines[first.opening][:2] not in ("您好", "你好"):
            return -1
        announced = _answer_below(lines, 1, first.opening, particulars=False)
        return announced if announced >= 0 else first.opening
    greeting = lines[first.salutation][: first.found.after]
    if not _TO_CITIZEN.search(greeting):
        return -1
    announced = _answer_below(lines, 1, first.salutation)
    return announced if announced >= 0 else first.salutation


def further_messages(lines: Sequence[str], anchors: Sequence[Anchor]) -> list[int]:
    """Return where further messages begin, each of another citizen, with an answer of its own."""
    asked = [
        n
        for n, line in enumerate(lines)
        if _MAY_BE_LABEL.match(line) and asked_by(line) and not _ASKED_AGAIN.match(line)
    ]
    if len(asked) < 2 or any(_BARE.match(lines[n]) for n in asked):
        return []
    pairs = []
    for low, after in pairwise([*asked, len(lines)]):
        high = _answer_from(lines, low + 1, after, anchors)
        if high > low and any(
            len(line) >= PROSE and not is_particular(line) for line in lines[low:high]
        ):
            pairs.append(low)
    return pairs[1:]
