"""All that a home needs to be searched and kept up to date, opened together."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import numpy as np

from corpus.errors import HomeBusy
from corpus.progress import Progress
from corpus.store.store import Store
from index.models.choice import Models
from index.models.embed import Embedder, JointEmbedder
from index.models.static import BUNDLED_MODEL, StaticEmbedder, limit_blas_threads
from index.ranking.fuse import open_fusion
from index.ranking.importance import load_importance
from index.ranking.rerank import CrossEncoderReranker, Reranking
from index.ranking.retrieve import Retriever
from index.stores.indexer import Indexer, rebuild, stamp_of
from index.stores.legs import Legs
from index.stores.manifest import write_lock
from index.text.language.language import Language
from index.text.language.own import OwnTerms
from index.text.segment import Segmenter


class Engine:
    """The retriever and the indexer of one home, over the same legs."""

    def __init__(
        self,
        home: Path,
        store: Store,
        embedder: Embedder,
        segmenter: Segmenter | None = None,
        reranking: Reranking | None = None,
    ) -> None:
        """Open the indexes of a home.

        :raises IndexMismatch: where they were made with another model or segmentation.
        """
        segmenter = segmenter or Segmenter()
        self.home = home
        self.store = store
        self.embedder = embedder
        self.legs = Legs.open(home, stamp_of(embedder, segmenter))
        static = _static(embedder)
        self.retriever = Retriever(
            store=store,
            legs=self.legs,
            embedder=embedder,
            segmenter=segmenter,
            fusion=open_fusion(home, embedder.name),
            factors=partial(load_importance().factors, norms=static.token_norms),
            language=Language(OwnTerms(home).lexicon),
            reranking=reranking,
            token_vectors=static.vectors_of,
            sentences=static,
        )
        self.indexer = Indexer(store, self.legs, embedder, segmenter)
        self._refreshing = threading.Lock()

    def refresh(self) -> None:
        """See what other processes have committed or rebuilt.

        :raises IndexMismatch: where they rebuilt the indexes with another model.
        """
        with self._refreshing:
            self.legs.refresh()

    def recover(self) -> None:
        """Index what a killed process has loaded but not indexed, unless another is at it."""
        stored = self.store.select_keys()
        # Counts alone miss a reply replaced by one of as many passages. The lexical leg is always
        # committed first, so its keys are right where the dense leg's are.
        # Homes of before there were texts have none.
        legs = self.legs
        if legs.lexical.count == legs.texts.count == len(stored) and np.array_equal(
            legs.dense.keys(), stored
        ):
            return
        try:
            with write_lock(self.home):
                self.refresh()
                self.indexer.catch_up()
        except HomeBusy:
            pass  # who is writing will index it

    def close(self) -> None:
        """Close the indexes."""
        self.legs.close()


def _static(embedder: Embedder) -> StaticEmbedder:
    """Return the model that knows single words: the home's own, or the bundled one."""
    if isinstance(embedder, JointEmbedder):
        return embedder.own
    return embedder if isinstance(embedder, StaticEmbedder) else StaticEmbedder(BUNDLED_MODEL)


def open_engine(home: Path, models: Models | str, store: Store) -> Engine:
    """Open a home's indexes with its models, and finish what a killed process has left undone.

    :param models: a string names the embedding model alone.
    :raises ModelError: where a model can't be loaded.
    :raises IndexMismatch: where the indexes were made with another model or segmentation.
    """
    limit_blas_threads()
    models = Models(models) if isinstance(models, str) else models
    engine = Engine(home, store, models.open_embedder(), reranking=_open_reranking(models))
    engine.recover()
    return engine


def rebuild_engine(
    home: Path, models: Models, store: Store, progress: Progress | None = None
) -> Engine:
    """Make a home's indexes anew with its models, whatever state they are in, and open them.

    :raises ModelError: where a model can't be loaded.
    """
    limit_blas_threads()
    embedder, segmenter = models.open_embedder(), Segmenter()
    rebuild(home, store, embedder, segmenter, progress)
    return Engine(home, store, embedder, segmenter, _open_reranking(models))


def _open_reranking(models: Models) -> Reranking | None:
    """Open the reranker, which loads its model when first needed; None where none is named."""
    if not models.reranker:
        return None
    reranker = CrossEncoderReranker(models.reranker, models.backend)
    return Reranking(reranker, models.rerank_depth)
