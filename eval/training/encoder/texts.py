"""Texts as token ids, each once, by their numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eval.training.encoder.packfile import Arrays

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as token ids.

    :ivar tokens: uint16, of all texts, one after another.
    :ivar offsets: int64 (texts + 1,).
    """

    tokens: NDArray[np.uint16]
    offsets: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Return the number of tokens of each text."""
        return np.diff(self.offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> NDArray[np.uint16]:
        return self.tokens[self.offsets[number] : self.offsets[number + 1]]

    def arrays(self) -> Arrays:
        """Return what a file holds of them."""
        return {"texts/tokens": self.tokens, "texts/lengths": self.lengths.astype(np.uint16)}

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> Texts:
        """Return the texts that `arrays` told."""
        offsets = np.concatenate([[0], np.cumsum(arrays["texts/lengths"], dtype=np.int64)])
        return cls(arrays["texts/tokens"].astype(np.uint16), offsets)


class Table:
    """Numbers for texts: the same for the same one."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of a text."""
        return self._numbers.setdefault(text, len(self._numbers))

    def encode(self, tokenizer: Tokenizer, longest: int, *, special: bool = True) -> Texts:
        """Return the texts' tokens, those of more than `longest` cut.

        :param special: whether special tokens stand around each text.
        """
        tokenizer.enable_truncation(longest)
        encoded = tokenizer.encode_batch_fast(list(self._numbers), add_special_tokens=special)
        ids = [np.array(encoding.ids, np.uint16) for encoding in encoded]
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in ids], dtype=np.int64)])
        return Texts(np.concatenate(ids), offsets)
