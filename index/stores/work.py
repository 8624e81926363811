"""How far a home is with what the encoder has to read: it is told, and put on the disk."""

from __future__ import annotations

import time
from typing import Protocol

from corpus.progress import Progress
from index.stores.keys import Keys


class Growing(Protocol):
    """The vectors that a home keeps."""

    @property
    def count(self) -> int:
        """Return how many there are."""
        ...

    def commit(self) -> None:
        """Put them on the disk."""
        ...


class Work:
    """The passages to be read, by their keys, ascending, and how many of them were."""

    def __init__(
        self, vectors: Growing, wanted: Keys, progress: Progress | None, commit_seconds: float
    ) -> None:
        self.wanted = wanted
        self._vectors, self._progress = vectors, progress
        self._before, self._seconds = vectors.count, commit_seconds
        self._saved = time.monotonic()

    @property
    def done(self) -> int:
        """How many vectors came, be it by whoever searches meanwhile."""
        return min(self._vectors.count - self._before, len(self.wanted))

    def tell(self) -> None:
        """Put on the disk what was read, where it is time, and say how far it is."""
        if time.monotonic() - self._saved > self._seconds:
            self._vectors.commit()
            self._saved = time.monotonic()
        if self._progress and len(self.wanted):
            self._progress("理解段落", self.done, len(self.wanted))
