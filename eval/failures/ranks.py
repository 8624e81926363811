"""The ranks of documents among the candidates of a query, by any score."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.retrieve import Candidates


@dataclass(frozen=True, slots=True)
class Best:
    """The first relevant document, its rank from 1, and the number of its best candidate."""

    document: str
    rank: int
    candidate: int


class Ranks:
    """Ranks documents by their best passage among the candidates, as the search does."""

    def __init__(
        self,
        names: Mapping[str, Sequence[str]],
        candidates: Candidates,
        relevant: Collection[str],
    ) -> None:
        """Take the ids of documents by the id of their reply, and the documents looked for."""
        self._names = names
        self._replies = [passage.reply_id for passage in candidates.passages]
        self._keys = np.array([passage.key for passage in candidates.passages])
        self._relevant = relevant

    def best(self, scores: NDArray[np.float64]) -> Best | None:
        """Return the first relevant document; candidates scored -inf are left out.

        :param scores: float64 (candidates,), higher is better.
        """
        ranked: dict[str, None] = {}
        for i in np.lexsort((self._keys, -scores)):
            if scores[i] == -np.inf or self._replies[i] in ranked:
                continue
            before = sum(len(self._names[reply]) for reply in ranked)
            for place, document in enumerate(self._names[self._replies[i]], 1):
                if document in self._relevant:
                    return Best(document, before + place, int(i))
            ranked[self._replies[i]] = None
        return None

    def rank(self, scores: NDArray[np.float64]) -> int | None:
        """Return the rank of the first relevant document, None where there is none."""
        best = self.best(scores)
        return best.rank if best else None
