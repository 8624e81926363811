"""The bundled reader: where a passage answers a question, and whether it does at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.models.encoder import BUNDLED_ENCODER
from index.models.onnx import OnnxModel

READER = "reader.onnx"
BEGINS, ANSWERED = "begins", "answered"
"""Its outputs: the logit of each token that the answer begins there, and the log odds of one."""

QUESTION = 160
"""Characters of a question that are read, as many as in training."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a passage says to a question.

    :ivar answered: the log odds that it answers.
    :ivar places: of its tokens, characters of the passage, int64 (tokens,), in order.
    :ivar begins: how likely the answer begins with each, float32 (tokens,), 1 in all.
    """

    answered: float
    places: NDArray[np.int64]
    begins: NDArray[np.float32]

    def probability(self, start: int, end: int) -> float:
        """Return how likely the passage answers, and the answer begins between two places, 0..1."""
        first, last = np.searchsorted(self.places, (start, end))
        return float(self.begins[first:last].sum()) / (1 + math.exp(-self.answered))


class OnnxReader:
    """Read with a folder that `eval.training.reader.export` has written, without torch.

    Opened when first used. May be shared between threads.

    :raises ModelError: where the folder can't be read, when it is first used.
    """

    def __init__(self, folder: Path = BUNDLED_ENCODER) -> None:
        """Name a folder."""
        self._model = OnnxModel(folder, READER)

    def read(self, question: str, passages: Sequence[str]) -> list[Found]:
        """Read passages for what they say to a question, in their order."""
        pairs = [(question[:QUESTION], passage) for passage in passages]
        cut = self._model.tokenizer.encode_batch(pairs)
        found: dict[int, Found] = {}
        rows = [encoding.ids for encoding in cut]
        for places, (begins, answered) in self._model.run(rows, [BEGINS, ANSWERED]):
            for row, place in enumerate(places):
                tokens = [n for n, text in enumerate(cut[place].sequence_ids) if text == 1]
                offsets = np.array([cut[place].offsets[n][0] for n in tokens], np.int64)
                found[place] = Found(float(answered[row]), offsets, _softmax(begins[row, tokens]))
        return [found[place] for place in range(len(passages))]


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    if not len(logits):
        return logits
    raised = np.exp(logits - logits.max())
    shares: NDArray[np.float32] = raised / raised.sum()
    return shares
