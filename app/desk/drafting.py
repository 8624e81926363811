"""From coverage to what a draft and a sheet are written of."""

from __future__ import annotations

from collections.abc import Sequence

from app.desk.types import Coverage, Covered, Covering
from app.export.draft import Draft, Remark, Request
from app.types import NewerReply, SearchHit
from app.wording import cite

CHOSEN = 2
"""So many passages of each request go into a draft for which nobody chose any."""


def make_draft(coverage: Coverage, chosen: Sequence[Sequence[SearchHit]] | None = None) -> Draft:
    """Return the draft reply to a proposal.

    :param chosen: the passages for each request, in their order; None: the first of each that no
        newer reply states otherwise.
    """
    hits = [_choose(each) for each in coverage.requests] if chosen is None else chosen
    pairs = zip(coverage.requests, hits, strict=True)
    return Draft(coverage.proposal, tuple(_request(covered, its) for covered, its in pairs))


def make_sheet(coverage: Coverage) -> Draft:
    """Return all that was found, for a sheet."""
    return make_draft(coverage, [[p.hit for p in each.passages] for each in coverage.requests])


def _choose(covered: Covered) -> list[SearchHit]:
    newest = [each.hit for each in covered.passages if each.newer is None]
    return (newest or [each.hit for each in covered.passages])[:CHOSEN]


def _request(covered: Covered, hits: Sequence[SearchHit]) -> Request:
    known = {_place(each.hit): each for each in covered.passages}
    remarks = (_remark(known.get(_place(hit))) for hit in hits)
    return Request(covered.text, tuple(hits), tuple(remarks))


def _place(hit: SearchHit) -> tuple[str, int]:
    return hit.card.reply_id, hit.start


def _remark(covering: Covering | None) -> Remark:
    if covering is None:
        return Remark()
    newer = covering.newer
    differs = "；".join(each.words for each in covering.differences)
    return Remark(_newer(newer) if newer else "", differs)


def _newer(newer: NewerReply) -> str:
    figures = dict.fromkeys((c.older.figure, c.newer.figure) for c in newer.changes)
    changed = "；".join(f"{older} → {now}" for older, now in figures)
    return f"{cite(newer.card)}，“{' '.join(newer.text.split())}”（{changed}）"
