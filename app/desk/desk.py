"""The door to coverage: from a proposal to its requests, what answers each, and a draft."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.access import Role, allowed_disclosures, masks
from app.audit import Action
from app.desk.cover import Coverer
from app.desk.drafting import make_draft
from app.desk.own import OwnWords
from app.desk.types import Coverage, DeskReport
from app.export.draft import Draft, Proposal
from app.generating.door import Generating
from app.home import Home, healing
from app.present import Presenter
from app.queries import LONGEST_PROPOSAL, check_query, make_whole
from app.types import SearchHit
from corpus.errors import InputError
from corpus.filters import ANY, Filters
from corpus.progress import Progress, say_nothing
from index.answers.confidence import load_confidence
from index.answers.precedent import load_precedence
from index.ranking.retrieve import Retriever

if TYPE_CHECKING:
    from app.desk.many import Wish
    from index.ranking.requests.find import Request

MOST_REQUESTS = 40
"""So many requests of a proposal are looked for; each costs as much as a question."""

LONGEST_REQUEST = 2_000
"""Characters."""

PASSAGES = 5
"""So many passages answer a request, where nobody says how many."""

SECONDS = 4.0
"""So long the encoder may read for one proposal."""

WHOLE = 400
"""A text of so many characters in which nothing is found that asks is one request as a whole."""


class Desk:
    """Coverage of proposals for one role; may be shared between threads."""

    def __init__(
        self, home: Home, role: Role, lend: Callable[[], AbstractContextManager[Retriever]]
    ) -> None:
        """Take a seat at a home.

        :param lend: lends what is searched with, in turn with all others who ask.
        """
        self.home = home
        self._allowed = allowed_disclosures(role, home.settings)
        self._presenter = Presenter(masks(role, home.settings))
        self._lend = lend
        self._confidence = load_confidence()
        self._precedence = load_precedence()
        self.smooth = Generating(home).smooth

    def split(self, text: str) -> tuple[Request, ...]:
        """Return what a proposal asks for, in its order, the first `MOST_REQUESTS`.

        Where nothing is found that asks, a short text is one request, of a long one its title.

        :raises InputError: where the text is blank or too long.
        """
        from index.ranking.requests.find import find_requests  # whose patterns take long to compile
        from index.ranking.requests.tagger import open_tagger

        check_query(text, longest=LONGEST_PROPOSAL)
        text = make_whole(text)
        found = find_requests(text, tagger=open_tagger(self.home.settings.models))
        return found[:MOST_REQUESTS] or tuple(self._whole(text))

    def read(self, text: str) -> Proposal:
        """Return what a proposal says of itself, as it may be shown; what it does not is None."""
        return self._own(make_whole(text)).proposal

    @healing
    def cover(
        self,
        text: str,
        requests: Sequence[str] | None = None,
        filters: Filters = ANY,
        k: int = PASSAGES,
        seconds: float = SECONDS,
    ) -> Coverage:
        """Return the passages that answer each request of a proposal, `k` of each at most.

        :param requests: what is asked for, as somebody corrected it; None: as `split` finds it.
        :param seconds: how long the encoder may read; what is left then is judged without it.
        :raises InputError: where the text is blank or too long, or `k` less than 1.
        """
        check_query(text, k, LONGEST_PROPOSAL)
        text = make_whole(text)
        own = self._own(text)
        asked = self.split(text) if requests is None else _place(own, requests)
        visible = ANY.and_disclosures(self._allowed)
        within = filters.and_disclosures(self._allowed)
        coverer = Coverer(self._presenter, self._confidence, self._precedence, own, visible, within)
        covered = []
        until = time.monotonic() + seconds
        for each in asked:
            with self._lend() as retriever:  # a turn for each: others ask between
                if time.monotonic() >= until:
                    retriever = replace(retriever, reading=0.0)
                covered.append(coverer.cover(retriever, each, k))
        return Coverage(own.proposal, tuple(covered))

    def draft(
        self, coverage: Coverage, chosen: Sequence[Sequence[SearchHit]] | None = None
    ) -> Draft:
        """Return the draft reply to a proposal, see `app.desk.drafting`."""
        return make_draft(coverage, chosen)

    def answer_many(
        self,
        paths: Sequence[Path],
        out: Path,
        progress: Progress = say_nothing,
        wish: Wish | None = None,
    ) -> DeskReport:
        """Write drafts, sheets and an overview of many proposals, see `app.desk.many`."""
        from app.desk.many import Wish, answer_many  # and what Word and Excel are written with

        def cover(text: str, filters: Filters, seconds: float) -> Coverage:
            return self.cover(text, filters=filters, seconds=seconds)

        wish = replace(wish or Wish(), smooth=self.smooth)
        report = answer_many(cover, paths, out, progress, wish)
        self.home.audit.record(Action.EXPORTED, f"{len(report.proposals)} 件提案的底稿")
        return report

    def _own(self, text: str) -> OwnWords:
        from app.desk.fields import read_fields  # whose patterns take long to compile

        return OwnWords.of(text, read_fields(text), self._presenter.redacted)

    def _whole(self, text: str) -> list[Request]:
        own = self._own(text)
        if len(text) <= WHOLE:
            return _place(own, [text.strip()])
        return _place(own, [own.proposal.title] if own.proposal.title else [])


def _place(own: OwnWords, requests: Sequence[str]) -> list[Request]:
    """Find corrected requests in the text; those written by hand stand nowhere, at -1."""
    if len(requests) > MOST_REQUESTS:
        raise InputError(
            f"所提内容有 {len(requests)} 项，最多 {MOST_REQUESTS} 项：请合并或删去几项。"
        )
    from index.ranking.requests.find import Request

    placed, after = [], 0
    for each in map(make_whole, requests):
        check_query(each, longest=LONGEST_REQUEST)
        start = own.find(each, after)
        end = start + len(each) if start >= 0 else -1
        after = max(after, end)
        placed.append(Request(start, end, own.text[start:end] if start >= 0 else each))
    return placed
