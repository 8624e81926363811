"""Examples as numbers of texts and places of tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eval.training.encoder.texts import Ints, Table, Texts
from eval.training.reader.asked import Example, Kind, Span
from eval.training.reader.packed import NOWHERE, Group

QUESTION = 160
"""The most characters of a question."""

TOKENS = 340
"""The most tokens of a passage; with a question and special tokens they fit in 512 positions."""


class Numbering:
    """Number the texts of examples, and find the tokens of their answers."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._table = Table()

    def group(
        self, source: str, examples: Sequence[Example], shares: Mapping[Kind, float]
    ) -> list[Group]:
        """Return the examples of a source by their kinds, of which each has a share."""
        by_kind: dict[Kind, list[Example]] = {}
        for example in examples:
            by_kind.setdefault(example.kind, []).append(example)
        return [
            Group(
                source,
                kind,
                shares[kind],
                self._numbers([example.question[:QUESTION] for example in each]),
                self._numbers([example.passage for example in each]),
                self._spans(each),
            )
            for kind, each in sorted(by_kind.items())
        ]

    def texts(self) -> Texts:
        """Return all texts that were numbered, without special tokens."""
        return self._table.encode(self._tokenizer, TOKENS, special=False)

    def _numbers(self, texts: Sequence[str]) -> Ints:
        return np.array([self._table.number(text) for text in texts], np.int32)

    def _spans(self, examples: Sequence[Example]) -> NDArray[np.int16]:
        self._tokenizer.enable_truncation(TOKENS)
        passages = [example.passage if example.answers else "" for example in examples]
        encoded = self._tokenizer.encode_batch(passages, add_special_tokens=False)
        spans = [
            find_tokens(encoding.offsets, example.answers[0]) if example.answers else None
            for example, encoding in zip(examples, encoded, strict=True)
        ]
        return np.array([span or (NOWHERE, NOWHERE) for span in spans], np.int16)


def find_tokens(offsets: Sequence[Span], span: Span) -> Span | None:
    """Return the first and the last token that overlap a span of characters.

    None where the text was cut before its end.

    :param offsets: the characters of each token.
    """
    start, end = span
    inside = [token for token, (a, b) in enumerate(offsets) if a < end and start < b]
    return (inside[0], inside[-1]) if inside and offsets[inside[-1]][1] >= end else None
