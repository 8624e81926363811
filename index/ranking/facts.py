"""What a search needs to know of all passages, read anew only when they have changed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corpus.files import Version
from corpus.filters import Filters
from corpus.store.selection import MeanLengths
from corpus.store.store import Store
from corpus.types import FieldName
from index.stores.lexical import LexicalIndex

FILTERS_KEPT = 16
"""Of so many filters the keys of what they allow are kept: 0.8 MB each for 100,000 passages."""


@dataclass(frozen=True, slots=True)
class Known:
    """Mean lengths of texts, the regions that there are, and what filters allow."""

    version: Version | None
    lengths: MeanLengths
    regions: tuple[str, ...]
    allowed: dict[Filters, NDArray[np.int64]] = field(default_factory=dict)


class Facts:
    """Facts of one home. May be shared between threads."""

    def __init__(self, store: Store, lexical: LexicalIndex) -> None:
        """Take the leg whose commits tell when passages have changed."""
        self._store = store
        self._lexical = lexical
        self._known: Known | None = None

    @property
    def lengths(self) -> MeanLengths:
        """Return the mean lengths of what is scored."""
        return self._now().lengths

    @property
    def regions(self) -> tuple[str, ...]:
        """Return all regions of replies, the most frequent first."""
        return self._now().regions

    def allowed(self, filters: Filters) -> NDArray[np.int64]:
        """Return the keys of the allowed passages, ascending, int64 (n,).

        No passage ever comes to be allowed otherwise: a reply that changes gets new keys.
        """
        known = self._now().allowed
        keys = known.get(filters)
        if keys is None:
            if len(known) >= FILTERS_KEPT:
                known.clear()
            keys = known[filters] = self._store.select_keys(filters)
        return keys

    def _now(self) -> Known:
        version, known = self._lexical.version, self._known
        if known is None or known.version != version:
            regions = tuple(value for value, _ in self._store.values(FieldName.REGION))
            self._known = known = Known(version, self._store.mean_lengths(), regions)
        return known
