"""The one door: what the command line, the page and any other face of Dafu call."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from app.access import Audience, allowed_disclosures, may_see, parse_years, resolve_words
from app.log import timed
from app.present import Presenter
from app.settings import Settings
from app.types import Answer, IngestReport, Precedent, ReplyList, ReplyView, SearchResult, Stats
from corpus.errors import IndexMismatch, InputError
from corpus.filters import ANY, Filters
from corpus.progress import Progress
from corpus.readers.columns import ColumnMapping
from corpus.store.store import Store, unknown_replies
from index.answers.answer import find_answer
from index.answers.confidence import load_confidence
from index.engine import Engine, open_engine, rebuild_engine
from index.ranking.retrieve import Retriever
from index.stores.manifest import load_manifest, write_lock
from index.stores.verify import Verification, verify
from index.text.language.language import Language, Meaning
from index.text.language.own import OwnTerms
from index.text.segment import Segmenter

LOGGER = logging.getLogger(__name__)


def open_service(settings: Settings, audience: Audience = Audience.OWNER) -> Service:
    """Open the home that the settings name, or create it.

    The models and indexes are opened when first needed.

    :raises HomeError: where the home can't be used or is of another format.
    """
    return Service(settings, audience, Store.open(settings.home))


class Service:
    """Search, answer, read and load the replies of one home, for one audience.

    Personal data is masked in all that comes out, unless the settings say otherwise. Replies that
    the audience may not see are nowhere to be found. May be shared between threads.
    """

    def __init__(self, settings: Settings, audience: Audience, store: Store) -> None:
        self.settings = settings
        self.audience = audience
        self._store = store
        self._presenter = Presenter(settings.redact)
        self._allowed = allowed_disclosures(audience, settings)
        self._confidence = load_confidence()
        self.own_terms = OwnTerms(settings.home)
        self._engine: Engine | None = None
        self._opening = threading.Lock()

    def close(self) -> None:
        """Close the stores."""
        if self._engine:
            self._engine.close()
        self._store.close()

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Asking

    def search(self, query: str, filters: Filters = ANY, k: int = 10) -> SearchResult:
        """Return the `k` passages that match best, best first.

        :raises InputError: where the query is blank or `k` less than 1.
        """
        _check_query(query, k)
        with timed(LOGGER, self._about("检索", query)) as told:
            hits = self._ready().retriever.search(query, k, self._visible(filters))
            told.append(f"找到 {len(hits)} 段")
        return SearchResult(
            query, tuple(self._presenter.hit(hit, n) for n, hit in enumerate(hits, start=1))
        )

    def ask(self, question: str, filters: Filters = ANY) -> Answer:
        """Answer a question by verbatim quotes, or abstain.

        :raises InputError: where the question is blank.
        """
        _check_query(question)
        with timed(LOGGER, self._about("提问", question)) as told:
            retriever = self._ready().retriever
            finding = find_answer(retriever, self._confidence, question, self._visible(filters))
            answer = self._presenter.answer(finding, self.settings.abstain_below)
            told += [f"引文 {len(answer.quotes)} 条", f"把握 {answer.confidence:.0%}"]
        return answer

    def precedents(self, text: str, filters: Filters = ANY, k: int = 10) -> tuple[Precedent, ...]:
        """Return the `k` replies to the matters most like a proposal or message, best first.

        :raises InputError: where the text is blank or `k` less than 1.
        """
        _check_query(text, k)
        with timed(LOGGER, self._about("查先例", text)) as told:
            ranked = self._ready().retriever.rank_replies(text, k, self._visible(filters))
            told.append(f"找到 {len(ranked)} 份")
        return tuple(self._presenter.precedent(r, n) for n, r in enumerate(ranked, start=1))

    def explain(self, query: str) -> Meaning:
        """Say what a query is searched as: what else its terms are called, which numbers it names.

        :raises InputError: where the query is blank.
        """
        _check_query(query)
        return Language(self.own_terms.lexicon).explain(query, Segmenter())

    # Reading

    def list_replies(
        self, filters: Filters = ANY, text: str = "", limit: int = 50, offset: int = 0
    ) -> ReplyList:
        """Return a page of the library, newest first; each word of `text` must be in a field."""
        page = self._store.list_replies(self._visible(filters), text, limit, offset)
        return ReplyList(page.total, tuple(map(self._presenter.card, page.replies)))

    def show(self, reply_id: str) -> ReplyView:
        """Return a whole reply.

        :raises NotFound: where there is none of that id, or the audience may not see it.
        """
        reply = self._store.reply(reply_id)
        if not may_see(reply, self._allowed):
            raise unknown_replies([reply_id])
        passages = tuple(self._store.passages_of(reply_id).values())
        return self._presenter.reply(reply, passages)

    def stats(self) -> Stats:
        """Say what is loaded, as far as the audience may see it."""
        visible = self._visible(ANY)
        counts = self._store.stats(visible)
        home = self.settings.home
        manifest = load_manifest(home)
        return Stats(
            home=str(home),
            replies=counts.replies,
            passages=counts.passages,
            characters=counts.characters,
            duplicates=counts.duplicates,
            model=manifest.stamp.model if manifest else self.settings.model,
            dimension=manifest.stamp.dimension if manifest else 0,
            bytes_on_disk=sum(f.stat().st_size for f in home.rglob("*") if f.is_file()),
            facets=self._store.facets(visible),
            years=self._store.years(visible),
        )

    def resolve(
        self,
        agency: Sequence[str] = (),
        region: Sequence[str] = (),
        kind: Sequence[str] = (),
        outcome: Sequence[str] = (),
        session: Sequence[str] = (),
        disclosure: Sequence[str] = (),
        year: str | None = None,
    ) -> Filters:
        """Make filters of users' words: 商务委 finds 上海市普陀区商务委员会.

        :raises InputError: where `year` is no year or range of years.
        """
        words = {
            "agencies": agency,
            "regions": region,
            "kinds": kind,
            "outcomes": outcome,
            "sessions": session,
            "disclosures": disclosure,
        }
        facets = self._store.facets(self._visible(ANY)) if any(words.values()) else {}
        known = {name: [value for value, _ in values] for name, values in facets.items()}
        return Filters(
            **{name: resolve_words(given, known.get(name, ())) for name, given in words.items()},
            years=parse_years(year),
        )

    def verify(self) -> Verification:
        """Prove that SQLite and both indexes agree."""
        return verify(self._open_engine().indexer)

    def open_retriever(self) -> Retriever:
        """Open what searches the home: every reply, nothing masked; to measure by, not to show."""
        return self._ready().retriever

    # Writing

    def ingest(
        self,
        paths: Sequence[Path],
        mapping: ColumnMapping | None = None,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Load files and folders, and index what is new.

        :raises HomeBusy: where another process is writing.
        :raises IndexMismatch: where the index was made otherwise than the settings ask.
        """
        from app.ingest import load_files  # with all readers, which asking does not need

        engine = self._open_engine()
        with write_lock(self.settings.home):
            with engine.indexer.keeping_up() as keep_up:
                report = load_files(self._store, paths, mapping, progress, keep_up)
            engine.indexer.catch_up(progress)
        return report

    def remove(self, reply_ids: Sequence[str]) -> tuple[str, ...]:
        """Remove replies; return their ids.

        :raises NotFound: naming all unknown ids; nothing is then removed.
        :raises HomeBusy: where another process is writing.
        """
        engine = self._open_engine()
        with write_lock(self.settings.home):
            removed = self._store.remove(reply_ids)
            engine.indexer.catch_up()
        return removed

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make both indexes anew from SQLite, with the model and segmentation of the settings.

        :raises HomeBusy: where another process is writing.
        """
        with write_lock(self.settings.home):
            home, models = self.settings.home, self.settings.models
            engine = rebuild_engine(home, models, self._store, progress)
            with self._opening:
                self._engine, before = engine, self._engine
            if before:
                before.close()

    def _about(self, what: str, text: str) -> str:
        """Name a question in the log by its words only where the settings ask for them."""
        return f"{what}“{text}”" if self.settings.log_questions else what

    def _visible(self, filters: Filters) -> Filters:
        return filters.and_disclosures(self._allowed)

    def _open_engine(self) -> Engine:
        with self._opening:
            if self._engine is None:
                home, models = self.settings.home, self.settings.models
                self._engine = open_engine(home, models, self._store)
            return self._engine

    def _ready(self) -> Engine:
        """Return the engine, with what other processes have committed."""
        engine = self._open_engine()
        try:
            engine.refresh()
        except IndexMismatch:  # another process has adapted the model: open that one
            with self._opening:
                self._engine = None
            engine = self._open_engine()
        return engine


def _check_query(text: str, k: int = 1) -> None:
    if not text.strip():
        raise InputError("没有要查的内容。请输入问题或粘贴提案原文。")
    if k < 1:
        raise InputError(f"条数应当至少为 1，收到的是 {k}。")
