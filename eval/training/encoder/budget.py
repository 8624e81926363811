"""Which texts have room in a file of so many bytes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import numpy as np
from tokenizers import Tokenizer

_MARGIN = 0.97
"""The part of the space that texts may fill by estimate."""

_BESIDE = 20
"""What is kept beside a text, its prefix and its numbers, as characters."""


def count_characters(
    room: float, texts: Sequence[str], tokenizer: Tokenizer, seed: int, *, special: bool = True
) -> float:
    """Return how many characters of such texts have room as token ids.

    :param room: in bytes.
    :param special: whether special tokens stand around each text.
    """
    sample = random.Random(seed).sample(texts, min(len(texts), 4000))
    encoded = tokenizer.encode_batch_fast(sample, add_special_tokens=special)
    tokens = sum(len(encoding.ids) for encoding in encoded)
    return _MARGIN * room / (2 * tokens / max(sum(map(len, sample)), 1))


def count_new(entries: Iterable[Iterable[str]]) -> list[int]:
    """Return the characters that each entry adds: a text that came before costs nothing."""
    seen: set[str] = set()
    costs = []
    for entry in entries:
        new = set(entry) - seen
        costs.append(sum(len(text) + _BESIDE for text in new))
        seen |= new
    return costs


def divide_room(sizes: Sequence[float], shares: Sequence[float], room: float) -> list[float]:
    """Return how much room each has by its share; what one leaves over goes to the others."""
    given: dict[int, float] = {}
    left, open_ = room, set(range(len(sizes)))
    while open_:
        whole = sum(shares[place] for place in open_)
        fits = {place for place in open_ if sizes[place] <= left * shares[place] / whole}
        for place in fits or open_:
            given[place] = sizes[place] if fits else left * shares[place] / whole
        left -= sum(sizes[place] for place in fits)
        open_ = open_ - fits if fits else set()
    return [given[place] for place in range(len(sizes))]


def count_fitting(costs: Sequence[int], room: float) -> int:
    """Return how many entries, from the first on, have room."""
    return int(np.searchsorted(np.cumsum(costs), room, side="right"))
