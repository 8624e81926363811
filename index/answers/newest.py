"""Which newer reply of the same place states otherwise what an older one states.

Two replies are held against each other where their bodies answer for one place and neither is about
a site that the other doesn't name (`index.answers.matter`). Of these a statement has the matter of
another where what they are about, the sentences and the clauses are alike, and both state figures
of one kind under no conditions that differ (`index.answers.figures`); it outdates the other where
the figures differ.

So whatever is called older comes with what has changed. A newer reply that says the same again
outdates nothing, and a change that no figure or date tells is not seen: a wrong mark is worse than
none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.text.sentences import sentence_spans
from corpus.types import FieldName, Passage, Reply
from index.answers.figures import Figure, find_figures, without_figures
from index.answers.matter import (
    SUBJECTS,
    Embed,
    Quoted,
    answer_for_one_place,
    compare_subjects,
    cosines,
    date_of,
    share_sites,
)
from index.stores.texts import searchable_text

SENTENCES, CLAUSES = 0.35, 0.3
"""Least cosines of two sentences and two clauses without their figures."""

CONTEXT, STATEMENT = 0.8, 1.55
"""Least sums of the cosines of subjects and sentences, and of all three. All four, and `SUBJECTS`,
are set by hand on the open half of `corpus/samples/pairs.jsonl` (docs/evaluation/answers.md)."""

TOLD = 0.8
"""Least sum of all three cosines where the newer statement says itself which figure it took the
place of, 由30日缩短到15日, and the older one states that."""


@dataclass(frozen=True, slots=True)
class Least:
    """How alike sentences, clauses, subjects and sentences, and all three must be at least."""

    sentences: float = SENTENCES
    clauses: float = CLAUSES
    context: float = CONTEXT
    statement: float = STATEMENT


LEAST = Least()

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
class _Statement:
    """A figure in its sentence, and that without figures."""

    figure: Figure
    sentence: Quoted
    bare: str


def _statements(span: Quoted, text: str) -> Iterator[_Statement]:
    """Yield what a span states; `text` is its reply's without personal data."""
    for start, end in sentence_spans(span.reply.text, span.start, span.end):
        if span.reply.text[start:end] not in span.passage.heading_path:
            sentence = Quoted(span.reply, span.passage, start, end)
            bare = without_figures(text[start:end])
            for figure in find_figures(text, start, end):
                yield _Statement(figure, sentence, bare)


def find_changes(older: Quoted, newer: Quoted, embed: Embed) -> tuple[Change, ...]:
    """Return what a newer span states otherwise than an older one known to share its subject."""
    return compare([older], [newer], embed, shared=True).changes


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
    if not date or not any(_statements(quoted, searchable_text(reply))):
        return None
    later = [other for other in others if date_of(other) > date]
    later.sort(key=date_of, reverse=True)
    for other in later:
        if not (answer_for_one_place(reply, other) and share_sites(reply, other)):
            continue
        spans = [Quoted(other, p, p.start, p.end) for p in passages_of(other)]
        found = compare([quoted], spans, embed)
        if nearest := found.nearest:
            return Newer(other, nearest.passage, nearest.start, nearest.end, found.changes)
    return None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a newer reply states otherwise than an older one.

    :ivar again: its figures that the older one states as well.
    :ivar nearest: its sentence that is most like what it states otherwise; None where nothing is.
    """

    changes: tuple[Change, ...] = ()
    again: tuple[Figure, ...] = ()
    nearest: Quoted | None = None


def compare(
    older: Sequence[Quoted],
    newer: Sequence[Quoted],
    embed: Embed,
    least: Least = LEAST,
    shared: bool = False,
) -> Comparison:
    """Hold spans of a newer reply against spans of an older one.

    :param least: how alike their statements must be.
    :param shared: whether they are known to be about the same.
    """
    if not older or not newer:
        return Comparison()
    held, ours = _gather(older)
    across, theirs = _gather(newer)
    if not ours or not theirs:
        return Comparison()
    subjects = np.array([compare_subjects(span, newer, embed) for span in older])[held][:, across]
    if shared:
        subjects = np.ones_like(subjects)
    likeness = _find_likeness(ours, theirs, subjects, embed, least)
    same = np.array([[a.figure.says_the_same(b.figure) for b in theirs] for a in ours])
    again = np.where(same, likeness, 0.0)
    repeated = again.max(axis=0) > 0
    # Of a list each figure belongs to the one that is most like it, and what the older reply states
    # as well is nothing new.
    changed = (likeness > 0) & ~repeated
    changed &= likeness >= likeness.max(axis=0) - MARGIN / 2
    changed &= likeness > again.max(axis=1, keepdims=True) - MARGIN
    likeness = np.where(changed, likeness, 0.0)
    pairs = [(row, column) for row, column in enumerate(likeness.argmax(axis=1))]
    pairs = [pair for pair in pairs if likeness[pair] > 0]
    best = max(pairs, key=lambda pair: likeness[pair], default=None)
    return Comparison(
        tuple(Change(ours[row].figure, theirs[column].figure) for row, column in pairs),
        tuple(theirs[column].figure for column in np.flatnonzero(repeated)),
        theirs[best[1]].sentence if best else None,
    )


def _gather(spans: Sequence[Quoted]) -> tuple[list[int], list[_Statement]]:
    """Return what spans of a reply state, and for each statement the number of its span."""
    text = searchable_text(spans[0].reply)
    found = [(n, one) for n, span in enumerate(spans) for one in _statements(span, text)]
    return [n for n, _ in found], [one for _, one in found]


def _find_likeness(
    ours: Sequence[_Statement],
    theirs: Sequence[_Statement],
    subjects: NDArray[np.float32],
    embed: Embed,
    least: Least,
) -> NDArray[np.float32]:
    """Return how alike statements are, 0 where they say nothing of the same: (ours, theirs)."""
    sentences = cosines([each.bare for each in ours], [each.bare for each in theirs], embed)
    clauses = cosines(
        [each.figure.about for each in ours], [each.figure.about for each in theirs], embed
    )
    likeness = subjects + sentences + clauses
    alike = (subjects >= SUBJECTS) & (sentences >= least.sentences) & (clauses >= least.clauses)
    alike &= (subjects + sentences >= least.context) & (likeness >= least.statement)
    told = np.array([[b.figure.takes_over_from(a.figure) for b in theirs] for a in ours])
    alike |= told & (likeness >= TOLD)
    alike &= np.array([[a.figure.is_comparable(b.figure) for b in theirs] for a in ours])
    return np.where(alike, likeness + told, np.float32(0))
