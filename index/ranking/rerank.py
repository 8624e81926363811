"""Read query and passage together, and rank the best passages anew: slower, and finer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelError
from index.models.choice import Backend
from index.models.hub import load_cross_encoder, repository_name
from index.ranking.hits import Hit
from index.stores.texts import indexed_text

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


_BATCH = 16
"""Pairs that a model reads at once."""


class Reranker(Protocol):
    """Say how well passages answer a query, having read both together."""

    @property
    def name(self) -> str:
        """What evaluations record."""
        ...

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float64]:
        """Return the log odds of relevance of each passage, float64 (n,)."""
        ...


class CrossEncoderReranker:
    """Any cross-encoder with one output, such as bge-reranker, by name or by folder.

    Its output is taken before any sigmoid, as log odds: rerankers are trained by cross-entropy
    on relevant and irrelevant pairs. What is longer than the model takes is cut at the end. The
    model is loaded when first needed, so that loading replies does not wait for it.
    """

    def __init__(self, model: str | Path, backend: Backend = "torch") -> None:
        self.name = repository_name(str(model))
        self._model = str(model)
        self._backend: Backend = backend
        self._loading = threading.Lock()

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float64]:
        """Return the log odds of relevance; see `Reranker.score`.

        :raises ModelError: where the model cannot be loaded or has several outputs.
        """
        if not passages:
            return np.zeros(0)
        with self._loading:
            encoder = self._encoder
        from torch.nn import Identity

        scores = encoder.predict(
            [(query, passage) for passage in passages],
            batch_size=_BATCH,
            activation_fn=Identity(),
            show_progress_bar=False,
        )
        return np.asarray(scores, dtype=np.float64).reshape(len(passages))

    @cached_property
    def _encoder(self) -> CrossEncoder:
        encoder = load_cross_encoder(self._model, self._backend)
        if encoder.num_labels != 1:
            raise ModelError(
                f"{self.name} 有 {encoder.num_labels} 个输出，不是重排模型："
                "请用只有一个输出的交叉编码器，例如 BAAI/bge-reranker-base。"
            )
        return encoder


@dataclass(frozen=True, slots=True)
class Reranking:
    """A reranker, and how many of the best hits it reads."""

    reranker: Reranker
    depth: int

    def rank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """Rank the first `depth` hits anew; the others follow in their order.

        A hit's new log odds are the mean of its fused ones and the reranker's: either can be wrong
        alone, and where both agree nothing moves. The scores of those that follow are cut to the
        least of those before, so that scores still fall from hit to hit.
        """
        first = list(hits[: self.depth])
        if not first:
            return []
        read = self.reranker.score(query, [_text(hit) for hit in first])
        fused = np.clip([hit.score for hit in first], 1e-9, 1 - 1e-9)
        odds = (np.log(fused / (1 - fused)) + read) / 2
        scores = 1 / (1 + np.exp(-odds))
        ranked = [
            replace(first[i], score=float(scores[i])) for i in np.argsort(-odds, kind="stable")
        ]
        least = ranked[-1].score
        return [*ranked, *(replace(hit, score=min(hit.score, least)) for hit in hits[self.depth :])]


def _text(hit: Hit) -> str:
    indexed = indexed_text(hit.reply, hit.passage)
    return f"{indexed.context}\n{indexed.text}".strip()
