"""Vectors in half precision, with codes of an eighth of their size that find the near ones fast.

An exact search reads every vector: 100,000 of 384 dimensions are 77 MB for each query. The codes
are read 30 times as fast; what they take for near is then scored exactly.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.files import Misfit

Vectors = NDArray[np.float32]
Positions = NDArray[np.int64]
Halves = NDArray[np.float16]
Sums = NDArray[np.uint64]

LEAST_CODED = 1_000
"""Fewer rows have no codes: each of them is scored."""

_LEVELS = np.array([-1.5104, -0.4528, 0.4528, 1.5104])
"""Four values that stand for a normal variable with the least square error, in standard deviations
(J. Max, Quantizing for Minimum Distortion, 1960, table I)."""


class Rows:
    """Rows of half precision, found by their inner product with a query; they never change.

    They may lie in a file that is mapped, so each is held against its sum whenever it is read. The
    codes give two bits to each component: whether it lies in the upper or lower half of what is
    usual for it, and how far out.
    """

    def __init__(
        self, halves: Halves, sums: Sums | None = None, codes: faiss.IndexPQFastScan | None = None
    ) -> None:
        """Take rows, float16 (n, dimension).

        :param sums: what `sums_of` them was when they were written.
        :param codes: what `codes` of them was.
        """
        self.halves = halves
        self._sums = sums
        if codes is not None:
            self.codes = codes

    @classmethod
    def of(cls, vectors: Vectors) -> Rows:
        """Make rows of vectors, float32 (n, dimension)."""
        return cls(vectors.astype(np.float16))

    def __len__(self) -> int:
        return len(self.halves)

    @property
    def coded(self) -> bool:
        """Whether near rows are found by codes."""
        return len(self) >= LEAST_CODED and self.halves.shape[1] % 2 == 0

    @cached_property
    def codes(self) -> faiss.IndexPQFastScan:
        """Codes of all rows, made when they are first needed."""
        vectors = self.take(np.arange(len(self)))
        codes = _codes_for(vectors)
        codes.add(vectors)
        return codes

    def read(self, positions: Positions) -> Halves:
        """Return rows as they are kept, float16 (n, dimension).

        :raises ValueError: where one is not what was written.
        """
        halves = self.halves[positions]
        if self._sums is not None and not np.array_equal(sums_of(halves), self._sums[positions]):
            raise Misfit("向量与写入时不同")
        return halves

    def take(self, positions: Positions) -> Vectors:
        """Return rows, float32 (n, dimension).

        :raises ValueError: where one is not what was written.
        """
        halves = self.read(positions)
        # numpy would take ten times as long to make floats of them.
        faiss.omp_set_num_threads(1)  # of the calling thread: two would spin to wait for each other
        vectors: Vectors = _decoder(halves.shape[1]).sa_decode(halves.view(np.uint8))
        return vectors

    def near(self, vector: Vectors, count: int) -> tuple[Positions, NDArray[np.float32]]:
        """Return the positions of so many rows that the codes take for nearest, and how near."""
        faiss.omp_set_num_threads(1)
        near, found = self.codes.search(vector.reshape(1, -1), min(count, len(self)))
        some = found[0] >= 0
        return found[0][some], near[0][some]


def sums_of(halves: Halves) -> Sums:
    """Return a sum of each row, uint64 (n,), which every flipped bit changes."""
    words: Any = np.ascontiguousarray(halves)
    words = words.view(np.uint64 if halves.shape[1] % 4 == 0 else np.uint16)
    weights = np.arange(1, 2 * words.shape[1], 2, dtype=np.uint64)
    sums: Sums = words.astype(np.uint64, copy=False) @ weights
    return sums


@lru_cache(maxsize=8)
def _decoder(dimension: int) -> faiss.IndexScalarQuantizer:
    return faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )


def _codes_for(sample: Vectors) -> faiss.IndexPQFastScan:
    """Return codes for vectors like these: each pair of components by one of 4 times 4 values.

    They need no training, so they are the same wherever they are made.
    """
    dimension = sample.shape[1]
    levels = sample.mean(axis=0)[:, None] + sample.std(axis=0)[:, None] * _LEVELS
    pairs = levels.reshape(dimension // 2, 2, len(_LEVELS))
    first = np.repeat(pairs[:, 0], len(_LEVELS), axis=1)
    second = np.tile(pairs[:, 1], (1, len(_LEVELS)))
    values = np.stack([first, second], axis=-1).astype(np.float32)
    codes = faiss.IndexPQFastScan(dimension, dimension // 2, 4, faiss.METRIC_INNER_PRODUCT)
    faiss.copy_array_to_vector(values.ravel(), codes.pq.centroids)
    codes.is_trained = True
    return codes
