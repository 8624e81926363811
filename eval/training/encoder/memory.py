"""Pairs of the last batches, which a query is told from as well: negatives that cost nothing.

A batch of a CPU has a dozen pairs. The vectors of those before it are a little out of date, and
serve all the same (Wang et al., Cross-Batch Memory for Embedding Learning, 2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Remembered:
    """Pairs of a source, the latest last.

    :ivar numbers: of the texts of queries and passages, int64 (2, pairs).
    :ivar vectors: theirs, as they were when learned, float32 (2, pairs, hidden), at unit length.
    """

    numbers: Tensor
    vectors: Tensor


class Memory:
    """The last pairs of each source."""

    def __init__(self, most: int, hidden: int, device: torch.device) -> None:
        """Begin empty.

        :param most: pairs of a source; 0 remembers nothing.
        """
        self._most = most
        numbers = torch.zeros(2, 0, dtype=torch.int64)
        self._empty = Remembered(numbers, torch.zeros(2, 0, hidden, device=device))
        self._known: dict[int, Remembered] = {}

    def of(self, source: int) -> Remembered:
        """Return the pairs of a source."""
        return self._known.get(source, self._empty)

    def add(self, source: int, new: Remembered) -> None:
        """Remember pairs of a source, and forget the eldest where they are too many."""
        if self._most:
            old = self.of(source)
            numbers = torch.cat([old.numbers, new.numbers], 1)[:, -self._most :]
            vectors = torch.cat([old.vectors, new.vectors.detach()], 1)[:, -self._most :]
            self._known[source] = Remembered(numbers, vectors)

    def state(self) -> dict[int, tuple[Tensor, Tensor]]:
        """Return what is remembered, to go on from."""
        return {source: (pairs.numbers, pairs.vectors) for source, pairs in self._known.items()}

    def restore(self, state: dict[int, tuple[Tensor, Tensor]]) -> None:
        """Remember what `state` returned, and nothing else."""
        self._known = {source: Remembered(*pairs) for source, pairs in state.items()}
