"""What answers one request, as it may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.desk.own import OwnWords
from app.desk.types import Covered, Covering, Difference, State
from app.present import Presenter
from app.wording import CLASS_LETTERS
from corpus.filters import Filters
from index.answers.answer import REPLIES_RANKED, find_answer
from index.answers.confidence import Confidence
from index.answers.precedent import THRESHOLD, Precedence, gather_evidence, list_hits
from index.answers.question import read_question
from index.answers.standing import Standing, Standings
from index.ranking.fuse import log_odds
from index.ranking.hits import Hit
from index.ranking.retrieve import Retriever

if TYPE_CHECKING:
    from index.ranking.requests.find import Request

NEAR = 3
"""So many passages that were not taken for precedents are shown."""

BEHIND = 2.0
"""How many nats of log odds a passage may be behind the best one, and still answer: of the passages
listed by hand .82 are, of those farther behind one of ten is among them."""


@dataclass(frozen=True, slots=True)
class Coverer:
    """Covers requests by what one role may see.

    :ivar own: the words that the requests are of.
    :ivar visible: which replies it may see.
    :ivar filters: which of those are asked for.
    """

    presenter: Presenter
    confidence: Confidence
    precedence: Precedence
    own: OwnWords
    visible: Filters
    filters: Filters

    def cover(self, retriever: Retriever, request: Request, k: int) -> Covered:
        """Return what answers a request, by its `k` best passages and what is newer than they."""
        retriever = replace(retriever, reader=None)  # it has learned questions, no requests
        encoders = retriever.analyser.encoders
        query = retriever.analyse(request.text, exactly=True)
        finding = find_answer(retriever, self.confidence, query, self.filters)
        deeply = bool(retriever.reading) and retriever.library.encoded is not None
        question = read_question(query, encoders)
        sure = self.precedence.estimate(gather_evidence(finding, question), deeply)
        hits = list_hits(finding)
        best = _best(hits, k) if sure >= THRESHOLD else []
        replies = [ranked.reply for ranked in finding.ranked]
        if best and self.filters != self.visible:
            # What is outdated is so whichever replies are asked for.
            wider = retriever.rank_replies(query, REPLIES_RANKED, self.visible)
            replies += [ranked.reply for ranked in wider]
        embed = encoders.sentences.embed_passages
        found = Standings(retriever.library.store, embed, question, replies)
        standings = found.order(best, hits)
        shown = {standing.hit.key for standing in standings}
        near = [hit for hit in hits if hit.key not in shown][:NEAR]
        placed = request.start >= 0
        return Covered(
            text=self.own.show(request.text, request.start),
            start=request.start if placed else None,
            end=request.end if placed else None,
            state=_state(standings),
            confidence=sure,
            passages=tuple(self._show(n, each) for n, each in enumerate(standings, 1)),
            near=tuple(self.presenter.hit(hit, n) for n, hit in enumerate(near, 1)),
        )

    def _show(self, rank: int, standing: Standing) -> Covering:
        hit = standing.hit
        return Covering(
            hit=self.presenter.hit(hit, rank),
            matter=standing.matter,
            newer=self.presenter.newer(hit.reply, standing.newer) if standing.newer else None,
            differences=tuple(self._differences(standing)),
        )

    def _differences(self, standing: Standing) -> Iterator[Difference]:
        reply, older = standing.hit.reply, standing.older
        if older is None:
            return
        for change in standing.changes:
            new, old = change.newer, change.older
            yield Difference(
                kind="date" if new.kind == "date" else "figure",
                text=self.presenter.span(reply, new.start, new.end),
                start=new.start,
                end=new.end,
                other=self.presenter.span(older.reply, old.start, old.end),
                other_start=old.start,
                other_end=old.end,
            )
        this, other = (self.presenter.card(each).outcome or "" for each in (reply, older.reply))
        # A class letter and words may say the same.
        alike = (this in CLASS_LETTERS) == (other in CLASS_LETTERS)
        if this and other and this != other and alike:
            yield Difference("outcome", this, None, None, other, None, None)


def _best(hits: Sequence[Hit], k: int) -> list[Hit]:
    """Return the `k` best passages, without those far behind the first."""
    least = log_odds(hits[0].score) - BEHIND if hits else 0.0
    return [hit for hit in hits[:k] if log_odds(hit.score) >= least]


def _state(standings: Sequence[Standing]) -> State:
    if not standings:
        return "none"
    return "answered" if any(each.newer is None for each in standings) else "superseded"
