"""Batches of a pack's pairs, each of one source, and each the same for its number and seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from eval.training.encoder.packed import Pack, PackedSource
from eval.training.encoder.texts import Ints

_MORE = 4
"""So many times a batch are drawn, and one part of it by length is taken: less is padded."""

_LEAST = 4
"""The fewest pairs of a batch, however long they are."""


@dataclass(frozen=True, slots=True)
class Room:
    """How large batches are.

    :ivar tokens: of a batch, by the mean lengths of its source.
    :ivar pairs: the most of a batch.
    :ivar negatives: the hard ones of each pair.
    """

    tokens: int
    pairs: int
    negatives: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Queries and the passages they are compared with, as numbers of texts.

    :ivar queries: int32 (n,).
    :ivar passages: int32 (m,); the first n answer the queries, one each, the rest are negatives.
    :ivar same: bool (n, m); a passage that is no negative, because it answers the query as well.
    """

    queries: Ints
    passages: Ints
    same: NDArray[np.bool_]


class Batches:
    """Draw batches by a step's number alone, so that nothing but it must be kept to go on."""

    def __init__(self, pack: Pack, room: Room, seed: int) -> None:
        self._sources = pack.sources
        self._lengths = pack.texts.lengths
        self._room = room
        self._seed = seed
        shares = np.array([source.share for source in pack.sources])
        self._shares = shares / shares.sum()
        self._sizes = [self._size(source) for source in pack.sources]
        self._answers: dict[int, set[int]] = {}
        for source in pack.sources:
            pairs = zip(source.queries.tolist(), source.passages.tolist(), strict=True)
            for query, passage in pairs:
                self._answers.setdefault(query, set()).add(passage)

    def _size(self, source: PackedSource) -> int:
        passage = self._lengths[source.passages].mean() * (1 + self._room.negatives)
        pair = self._lengths[source.queries].mean() + passage
        most = min(int(self._room.tokens / pair), self._room.pairs)
        return min(max(most, _LEAST), len(source))

    def draw(self, step: int) -> Batch:
        """Return the batch of a step."""
        random = np.random.default_rng([self._seed, step])
        place = int(random.choice(len(self._sources), p=self._shares))
        source, size = self._sources[place], self._sizes[place]
        drawn = random.choice(len(source), min(_MORE * size, len(source)), replace=False)
        drawn = drawn[np.argsort(self._lengths[source.passages[drawn]], kind="stable")]
        first = int(random.integers(0, len(drawn) - size + 1))
        chosen = drawn[first : first + size]
        hard = self._hard(source.negatives[chosen], random)
        passages = np.concatenate([source.passages[chosen], hard]).astype(np.int32)
        queries = source.queries[chosen]
        same = self._same(queries, passages)
        return Batch(queries, passages, same)

    def _hard(self, negatives: Ints, random: np.random.Generator) -> Ints:
        order = random.permuted(np.tile(np.arange(negatives.shape[1]), (len(negatives), 1)), axis=1)
        mixed = np.take_along_axis(negatives, order, axis=1)
        # Those that are there first, whatever their order.
        mixed = np.take_along_axis(mixed, np.argsort(mixed < 0, axis=1, kind="stable"), axis=1)
        taken = mixed[:, : self._room.negatives].ravel()
        return taken[taken >= 0]

    def _same(self, queries: Ints, passages: Ints) -> NDArray[np.bool_]:
        columns: dict[int, list[int]] = {}
        for column, passage in enumerate(passages.tolist()):
            columns.setdefault(passage, []).append(column)
        same = np.zeros((len(queries), len(passages)), np.bool_)
        for row, query in enumerate(queries.tolist()):
            for passage in self._answers[query]:
                same[row, columns.get(passage, [])] = True
        np.fill_diagonal(same, False)
        return same


def iter_by_length(lengths: NDArray[np.int64], tokens: int) -> Iterator[NDArray[np.int64]]:
    """Yield the places of all texts in batches of like lengths, the shortest first.

    :param tokens: of a batch at most, filled up; one text of more makes a batch of its own.
    """
    order = np.argsort(lengths, kind="stable")
    at = 0
    while at < len(order):
        stop = at + max(int(tokens // max(lengths[order[at]], 1)), 1)
        longest = lengths[order[min(stop, len(order)) - 1]]
        stop = at + max(int(tokens // max(longest, 1)), 1)
        yield order[at:stop]
        at = stop


def pad(rows: Sequence[NDArray[np.uint16]], filler: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return token ids, filled up at the end, and 1 for what is no filler, int64 (n, longest)."""
    width = -(-max(map(len, rows)) // 8) * 8  # what a GPU multiplies fastest
    ids = np.full((len(rows), width), filler, np.int64)
    mask = np.zeros((len(rows), width), np.int64)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask)
