"""The pack: what a training of an encoder starts from and learns."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.training.encoder.packfile import PackFile, Start, load_packfile, save_packfile
from eval.training.encoder.texts import Ints, Texts

NEGATIVES = 4
"""The most hard negatives of a pair."""


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


_PARTS = ("queries", "passages", "negatives")


def save_pack(pack: Pack, path: Path) -> int:
    """Write a pack as one file; return its size in bytes."""
    arrays: dict[str, NDArray[np.generic]] = {**pack.texts.arrays(), "pool": pack.pool}
    for place, source in enumerate((*pack.sources, pack.held)):
        arrays.update({f"pairs/{place}/{part}": getattr(source, part) for part in _PARTS})
    described = {"sources": [[s.name, s.share] for s in (*pack.sources, pack.held)]}
    return save_packfile(PackFile(pack.start, arrays, described), path)


def load_pack(path: Path) -> Pack:
    """Read what `save_pack` wrote."""
    file = load_packfile(path)
    sources = [
        PackedSource(
            name, share, *(file.arrays[f"pairs/{place}/{part}"].astype(np.int32) for part in _PARTS)
        )
        for place, (name, share) in enumerate(file.described["sources"])
    ]
    texts = Texts.of_arrays(file.arrays)
    pool = file.arrays["pool"].astype(np.int32)
    return Pack(file.start, texts, tuple(sources[:-1]), sources[-1], pool)
