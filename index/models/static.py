"""The torch-free reader of static models: token vectors, summed and scaled to unit length."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelError
from corpus.files import say_fault
from index.models import unigram

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]
TextsDone = Callable[[int], None]

Places = list[tuple[int, int]]

TokenVectors = Callable[[str], tuple[Places, Vectors]]
"""From a text to the places of its tokens and their vectors, float32 (n, dimension), whose lengths
say how much a token matters."""

TokenNorms = Callable[[str], Sequence[tuple[int, int, float]]]
"""From a text to its tokens' places and the lengths of their vectors."""

BUNDLED_MODEL = Path(__file__).parent / "model"

_BATCH = 128
_PROBES = ("道路 road\n道路 road", "道路 road")


class StaticEmbedder:
    """Embed with a folder of sentence-transformers' StaticEmbedding, without torch.

    A text's vector is the sum of its tokens' rows at unit length, equal to 1e-5 to what
    sentence-transformers computes from the folder. Queries and passages are embedded alike.

    :param dimensions: so many leading components of a text's vector are kept; None keeps all. What
        is told of tokens is of all components.
    :raises ModelError: where the folder cannot be read, or its vectors are shorter.
    """

    def __init__(self, folder: str | Path, dimensions: int | None = None) -> None:
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        folder = Path(folder)
        try:
            part = folder / dict(_modules(folder))["StaticEmbedding"]
            content = (part / "model.safetensors").read_bytes()
            tensors = load(content)
            self._tokenizer = Tokenizer.from_file(str(part / "tokenizer.json"))
        except Exception as error:  # tokenizers raises plain Exception
            raise ModelError(
                f"无法读取静态向量模型 {folder}：{say_fault(error)}。请检查该文件夹是否完整。"
            ) from error
        self._tokenizer.no_padding()
        # Whether no token, and nothing that one depends on, goes over a line's end.
        probe = [self._tokenizer.encode(t, add_special_tokens=False).ids for t in _PROBES]
        self._parts_lines = probe[0] == probe[1] + probe[1]
        rows = (
            tensors["embedding.weight"] if "embedding.weight" in tensors else tensors["embeddings"]
        )
        # Rows stay int8 until they are asked for: scaling them all would cost every start 80 MB.
        self._rows: NDArray[Any] = rows
        self._mapping: NDArray[np.int64] | None = tensors.get("mapping")
        tokens = len(rows if self._mapping is None else self._mapping)
        self._scales: Vectors = tensors.get("weights", np.ones(tokens, np.float32))
        name = f"{_declared_name(folder)}-{hashlib.sha256(content).hexdigest()[:12]}"
        self.dimension, self.name = cut(name, int(rows.shape[1]), dimensions)

    def embed_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Embed `texts`; see `Embedder.embed_passages`."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            vectors[start : start + len(batch)] = self._sums(batch)
            if progress is not None:
                progress(start + len(batch))
        return at_unit_length(vectors)

    def token_norms(self, text: str) -> list[tuple[int, int, float]]:
        """Return where each token of a text stands, and the length of its vector."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        norms = np.linalg.norm(self._take(np.array(encoding.ids, np.int64)), axis=1)
        return [(*offsets, float(n)) for offsets, n in zip(encoding.offsets, norms, strict=True)]

    def vectors_of(self, text: str) -> tuple[Places, Vectors]:
        """Return where each token of a text stands, and its vector, float32 (n, dimension)."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return list(encoding.offsets), self._take(np.array(encoding.ids, np.int64))

    @property
    def tokenizer(self) -> Tokenizer:
        """What cuts texts into the tokens that have vectors."""
        return self._tokenizer

    def token_vectors(self) -> Vectors:
        """Return the vectors of all tokens, float32 (tokens, dimension), in the order of ids."""
        return self._take(np.arange(self._tokenizer.get_vocab_size()))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts`; see `Embedder.embed_queries`."""
        return self.embed_passages(texts)

    def _sums(self, texts: list[str]) -> Vectors:
        """Sum the vectors of each text's tokens.

        Passages of one reply share the lines that stand around them: each is read once.
        """
        if not self._parts_lines or not any("\n" in text for text in texts):
            return self._sums_of_lines(texts)
        lines = [text.split("\n") for text in texts]
        places = {line: n for n, line in enumerate(dict.fromkeys(chain.from_iterable(lines)))}
        sums = self._sums_of_lines(list(places))
        return np.array([sums[[places[line] for line in each]].sum(axis=0) for each in lines])

    def _sums_of_lines(self, texts: list[str]) -> Vectors:
        sums = np.zeros((len(texts), self.dimension), np.float32)
        for row, ids in zip(sums, self._ids_of(texts), strict=True):
            np.dot(self._scales[ids], self._unscaled(ids, self.dimension), out=row)
        return sums

    def _ids_of(self, texts: list[str]) -> Iterable[NDArray[np.int64]]:
        if sum(map(len, texts)) >= unigram.LEAST and self._cutter is not None:
            return self._cutter.cut(texts)
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return (np.array(encoding.ids, np.int64) for encoding in encodings)

    @cached_property
    def _cutter(self) -> unigram.UnigramCutter | None:
        return unigram.UnigramCutter.of(self._tokenizer)

    def _take(self, ids: NDArray[np.int64]) -> Vectors:
        return self._unscaled(ids) * self._scales[ids][:, None]

    def _unscaled(self, ids: NDArray[np.int64], dimensions: int | None = None) -> Vectors:
        places = ids if self._mapping is None else self._mapping[ids]
        return self._rows[:, :dimensions][places].astype(np.float32)


def no_tokens(text: str) -> tuple[Places, Vectors]:
    """Know no token."""
    return [], np.zeros((0, 1), np.float32)


def limit_blas_threads() -> None:
    """Have matrices multiplied by one thread each, from now on, in the whole process.

    A thread of BLAS waits for the others by spinning, which the small products of a search pay for.
    Opening an engine does it (`index.engine`), and what trains with a model but without an engine.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")


def is_static(folder: str | Path) -> bool:
    """Tell whether a folder is a static model: StaticEmbedding, perhaps followed by Normalize."""
    kinds = [kind for kind, _ in _modules(Path(folder))]
    return kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])


def cut(name: str, components: int, wanted: int | None) -> tuple[int, str]:
    """Return how many components of a model's vectors are kept, and the name of what they make.

    :raises ModelError: where more are wanted than there are.
    """
    if wanted is None or wanted == components:
        return components, name
    if wanted > components:
        raise ModelError(f"模型 {name} 的向量只有 {components} 维，dimensions 不能是 {wanted}。")
    return wanted, f"{name}+{wanted}d"


def at_unit_length(vectors: Vectors) -> Vectors:
    """Scale the rows of float32 (n, dimension) to length 1 in place; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    return vectors


def _modules(folder: Path) -> list[tuple[str, str]]:
    """Return the kind and the subfolder of each module; none where there is no readable list."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return [(module["type"].rpartition(".")[2], module["path"]) for module in modules]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _declared_name(folder: Path) -> str:
    try:
        settings = json.loads(
            (folder / "config_sentence_transformers.json").read_text(encoding="utf-8")
        )
    except (OSError, ValueError):
        settings = {}
    return str(settings.get("model_name") or folder.resolve().name)
