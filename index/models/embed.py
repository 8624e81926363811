"""Embedding: texts to vectors that are near where the texts say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from index.models.choice import Models
from index.models.static import (
    BUNDLED_MODEL,
    StaticEmbedder,
    TextsDone,
    TokenVectors,
    Vectors,
    at_unit_length,
    is_static,
    no_tokens,
)


class Embedder(Protocol):
    """Turn texts into vectors whose inner product is their cosine similarity."""

    @property
    def name(self) -> str:
        """What an index manifest records; another name means another index."""
        ...

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        ...

    def embed_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Embed texts to be found.

        :param progress: called with the number of texts done so far.
        :returns: float32 (n, dimension), rows of length 1, or 0 for a text with no known token.
        """
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to search with; shapes as for `embed_passages`."""
        ...

    def aim(self, query: Vectors, mean: Vectors) -> Vectors:
        """Turn a query's vector into the one that passages are compared with.

        :param query: a row of `embed_queries`, float32 (dimension,).
        :param mean: the mean of the library's rows of `embed_passages`, float32 (dimension,).
        :returns: float32 (dimension,).
        """
        ...


class JointEmbedder:
    """Embed by the bundled model and by another, so that either finds what the other misses.

    A vector is that of the bundled model, then the other's, then a constant, and a zero where that
    makes their number even (see `index.stores.rows`); all at unit length.

    Most models give any two texts a cosine far above 0, each model another (Ethayarajh, How
    Contextual are Contextualized Word Representations?, 2019), which the fusion, fitted with the
    bundled model, would take for relevance. So the mean of the library's passages is taken away
    from the other's vectors (Mu and Viswanath, All-but-the-Top, 2018). It changes with the library,
    so that is not done to the passages but to the query: see `aim`.
    """

    def __init__(self, own: StaticEmbedder, other: Embedder) -> None:
        self.own = own
        self.other = other
        self.name = f"{other.name}+{own.name}"
        self.dimension = _even(own.dimension + other.dimension + 1)

    def embed_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Embed `texts` by both; see `Embedder.embed_passages`."""
        return self._join(
            self.own.embed_passages(texts), self.other.embed_passages(texts, progress)
        )

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` by both, to go through `aim`; see `Embedder.embed_queries`."""
        return self._join(self.own.embed_queries(texts), self.other.embed_queries(texts))

    def aim(self, query: Vectors, mean: Vectors) -> Vectors:
        """Turn a query's vector so that its inner product with a passage is a mean of two cosines.

        The one is the bundled model's. The other is the other model's after `mean`, that of the
        library's passages, was taken away from both; the length of what is left of the passage is
        taken for what it is on average, sqrt(1 - |mean|²).

        :param query: from `embed_queries`, float32 (dimension,).
        :param mean: the mean of vectors from `embed_passages`, float32 (dimension,).
        :returns: float32 (dimension,), not of unit length.
        """
        first, last = self.own.dimension, self.own.dimension + self.other.dimension
        scale = query[last] or 1.0  # the constant has become what brings vectors to unit length
        usual = mean[first:last] / (mean[last] or 1.0)
        away = at_unit_length((query[first:last] / scale - usual)[None])[0]
        away /= np.sqrt(max(1.0 - float(usual @ usual), _LEAST_SPREAD))
        aimed = np.zeros_like(query)
        aimed[:first] = query[:first] / scale
        aimed[first:last] = away
        aimed[last] = -(away @ usual)
        aimed *= np.sqrt(3.0) / 2  # a passage's three parts had unit length before they were joined
        return aimed

    def _join(self, own: Vectors, other: Vectors) -> Vectors:
        joined = np.zeros((len(own), self.dimension), np.float32)
        joined[:, : own.shape[1]] = own
        joined[:, own.shape[1] : own.shape[1] + other.shape[1]] = other
        joined[:, own.shape[1] + other.shape[1]] = 1.0
        return at_unit_length(joined)


_LEAST_SPREAD = 0.01
"""The least that 1 - |mean|² is taken for: passages that are nearly alike differ by rounding."""


def _even(number: int) -> int:
    return number + number % 2


def open_embedder(models: Models) -> Embedder:
    """Open the embedding model.

    A static folder opens without torch, unless prompts are given. Any other model joins the bundled
    one, unless it is to stand alone.

    :raises ModelError: where it cannot be loaded.
    """
    name = models.embedding
    folder = BUNDLED_MODEL if name == "bundled" else Path(name).expanduser()
    prompted = models.query_prompt or models.passage_prompt
    if folder == BUNDLED_MODEL or (not prompted and is_static(folder)):
        return StaticEmbedder(folder, models.dimensions)
    from index.models.hub import SentenceTransformerEmbedder

    other = SentenceTransformerEmbedder(
        folder if folder.is_dir() else name,
        query_prompt=models.query_prompt,
        passage_prompt=models.passage_prompt,
        dimensions=models.dimensions,
        backend=models.backend,
    )
    return other if models.alone else JointEmbedder(StaticEmbedder(BUNDLED_MODEL), other)


@dataclass(frozen=True, slots=True)
class Encoders:
    """The models that read queries.

    :ivar passages: the one that passages are embedded by.
    :ivar words: the one that knows single words and is fast enough for hundreds of sentences.
    """

    passages: Embedder
    words: StaticEmbedder | None = None

    @property
    def sentences(self) -> Embedder:
        """Return what embeds the sentences that quotes are chosen from."""
        return self.words or self.passages

    @property
    def token_vectors(self) -> TokenVectors:
        """Return what knows single words; without such a model no answer is sure."""
        return self.words.vectors_of if self.words else no_tokens


def encoders_with(embedder: Embedder) -> Encoders:
    """Take with an embedder the model that knows single words: its own, or the bundled one."""
    if isinstance(embedder, JointEmbedder):
        return Encoders(embedder, embedder.own)
    if isinstance(embedder, StaticEmbedder):
        return Encoders(embedder, embedder)
    return Encoders(embedder, StaticEmbedder(BUNDLED_MODEL))
