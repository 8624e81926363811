"""Any embedding model of sentence-transformers, with the prompts that it was trained with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.models.hub import Backend, load_sentence_transformer, repository_name
from index.models.static import Progress, Vectors, at_unit_length, cut

_TASK = "Given a web search query, retrieve relevant passages that answer the query"
_PROMPTS: tuple[tuple[str, str, str], ...] = (
    (r"bge-(small|base|large)-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    (r"e5-.*instruct", f"Instruct: {_TASK}\nQuery: ", ""),
    (r"(^|[-_/])e5[-_]", "query: ", "passage: "),
    (r"qwen3-embedding", f"Instruct: {_TASK}\nQuery:", ""),
)
"""Pattern in a model's name, query prompt, passage prompt, as the models' own cards give them. For
models that declare no prompts themselves; bge-m3, gte, m3e and all others take none."""


_BATCH = 32
"""Texts that a model embeds at once."""


class SentenceTransformerEmbedder:
    """Embed with any sentence-transformers model, by the name of a repository or a folder.

    Prompts: those given, else those that the model declares, else the known ones of its family.

    :param dimensions: so many leading components of a vector are kept, as models are made for that
        were trained by Matryoshka representation learning (Kusupati et al., 2022); None keeps all.
    :param backend: what computes; see `index.models.hub.Backend`.
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
    ) -> None:
        self._model = load_sentence_transformer(str(model), backend)
        self.name = repository_name(str(model))
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.dimension, self.name = cut(self.name, self.dimension, dimensions)
        self._model.truncate_dim = self.dimension
        query, passage = _declared_prompts(self._model.prompts) or _family_prompts(self.name)
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

    def aim(self, query: Vectors, mean: Vectors) -> Vectors:
        """Return the query's vector as it is; see `Embedder.aim`."""
        return query

    def _embed(
        self, texts: Sequence[str], encode: Any, prompt: str, progress: Progress | None
    ) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        step = 16 * _BATCH  # it sorts each call's texts by length, so give it many
        for start in range(0, len(texts), step):
            batch = list(texts[start : start + step])
            vectors[start : start + len(batch)] = encode(
                batch, prompt=prompt, batch_size=_BATCH, show_progress_bar=False
            )
            if progress is not None:
                progress(start + len(batch))
        return at_unit_length(vectors)


def _declared_prompts(prompts: Mapping[str, str | None]) -> tuple[str, str] | None:
    declared = {name: prompt for name, prompt in prompts.items() if prompt}
    kinds = ("document", "passage", "corpus")  # encode_document's own order
    passage = next((declared[kind] for kind in kinds if kind in declared), "")
    query = declared.get("query", "")
    return (query, passage) if query or passage else None


def _family_prompts(name: str) -> tuple[str, str]:
    for pattern, query, passage in _PROMPTS:
        if re.search(pattern, name.lower()):
            return query, passage
    return "", ""
