"""A home's part in reading together: it takes what others have read, gives its own, and reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from corpus.store.store import Store
from index.models.embed import Embedder
from index.models.static import Vectors
from index.stores.keys import Keys, without
from index.stores.together.claims import Embed, claiming
from index.stores.together.shared import AT_ONCE, SharedVectors
from index.stores.together.state import Together
from index.stores.work import Work

EVERY = 30.0
"""Seconds after which a home that is reading takes what others have read meanwhile."""


class Kept(Protocol):
    """The vectors that a home keeps itself."""

    def missing(self, wanted: Keys) -> Keys:
        """Return those of the keys, ascending, of which it has none."""
        ...

    def vectors(self, keys: Keys) -> Vectors:
        """Return its vectors of these keys; of those that it has none of, zeros."""
        ...

    def keep(self, keys: Keys, vectors: Vectors) -> None:
        """Keep what others have made."""
        ...


class Sharing:
    """What a home shares with all over its library; to be used by one thread at a time."""

    def __init__(self, store: Store, encoder: Embedder) -> None:
        """Open what is shared.

        :raises HomeError: where it can't be used.
        """
        self._shared = SharedVectors.open(store, encoder)
        self._together = Together(self._shared)

    def close(self) -> None:
        """Close the database."""
        self._shared.close()

    def catch_up(self, kept: Kept, work: Work, embed: Embed, goes_on: Callable[[], bool]) -> None:
        """Have a home keep vectors of all wanted passages, but of those that others are reading.

        :param work: what is wanted; it is told whenever more is kept.
        :param embed: reads passages, and keeps what it makes of them in the home too.
        :param goes_on: asked between batches.
        :raises HomeError: where nothing can be shared; what was kept until then stays.
        """
        together, shared = self._together, self._shared
        together.follow()
        self._fetch(kept, work, goes_on)
        self._give(kept, goes_on)
        if len(together.missing):
            self._read(kept, work, embed, goes_on)
        shared.note_use()
        if together.passages and not len(together.missing):
            shared.drop_unused()

    def _read(self, kept: Kept, work: Work, embed: Embed, goes_on: Callable[[], bool]) -> None:
        fetched = time.monotonic()
        with claiming(self._together) as claims:
            while len(self._together.missing) and goes_on() and claims.take():
                claims.read(embed, goes_on)
                work.tell()
                if time.monotonic() - fetched > EVERY:
                    self._fetch(kept, work, goes_on)
                    fetched = time.monotonic()
                self._together.follow()
        self._fetch(kept, work, goes_on)

    def _fetch(self, kept: Kept, work: Work, goes_on: Callable[[], bool]) -> None:
        """Take what others have read, the newest first."""
        lacking = kept.missing(work.wanted)
        there = without(lacking, self._together.missing)[::-1]
        for start in range(0, len(there), AT_ONCE):
            if not goes_on():
                break
            kept.keep(*self._shared.fetch(there[start : start + AT_ONCE]))
            work.tell()
        self._together.follow_reading()

    def _give(self, kept: Kept, goes_on: Callable[[], bool]) -> None:
        """Give what the home has read by itself, as while somebody searched."""
        missing = self._together.missing
        own = without(missing, kept.missing(missing))
        for start in range(0, len(own), AT_ONCE):
            if not goes_on():
                break
            some = own[start : start + AT_ONCE]
            vectors = kept.vectors(some)
            sound = vectors.any(axis=1)  # not of what proved to be damaged
            self._shared.put(dict(zip(some[sound].tolist(), vectors[sound], strict=True)))
        self._together.follow_reading()
