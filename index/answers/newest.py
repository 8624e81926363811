"""Which newer reply of the same place states otherwise what an older one states.

This is the one notion of the same matter. Two replies are held against each other where their
bodies answer for one place (`answer_for_one_place`) and neither is about a site that the other
doesn't name (`share_sites`). Of these a statement has the matter of another where what they are
about, the sentences and the clauses are alike, and both state figures of one kind under no
conditions that differ (`index.answers.figures`); it outdates the other where the figures differ.

So whatever is called older comes with what has changed. A newer reply that says the same again
outdates nothing, and a change that no figure or date tells is not seen: a wrong mark is worse than
none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.text.sentences import sentence_spans
from corpus.types import FieldName, Passage, Reply
from index.answers.figures import Figure, find_figures, without_figures
from index.stores.texts import searchable_text
from index.text.segment import normalise

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""From texts to vectors at unit length, float32 (n, dimension), of the model that knows words."""

SUBJECTS, SENTENCES, CLAUSES = 0.25, 0.35, 0.3
"""Least cosines of what two replies are about, and of two sentences and two clauses without their
figures."""

CONTEXT, STATEMENT = 0.8, 1.55
"""Least sums of the first two of these cosines, and of all three. All five are set by hand on the
open half of `corpus/samples/pairs.jsonl` (docs/evaluation/answers.md)."""

MARGIN = 0.1
"""A figure that is stated again is unchanged unless another one is stated in words as like."""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of an older reply, and the one that a newer reply states in its place."""

    older: Figure
    newer: Figure


@dataclass(frozen=True, slots=True)
class Newer:
    """A newer reply that states otherwise what was quoted.

    `passage`, `start` and `end` are those of its sentence that is most like what was quoted;
    `changes` stand in the order of the older text.
    """

    reply: Reply
    passage: Passage
    start: int
    end: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A span of a reply: what was quoted, or a passage that may state it otherwise."""

    reply: Reply
    passage: Passage
    start: int
    end: int


# The same place


_LOCAL = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:街道|镇|乡)(?=办事处|人民政府|政府|$)")
SIBLINGS = 4
"""Two names that end alike in so many characters after different beginnings are those of two
bodies of one kind: 云桥生态环境局 and 望湖生态环境局."""


def answer_for_one_place(one: Reply, other: Reply) -> bool:
    """Tell whether the bodies that two replies come from answer for the same place.

    They share a region; of those without one, as ministries, a body. A street's figures are its own
    and not its district's, and each of several bodies of one kind has its own.
    """
    ours, theirs = one.values(FieldName.AGENCY), other.values(FieldName.AGENCY)
    if set(ours) & set(theirs):
        return True
    shared = set(one.values(FieldName.REGION)) & set(other.values(FieldName.REGION))
    return any(
        _of_one_place(our, their, region) for region in shared for our in ours for their in theirs
    )


def _of_one_place(one: str, other: str, region: str) -> bool:
    above, found, one = one.rpartition(region)
    above_other, found_other, other = other.rpartition(region)
    if not (found and found_other):
        return False
    # There is a 鼓楼区 in several cities.
    if not (above.endswith(above_other) or above_other.endswith(above)):
        return False
    streets = [match and match[0] for match in map(_LOCAL.match, (one, other))]
    if streets[0] != streets[1]:
        return False
    shared = 0
    while shared < min(len(one), len(other)) and one[-1 - shared] == other[-1 - shared]:
        shared += 1
    return shared < SIBLINGS or shared in (len(one), len(other))


# The same subject


_FORMAL = re.compile(
    r"[\d\W]|关于|进一步|加强|推进|推动|促进|完善|加快|推广|加大|提升|提高|优化|健全|建议|提案|议案|答复"
    r"|复函|回复|意见|问题|留言|来信|咨询|反映|请求|投诉|希望|质疑|呼吁|强烈|尽快|有关|相关|工作|办理|情况"
    r"|什么时候|什么|怎么样?|怎样|如何|为何|为啥|多少|能不能|可不可以|是不是|有没有|哪里|请问|通知|印发"
    r"|中华人民共和国|[条号令第]|政协|人大|代表|委员|会议|全区|我区|本区|我市|[吗呢的了啊吧]"
)
"""Words of titles that say nothing of the matter."""

_SITE = re.compile(
    r"[\u4e00-\u9fff]{2}(?:小区|花园|家园|新村|新居|公寓|大厦|广场|公园|市场|小学|中学|学校|幼儿园|医院"
    r"|(?<![公铁道马线网跑出思电断])路|街|大道|桥|隧道|河|湖|水库|(?<![农乡])村|镇|乡)"
)
"""Names of places by their last characters: 映水花园, 望松路."""


def share_sites(one: Reply, other: Reply) -> bool:
    """Tell whether each names a site of the other's title, if that names any.

    What is said of one estate holds for no other.
    """
    return all(
        not sites or any(site in f"{_title(other)}{other.question}{other.text}" for site in sites)
        for reply, other in ((one, other), (other, one))
        for sites in [set(_SITE.findall(_title(reply)))]
    )


def _title(reply: Reply) -> str:
    return reply.value(FieldName.MATTER_TITLE) or reply.value(FieldName.TITLE) or ""


def _subjects(span: Quoted) -> tuple[str, str]:
    """Return what a span is about by its reply's title, and by that and the headings above it."""
    reply, title = span.reply, _title(span.reply)
    for name in (*reply.values(FieldName.AGENCY), *reply.values(FieldName.REGION)):
        title = title.replace(name, " ").replace(name[:-1] if len(name) > 2 else name, " ")
    words = [
        " ".join(_FORMAL.sub(" ", text).split()) for text in (title, *span.passage.heading_path)
    ]
    return words[0], " ".join(words)


def _compare_subjects(
    quoted: Quoted, others: Sequence[Quoted], embed: Embed
) -> NDArray[np.float32]:
    """Return how alike spans are to one in what they are about, float32 (n,).

    A letter may be about what is a section of another reply.
    """
    subjects = zip(*map(_subjects, (quoted, *others)), strict=True)
    cosines = [_cosines(texts[:1], texts[1:], embed)[0] for texts in subjects]
    best: NDArray[np.float32] = np.max(cosines, axis=0)
    return best


def _cosines(ours: Sequence[str], theirs: Sequence[str], embed: Embed) -> NDArray[np.float32]:
    one, other = (embed([normalise(text) for text in texts]) for texts in (ours, theirs))
    cosines: NDArray[np.float32] = one @ other.T
    return cosines


# What has changed


@dataclass(frozen=True, slots=True)
class _Statement:
    """A figure in its sentence; `subject` tells how alike its reply is in what it is about."""

    figure: Figure
    sentence: Quoted
    bare: str
    subject: float


def _statements(span: Quoted, text: str, subject: float = 1.0) -> Iterator[_Statement]:
    """Yield what a span states; `text` is its reply's without personal data."""
    for start, end in sentence_spans(span.reply.text, span.start, span.end):
        if span.reply.text[start:end] not in span.passage.heading_path:
            sentence = Quoted(span.reply, span.passage, start, end)
            bare = without_figures(text[start:end])
            for figure in find_figures(text, start, end):
                yield _Statement(figure, sentence, bare, subject)


def share_matter(one: Quoted, other: Quoted, embed: Embed) -> bool:
    """Tell whether two spans are about one matter of one place; those of one reply are."""
    if one.reply.id == other.reply.id:
        return True
    if not (answer_for_one_place(one.reply, other.reply) and share_sites(one.reply, other.reply)):
        return False
    return float(_compare_subjects(one, [other], embed)[0]) >= SUBJECTS


def find_changes(older: Quoted, newer: Quoted, embed: Embed) -> tuple[Change, ...]:
    """Return what a newer span about the same matter states otherwise than an older one."""
    ours = list(_statements(older, searchable_text(older.reply)))
    theirs = list(_statements(newer, searchable_text(newer.reply)))
    found = _compare(ours, theirs, embed) if ours and theirs else None
    return found.changes if found else ()


def find_newer(
    quoted: Quoted,
    others: Iterable[Reply],
    passages_of: Callable[[Reply], Sequence[Passage]],
    embed: Embed,
) -> Newer | None:
    """Return the newest of the other replies that states otherwise what was quoted.

    :param passages_of: gives a reply's passages of substance.
    """
    reply = quoted.reply
    date = reply.value(FieldName.DATE)
    ours = list(_statements(quoted, searchable_text(reply)))
    if not ours or not date:
        return None
    later = [other for other in others if (other.value(FieldName.DATE) or "") > date]
    later.sort(key=lambda other: other.value(FieldName.DATE) or "", reverse=True)
    for other in later:
        if not (answer_for_one_place(reply, other) and share_sites(reply, other)):
            continue
        spans = [Quoted(other, p, p.start, p.end) for p in passages_of(other)]
        subjects = _compare_subjects(quoted, spans, embed).tolist() if spans else []
        text = searchable_text(other)
        theirs = [
            statement
            for span, subject in zip(spans, subjects, strict=True)
            if subject >= SUBJECTS
            for statement in _statements(span, text, subject)
        ]
        if theirs and (newer := _compare(ours, theirs, embed)):
            return newer
    return None


def _compare(
    ours: Sequence[_Statement], theirs: Sequence[_Statement], embed: Embed
) -> Newer | None:
    """Return what one reply states otherwise than another."""
    subjects = np.array([each.subject for each in theirs])
    sentences = _cosines([each.bare for each in ours], [each.bare for each in theirs], embed)
    clauses = _cosines(
        [each.figure.about for each in ours], [each.figure.about for each in theirs], embed
    )
    likeness = subjects + sentences + clauses
    alike = (sentences >= SENTENCES) & (clauses >= CLAUSES)
    alike &= (subjects + sentences >= CONTEXT) & (likeness >= STATEMENT)
    alike &= np.array([[a.figure.is_comparable(b.figure) for b in theirs] for a in ours])
    likeness = np.where(alike, likeness, 0.0)
    same = np.array([[a.figure.says_the_same(b.figure) for b in theirs] for a in ours])
    again = np.where(same, likeness, 0.0)
    # Of a list each figure belongs to the one that is most like it, and what the older reply states
    # as well is nothing new.
    changed = (likeness > 0) & (again.max(axis=0) == 0)
    changed &= likeness >= likeness.max(axis=0) - MARGIN / 2
    changed &= likeness > again.max(axis=1, keepdims=True) - MARGIN
    likeness = np.where(changed, likeness, 0.0)
    pairs = [(row, column) for row, column in enumerate(likeness.argmax(axis=1))]
    pairs = [pair for pair in pairs if likeness[pair] > 0]
    if not pairs:
        return None
    nearest = theirs[max(pairs, key=lambda pair: likeness[pair])[1]].sentence
    changes = tuple(Change(ours[row].figure, theirs[column].figure) for row, column in pairs)
    return Newer(nearest.reply, nearest.passage, nearest.start, nearest.end, changes)
