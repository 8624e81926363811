"""Chance: lots that fall alike everywhere, intervals of means, tests of differences."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.serialise import Figure


def draw(text: str, lots: int) -> int:
    """Draw one of so many lots for a text: 0 to `lots` - 1, each about as often.

    Draws for different ends are independent where the text names its end, as in `fold:q1`.
    """
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % lots


RESAMPLES = 9999
"""So many resamples; of fewer queries than 14 all sign flips are tried, which is exact."""

SEED = 20210311

CONFIDENCE = 0.95

BATCH = 256
"""So many resamples are in memory at a time."""


def bootstrap_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % interval of the mean: percentiles of the means of resampled queries.

    One value has no spread: its interval is itself.

    :param values: float64 (queries,), not empty.
    """
    if len(values) == 1 or np.ptp(values) == 0:
        return float(values[0]), float(values[0])
    from scipy import stats  # takes a second to load, for what few runs of the program need

    interval = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=BATCH,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return float(interval.low), float(interval.high)


def randomisation_p(differences: NDArray[np.float64]) -> float:
    """Return the two-sided p-value of the paired randomisation (sign flip) test.

    Were the two runs alike, each query's difference would be as likely with the other sign
    (Smucker, Allan and Carterette, CIKM 2007). Queries without a difference change nothing and
    are left out; where none or only one differs, p is 1.

    :param differences: float64 (queries,).
    """
    differing = differences[differences != 0]
    if len(differing) < 2:
        return 1.0
    from scipy import stats

    result = stats.permutation_test(
        (differing,),
        np.mean,
        permutation_type="samples",
        n_resamples=RESAMPLES,
        batch=BATCH,
        rng=np.random.default_rng(SEED),
    )
    return float(result.pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for their number by Holm's method (1979), in the same order.

    The chance that any of them is falsely below 0.05 stays below 0.05, however they depend on
    one another.
    """
    corrected = [1.0] * len(p_values)
    least = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        least = max(least, min(1.0, p_values[i] * (len(p_values) - rank)))
        corrected[i] = least
    return corrected


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over queries with its 95 % bootstrap interval."""

    mean: Figure
    """平均值"""
    low: Figure
    """95 % 自助法区间的下限"""
    high: Figure
    """95 % 自助法区间的上限"""


def mean_of(values: Sequence[float] | NDArray[np.float64]) -> Mean:
    """Return the mean of at least one value, with its interval."""
    array = np.array(values, dtype=np.float64)
    return Mean(float(array.mean()), *bootstrap_interval(array))
