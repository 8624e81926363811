"""The door to coverage: from a proposal to its requests, what answers each, and a draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from app.access import Audience, allowed_disclosures
from app.desk.cover import Coverer
from app.desk.fields import read_fields
from app.desk.types import Coverage, Covered
from app.export.draft import Draft, Proposal
from app.export.draft import Request as DraftRequest
from app.home import Home, healing
from app.present import Presenter
from app.queries import LONGEST_PROPOSAL, check_query, make_whole
from app.types import SearchHit
from corpus.errors import InputError
from corpus.filters import ANY, Filters
from index.answers.confidence import load_confidence
from index.answers.precedent import load_precedence
from index.ranking.requests.find import Request, find_requests
from index.ranking.retrieve import Retriever

MOST_REQUESTS = 40
"""So many requests of a proposal are looked for; each costs as much as a question."""

LONGEST_REQUEST = 2_000
"""Characters."""

PASSAGES = 5
"""So many passages answer a request, where nobody says how many."""

CHOSEN = 2
"""So many passages of each request go into a draft for which nobody chose any."""


class Desk:
    """Coverage of proposals for one audience; may be shared between threads."""

    def __init__(
        self, home: Home, audience: Audience, lend: Callable[[], AbstractContextManager[Retriever]]
    ) -> None:
        """Take a seat at a home.

        :param lend: lends what is searched with, in turn with all others who ask.
        """
        self.home = home
        self._allowed = allowed_disclosures(audience, home.settings)
        self._presenter = Presenter(home.settings.redact)
        self._lend = lend
        self._confidence = load_confidence()
        self._precedence = load_precedence()

    def split(self, text: str) -> tuple[Request, ...]:
        """Return what a proposal asks for, in its order, the first `MOST_REQUESTS`.

        :raises InputError: where the text is blank or too long.
        """
        check_query(text, longest=LONGEST_PROPOSAL)
        return find_requests(make_whole(text))[:MOST_REQUESTS]

    def read(self, text: str) -> Proposal:
        """Return what a proposal says of itself; what it does not say is None."""
        return read_fields(make_whole(text))

    @healing
    def cover(
        self,
        text: str,
        requests: Sequence[str] | None = None,
        filters: Filters = ANY,
        k: int = PASSAGES,
    ) -> Coverage:
        """Return the passages that answer each request of a proposal, `k` of each at most.

        :param requests: what is asked for, as somebody corrected it; None: as `split` finds it.
        :raises InputError: where the text is blank or too long, or `k` less than 1.
        """
        check_query(text, k, LONGEST_PROPOSAL)
        text = make_whole(text)
        asked = self.split(text) if requests is None else _place(text, requests)
        visible = ANY.and_disclosures(self._allowed)
        within = filters.and_disclosures(self._allowed)
        coverer = Coverer(self._presenter, self._confidence, self._precedence, visible, within)
        covered = []
        for each in asked:
            with self._lend() as retriever:  # a turn for each: others ask between
                covered.append(coverer.cover(retriever, each, k))
        return Coverage(read_fields(text), tuple(covered))

    def draft(
        self, coverage: Coverage, chosen: Sequence[Sequence[SearchHit]] | None = None
    ) -> Draft:
        """Return the draft reply to a proposal.

        :param chosen: the passages for each request, in their order; None: the first of each that
            no newer reply states otherwise.
        """
        hits = [_choose(each) for each in coverage.requests] if chosen is None else chosen
        requests = zip(coverage.requests, hits, strict=True)
        return Draft(
            coverage.proposal, tuple(DraftRequest(each.text, tuple(its)) for each, its in requests)
        )


def _choose(covered: Covered) -> list[SearchHit]:
    newest = [each.hit for each in covered.passages if each.newer is None]
    return (newest or [each.hit for each in covered.passages])[:CHOSEN]


def _place(text: str, requests: Sequence[str]) -> list[Request]:
    """Find corrected requests in the text; those written by hand stand nowhere, at -1."""
    if len(requests) > MOST_REQUESTS:
        raise InputError(
            f"所提内容有 {len(requests)} 项，最多 {MOST_REQUESTS} 项：请合并或删去几项。"
        )
    placed, after = [], 0
    for each in map(make_whole, requests):
        check_query(each, longest=LONGEST_REQUEST)
        start = text.find(each, after)
        if start < 0:
            start = text.find(each)
        end = start + len(each) if start >= 0 else -1
        after = max(after, end)
        placed.append(Request(start, end, each))
    return placed
