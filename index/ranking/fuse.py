"""Turn what both legs say of a candidate into one probability of relevance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import HomeError
from corpus.files import say_fault
from index.learned import (
    Regression,
    encoded_file,
    load_beside,
    load_model_name,
    load_regression,
    name_coefficients,
    save_regression,
)

FUSION_FILE = Path(__file__).with_name("fusion.json")

FEATURES = (
    "lexical_relative",  # BM25 over the best BM25 among the candidates, 0..1
    "cosine",  # query vector · passage vector, -1..1
    "phrases",  # share of the query's runs of five characters that stand in the passage, 0..1
    "elsewhere",  # 1 where the query names a district and the reply is another district's, else 0
    "cosine_short",  # the cosine times how short the query is, see `shortness`
)
"""What there is to tell of any passage, in order."""

ENCODED = (
    *FEATURES,
    "encoded",  # the encoder's cosine, -1..1; NaN of a passage that it has not read
    "encoded_short",  # the same times how short the query is
)
"""The columns of a feature matrix, in order."""

SHORT, LONG = 8, 300
"""Distinct terms of a query that is as short as counts, and of one as long; set by hand."""


def shortness(terms: int) -> float:
    """Return how short a query of so many distinct terms is: from 1 down to 0, by their logarithm.

    The cosine of a long message says less than its many terms do. Fitted and measured on halves of
    the questions of `eval/training/kinds.py`, each kind alike, nDCG@10 is .746 with the cosine
    weighed so, .743 without.
    """
    share = math.log(max(terms, 1) / SHORT) / math.log(LONG / SHORT)
    return 1 - min(max(share, 0.0), 1.0)


def make_features(
    lexical: NDArray[np.float64],
    cosine: NDArray[np.float64],
    terms: int,
    phrases: NDArray[np.float64] | float = 0.0,
    elsewhere: NDArray[np.float64] | float = 0.0,
    encoded: NDArray[np.float64] | float = math.nan,
) -> NDArray[np.float64]:
    """Return the features of a query's candidates, float64 (n, len(ENCODED)).

    :param lexical: their BM25, (n,), of any scale; the others as `ENCODED` has them, (n,).
    :param terms: how many distinct terms the query has.
    """
    relative = lexical / np.max(lexical, initial=1e-9)
    short = shortness(terms)
    columns = (relative, cosine, phrases, elsewhere, short * cosine, encoded, short * encoded)
    features = np.empty((len(lexical), len(ENCODED)))
    for n, column in enumerate(columns):
        features[:, n] = column
    return features


@dataclass(frozen=True, slots=True)
class Fusion:
    """A logistic regression over `FEATURES`, and one over `ENCODED` for what the encoder has read.

    Its output is the estimated probability that the passage's reply is the one that answers the
    query, as fitted on citizens' messages and the replies to them (see `eval/training/fusion.py`).
    It grows with each leg, so a candidate that is better in each is never ranked lower.

    :ivar coefficients: of as many of the first columns; further ones are passed over.
    :ivar encoded: None judges all alike.
    """

    intercept: float
    coefficients: tuple[float, ...]
    encoded: Fusion | None = None

    def logits(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log odds, float64 (n,), for a matrix float64 (n, len(ENCODED)).

        One of only len(FEATURES) columns is of what the encoder has not read.
        """
        own = features[:, : len(self.coefficients)]
        result: NDArray[np.float64] = own @ np.asarray(self.coefficients) + self.intercept
        if self.encoded and features.shape[1] > len(FEATURES):
            read = ~np.isnan(features[:, len(FEATURES)])
            result[read] = self.encoded.logits(features[read])
        return result

    def probabilities(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return probabilities in 0..1, float64 (n,), for a matrix (n, len(ENCODED))."""
        result: NDArray[np.float64] = 1 / (1 + np.exp(-self.logits(features)))
        return result


LEAST = -14.0
"""The log odds of what is as good as impossible."""


def log_odds(probability: float) -> float:
    """Return the log odds of a probability, between `LEAST` and -`LEAST`."""
    likely = 1 / (1 + math.exp(-LEAST))
    kept = min(max(probability, likely), 1 - likely)
    return math.log(kept / (1 - kept))


def load_fusion(path: Path = FUSION_FILE) -> Fusion:
    """Load a fusion, with what `encoded_file` holds beside it, or else the bundled one of that.

    :raises ValueError: where a file's features are others, or it has no intercept.
    """
    encoded = Fusion(*load_beside(path, FUSION_FILE, ENCODED).terms)
    return Fusion(*load_regression(path, FEATURES).terms, encoded)


HOME_FILE = "fusion.json"
"""Where a home keeps the fusion that was fitted to its user's judgments."""


def open_fusion(home: Path, model: str) -> Fusion:
    """Load the fusion that a home is searched with: its own, or the bundled one.

    One fitted with another embedding model is passed over: its cosines mean something else.

    :raises HomeError: where the home's file cannot be used.
    """
    path = home / HOME_FILE
    if not path.exists():
        return load_fusion()
    try:
        return load_fusion(path) if load_model_name(path) == model else load_fusion()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HomeError(
            f"{path} 用不了（{say_fault(error)}），可能损坏，或是别的版本拟合的。"
            "请运行 dafu eval fit --reset 恢复自带的，或重新拟合。"
        ) from error


def save_fusion(home: Path, fusion: Fusion, fitted_on: str, model: str) -> Path:
    """Save a fusion for a home; return where."""
    path = home / HOME_FILE
    for part, file in (fusion, path), (fusion.encoded, encoded_file(path)):
        if part:
            names = ENCODED[: len(part.coefficients)]
            coefficients = name_coefficients(names, part.coefficients)
            intercept = round(part.intercept, 4)
            save_regression(Regression(coefficients, intercept, fitted_on, model), file)
    return path


def reset_fusion(home: Path) -> bool:
    """Go back to the bundled fusion; tell whether there was another."""
    path = home / HOME_FILE
    existed = path.exists()
    for file in path, encoded_file(path):
        file.unlink(missing_ok=True)
    return existed
