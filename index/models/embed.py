"""Embedding: texts to vectors that are near where the texts say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from index.models.choice import Models
from index.models.encoder import OnnxEncoder
from index.models.reader import OnnxReader
from index.models.static import (
    BUNDLED_MODEL,
    StaticEmbedder,
    TextsDone,
    TokenVectors,
    Vectors,
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


def open_embedder(models: Models) -> StaticEmbedder:
    """Open the static model that passages are embedded with as they are loaded, without torch.

    :raises ModelError: where it cannot be loaded.
    """
    if _names_static(models):
        return StaticEmbedder(_folder(models), models.dimensions)
    return StaticEmbedder(BUNDLED_MODEL)


def open_encoder(models: Models) -> Embedder | None:
    """Name the transformer that reads passages afterwards; None where none is to.

    :raises ModelError: where it cannot be loaded; the bundled one is loaded when first used.
    """
    if models.encoding == "off":
        return None
    if _names_static(models):
        return _bundled_encoder()
    from index.models.hub import SentenceTransformerEmbedder

    folder = _folder(models)
    return SentenceTransformerEmbedder(
        folder if folder.is_dir() else models.embedding,
        query_prompt=models.query_prompt,
        passage_prompt=models.passage_prompt,
        dimensions=models.dimensions,
        backend=models.backend,
    )


def open_reader(models: Models) -> OnnxReader | None:
    """Name the transformer that reads what is quoted from; None where none is to."""
    return _bundled_reader() if models.reader and models.encoding != "off" else None


@cache
def _bundled_reader() -> OnnxReader:
    """Return the bundled reader, once for all engines of the process."""
    return OnnxReader()


@cache
def _bundled_encoder() -> OnnxEncoder:
    """Return the bundled encoder, once for all engines of the process: it takes 100 MB."""
    return OnnxEncoder()


def _folder(models: Models) -> Path:
    named = models.embedding
    return BUNDLED_MODEL if named == "bundled" else Path(named).expanduser()


def _names_static(models: Models) -> bool:
    """Tell whether the model that is named takes the static one's place, or is it."""
    folder = _folder(models)
    prompted = models.query_prompt or models.passage_prompt
    return folder == BUNDLED_MODEL or (not prompted and is_static(folder))


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
    if isinstance(embedder, StaticEmbedder):
        return Encoders(embedder, embedder)
    return Encoders(embedder, StaticEmbedder(BUNDLED_MODEL))
