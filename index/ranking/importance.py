"""How much each term of a query matters, as learned from questions and what answers them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.learned import load_regression
from index.models.static import TokenNorms

IMPORTANCE_FILE = Path(__file__).with_name("importance.json")

TRAITS = (
    "norm",  # ln of the greatest mean length of its characters' vectors, over the query's mean
    "norm_long",  # the same, times ln of the number of terms
    "rarity",  # ln of its inverse document frequency
    "repeated",  # ln of how often the query says it
    "within_token",  # 1 where it stands within one token of the model
    "latin",  # 1 for Latin letters and digits
)
"""What a term's importance is estimated from, in order. The place in the query was tried too: it
counts for nothing."""

_MOST = 4.0
"""Factors stay within exp(±_MOST) before they are scaled."""


@dataclass(frozen=True, slots=True)
class Importance:
    """A log-linear weight of query terms, over `TRAITS`.

    A static model adds up its tokens' vectors, so it learns to make those long that decide what
    matches (names, matters) and those short that don't (please, how, our). How far to follow it is
    learned from questions of many kinds (see `eval/training/importance.py`).
    """

    coefficients: tuple[float, ...]

    def factors(
        self, text: str, weights: Mapping[str, float], norms: TokenNorms
    ) -> dict[str, float]:
        """Return a factor for the weight of each term; they leave the sum of weights as it is.

        `text` must have gone through `index.text.segment.normalise`, and the terms be cut from it.
        """
        if not weights:
            return {}
        logs = describe_terms(text, weights, norms) @ np.asarray(self.coefficients)
        factors = np.exp(np.clip(logs, -_MOST, _MOST))
        before = np.fromiter(weights.values(), float)
        after = float(factors @ before)
        if after > 0:
            factors *= before.sum() / after
        return dict(zip(weights, factors.tolist(), strict=True))


def describe_terms(
    text: str, weights: Mapping[str, float], norms: TokenNorms
) -> NDArray[np.float64]:
    """Return the terms' traits, float64 (n, len(TRAITS)), in the order of `weights`."""
    values, owners = np.zeros(len(text)), np.full(len(text), -1)
    for number, (start, end, norm) in enumerate(norms(text)):
        values[start:end] = np.maximum(values[start:end], norm)
        owners[start:end] = number
    known = values[values > 0]
    values = np.where(values > 0, values / known.mean(), 1.0) if len(known) else values + 1.0
    # As lists: a term has two characters, of which Python tells the mean ten times as fast.
    lengths, numbers = values.tolist(), owners.tolist()
    terms = math.log(max(len(weights), 1))
    traits = []
    for term, weight in weights.items():
        places, size = _places(text, term), len(term)
        norm = max((sum(lengths[p : p + size]) / size for p in places), default=1.0)
        owner = numbers[places[0] : places[0] + size] if places else []
        traits.append(
            (
                math.log(max(norm, 0.05)),
                math.log(max(norm, 0.05)) * terms,
                math.log(weight + 0.05),
                math.log(max(len(places), 1)),
                float(len(set(owner)) == 1 and owner[0] >= 0),
                float(term.isascii()),
            )
        )
    return np.array(traits, np.float64).reshape(len(weights), len(TRAITS))


def load_importance(path: Path = IMPORTANCE_FILE) -> Importance:
    """Load the coefficients.

    :raises ValueError: where the file's traits are not `TRAITS`.
    """
    return Importance(load_regression(path, TRAITS).values)


def _places(text: str, term: str) -> list[int]:
    """Return where a term stands in a text, ascending."""
    places, place = [], text.find(term)
    while place >= 0:
        places.append(place)
        place = text.find(term, place + 1)
    return places
