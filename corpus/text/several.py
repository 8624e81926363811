"""Where the further messages of a page begin, each of another citizen, with its own answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.text.edges import PROSE, is_particular
from corpus.text.heads import answer_from, find_heads, named_by, named_heads
from corpus.text.label_words import ASKED, LETTER_NUMBERS, TIME, WRITERS
from corpus.text.salutation import Anchor
from corpus.text.sides import ADDED, CONTENT

_ASKED_AGAIN = re.compile(
    r"[【\[（(•·\s]{0,3}[\u4e00-\u9fff]{0,4}?(?:追问|补充|再次?)|" + CONTENT.pattern
)
"""What heads further words of the same citizen, or of the office."""
_OF_MESSAGE = re.compile(
    rf"[【\[（(•·\s]{{0,3}}(?:{ASKED}?(?:标题|主题|题目|事由)|{ASKED}{TIME}|{WRITERS}|{LETTER_NUMBERS})"
    r"[】\]]?\s*[:：|｜]"
)
"""A particular of a message, which stands above it."""


def is_mixed(lines: Sequence[str]) -> bool:
    """Tell whether citizens' names head words of theirs and, on the same page, an office's.

    Nobody can then tell the ones from the others.
    """
    sure = [sure for _, sure in named_heads(lines)]
    return any(sure) and not all(sure)


def further_messages(lines: Sequence[str], anchors: Sequence[Anchor]) -> list[int]:
    """Return where further messages begin, with the particulars above them."""
    asked = [
        n
        for n in find_heads(lines, anchors)
        if not _ASKED_AGAIN.match(lines[n]) and not ADDED.match(lines[n])
    ]
    pairs = []
    for low, after in pairwise([*asked, len(lines)]):
        high = answer_from(lines, low + 1, after, anchors)
        if high > low and (
            named_by(lines[low])
            or any(len(line) >= PROSE and not is_particular(line) for line in lines[low:high])
        ):
            pairs.append(low)
    return [_above(lines, low) for low in pairs[1:]]


def _above(lines: Sequence[str], head: int) -> int:
    """Return where the particulars of a message begin that stand right above its words."""
    while _OF_MESSAGE.match(lines[head - 1]):
        head -= 1
    return head
