"""Where a citizen begins to speak on a page, and where the office that answers does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.text.bylines import is_office, read_byline
from corpus.text.label_words import WRITERS
from corpus.text.posts import speaker
from corpus.text.salutation import Anchor
from corpus.text.sides import (
    ADDED,
    ANSWER_LABEL,
    ANSWER_PARTICULAR,
    CITIZEN_SPEAKS,
    MESSAGE_LABEL,
    NAMED_ANSWER,
    NAMED_CITIZEN,
    OF_CONTENT,
    PUBLIC,
    SENDER_HEADS,
    SENDER_SPEAKS,
)
from corpus.text.unanswered import may_be_a_citizen_s, office_from, only_a_citizen

_MAY_BE_LABEL = re.compile(r".{0,30}?(?:[:：|｜\s】]|$)")
"""What any label begins with: spares most lines the longer patterns."""
_BARE = re.compile(r"[【\[（(•·\s]{0,3}[问Q](?!题)")
_ASKS_ITSELF = re.compile(r"问题|诉求|[群公]众反映|Q|[【\[（(•·\s]{0,3}问")
"""Labels with which an office orders its own letter, or its own questions and answers."""
_OWN_QUESTIONS = re.compile("问答|解读|常见|百问|指南|手册|须知|知识")
_ABOVE = 8
_PUBLIC = re.compile(PUBLIC)
_DONE = re.compile(r"(?:办理|处理|处置|落实|核查|调查)(?:单位|结果|情况)")
"""What also stands within an office's own letter to one person."""
_WRITER = re.compile(rf"{WRITERS}|{PUBLIC}")
"""What names nobody: `网友：` heads words, but labels a name as well."""
_AROUND = " :：【】[]"
_FEWEST_SAID = 12


def asked_by(line: str) -> re.Match[str] | None:
    """Return what announces the words of a citizen at the start of a line: a label or a name."""
    return MESSAGE_LABEL.match(line) or CITIZEN_SPEAKS.match(line)


def named_by(line: str) -> re.Match[str] | None:
    """Return the name of a citizen at the start of a line, who speaks, or is greeted, behind it."""
    found = NAMED_CITIZEN.match(line)
    if found is None or ADDED.match(line) or read_byline(line):
        return None
    name, own = found.group().strip(_AROUND), line[found.end() :].strip()
    labels = _WRITER.fullmatch(name) is not None and len(own) < _FEWEST_SAID
    return None if labels or is_office(name) else found


def find_heads(lines: Sequence[str], anchors: Sequence[Anchor]) -> list[int]:
    """Return the lines that head a citizen's words: by a label, or by a name that is no greeting.

    None are an office's own: with which its letter repeats what was asked, or questions that it
    answers for everybody.
    """
    labelled = [n for n, line in enumerate(lines) if _MAY_BE_LABEL.match(line) and asked_by(line)]
    named = [n for n, sure in named_heads(lines) if sure]
    heads = sorted({*labelled, *named})
    if not heads or _in_letter(lines, anchors, heads[0]):
        return [n for n in labelled if OF_CONTENT.search(lines[n][:_LONGEST_LABEL])]
    bare = sum(_BARE.match(lines[n]) is not None for n in labelled)
    if bare > 1 and not any(map(NAMED_ANSWER.match, lines)):
        return []
    if any(map(_OWN_QUESTIONS.search, lines[max(heads[0] - _ABOVE, 0) : heads[0]])):
        return [n for n in heads if not _ASKS_ITSELF.match(lines[n])]
    return heads


_LONGEST_LABEL = 12


def _in_letter(lines: Sequence[str], anchors: Sequence[Anchor], head: int) -> bool:
    """Tell whether an office's letter has begun above a line, and so says what is there."""
    ours = (a for a in anchors if not (a.found and a.found.to_leaders))
    first = min((a.salutation if a.found else a.opening for a in ours), default=head)
    return first < head and office_from(lines[first:head]) >= 0


def named_heads(lines: Sequence[str]) -> list[tuple[int, bool]]:
    """Return the lines that begin with a citizen's name, below which an office is said to answer.

    With each stands whether it surely heads the citizen's words: nothing up to the answer is then
    what an office says in a letter that greets the citizen.
    """
    found = [
        n
        for n, line in enumerate(lines)
        if _MAY_BE_LABEL.match(line)
        and not asked_by(line)
        and named_by(line)
        and not (n and ANSWER_LABEL.fullmatch(lines[n - 1]))
    ]
    heads = []
    for low, after in pairwise([*found, len(lines)]):
        high = next((n for n in range(low + 1, after) if _office_speaks(lines, low, n)), -1)
        name = named_by(lines[low])
        own = lines[low][name.end() :] if name and high > low else ""
        words = "\n".join([own, *lines[low + 1 : high]]) if high > low else ""
        if words.strip():
            alone = not own.strip() and not _PUBLIC.match(lines[low])  # as an office greets
            surely = only_a_citizen if alone and _DONE.match(lines[high]) else may_be_a_citizen_s
            heads.append((low, surely(words)))
    return heads


def _office_speaks(lines: Sequence[str], head: int, number: int) -> bool:
    """Tell whether a line, below a citizen's name, names or announces who answers."""
    line = lines[number]
    if not _MAY_BE_LABEL.match(line) or asked_by(line):
        return False
    if ANSWER_LABEL.match(line) or SENDER_SPEAKS.match(line):
        return True
    return number > head + 1 and _names_sender(line)


def _names_sender(line: str) -> bool:
    """Tell whether an office's name stands before words, or above them: what a letter to it has."""
    return SENDER_HEADS.fullmatch(line) is not None or is_office(speaker(line))


def answer_from(lines: Sequence[str], low: int, high: int, anchors: Sequence[Anchor]) -> int:
    """Return where an answer begins: announced, by its salutation or its sender; -1 = nowhere."""
    announced = answer_below(lines, low, high)
    ours = (a for a in anchors if not (a.found and a.found.to_leaders))
    greeted = (a.salutation if a.found else a.opening for a in ours)
    spoken = (
        n
        for n in range(low, high)
        if SENDER_SPEAKS.match(lines[n]) or (n > low and _names_sender(lines[n]))
    )
    starts = [n for n in (announced, next((n for n in greeted if low <= n < high), -1)) if n >= 0]
    return min([*starts, *spoken], default=-1)


def answer_below(lines: Sequence[str], low: int, high: int, *, particulars: bool = True) -> int:
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
