"""Weigh a text's clauses in their order: which begin something, go on with it, or neither.

The linear chain that `tools.learn_chain` learns: each clause weighs by its traits, and each step
from one to the next by the traits of the joint between them. The best way through all is taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

OUT, BEGIN, INSIDE = range(3)
STEPS = ((OUT, OUT), (OUT, BEGIN), *((one, two) for one in (BEGIN, INSIDE) for two in range(3)))
"""From what to what a joint may lead; nothing goes on that has not begun."""

_NEVER = 1e4
"""What a clause weighs less for what it is known not to be."""

Traits = Sequence[Iterable[str]]
"""The traits of each clause of a text, or of the joint before each."""


class Chain:
    """What was learned.

    :param clauses: by trait, what it weighs for `BEGIN` and for `INSIDE`.
    :param joints: by trait, what it weighs for each of `STEPS`.
    :param least: what a clause that belongs to nothing weighs.
    """

    def __init__(
        self, clauses: dict[str, list[float]], joints: dict[str, list[float]], least: float
    ) -> None:
        self.clauses, self.joints, self.least = clauses, joints, least

    def label(
        self, clauses: Traits, joints: Traits, held: Mapping[int, Sequence[int]]
    ) -> list[int]:
        """Return `OUT`, `BEGIN` or `INSIDE` for each clause; the time is linear in their number.

        :param held: what alone clauses may be, by their place.
        """
        return best_labels(*self.weigh(clauses, joints), held)

    def weigh(self, clauses: Traits, joints: Traits) -> tuple[list[list[float]], list[list[float]]]:
        """Return what each clause, and the joint before each, weighs; see `best_labels`."""
        return list(map(self._weigh_clause, clauses)), list(map(self._weigh_joint, joints))

    def _weigh_clause(self, traits: Iterable[str]) -> list[float]:
        begins = inside = 0.0
        weigh = self.clauses.get
        for trait in traits:
            if weights := weigh(trait):
                begins += weights[0]
                inside += weights[1]
        return [self.least, begins, inside]

    def _weigh_joint(self, traits: Iterable[str]) -> list[float]:
        met = [weights for trait in traits if (weights := self.joints.get(trait))]
        return [sum(step) for step in zip(*met, strict=True)] if met else [0.0] * len(STEPS)


def best_labels(
    clauses: Sequence[Sequence[float]],
    joints: Sequence[Sequence[float]],
    held: Mapping[int, Sequence[int]],
) -> list[int]:
    """Return the labels of the greatest weight in all (Viterbi, 1967), one for each clause.

    :param clauses: what each weighs for `OUT`, `BEGIN` and `INSIDE`.
    :param joints: what the joint before each weighs for each of `STEPS`.
    :param held: what alone clauses may be, by their place.
    """
    best: list[float] = []
    ways: list[tuple[int, ...]] = []
    for number, (here, joint) in enumerate(zip(clauses, joints, strict=True)):
        if number in held:
            allowed = held[number]
            here = [w if label in allowed else w - _NEVER for label, w in enumerate(here)]
        if not best:
            best = [here[OUT], here[BEGIN], here[INSIDE] - 2 * _NEVER]
            continue
        came, before = [float("-inf")] * 3, [OUT] * 3
        for (one, two), weight in zip(STEPS, joint, strict=True):
            if best[one] + weight > came[two]:
                came[two], before[two] = best[one] + weight, one
        best = [one + two for one, two in zip(came, here, strict=True)]
        ways.append(tuple(before))
    return list(_back(best, ways)) if best else []


def _back(best: Sequence[float], ways: Sequence[tuple[int, ...]]) -> Iterator[int]:
    label = max(range(3), key=best.__getitem__)
    labels = [label]
    for way in reversed(ways):
        label = way[label]
        labels.append(label)
    yield from reversed(labels)


def iter_labelled(labels: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first clause and the last of whatever begins."""
    first = None
    for number, label in enumerate([*labels, OUT]):
        if label != INSIDE and first is not None:
            yield first, number - 1
            first = None
        if label == BEGIN:
            first = number


@cache
def load_chain(path: Path) -> Chain:
    """Return what a file holds that was learned."""
    return Chain(**json.loads(path.read_text("utf-8")))
