"""One matter through time: the replies to it, newest first, and what each states otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

from corpus.filters import Filters
from corpus.types import FieldName, Reply
from index.answers.answer import substance_of
from index.answers.conflicts import Conflict, find_conflicts
from index.answers.matter import (
    SAME_MATTER,
    Embed,
    Quoted,
    answer_for_one_place,
    date_of,
    find_likeness,
    share_sites,
    subjects_of,
)
from index.answers.newest import Change, compare
from index.answers.position import find_position
from index.ranking.retrieve import Retriever
from index.stores.texts import searchable_text

LOOKED_AT = 40
"""So many replies are looked at that a search for the matter finds, and for what is said of it."""

SAID = 300
"""Characters of what is said that are searched for."""


@dataclass(frozen=True, slots=True)
class Answering:
    """A reply to a matter, with what it says of it: its passages of substance, or some of them."""

    reply: Reply
    spans: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A reply to a matter in its turn.

    :ivar position: where it states its position.
    :ivar changes: figures that the last reply of its place to state them states otherwise, each
        with that reply.
    """

    reply: Reply
    position: tuple[int, int]
    changes: tuple[tuple[Reply, Change], ...]


@dataclass(frozen=True, slots=True)
class History:
    """The replies to a matter, newest first, those without a date last; what they contradict in."""

    steps: tuple[Step, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """What a reply is about, or a span of it.

    :ivar span: the part of the reply that is asked for; None: all of it.
    """

    asked: Reply
    span: tuple[int, int] | None
    own: Answering
    embed: Embed

    @property
    def about(self) -> str:
        """Return the matter in words."""
        spans = self.own.spans
        return subjects_of(spans[0])[1 if self.span else 0] if spans else ""

    @property
    def said(self) -> str:
        """Return what is said of it."""
        spans = self.own.spans
        start, end = self.span or (spans[0].start, spans[-1].end)
        return searchable_text(self.asked, start, min(end, start + SAID))

    def is_same(self, other: Answering) -> bool:
        """Tell whether another reply is to the matter.

        One of the same place is too where it states what this one states, otherwise or again.
        """
        ours, theirs = self.own.spans, other.spans
        if find_likeness(ours, theirs, self.embed) >= SAME_MATTER:
            return True
        one, two = self.asked, other.reply
        if not (answer_for_one_place(one, two) and share_sites(one, two)):
            return False
        found = compare(ours, theirs, self.embed)
        return bool(found.changes or found.again)

    def tell_history(self, answering: Iterable[Answering]) -> History:
        """Put the replies to the matter in their order, with what has changed."""
        order = sorted(answering, key=lambda one: date_of(one.reply), reverse=True)
        changes = [tuple(_changes(one, order[n + 1 :], self.embed)) for n, one in enumerate(order)]
        marked: dict[str, set[int]] = {one.reply.id: set() for one in order}
        for one, changed in zip(order, changes, strict=True):
            for before, change in changed:
                marked[one.reply.id].add(change.newer.start)
                marked[before.id].add(change.older.start)
        steps = (
            Step(one.reply, self._position(one, marked[one.reply.id]), changed)
            for one, changed in zip(order, changes, strict=True)
        )
        conflicts = (
            conflict
            for later, earlier in combinations(order, 2)
            for conflict in find_conflicts(earlier.spans, later.spans, self.embed)
        )
        return History(tuple(steps), tuple(conflicts))

    def _position(self, one: Answering, marked: Collection[int]) -> tuple[int, int]:
        if one.reply.id == self.asked.id and self.span:
            return self.span
        if not one.spans:
            return 0, 0
        return find_position(one.spans, self.about, self.said, marked, self.embed) or (0, 0)


def trace(
    retriever: Retriever, asked: Reply, span: tuple[int, int] | None, filters: Filters
) -> History:
    """Follow the matter of a reply, or of a span of it, through the replies that filters allow."""
    retriever = replace(retriever, reading=0)  # what it would read in a hurry differs each time
    embed = retriever.analyser.encoders.sentences.embed_passages
    whole = _read(retriever, asked)
    within = [each for each in whole.spans if span and each.start < span[1] and span[0] < each.end]
    matter = Matter(asked, span, Answering(asked, tuple(within)) if within else whole, embed)
    if not whole.spans:
        return matter.tell_history([whole])
    replies: dict[str, Reply] = {}
    for text in (matter.about, f"{matter.about}\n{matter.said}"):
        query = retriever.analyse(text, exactly=True)
        ranked = retriever.rank_replies(query, LOOKED_AT, filters)
        replies |= {each.reply_id: each.reply for each in ranked if each.reply_id != asked.id}
    others = (_read(retriever, reply) for reply in replies.values())
    return matter.tell_history([matter.own, *(one for one in others if matter.is_same(one))])


def _read(retriever: Retriever, reply: Reply) -> Answering:
    substance = partial(substance_of, retriever.library.store)
    return Answering(reply, tuple(Quoted(reply, p, p.start, p.end) for p in substance(reply)))


def _changes(
    one: Answering, older: Iterable[Answering], embed: Embed
) -> Iterator[tuple[Reply, Change]]:
    """Yield each figure that the last reply of its place to state it states otherwise."""
    settled: set[int] = set()
    for before in older:
        if not _follows(one.reply, before.reply):
            continue
        found = compare(before.spans, one.spans, embed)
        told = {each.newer.start: each for each in reversed(found.changes)}
        yield from ((before.reply, told[start]) for start in sorted(told.keys() - settled))
        settled |= told.keys() | {figure.start for figure in found.again}


def _follows(newer: Reply, older: Reply) -> bool:
    return "" < date_of(older) < date_of(newer) and answer_for_one_place(newer, older)


# The districts


def name_districts(replies: Sequence[Reply]) -> list[str]:
    """Return the district of each reply, with its city where two have one name; else empty."""
    known = [_district(reply) for reply in replies]
    return [
        whole if any(_differ(whole, other) for same, other in known if same == region) else region
        for region, whole in known
    ]


def _district(reply: Reply) -> tuple[str, str]:
    """Return the region of a reply, and that with what stands before it in the agency's name."""
    region = reply.value(FieldName.REGION) or ""
    above, found, _ = (reply.value(FieldName.AGENCY) or "").partition(region or "\n")
    return region, f"{above}{region}" if found else region


def _differ(one: str, other: str) -> bool:
    return not (one.endswith(other) or other.endswith(one))
