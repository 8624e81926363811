"""The dense leg on Milvus: search by inner product, by HNSW."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.filters import ANY, Filters
from index.stores.keys import Keys
from index.stores.milvus.filtering import expression_of
from index.stores.milvus.rows import ASKED, Rows, Vectors

LEAST_LOOKED_AT = 400
"""Passages of which a search keeps the nearest while it walks the graph (ef); at least twice as
many as are wanted."""


class MilvusDense:
    """The vectors of passages by their keys. May be shared between threads."""

    def __init__(self, rows: Rows, dimension: int) -> None:
        self.dimension = dimension
        self._rows = rows

    @property
    def count(self) -> int:
        """Return how many passages are indexed, as it was last looked."""
        return self._rows.count

    def keys(self) -> Keys:
        """Return the keys of all passages, ascending, int64 (n,)."""
        return self._rows.keys()

    def add(self, keys: Sequence[int] | Keys, vectors: Vectors) -> None:
        """Add vectors, float32 (n, dimension); those whose keys are known are replaced."""
        self._rows.add_vectors(map(int, keys), np.asarray(vectors, np.float32))

    def search(self, vector: Vectors, k: int, filters: Filters = ANY) -> list[tuple[int, float]]:
        """Return the keys and scores of the `k` best passages that filters allow, best first."""
        expression = expression_of(filters)
        if expression is None:
            return []
        wide = max(LEAST_LOOKED_AT, 2 * k)
        return self._rows.search("dense", vector, k, expression, ef=wide)

    def vectors(self, keys: Sequence[int] | Keys) -> Vectors:
        """Return the vectors of these keys, float32 (n, dimension); unknown ones are zero."""
        wanted = list(map(int, keys))
        found = np.zeros((len(wanted), self.dimension), np.float32)
        for start in range(0, len(wanted), ASKED):
            held = self._rows.read(wanted[start : start + ASKED], "dense")
            for place, key in enumerate(wanted[start : start + ASKED], start):
                if key in held:
                    found[place] = held[key]["dense"]
        return found
