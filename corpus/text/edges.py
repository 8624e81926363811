"""Which lines are sentences of a message, and where in a page's lines it begins and ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.text.bylines import read_byline
from corpus.text.days import DAY
from corpus.text.furniture import is_furniture
from corpus.text.label_words import LABEL_WORD, mark_behind_label
from corpus.text.sides import (
    ANSWER_LABEL,
    MESSAGE_LABEL,
    SECTION,
    SENDER_ALONE,
    TYPED_TITLE,
    is_byline,
)
from corpus.text.unanswered import is_step

TITLE_LINE = re.compile(r".{0,80}(?:答复|复函|回复|函复|会办意见|答复意见|办理意见)(?:的函)?\s*")
"""A line that is the title of an answer."""
_MESSAGE_VOICE = re.compile(
    r"我(?![局委办县市区镇乡省院校部厅处])(?!们?(?:局|委|单位|中心|公司))|本人|请问|恳请|盼|求助|[您你]好|为什么|怎么|"
    r"什么时候|能不能|能否|可否|是否|领导|[？?]"
)
_PARTICULAR = re.compile(
    rf"{SECTION.pattern}$|[•·◆■\s【\[（(]*{LABEL_WORD}(?:[】\]]|\s*[:：|｜]|\s|$)"
    r"|(?:受理|流转|转办|办理)(?:情况|告知|过程|记录|进度|流程)\s?[:：]"
)
_LONGEST_PARTICULAR = 80
_SHORT_PARTICULAR = re.compile(r"[\u4e00-\u9fff]{2,6}[:：]\s?\S{1,20}")
_TAG = re.compile(
    r"(?!.*(?:好|敬|领导|书记|[市县区镇省乡局]长))(?:已(?:办理|回复|答复|办结|受理)|[\u4e00-\u9fff]{2,4})"
)
"""A word that a page sets above a message: its kind, its field, its state."""
_HEAD = 5
"""Lines at the head of a message among which a title and a byline may stand."""
_DAY_ALONE = re.compile(rf"[—-]{{0,3}}\s?[（(]?{DAY}(?:\s\S{{4,8}})?[）)]?")
PROSE = 12
"""A line of fewer characters is no sentence of a message."""


def trimmed(lines: Sequence[str], low: int, high: int) -> tuple[int, int]:
    """Leave out a page's furniture and particulars, and the name above the answer, at the ends.

    So are a title and the line that says who wrote it and when, above the message or below it.
    """
    for number in range(low, min(low + _HEAD, high)):
        heads = (
            is_byline(lines[number])
            or read_byline(lines[number])
            or TYPED_TITLE.fullmatch(lines[number])
        )
        if heads and any(is_message(line, announced=True) for line in lines[number + 1 : high]):
            low = number + 1
            while low + 1 < high and _SHORT_PARTICULAR.fullmatch(lines[low]):
                low += 1
        elif number >= low and len(lines[number]) >= PROSE and lines[number][-1:] in "。！？!?":
            break
    while low + 1 < high and _TAG.fullmatch(lines[low]):
        low += 1
    while high > low + 1 and (
        is_particular(lines[high - 1])
        or is_byline(lines[high - 1])
        or read_byline(lines[high - 1]) is not None
        or _DAY_ALONE.fullmatch(lines[high - 1])
        or is_step(lines[high - 1])
        or not _ends(lines[high - 1])
        or SENDER_ALONE.fullmatch(lines[high - 1])
        or ANSWER_LABEL.fullmatch(lines[high - 1])
    ):
        high -= 1
    while (
        low + 1 < high
        and (is_particular(lines[low]) or _SHORT_PARTICULAR.fullmatch(lines[low]))
        and not MESSAGE_LABEL.match(lines[low])
    ):
        low += 1
    return low, high


def is_particular(line: str) -> bool:
    """Tell whether a line is a page's: furniture, or a label with its value."""
    return is_furniture(line) or (
        len(line) <= _LONGEST_PARTICULAR and _PARTICULAR.match(line) is not None
    )


def _ends(line: str) -> bool:
    return len(line) >= PROSE or line.rstrip()[-1:] in "。！？!?.…~"


def is_message(line: str, announced: bool) -> bool:
    """Tell whether a line is a sentence of a message.

    :param announced: whether an answer is announced below it: it then needs no citizen's voice.
    """
    return (
        len(line) >= PROSE
        and re.search(r"[。！？!?，,]", line) is not None
        and (announced or _MESSAGE_VOICE.search(line) is not None)
        and mark_behind_label(line.lstrip()) not in (":", "：", "|")
        and not is_furniture(line)
        and not TITLE_LINE.fullmatch(line)
    )
