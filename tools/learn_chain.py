"""Learn the weights of a chain over clauses, and write them where the program reads them.

The likelihood of the labels is raised (a conditional random field over a chain), held back by an
L2 penalty. Each text counts three times: as it is, and twice without some of its traits, drawn
anew, so that no single word is leaned on. Needs scikit-learn's SciPy. The same texts give the same
weights.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.files import save_text_atomically
from index.ranking.requests.chain import STEPS, Chain, Traits

PENALTY = 3.0
SEED = 5
COPIES = 2
LEFT_OUT = 0.5
"""What share of the traits of words a copy lacks; of the others half as many."""
_RAREST = 3
_LEAST_WEIGHT = 0.04
_ITERATIONS = 150
_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text's clauses with what each is."""

    clauses: Traits
    joints: Traits
    labels: Sequence[int]


def learn(texts: Sequence[Labelled], words: tuple[str, ...], least: float = 0.0) -> Chain:
    """Return the chain that fits labelled texts.

    :param words: what the traits that are words begin with.
    :param least: what a clause that belongs to nothing weighs more than was learned.
    """
    from scipy.optimize import minimize

    draw = random.Random(SEED)
    texts = [text for text in texts if text.labels]
    every = list(texts)
    for text in texts:
        every += [
            Labelled(_thin(text.clauses, words, draw), _thin(text.joints, words, draw), text.labels)
            for _ in range(COPIES)
        ]
    fit = _Fit(every)
    found = minimize(
        fit.cost, np.zeros(fit.size), jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS}
    )
    return fit.chain(found.x, least)


def _thin(rows: Traits, words: tuple[str, ...], draw: random.Random) -> list[list[str]]:
    return [
        [
            trait
            for trait in row
            if draw.random() >= (LEFT_OUT if trait.startswith(words) else LEFT_OUT / 2)
        ]
        for row in rows
    ]


class _Columns:
    """The traits that are met often enough, and the matrix of who has which."""

    def __init__(self, rows: Sequence[Iterable[str]]) -> None:
        from scipy.sparse import csr_matrix

        rows = [list(dict.fromkeys(row)) for row in rows]
        met = Counter(trait for row in rows for trait in row)
        kept = sorted(trait for trait, times in met.items() if times >= _RAREST * (COPIES + 1))
        self.names = kept
        columns = {trait: at for at, trait in enumerate(kept)}
        filled = [[columns[trait] for trait in row if trait in columns] for row in rows]
        ends = np.cumsum([0, *map(len, filled)])
        flat = [at for row in filled for at in row]
        self.matrix = csr_matrix((np.ones(len(flat)), flat, ends), (len(rows), len(kept)))
        self.turned = self.matrix.T.tocsr()


class _Fit:
    """The likelihood of all texts' labels, and its slope."""

    def __init__(self, texts: Sequence[Labelled]) -> None:
        self.clauses = _Columns([row for text in texts for row in text.clauses])
        self.joints = _Columns([row for text in texts for row in text.joints])
        labels = np.array([label for text in texts for label in text.labels])
        lengths = np.array([len(text.labels) for text in texts])
        self.starts = np.cumsum([0, *lengths])[:-1]
        self.last = self.starts + lengths - 1
        self.text_of = np.repeat(np.arange(len(texts)), lengths)
        longest = sorted(range(len(texts)), key=lambda n: -lengths[n])
        self.places = [
            np.array([self.starts[n] + at for n in longest if lengths[n] > at])
            for at in range(max(lengths))
        ]
        self.within = np.setdiff1d(np.arange(len(labels)), self.starts)
        self.is_label = np.eye(3)[labels]
        self.is_step = np.zeros((len(labels), 3, 3))
        self.is_step[self.within, labels[self.within - 1], labels[self.within]] = 1
        self.met = self.clauses.turned @ self.is_label
        self.stepped = self.joints.turned @ self.is_step.reshape(-1, 9)
        self.size = 3 * len(self.clauses.names) + 9 * len(self.joints.names)

    def _parted(self, weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        cut = 3 * len(self.clauses.names)
        return weights[:cut].reshape(-1, 3), weights[cut:].reshape(-1, 9)

    def cost(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return how unlikely the labels are, with the penalty, and the slope of that."""
        own, steps = self._parted(weights)
        here = self.clauses.matrix @ own
        joint = (self.joints.matrix @ steps).reshape(-1, 3, 3)
        joint[:, 0, 2] += _NEVER
        before, behind = self._pass(here, joint)
        whole = _log_sum(before[self.last], 1)[self.text_of]
        likely = np.exp(before + behind - whole[:, None])
        stepped = np.zeros_like(joint)
        at = self.within
        stepped[at] = np.exp(
            before[at - 1][:, :, None]
            + joint[at]
            + (here[at] + behind[at])[:, None, :]
            - whole[at][:, None, None]
        )
        score = (here * self.is_label).sum() + (joint * self.is_step).sum()
        score -= whole[self.last].sum() + PENALTY / 2 * (weights**2).sum()
        slope = np.concatenate(
            [
                (self.met - self.clauses.turned @ likely).ravel(),
                (self.stepped - self.joints.turned @ stepped.reshape(-1, 9)).ravel(),
            ]
        )
        return -score, PENALTY * weights - slope

    def _pass(
        self, here: NDArray[np.float64], joint: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what weighs before each clause, itself included, and behind it."""
        before, behind = here.copy(), np.zeros_like(here)
        before[self.starts, 2] += _NEVER
        for at in self.places[1:]:
            before[at] += _log_sum(before[at - 1][:, :, None] + joint[at], 1)
        for at in reversed(self.places[1:]):
            behind[at - 1] = _log_sum(joint[at] + (here[at] + behind[at])[:, None, :], 2)
        return before, behind

    def chain(self, weights: NDArray[np.float64], least: float) -> Chain:
        """Return the weights as the program reads them, without what weighs next to nothing."""
        own, steps = self._parted(weights)
        own = own - own[:, :1]
        steps = steps.reshape(-1, 3, 3)
        return Chain(
            _kept(self.clauses.names, own[:, 1:]),
            _kept(self.joints.names, np.stack([steps[:, one, two] for one, two in STEPS], 1)),
            least,
        )


def _log_sum(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    most = values.max(axis=axis, keepdims=True)
    summed: NDArray[np.float64] = np.log(np.exp(values - most).sum(axis=axis)) + most.squeeze(axis)
    return summed


def _kept(names: Sequence[str], weights: NDArray[np.float64]) -> dict[str, list[float]]:
    rows = ((name, row) for name, row in zip(names, weights, strict=True))
    return {
        name: [round(float(weight), 2) for weight in row]
        for name, row in rows
        if np.abs(row).max() > _LEAST_WEIGHT
    }


def save(chain: Chain, path: Path) -> None:
    """Write what was learned, a line for each trait."""
    parts = (
        f'"{name}": {{\n'
        + ",\n".join(_line(*each) for each in getattr(chain, name).items())
        + "\n}"
        for name in ("clauses", "joints")
    )
    save_text_atomically(path, "{\n" + ",\n".join([*parts, f'"least": {chain.least}']) + "\n}\n")


def _line(trait: str, weights: list[float]) -> str:
    return f"{json.dumps(trait, ensure_ascii=False)}:{json.dumps(weights, separators=(',', ':'))}"
