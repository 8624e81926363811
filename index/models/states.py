"""What the bundled transformer makes of each token of a text, with the words around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.models.encoder import BUNDLED_ENCODER
from index.models.onnx import OnnxModel
from index.models.static import Vectors

TOKEN_STATES = "token_states"
"""The output of such a model, float32 (texts, tokens, hidden)."""

ROOM = 480
"""Tokens of a long text that are read together, at most."""

BEGIN, END = 0, 2
"""The ids of <s> and </s>, between which a text stands."""

Places = NDArray[np.int64]


class States(NamedTuple):
    """The tokens of a text.

    :ivar starts: where each begins in the text, int64 (tokens,), ascending.
    :ivar vectors: what was made of each, float32 (tokens, hidden).
    """

    starts: Places
    vectors: Vectors


class StateReader:
    """Read the tokens of texts with layers of their own above those that models share.

    Opened when first used. May be shared between threads.

    :raises ModelError: where the folder can't be read, when it is first used.
    """

    def __init__(self, upper: str, folder: Path = BUNDLED_ENCODER) -> None:
        """Name a model; see `OnnxModel`."""
        self._model = OnnxModel(folder, upper)

    def read(self, text: str, cuts: Sequence[int]) -> States:
        """Read a text of at least one token; a long one in parts, which end where it may be cut.

        :param cuts: places in the text, ascending.
        """
        whole = self._model.tokenizer.encode(text)
        parts = [whole, *whole.overflowing]
        ids = [_own(part.ids) for part in parts]
        starts = np.concatenate([_own([start for start, _ in part.offsets]) for part in parts])
        tokens = np.concatenate(ids)
        windows = list(iter_windows(starts, cuts))
        rows = [[BEGIN, *tokens[begin:end].tolist(), END] for begin, end in windows]
        found: dict[int, Vectors] = {}
        for places, (states,) in self._model.run(rows, [TOKEN_STATES]):
            for place, state in zip(places, states, strict=True):
                found[place] = state[1 : len(rows[place]) - 1]
        return States(starts, np.concatenate([found[place] for place in range(len(rows))]))


def iter_windows(starts: Places, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first token of each part of a text, and the one behind its last.

    A part ends where the text may be cut, or is full where it may nowhere.

    :param starts: see `States`.
    """
    of = np.searchsorted(np.array(cuts), starts, side="right")
    begin = 0
    while begin < len(starts):
        end = full = min(begin + ROOM, len(starts))
        while end < len(starts) and end > begin + 1 and of[end] == of[end - 1]:
            end -= 1
        end = end if end > begin + 1 else full
        yield begin, end
        begin = end


def _own(values: Sequence[int]) -> Places:
    """Return what is of a text's own tokens, without those around it."""
    return np.array(values[1:-1], np.int64)
