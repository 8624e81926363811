"""Sets of passages' keys as ascending arrays, which of millions take a few megabytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]

NONE: Keys = np.zeros(0, np.int64)


def find(within: Keys, keys: Keys) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which of the keys are within others, which ascend, and where each would stand there.

    Where none can stand anywhere, as within no others, the places mean nothing.
    """
    if not len(within):
        return np.zeros(len(keys), np.bool_), np.zeros(len(keys), np.int64)
    places = np.minimum(np.searchsorted(within, keys), len(within) - 1)
    return within[places] == keys, places


def held(within: Keys, keys: Keys) -> NDArray[np.bool_]:
    """Return which of the keys are within others, which ascend."""
    return find(within, keys)[0]


def without(keys: Keys, others: Keys) -> Keys:
    """Return ascending keys without others, in a time that grows with the others."""
    found = others[held(keys, others)]
    return np.delete(keys, np.searchsorted(keys, found)) if len(found) else keys
