"""Group the pieces of a text into runs of about the wanted length, at the least cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TARGET = 300
"""Characters of a passage: documents scored by their best passage of this length rank best
(against 200, 500 and whole documents, on citizens' messages and the replies to them)."""

MAXIMUM = 500
"""Characters of a passage at most."""

_SPAN_OF_SECTIONS = 0.05


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of the text that is not cut further, at most `MAXIMUM` long.

    `cut` is the cost of beginning a run here, in units of the squared relative distance from
    `TARGET`. `opens` tells that a section begins here, `top` that it is one that no run may
    cross into.
    """

    start: int
    end: int
    cut: float
    opens: bool = False
    top: bool = False


def pack(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Return runs of pieces as half-open index ranges that together cover all pieces in order.

    The runs minimise the sum of ((length - TARGET) / TARGET)², of the costs of the cuts, and of
    0.05 for every section that begins inside a run (dynamic programming over the cut places).
    """
    best = [0.0] + [float("inf")] * len(pieces)
    came_from = [0] * (len(pieces) + 1)
    for stop in range(1, len(pieces) + 1):
        end = pieces[stop - 1].end
        inside = 0.0
        for first in range(stop - 1, -1, -1):
            piece = pieces[first]
            length = end - piece.start
            if length > MAXIMUM and first < stop - 1:
                break
            cost = best[first] + ((length - TARGET) / TARGET) ** 2 + inside
            cost += piece.cut if first else 0.0
            if cost < best[stop]:
                best[stop], came_from[stop] = cost, first
            if piece.top:
                break
            inside += _SPAN_OF_SECTIONS if piece.opens else 0.0
    runs: list[tuple[int, int]] = []
    stop = len(pieces)
    while stop:
        runs.append((came_from[stop], stop))
        stop = came_from[stop]
    return runs[::-1]
