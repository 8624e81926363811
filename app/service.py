"""The one door: what the command line, the page and any other face of Dafu call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from app.access import (
    FilterWords,
    Role,
    allowed_disclosures,
    check_desk,
    check_edits,
    make_filters,
    masks,
    may_see,
    may_use_desk,
)
from app.audit import Action
from app.desk.desk import Desk
from app.generating.door import Generating
from app.home import Home, healing
from app.keeping.bin import Bin
from app.keeping.entering import enter_home
from app.keeping.removal import RemovalProof, prove_removal, remove_replies
from app.keeping.review import Review
from app.loading.reports import IngestReport
from app.present import Presenter
from app.queries import LONGEST_PROPOSAL, LONGEST_QUESTION, check_query, make_whole
from app.running.log import timed
from app.running.remembered import Remembered
from app.settings import Settings
from app.types import Answer, Precedent, ReplyView, SearchResult
from app.views.figures import Stats, count_library
from app.views.ledger import Ledger
from app.views.listing import Listing
from app.views.matters import Matters
from app.views.originals import Originals
from app.views.pages import Pages
from app.views.policies import Policies
from corpus.filters import ANY, Filters
from corpus.progress import Progress
from corpus.readers.mapping import ColumnMapping
from corpus.store.tables import unknown_replies
from index.answers.confidence import load_confidence
from index.answers.halves import find_halves
from index.ranking.retrieve import READING, Retriever
from index.stores.verify import Verification, verify
from index.text.language.language import Language, Meaning
from index.text.segment import Segmenter

LOGGER = logging.getLogger(__name__)

ANSWERS_KEPT = 100
"""So many answers are remembered, of some 30 kB each."""


def open_service(settings: Settings, role: Role = Role.ADMINISTRATOR) -> Service:
    """Open the home that the settings name, or create it, for who alone uses it here.

    :raises HomeError: where it can't be used.
    """
    return Service(enter_home(settings), role, alone=True)


class Service:
    """Search, answer, read and load the replies of one home, for one role, between threads.

    Personal data is masked in all that comes out, unless the settings say otherwise. Replies that
    the role may not see are nowhere to be found.
    """

    def __init__(self, home: Home, role: Role, *, alone: bool = False) -> None:
        """Serve a home; `alone`: nobody but whoever sits at this machine uses it."""
        self.home = home
        self.settings = home.settings
        self.role = role
        self.takes_files = False
        """Whether who does not edit may load all the same, as whoever serves the page allowed."""
        self._presenter = Presenter(masks(role, home.settings))
        self._allowed = allowed_disclosures(role, home.settings)
        self._confidence = load_confidence()
        self.review = Review(home, role)
        self.pages = Pages(home, role)
        self.originals = Originals(home, role)
        self.bin = Bin(home, role)
        self.listing = Listing(home, role)
        self.list_replies = self.listing.list_replies
        self.pace = home.pace
        self.ledger = Ledger(home, role, self.pace)
        self.policies = Policies(home, role)
        self.matters = Matters(home, role, self._retriever)
        self.alone = alone
        self.has_desk = may_use_desk(role, home.settings, alone)
        """Whether precedents may be looked for, and replies drafted."""
        self._desk = Desk(home, role, self._retriever)
        self.generating = Generating(home)
        self._answers = Remembered[Answer](ANSWERS_KEPT)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.home.folder} {self.role}>"

    def close(self) -> None:
        """Close the home."""
        self.home.close()

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Asking

    @healing
    def search(
        self, query: str, filters: Filters = ANY, k: int = 10, exactly: bool = False
    ) -> SearchResult:
        """Return the `k` passages that match best, best first.

        :param exactly: whether it is looked up as it was typed, misspelt or in English.
        :raises InputError: where the query is blank or `k` less than 1.
        """
        check_query(query, k, has_desk=self.has_desk)
        query = make_whole(query)
        with timed(LOGGER, self._about("检索", query)) as told, self._retriever() as retriever:
            analysed = retriever.analyse(query, exactly)
            hits = retriever.search(analysed, k, self._visible(filters))
            told.append(f"找到 {len(hits)} 段")
        shown = tuple(self._presenter.hit(hit, n) for n, hit in enumerate(hits, start=1))
        return SearchResult(query, shown, analysed.read_as)

    @healing
    def ask(
        self, question: str, filters: Filters = ANY, after: str = "", exactly: bool = False
    ) -> Answer:
        """Answer a question by verbatim quotes, or abstain.

        :param after: the question before, which this one may lean on.
        :param exactly: whether it is looked up as it was typed, misspelt or in English.
        :raises InputError: where the question is blank.
        """
        check_query(question, has_desk=self.has_desk)
        question, after = make_whole(question), make_whole(after[-LONGEST_QUESTION:])
        visible = self._visible(filters)
        with timed(LOGGER, self._about("提问", question)) as told, self._retriever() as retriever:
            whole = retriever.analyser.complete(question, after)

            def find() -> Answer:
                query = retriever.analyse(whole, exactly)
                least = self.settings.abstain_below
                finding = find_halves(retriever, self._confidence, query, visible, least)
                return self.pages.place(self._presenter.answer(finding, least))

            asked = whole, exactly, visible, self.home.version, retriever.version
            # Of what is found in a hurry more may be found the next time.
            answer = self._answers.find(asked, find, keep=retriever.reading == READING)
            told += [f"引文 {len(answer.quotes)} 条", f"把握 {answer.confidence:.0%}"]
        return replace(answer, question=question, completed=whole if whole != question else None)

    @healing
    def precedents(self, text: str, filters: Filters = ANY, k: int = 10) -> tuple[Precedent, ...]:
        """Return the `k` replies to the matters most like a proposal or message, best first.

        :raises NotAllowed: where the role has no desk.
        :raises InputError: where the text is blank or `k` less than 1.
        """
        check_desk(self.has_desk)
        check_query(text, k, LONGEST_PROPOSAL)
        text = make_whole(text)
        with timed(LOGGER, self._about("查先例", text)) as told, self._retriever() as retriever:
            # Nothing would tell who asks what was looked up otherwise.
            query = retriever.analyse(text, exactly=True)
            ranked = retriever.rank_replies(query, k, self._visible(filters))
            told.append(f"找到 {len(ranked)} 份")
        return tuple(self._presenter.precedent(r, n) for n, r in enumerate(ranked, start=1))

    @property
    def desk(self) -> Desk:
        """From a proposal to what answers each request; NotAllowed where the role has none."""
        check_desk(self.has_desk)
        return self._desk

    def explain(self, query: str) -> Meaning:
        """Say what a query is searched as: other names of its terms, the numbers that it has."""
        check_query(query)
        return Language(self.home.terms.lexicon).explain(make_whole(query), Segmenter())

    # Reading

    def show(self, reply_id: str) -> ReplyView:
        """Return a whole reply.

        :raises NotFound: where there is none of that id, or the role may not see it.
        """
        reply = self.home.store.reply(reply_id)
        if not may_see(reply, self._allowed):
            raise unknown_replies([reply_id])
        if self.role.edits:
            return self.review.show(reply_id)
        return self._presenter.reply(reply, tuple(self.home.store.passages_of(reply_id).values()))

    def stats(self) -> Stats:
        """Say what is loaded, as far as the role may see it."""
        return count_library(self.home, self._visible(ANY))

    def resolve(self, **words: Unpack[FilterWords]) -> Filters:
        """Make filters of users' words: 商务委 finds 普陀区商务委员会; InputError for no year."""
        return make_filters(words, lambda: self.home.store.facets(self._visible(ANY)))

    @healing
    def verify(self) -> Verification:
        """Prove that SQLite and both indexes agree."""
        with self.home.engine() as engine:
            return verify(engine.indexer, engine.encoded)

    @healing
    def prove_removal(self, reply_id: str, progress: Progress | None = None) -> RemovalProof:
        """Search every byte of the home for a reply that was removed; NotFound if none was."""
        return prove_removal(self.home, reply_id, progress)

    # Writing

    @healing
    def ingest(
        self,
        paths: Sequence[Path],
        mapping: ColumnMapping | None = None,
        progress: Progress | None = None,
        allow_secret: bool = False,
        follow_links: bool = False,
        again: bool = False,
    ) -> IngestReport:
        """Load files and folders, and index what is new.

        :param allow_secret: whether the owner is to have replies marked 绝密, 机密 or 秘密.
        :param follow_links: whether links are followed that lead to what was named, or below it.
        :param again: whether the home's own copies bring back what was removed.
        :raises HomeBusy: where another process is writing; IndexMismatch: see `Home.engine`.
        """
        if not self.takes_files:
            check_edits(self.role)
        from app.keeping.load_into import load_into  # with all readers, which asking does not need
        from app.loading.choices import Choices

        from_bin = again and self.role.edits
        choices = Choices(mapping, allow_secret, follow_links, again, from_bin)
        return load_into(self.home, paths, choices, progress)

    @healing
    def encode(
        self, progress: Progress | None = None, goes_on: Callable[[], bool] = lambda: True
    ) -> int:
        """Have the encoder read the passages that it has not read yet; return how many it read.

        :param goes_on: asked between batches whether to; what was read stays.
        :raises HomeBusy: where another process is at it.
        """
        with self.home.engine() as engine:
            return engine.encoded.catch_up(engine.store, progress, goes_on) if engine.encoded else 0

    @healing
    def remove(self, reply_ids: Sequence[str], progress: Progress | None = None) -> tuple[str, ...]:
        """Remove replies, so that nothing of them is left; return their ids.

        :raises NotFound: naming all unknown ids; nothing is then removed.
        """
        check_edits(self.role)
        return remove_replies(self.home, reply_ids, progress)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make both indexes anew from SQLite; what the encoder has read is forgotten once they are.

        :raises HomeBusy: where another process is writing.
        """
        check_edits(self.role)
        with self.home.writing():
            self.home.rebuild(progress)
            self.home.forget_encoded()
        self.home.audit.record(Action.REBUILT)

    @contextmanager
    def _retriever(self) -> Iterator[Retriever]:
        """Lend what is searched with; the more ask at once, the less the encoder reads for each."""
        with self.pace.asking() as reading, self.home.engine() as engine:
            yield replace(engine.retriever, reading=reading)

    def _about(self, what: str, text: str) -> str:
        """Name a question in the log by its words, and in the audit at all, where settings say."""
        if self.settings.audit_questions:
            self.home.audit.record(Action.ASKED, f"{what}：{text}")
        return f"{what}“{text}”" if self.settings.log_questions else what

    def _visible(self, filters: Filters) -> Filters:
        return filters.and_disclosures(self._allowed)
