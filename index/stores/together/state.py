"""How far all who read the passages of a library together have come."""

from __future__ import annotations

import numpy as np

from corpus.store.following import BEGINNING
from index.stores.keys import NONE, Keys, held, without
from index.stores.together.shared import SharedVectors


class Together:
    """What one of them knows of the others; to be used by one thread at a time.

    `missing` are the keys, ascending, of the passages that nobody has made a vector of.
    """

    def __init__(self, shared: SharedVectors) -> None:
        self.shared = shared
        self.missing: Keys = NONE
        self._there: Keys = NONE
        self._until = BEGINNING
        self._begun = -1

    @property
    def passages(self) -> int:
        """How many passages the library has."""
        return len(self._there)

    @property
    def read(self) -> int:
        """How many of them have been read."""
        return len(self._there) - len(self.missing)

    def follow(self) -> None:
        """See which passages came and went, and which have been read; forget those that went."""
        changes = self.shared.store.following.since(self._until)
        self.shared.forget(changes.went)
        self._until = changes.until
        # Keys ascend as they are given, so what came stands behind what was there.
        self._there = without(np.concatenate([self._there, changes.came]), changes.went)
        came = changes.came[~held(self.shared.known, changes.came)]
        self.missing = without(np.concatenate([self.missing, came]), changes.went)
        self.follow_reading()

    def follow_reading(self) -> None:
        """See which passages have been read."""
        made = self.shared.follow()
        if self.shared.begun == self._begun:
            self.missing = without(self.missing, made)
        else:  # vectors have gone, no matter whose
            self._begun = self.shared.begun
            self.missing = self._there[~held(self.shared.known, self._there)]
