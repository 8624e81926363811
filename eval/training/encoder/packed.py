"""The pack: what a training starts from and learns, in one file that travels to where a GPU is.

It is a safetensors file; reading it needs NumPy alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save

from corpus.files import save_bytes_atomically
from eval.training.encoder.blocks import BLOCK, Floats, pack_blocks, unpack_blocks

NEGATIVES = 4
"""The most hard negatives of a pair."""

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Start:
    """The model that training starts from.

    :ivar config: of a `transformers.BertConfig`.
    :ivar tokenizer: the text of its `tokenizer.json`.
    :ivar tensors: float32, by the names of its state dict.
    """

    config: dict[str, object]
    tokenizer: str
    tensors: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as token ids, with their prefixes and special tokens.

    :ivar tokens: uint16, of all texts, one after another.
    :ivar offsets: int64 (texts + 1,).
    """

    tokens: NDArray[np.uint16]
    offsets: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Return the number of tokens of each text."""
        return np.diff(self.offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> NDArray[np.uint16]:
        return self.tokens[self.offsets[number] : self.offsets[number + 1]]


@dataclass(frozen=True, slots=True)
class PackedSource:
    """Pairs of one kind, as numbers of texts.

    :ivar share: the part of all batches that it fills, relative to the other sources.
    :ivar queries: int32 (pairs,).
    :ivar passages: int32 (pairs,); the text that answers.
    :ivar negatives: int32 (pairs, NEGATIVES); texts near the query that don't answer, then -1.
    """

    name: str
    share: float
    queries: Ints
    passages: Ints
    negatives: Ints

    def __len__(self) -> int:
        return len(self.queries)


@dataclass(frozen=True, slots=True)
class Pack:
    """What one training needs.

    :ivar held: pairs that are only measured with; none of their passages is learned.
    :ivar pool: int32; the passages that held queries are asked of.
    """

    start: Start
    texts: Texts
    sources: tuple[PackedSource, ...]
    held: PackedSource
    pool: Ints = field(repr=False)


def save_pack(pack: Pack, path: Path) -> int:
    """Write a pack as one file; return its size in bytes."""
    tensors: dict[str, NDArray[np.generic]] = {
        "texts/tokens": pack.texts.tokens,
        "texts/lengths": pack.texts.lengths.astype(np.uint16),
        "pool": pack.pool,
    }
    for place, source in enumerate((*pack.sources, pack.held)):
        for part in ("queries", "passages", "negatives"):
            tensors[f"pairs/{place}/{part}"] = getattr(source, part)
    for name, values in pack.start.tensors.items():
        tensors[f"weights/{name}"] = _pack(values)
    described = {
        "config": pack.start.config,
        "tokenizer": pack.start.tokenizer,
        "sources": [[s.name, s.share] for s in (*pack.sources, pack.held)],
        "shapes": {name: values.shape for name, values in pack.start.tensors.items()},
    }
    # One entry: safetensors writes several in an order by chance.
    metadata = {"pack": json.dumps(described)}
    content = save({k: np.ascontiguousarray(v) for k, v in tensors.items()}, metadata)
    save_bytes_atomically(path, content)
    return len(content)


def size_of(start: Start) -> int:
    """Return the bytes that a start takes in a pack."""
    sizes = (_pack(values).nbytes for values in start.tensors.values())
    return len(start.tokenizer.encode()) + sum(sizes)


def _pack(values: Floats) -> NDArray[np.generic]:
    return pack_blocks(values) if values.ndim > 1 and values.size % BLOCK == 0 else values


def load_pack(path: Path) -> Pack:
    """Read what `save_pack` wrote."""
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    described = json.loads(metadata["pack"])
    sources = [
        PackedSource(
            name,
            share,
            *(tensors[f"pairs/{place}/{part}"] for part in ("queries", "passages", "negatives")),
        )
        for place, (name, share) in enumerate(described["sources"])
    ]
    weights = {
        name: _restore(tensors[f"weights/{name}"], shape)
        for name, shape in described["shapes"].items()
    }
    offsets = np.concatenate([[0], np.cumsum(tensors["texts/lengths"], dtype=np.int64)])
    return Pack(
        Start(described["config"], described["tokenizer"], weights),
        Texts(tensors["texts/tokens"], offsets),
        tuple(sources[:-1]),
        sources[-1],
        tensors["pool"],
    )


def _restore(values: NDArray[np.generic], shape: list[int]) -> Floats:
    if values.dtype == np.uint8:
        return unpack_blocks(values.astype(np.uint8)).reshape(shape)
    return values.astype(np.float32).reshape(shape)
