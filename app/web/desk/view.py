"""How a desk is shown: the proposal, its requests, and the passages that answer each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from app.desk.types import Coverage, Covered, Covering
from app.export.draft import Draft, Proposal
from app.links import Link
from app.types import Precedent, SearchHit, Stated
from app.web.desk.asked import Matter, name_fields, span_of
from app.web.feedback import Shown
from app.web.render import render
from corpus.types import Kind
from eval.data.spans import Span

OPEN = 3
"""So many passages of a request are shown at once; the others are unfolded."""

LEAST_ALIKE = 0.05
"""Replies that are less like a proposal as a whole are no precedents of it, and not shown."""


NO_COVERAGE = Coverage(Proposal(Kind.MESSAGE), ())


@dataclass(frozen=True, slots=True)
class Laid:
    """What lies on a visitor's desk: a text, what covers it, and the replies like it as a whole.

    :ivar parted: whether the text was parted into requests, rather than looked for as one.
    :ivar whole: None while it is still looked for.
    """

    text: str = ""
    coverage: Coverage = NO_COVERAGE
    parted: bool = True
    whole: tuple[Precedent, ...] | None = None

    def list_spans(self) -> frozenset[Span]:
        """Return the spans that are shown under the requests."""
        hits = (hit for each in self.coverage.requests for hit in _hits_of(each))
        return frozenset(map(span_of, hits))

    def list_whole(self) -> frozenset[Span]:
        """Return the spans of the replies like the whole."""
        hits = (hit for precedent in self.whole or () for hit in precedent.passages)
        return frozenset(map(span_of, hits))


NOTHING_LAID = Laid()


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a passage; `differs` where another of the matter says it otherwise."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A passage as it is shown under a request.

    :ivar older: the next of the same matter, which is held against it.
    :ivar beside: what it is to the one before it, where both are of one matter.
    """

    hit: SearchHit
    pieces: tuple[Piece, ...]
    ticked: bool = False
    covering: Covering | None = None
    older: SearchHit | None = None
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A request with its cards."""

    covered: Covered
    cards: tuple[Card, ...]
    near: tuple[Card, ...]


def render_desk(
    laid: Laid, draft: Draft, shown: Shown | None = None, link: Link | None = None
) -> str:
    """Render a proposal with its requests and what answers them.

    :param draft: whose passages are ticked: what a draft takes where nobody chose.
    :param shown: what can be rated; None: nothing.
    """
    requests = laid.coverage.requests
    states = [each.state for each in requests]
    return render(
        "desk",
        laid=laid,
        shown=shown,
        link=link,
        matter=name_fields(laid.coverage.proposal),
        kinds=list(Matter),
        counts={state: states.count(state) for state in ("answered", "superseded", "none")},
        sections=[
            _lay_out(covered, frozenset(map(span_of, request.passages)))
            for covered, request in zip(requests, draft.requests, strict=True)
        ],
        open=OPEN,
    )


def render_precedents(found: tuple[Precedent, ...], shown: Shown | None = None) -> str:
    """Render the replies like a proposal as a whole, folded, each with the passages that match.

    :param shown: what can be rated; None: nothing.
    """
    return render("precedents", precedents=found, shown=shown) if found else ""


def keep_alike(found: Sequence[Precedent]) -> tuple[Precedent, ...]:
    """Return the replies that are like a proposal at all."""
    return tuple(precedent for precedent in found if precedent.score >= LEAST_ALIKE)


def mark_pieces(hit: SearchHit, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """Return a passage in pieces; spans are offsets into its reply, in any order."""
    pieces, at = [], 0
    for start, end in sorted((start - hit.start, end - hit.start) for start, end in spans):
        if not at <= start < end <= len(hit.text):
            continue
        pieces += [Piece(hit.text[at:start]), Piece(hit.text[start:end], True)]
        at = end
    return tuple(piece for piece in (*pieces, Piece(hit.text[at:])) if piece.text)


def _lay_out(covered: Covered, ticked: frozenset[Span]) -> Section:
    near = tuple(Card(hit, mark_pieces(hit, ())) for hit in covered.near)
    return Section(covered, tuple(_iter_cards(covered, ticked)), near)


def _iter_cards(covered: Covered, ticked: frozenset[Span]) -> Iterator[Card]:
    marks = _marks_of(covered.passages)
    before: Covering | None = None
    for one, after in zip_longest(covered.passages, covered.passages[1:]):
        older = after.hit if after and after.matter == one.matter else None
        pieces = mark_pieces(one.hit, marks[one.hit.card.reply_id])
        chosen = one.newer is None and span_of(one.hit) in ticked
        yield Card(one.hit, pieces, chosen, one, older, _beside(one, before))
        before = one


def _marks_of(passages: Sequence[Covering]) -> defaultdict[str, list[tuple[int, int]]]:
    """Return which figures and dates of each reply another states otherwise."""
    marks: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)

    def mark(reply_id: str, start: int | None, end: int | None) -> None:
        if start is not None and end is not None:
            marks[reply_id].append((start, end))

    for one, after in zip_longest(passages, passages[1:]):
        this = one.hit.card.reply_id
        for each in one.differences:
            mark(this, each.start, each.end)
            if after:
                mark(after.hit.card.reply_id, each.other_start, each.other_end)
        if one.newer:
            for change in one.newer.changes:
                mark(this, *_figure_of(change.older))
                mark(one.newer.card.reply_id, *_figure_of(change.newer))
    return marks


def _figure_of(stated: Stated) -> tuple[int, int]:
    start = stated.start + stated.text.find(stated.figure)
    return start, start + len(stated.figure)


def _beside(one: Covering, before: Covering | None) -> str:
    if before is None or before.matter != one.matter:
        return ""
    this, that = one.hit.card, before.hit.card
    if this.reply_id == that.reply_id:
        return "同一份答复"
    return "同一事项，较早" if (this.date or "") < (that.date or "") else "同一事项"


def _hits_of(covered: Covered) -> tuple[SearchHit, ...]:
    return (*(one.hit for one in covered.passages), *covered.near)
