"""Means of the values of queries, with how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.comparing.statistics import bootstrap_interval


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over queries with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """Return the three numbers, rounded."""
        return {name: round(getattr(self, name), 6) for name in ("mean", "low", "high")}


def mean_of(values: Sequence[float] | NDArray[np.float64]) -> Mean:
    """Return the mean of at least one value, with its interval."""
    array = np.array(values, dtype=np.float64)
    return Mean(float(array.mean()), *bootstrap_interval(array))
