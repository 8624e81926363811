"""Judge which clauses ask by what they mean, with the bundled transformer.

It reads the whole text. What it makes of a clause's tokens goes, their mean and their largest, with
what the rules found of it through a recurrent layer in both directions over the clauses (a GRU;
Cho et al., 2014). `tools.learn_tagger` learned it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelError
from index.models.choice import Models
from index.models.encoder import BUNDLED_ENCODER
from index.models.states import StateReader
from index.models.static import Vectors
from index.ranking.requests.chain import STEPS
from index.ranking.requests.clauses import Clause
from index.ranking.requests.traits import ASKED, LISTED, POINT, Reading

TAGGER = "tagger.onnx"
HEAD = "tagger.npz"
"""What is learned above the transformer: `rule`, `forward.…`, `backward.…`, `out.…`, `steps`."""

_RULED = {
    "O": 0,
    **{step + found: 1 + 2 * n + m for n, found in enumerate((POINT, LISTED, ASKED))
       for m, step in enumerate("BI")},
}  # fmt: skip
RULES = 2 * len(_RULED)
"""What the rules may have found of a clause, in a proposal and in another text."""

_LARGEST_AT_LEAST = -5.0

Weights = Mapping[str, NDArray[np.float32]]
Numbers = NDArray[np.int64]


def rule_numbers(reading: Reading) -> Numbers:
    """Return what the rules found of each clause as a number below `RULES`, int64 (clauses,)."""
    other = 0 if reading.kind == "F" else len(_RULED)
    return np.array([_RULED[says] + other for says in reading.ruled[0]], np.int64)


def clause_of(starts: Numbers, clauses: Sequence[Clause]) -> Numbers:
    """Return which clause each token is of, int64 (tokens,); see `States`."""
    begins = np.array([clause.start for clause in clauses])
    return np.maximum(np.searchsorted(begins, starts, side="right") - 1, 0)


class Tagger:
    """Judge a text's clauses. Opened when first used; may be shared between threads.

    :raises ModelError: where the folder can't be read, when it is first used.
    """

    def __init__(self, folder: Path = BUNDLED_ENCODER) -> None:
        """Name a folder; see `OnnxModel`."""
        self._folder = folder
        self._states = StateReader(TAGGER, folder)

    def weigh(self, reading: Reading) -> tuple[Vectors, Vectors]:
        """Return what each clause, and the joint before each, weighs; see `best_labels`.

        Float32 (clauses, 3) and (clauses, 8); of a text with one clause at least.
        """
        clauses = reading.clauses
        states = self._states.read(reading.text, [clause.start for clause in clauses])
        of = clause_of(states.starts, clauses)
        given = np.concatenate(
            [pool(states.vectors, of, len(clauses)), self._head["rule"][rule_numbers(reading)]], 1
        )
        joint = [self._head["steps"][step] for step in STEPS]
        return self._weigh(given), np.tile(np.array(joint, np.float32), (len(clauses), 1))

    def _weigh(self, given: Vectors) -> Vectors:
        """Return what each clause weighs for each label, float32 (clauses, 3)."""
        head = self._head
        ahead = recur(given, head, "forward")
        back = recur(given[::-1], head, "backward")[::-1]
        weights: Vectors = (
            np.concatenate([ahead, back], 1) @ head["out.weight"].T + head["out.bias"]
        )
        return weights

    @cached_property
    def _head(self) -> Weights:
        path = self._folder / HEAD
        try:
            with np.load(path, allow_pickle=False) as file:
                return {name: file[name].astype(np.float32) for name in file.files}
        except (OSError, ValueError) as error:
            raise ModelError(f"无法读取模型 {path}。请检查该文件夹是否完整。") from error


def open_tagger(models: Models) -> Tagger | None:
    """Name the bundled tagger; None where no transformer is to read."""
    return _bundled() if models.encoding != "off" else None


@cache
def _bundled() -> Tagger:
    """Return the bundled tagger, once for all of the process."""
    return Tagger()


def pool(vectors: Vectors, of: Numbers, clauses: int) -> Vectors:
    """Return the mean and the largest of each clause's tokens, float32 (clauses, 2 hidden).

    :param of: see `clause_of`; a clause may have no token.
    """
    sums = np.zeros((clauses, vectors.shape[1]), np.float32)
    np.add.at(sums, of, vectors)
    counts = np.maximum(np.bincount(of, minlength=clauses), 1)
    largest = np.full_like(sums, _LARGEST_AT_LEAST)
    np.maximum.at(largest, of, vectors)
    return np.concatenate([sums / counts[:, None].astype(np.float32), largest], 1)


def recur(given: Vectors, head: Weights, direction: str) -> Vectors:
    """Return the states of a GRU as PyTorch computes it, float32 (clauses, size).

    :param given: float32 (clauses, inputs), in the order of reading.
    :param head: with `…input`, `…state` (3 size, …), `…input.bias` and `…state.bias` (3 size,) of
        the direction, each for the reset, the update and the new state.
    """
    inputs = given @ head[f"{direction}.input"].T + head[f"{direction}.input.bias"]
    weights, bias = head[f"{direction}.state"].T, head[f"{direction}.state.bias"]
    size = weights.shape[0]
    states = np.zeros((len(given) + 1, size), np.float32)
    for place, row in enumerate(inputs):
        known = states[place] @ weights + bias
        reset, update = _squash(row[: 2 * size] + known[: 2 * size]).reshape(2, size)
        new = np.tanh(row[2 * size :] + reset * known[2 * size :])
        states[place + 1] = new + update * (states[place] - new)
    return states[1:]


def _squash(x: Vectors) -> Vectors:
    return np.asarray(1 / (1 + np.exp(-x)), np.float32)
