"""Find which vectors of several segments are nearest to a query, by their codes alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.stores.rows import Positions, Vectors
from index.stores.segment import Segment

ASKED_FIRST = 2.5
"""How many times its share of what is wanted each segment is asked for at first: as many from each
would take longer still, and with fewer most are asked twice. Where a tenth of a million is allowed
a search takes 9.3 ms (p95 10.5) with 2.5, 8.4 (16.7) with 1.5, 9.9 (10.7) with 3."""


def find_near(
    segments: Sequence[Segment],
    vector: Vectors,
    least: int,
    may: Sequence[NDArray[np.bool_]],
    wanted: int,
) -> list[Positions]:
    """Return the positions of so many at least that are allowed and nearest, by the codes.

    Segments without codes are taken whole, as are all where there are no more.

    :param wanted: how many may be taken.
    """
    if wanted <= least:
        return [np.flatnonzero(each) for each in may]
    # What is not allowed is found too, so as many more are asked for as there are.
    total = sum(map(len, may))
    count = least * total // wanted
    first = [min(count, int(ASKED_FIRST * count * len(some) / total) + 1) for some in may]
    near = list(map(_near_in, segments, repeat(vector), first, may))
    last = _worst(near, least)
    for place, asked in enumerate(first):
        if asked < count and near[place].seen_to >= last:  # there may be more as near
            near[place] = _near_in(segments[place], vector, count, may[place])
    last = _worst(near, least)
    return [each.positions[each.scores >= last] for each in near]


class _Near(NamedTuple):
    """What is allowed of the vectors of a segment that are nearest by the codes.

    `seen_to` is the least score of all that was looked at, -inf where that was the whole segment.
    The scores of a segment without codes, which is taken whole, are inf.
    """

    positions: Positions
    scores: NDArray[np.float32]
    seen_to: float


def _near_in(segment: Segment, vector: Vectors, count: int, may: NDArray[np.bool_]) -> _Near:
    if not segment.rows.coded:
        positions = np.flatnonzero(may)
        return _Near(positions, np.full(len(positions), np.inf, np.float32), -np.inf)
    positions, scores = segment.rows.near(vector, count)
    seen_to = float(scores.min()) if 0 < len(scores) < len(may) else -np.inf
    some = may[positions]
    return _Near(positions[some], scores[some], seen_to)


def _worst(near: Sequence[_Near], least: int) -> float:
    """Return the score of the last of so many by the codes, -inf where there are no more."""
    scores = np.concatenate([_NO_SCORES, *(n.scores[np.isfinite(n.scores)] for n in near)])
    return float(np.partition(scores, -least)[-least]) if len(scores) > least else -np.inf


_NO_SCORES = np.zeros(0, np.float32)
