"""One file that carries what training starts from and learns to where a GPU is.

It is a safetensors file; reading it needs NumPy alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save

from corpus.files import save_bytes_atomically
from eval.training.encoder.blocks import BLOCK, Floats, pack_blocks, unpack_blocks

_WEIGHTS = "weights/"

Arrays = Mapping[str, NDArray[np.generic]]


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
class PackFile:
    """What one file holds.

    :ivar described: what JSON can say.
    """

    start: Start
    arrays: Arrays
    described: Mapping[str, Any]


def save_packfile(content: PackFile, path: Path) -> int:
    """Write one file, the weights in blocks of 4 or 8 bits; return its size in bytes."""
    start = content.start
    weights = {f"{_WEIGHTS}{name}": _pack(values) for name, values in start.tensors.items()}
    described = {
        "config": start.config,
        "tokenizer": start.tokenizer,
        **content.described,
        "shapes": {name: values.shape for name, values in start.tensors.items()},
    }
    # One entry: safetensors writes several in an order by chance.
    metadata = {"pack": json.dumps(described)}
    tensors = {**content.arrays, **weights}
    whole = save({k: np.ascontiguousarray(v) for k, v in tensors.items()}, metadata)
    save_bytes_atomically(path, whole)
    return len(whole)


def load_packfile(path: Path) -> PackFile:
    """Read what `save_packfile` wrote."""
    with safe_open(path, framework="numpy") as file:
        described = json.loads(file.metadata()["pack"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    weights = {
        name: _restore(tensors.pop(f"{_WEIGHTS}{name}"), shape)
        for name, shape in described["shapes"].items()
    }
    start = Start(described["config"], described["tokenizer"], weights)
    return PackFile(start, tensors, described)


def size_of(start: Start) -> int:
    """Return the bytes that a start takes in a file."""
    sizes = (_pack(values).nbytes for values in start.tensors.values())
    return len(start.tokenizer.encode()) + sum(sizes)


def _pack(values: Floats) -> NDArray[np.generic]:
    return pack_blocks(values) if values.ndim > 1 and values.size % BLOCK == 0 else values


def _restore(values: NDArray[np.generic], shape: list[int]) -> Floats:
    if values.dtype == np.uint8:
        return unpack_blocks(values.astype(np.uint8)).reshape(shape)
    return values.astype(np.float32).reshape(shape)
