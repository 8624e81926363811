"""Embedding: texts to unit vectors, by the bundled static model or any sentence-transformers model.

The bundled model is read without torch, whose import alone takes seconds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index.models.hub import Backend, load_sentence_transformer, repository_name
from index.models.joint import JointEmbedder
from index.models.static import (
    Progress,
    StaticEmbedder,
    Vectors,
    at_unit_length,
    cut,
    is_static,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = [
    "BUNDLED_MODEL",
    "Embedder",
    "JointEmbedder",
    "SentenceTransformerEmbedder",
    "StaticEmbedder",
    "open_embedder",
]

BUNDLED_MODEL = Path(__file__).parent / "model"

_TASK = "Given a web search query, retrieve relevant passages that answer the query"
_PROMPTS: tuple[tuple[str, str, str], ...] = (
    (r"bge-(small|base|large)-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    (r"e5-.*instruct", f"Instruct: {_TASK}\nQuery: ", ""),
    (r"(^|[-_/])e5[-_]", "query: ", "passage: "),
    (r"qwen3-embedding", f"Instruct: {_TASK}\nQuery:", ""),
)
"""Pattern in a model's name, query prompt, passage prompt, as the models' own cards give them. For
models that declare no prompts themselves; bge-m3, gte, m3e and all others take none."""


class Embedder(Protocol):
    """Turn texts into vectors whose inner product is their cosine similarity.

    :ivar name: what an index manifest records; another name means another index.
    :ivar dimension: components of a vector.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Embed texts to be found.

        :param progress: called with the number of texts done so far.
        :returns: float32 (n, dimension), rows of length 1, or 0 for a text with no known token.
        """
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to search with; shapes as for `embed_passages`."""
        ...


class SentenceTransformerEmbedder:
    """Embed with any sentence-transformers model, by the name of a repository or a folder.

    Prompts: those given, else those that the model declares, else the known ones of its family.

    :param dimensions: so many leading components of a vector are kept, as models are made for that
        were trained by Matryoshka representation learning (Kusupati et al., 2022); None keeps all.
    :param backend: what computes; see `index.models.hub.Backend`.
    :param device: as torch names it; None lets sentence-transformers choose.
    :raises ModelError: where the model cannot be loaded, or has fewer dimensions.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        dimensions: int | None = None,
        backend: Backend = "torch",
        device: str | None = None,
        batch_size: int = 32,
    ) -> None:
        self._model = load_sentence_transformer(str(model), backend, device)
        self._batch_size = batch_size
        self.name = repository_name(str(model))
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.dimension, self.name = cut(self.name, self.dimension, dimensions)
        self._model.truncate_dim = self.dimension
        query, passage = _declared_prompts(self._model) or _family_prompts(self.name)
        self.query_prompt = query if query_prompt is None else query_prompt
        self.passage_prompt = passage if passage_prompt is None else passage_prompt
        if self.passage_prompt != passage:  # other vectors, so another index
            digest = hashlib.sha256(self.passage_prompt.encode()).hexdigest()[:8]
            self.name = f"{self.name}+prompt-{digest}"

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Embed `texts` after the passage prompt; see `Embedder.embed_passages`."""
        return self._embed(texts, self._model.encode_document, self.passage_prompt, progress)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` after the query prompt; see `Embedder.embed_queries`."""
        return self._embed(texts, self._model.encode_query, self.query_prompt, None)

    def _embed(
        self, texts: Sequence[str], encode: Any, prompt: str, progress: Progress | None
    ) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        step = 16 * self._batch_size  # it sorts each call's texts by length, so give it many
        for start in range(0, len(texts), step):
            batch = list(texts[start : start + step])
            vectors[start : start + len(batch)] = encode(
                batch, prompt=prompt, batch_size=self._batch_size, show_progress_bar=False
            )
            if progress is not None:
                progress(start + len(batch))
        return at_unit_length(vectors)


def open_embedder(
    model: str | Path = "bundled",
    *,
    query_prompt: str | None = None,
    passage_prompt: str | None = None,
    dimensions: int | None = None,
    alone: bool = False,
    backend: Backend = "torch",
    device: str | None = None,
    batch_size: int = 32,
) -> Embedder:
    """Open the bundled model, a model folder or a named model.

    A static folder opens without torch, unless prompts are given. Any other model joins the bundled
    one, unless it is to stand alone.

    :param model: "bundled", the path of a folder, or a name known to sentence-transformers.
    :param dimensions: so many leading components of its vectors are kept; None keeps all.
    :raises ModelError: where it cannot be loaded.
    """
    folder = BUNDLED_MODEL if str(model) == "bundled" else Path(model).expanduser()
    if folder == BUNDLED_MODEL or (not query_prompt and not passage_prompt and is_static(folder)):
        return StaticEmbedder(folder, dimensions)
    other = SentenceTransformerEmbedder(
        folder if folder.is_dir() else model,
        query_prompt=query_prompt,
        passage_prompt=passage_prompt,
        dimensions=dimensions,
        backend=backend,
        device=device,
        batch_size=batch_size,
    )
    return other if alone else JointEmbedder(StaticEmbedder(BUNDLED_MODEL), other)


def _declared_prompts(model: SentenceTransformer) -> tuple[str, str] | None:
    declared = {name: prompt for name, prompt in model.prompts.items() if prompt}
    kinds = ("document", "passage", "corpus")  # encode_document's own order
    passage = next((declared[kind] for kind in kinds if kind in declared), "")
    query = declared.get("query", "")
    return (query, passage) if query or passage else None


def _family_prompts(name: str) -> tuple[str, str]:
    for pattern, query, passage in _PROMPTS:
        if re.search(pattern, name.lower()):
            return query, passage
    return "", ""
