"""All that a home needs to be searched and kept up to date, opened together."""

from __future__ import annotations

import copy
import logging
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.errors import HomeBusy, HomeError, IndexDamaged, IndexMismatch, ModelError
from corpus.progress import Progress
from corpus.store.store import Store
from index.models.choice import Models
from index.models.embed import Embedder, encoders_with, open_embedder, open_encoder, open_reader
from index.models.static import limit_blas_threads
from index.ranking.fuse import Fusion, open_fusion
from index.ranking.importance import load_importance
from index.ranking.library import Library
from index.ranking.propose import Proposer
from index.ranking.query import Analyser
from index.ranking.rerank import CrossEncoderReranker, Reranking
from index.ranking.retrieve import Retriever
from index.stores.encoded import EncodedIndex
from index.stores.manifest import write_lock
from index.stores.opening import open_indexes, rebuild_indexes
from index.stores.place import Place
from index.text.language.language import Language
from index.text.language.own import OwnTerms
from index.text.segment import Segmenter

LOGGER = logging.getLogger(__name__)


OTHERS_EVERY = 5.0
"""Seconds after which it is looked again what other homes have written to a library they share."""


class Engine:
    """The retriever and the indexer of one home, over the same legs."""

    def __init__(
        self,
        home: Path,
        store: Store,
        embedder: Embedder,
        encoder: Embedder | None = None,
        reranking: Reranking | None = None,
        place: Place | None = None,
    ) -> None:
        """Open the indexes of a home.

        :param encoder: what reads passages more deeply, after they can be found.
        :param place: the server that both legs are on; None where they are in the home.
        :raises IndexMismatch: where they were made with another model or segmentation.
        """
        segmenter = Segmenter()
        self.home = home
        self.store = store
        self.embedder = embedder
        self.indexer = open_indexes(home, store, embedder, segmenter, place)
        self.legs = self.indexer.legs
        self.encoded = EncodedIndex(home, encoder) if encoder else None
        library = Library(store, self.legs, self.encoded)
        self._proposer = Proposer(library)
        analyser = Analyser(
            library,
            segmenter,
            encoders_with(embedder),
            load_importance(),
            Language(OwnTerms(home).lexicon),
        )
        fusion = open_fusion(home, embedder.name)
        self.retriever = Retriever(analyser, self._proposer, fusion, reranking)
        self._refreshing = threading.Lock()
        self._version: tuple[Any, ...] = ()
        self._looked = 0.0
        self._left = False

    def with_retriever(self, retriever: Retriever) -> Engine:
        """Return the same engine, over the same legs, with another way of ranking."""
        other = copy.copy(self)
        other.retriever = retriever
        return other

    def with_fusion(self, fusion: Fusion) -> Engine:
        """Return the same engine with another fusion."""
        return self.with_retriever(replace(self.retriever, fusion=fusion))

    def refresh(self) -> None:
        """See what other processes have committed or rebuilt.

        :raises IndexMismatch: where they rebuilt the indexes with another model.
        """
        with self._refreshing:
            try:
                self.legs.refresh()
                if self.encoded:
                    self.encoded.refresh()
            except IndexMismatch:
                LOGGER.info("索引已由另一个程序用别的模型重建")
                raise
        if time.monotonic() > self._looked + OTHERS_EVERY:
            if self._left:
                self._follow_left()
            elif self.store.database.shared:
                self._follow_others()

    def leave(self) -> None:
        """Leave what was written and could not be indexed to whoever uses the engine next."""
        self._left, self._looked = True, -OTHERS_EVERY

    def _follow_left(self) -> None:
        """Index what was left; as long as that fails, what was indexed before goes on answering."""
        self._looked, self._left = time.monotonic(), False
        try:
            self.recover()
            self._left = not self.indexer.is_up_to_date()
        except IndexMismatch:
            raise
        except (HomeError, ModelError, OSError) as error:
            self._left = True
            LOGGER.warning("索引还没有跟上：%s", error)

    def _follow_others(self) -> None:
        """Index what other homes have written to a library that they share with this one."""
        self._looked = time.monotonic()
        version = self.store.database.version
        if version != self._version:
            self.recover()
            self._version = () if self.indexer.behind else version

    def recover(self) -> None:
        """Index what a killed process has loaded but not indexed, unless another is at it."""
        if self.indexer.overtakes_store:
            # Keys would be given again, to other passages than the indexes know by them.
            raise IndexDamaged(
                f"索引比文库新，{self.home} 的文库文件可能换成了旧的。"
                "请运行 dafu rebuild 重建索引。"
            )
        if self.indexer.is_up_to_date():
            return
        legs = self.legs
        began = time.perf_counter()
        try:
            with write_lock(self.home):
                self.refresh()
                before = legs.lexical.count
                self.indexer.catch_up()
        except HomeBusy:
            return  # who is writing will index it
        LOGGER.info(
            "索引已补全：原有 %d 段，现有 %d 段，%.1f 秒",
            *(before, legs.lexical.count, time.perf_counter() - began),
        )

    def close(self) -> None:
        """Close the indexes, and end the threads that search them."""
        self._proposer.close()
        self.legs.close()
        if self.encoded:
            self.encoded.close()


def open_engine(
    home: Path, models: Models | str, store: Store, place: Place | None = None
) -> Engine:
    """Open a home's indexes with its models, and finish what a killed process has left undone.

    :param models: a string names the embedding model alone.
    :param place: the server that both legs are on; None where they are in the home.
    :raises ModelError: where a model can't be loaded.
    :raises IndexMismatch: where the indexes were made with another model or segmentation.
    """
    limit_blas_threads()
    began = time.perf_counter()
    models = Models(models) if isinstance(models, str) else models
    engine = _open(home, models, store, place)
    try:
        engine.recover()
    except BaseException:
        engine.close()
        raise
    _say_opened("打开", engine, began)
    return engine


def rebuild_engine(
    home: Path,
    models: Models,
    store: Store,
    progress: Progress | None = None,
    place: Place | None = None,
) -> Engine:
    """Make a home's indexes anew with its models, whatever state they are in, and open them.

    :param place: the server that both legs are on; None where they are in the home.
    :raises ModelError: where a model can't be loaded.
    """
    limit_blas_threads()
    began = time.perf_counter()
    rebuild_indexes(home, store, open_embedder(models), Segmenter(), place, progress)
    engine = _open(home, models, store, place)
    _say_opened("重建", engine, began)
    return engine


def _open(home: Path, models: Models, store: Store, place: Place | None) -> Engine:
    engine = Engine(
        home,
        store,
        open_embedder(models),
        open_encoder(models),
        reranking=_open_reranking(models),
        place=place,
    )
    return engine.with_retriever(replace(engine.retriever, reader=open_reader(models)))


def _open_reranking(models: Models) -> Reranking | None:
    """Open the reranker, which loads its model when first needed; None where none is named."""
    if not models.reranker:
        return None
    reranker = CrossEncoderReranker(models.reranker, models.backend)
    return Reranking(reranker, models.rerank_depth)


def _say_opened(how: str, engine: Engine, began: float) -> None:
    LOGGER.info(
        "索引已%s：%d 段，模型 %s，%.1f 秒",
        *(how, engine.legs.lexical.count, engine.embedder.name, time.perf_counter() - began),
    )
