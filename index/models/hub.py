"""Models of sentence-transformers: from a folder, from what was downloaded, from the hub.

The only place that imports sentence-transformers, and with it torch, when Dafu searches.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.errors import ModelError
from index.models.choice import BACKENDS, Backend
from index.models.static import TextsDone, Vectors, at_unit_length, cut
from index.models.typical import TYPICAL_PASSAGES, TYPICAL_QUERIES

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

_NEEDED = {"torch": "torch", "onnx": "onnxruntime", "openvino": "openvino"}


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
    :param backend: what computes; see `Backend`.
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

    def embed_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Embed `texts` after the passage prompt; see `Embedder.embed_passages`."""
        return at_unit_length(self.read_passages(texts, progress) - self._means[1])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` after the query prompt; see `Embedder.embed_queries`."""
        return at_unit_length(self.read_queries(texts) - self._means[0])

    @cached_property
    def _means(self) -> Vectors:
        """The means of queries and passages, which are taken away; see `index.models.encoder`."""
        return np.stack(
            [
                self.read_queries(TYPICAL_QUERIES).mean(axis=0),
                self.read_passages(TYPICAL_PASSAGES).mean(axis=0),
            ]
        )

    def read_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` as the model does, no mean taken away."""
        return self._embed(texts, self._model.encode_query, self.query_prompt)

    def read_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Embed `texts` as the model does, no mean taken away."""
        return self._embed(texts, self._model.encode_document, self.passage_prompt, progress)

    def _embed(
        self, texts: Sequence[str], encode: Any, prompt: str, progress: TextsDone | None = None
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


def load_sentence_transformer(model: str, backend: Backend = "torch") -> SentenceTransformer:
    """Load an embedding model by the path of its folder or its name on the hub.

    :raises ModelError: where it cannot be loaded.
    """
    _check(model, backend)
    from sentence_transformers import SentenceTransformer

    transformer: SentenceTransformer = _load(SentenceTransformer, model, backend)
    return transformer


def load_cross_encoder(model: str, backend: Backend = "torch") -> CrossEncoder:
    """Load a reranker by the path of its folder or its name on the hub.

    :raises ModelError: where it cannot be loaded.
    """
    _check(model, backend)
    from sentence_transformers import CrossEncoder

    encoder: CrossEncoder = _load(CrossEncoder, model, backend)
    return encoder


def repository_name(model: str) -> str:
    """Return a folder's own name, or the repository's name for a folder of the hub's cache."""
    if not Path(model).is_dir():
        return model
    parts = Path(model).resolve().parts
    if len(parts) > 2 and parts[-2] == "snapshots":
        return parts[-3].removeprefix("models--").replace("--", "/")
    return parts[-1]


def _check(model: str, backend: Backend) -> None:
    if find_spec("sentence_transformers") is None:
        raise ModelError(
            f"使用模型 {model} 需要 sentence-transformers，但它没有安装：请安装，或改用内置模型。"
        )
    if backend not in BACKENDS:
        raise ModelError(f"backend 应为 {'、'.join(BACKENDS)} 之一，收到的是 {backend!r}。")
    if find_spec(_NEEDED[backend]) is None:
        raise ModelError(
            f"backend 是 {backend}，但没有安装 {_NEEDED[backend]}：请安装 "
            f"sentence-transformers[{backend}]，或把 backend 改回 torch。"
        )
    if _is_path(model) and not Path(model).is_dir():
        raise ModelError(f"找不到模型文件夹 {model}：请检查路径。")


def _load(kind: Callable[..., Any], model: str, backend: Backend) -> Any:
    try:
        return _open_cached_first(kind, model, backend=backend)
    except Exception as error:  # the hub, transformers and torch each raise their own kinds
        raise ModelError(
            f"无法加载模型 {model}（{type(error).__name__}）。没有互联网时，请先在能联网的"
            "机器上下载该模型，把整个文件夹复制到本机，再以文件夹路径作为模型名。"
        ) from error


def _open_cached_first(kind: Callable[..., Any], model: str, **options: Any) -> Any:
    try:  # without this, a network that drops packets makes each start wait for its timeouts
        return kind(model, local_files_only=True, **options)
    except OSError:
        if Path(model).is_dir():
            raise
        return kind(model, **options)


def _is_path(model: str) -> bool:
    return model.startswith((".", "~")) or Path(model).is_absolute() or model.count("/") > 1


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
