"""Join what a query and each of its requests find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from index.texts import Readable


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its fused probability, its BM25 and its cosine, not yet read from the store.

    `asked_for` tells whether the query names its reply's number.
    """

    passage: Readable
    score: float
    lexical: float
    dense: float
    asked_for: bool


def rank_either(parts: Iterable[Iterable[Ranked]]) -> list[Ranked]:
    """Rank passages, best first, by the probability that they answer any part of a query.

    Parts are taken for independent, so a passage's odds grow with each that it has to do with.
    Otherwise it is what it is to the part that it is nearest to. Ties keep the order of keys.
    """
    best: dict[int, Ranked] = {}
    for part in parts:
        for each in part:
            other = best.setdefault(each.passage.key, each)
            if other is not each:
                nearer = max(other, each, key=lambda ranked: ranked.score)
                either = 1 - (1 - other.score) * (1 - each.score)
                asked_for = other.asked_for or each.asked_for
                best[each.passage.key] = replace(nearer, score=either, asked_for=asked_for)
    return sorted(best.values(), key=lambda r: (not r.asked_for, -r.score, r.passage.key))
