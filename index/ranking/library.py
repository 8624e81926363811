"""The library that is searched: its passages by key, and what a search must know of all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from corpus.files import Version
from corpus.filters import Filters
from corpus.store.following import Moment
from corpus.store.selection import MeanLengths
from corpus.store.store import Store
from corpus.types import FieldName, Passage, Reply
from index.stores.encoded import EncodedIndex
from index.stores.lexical import LexicalField
from index.stores.seam import Indexes
from index.stores.texts import Readable, make_readables, read_indexed
from index.text.language.document_numbers import DocumentNumbers
from index.text.language.spelling import Vocabulary

FILTERS_KEPT = 16
"""Of so many filters the keys of what they allow are kept: 0.8 MB each for 100,000 passages."""


WORDS = 20_000
"""So many of the most frequent words are known by how they sound and look. To learn them takes 33
ms of 71 replies and 200 ms of 12,000, once and after each load."""


SETTLED = 0.001
"""Mean lengths, and which words are frequent, are measured anew once such a share of the passages
has come or gone: by less they change in the fourth digit, and all passages have to be read."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Mean lengths of texts, the regions that there are, and what filters allow."""

    version: Version | None
    lengths: MeanLengths
    measured: Moment
    """When the lengths were measured"""
    regions: tuple[str, ...]
    allowed: dict[Filters, NDArray[np.int64]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """The most frequent words, and how many passages there were when they were counted."""

    version: Version | None
    passages: int
    words: Vocabulary


class Library:
    """The store and the indexes of one home. May be shared between threads.

    Facts are read anew only when the lexical leg's commits tell that passages have changed, and
    measured anew only when that were many.
    """

    def __init__(self, store: Store, legs: Indexes, encoded: EncodedIndex | None = None) -> None:
        """Take what is open.

        :param encoded: what the encoder has read; None where there is no encoder.
        """
        self.store = store
        self.legs = legs
        self.encoded = encoded
        self._facts: Facts | None = None
        self._vocabulary: Known | None = None

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the most frequent words."""
        lexical, known = self.legs.lexical, self._vocabulary
        if known is None or known.version != lexical.version:
            # By how many passages there are: few that went and came as well change nothing here.
            if known and abs(lexical.count - known.passages) <= SETTLED * known.passages:
                self._vocabulary = known = replace(known, version=lexical.version)
                return known.words
            words = Vocabulary(
                lexical.frequent_words(WORDS),
                lexical.count,
                lambda pair: lexical.document_frequency(LexicalField.BIGRAMS, pair),
            )
            self._vocabulary = known = Known(lexical.version, lexical.count, words)
        return known.words

    @property
    def lengths(self) -> MeanLengths:
        """Return the mean lengths of what is scored."""
        return self._know().lengths

    @property
    def regions(self) -> tuple[str, ...]:
        """Return all regions of replies, the most frequent first."""
        return self._know().regions

    def allowed(self, filters: Filters) -> NDArray[np.int64]:
        """Return the keys of the allowed passages, ascending, int64 (n,).

        No passage ever comes to be allowed otherwise: a reply that changes gets new keys.
        """
        known = self._know().allowed
        keys = known.get(filters)
        if keys is None:
            if len(known) >= FILTERS_KEPT:
                known.clear()
            keys = known[filters] = self.store.select_keys(filters)
        return keys

    def holding(self, numbers: DocumentNumbers) -> set[str]:
        """Return the ids of the replies whose number is among these."""
        return {
            *self.store.holders(FieldName.DOC_NUMBER, numbers.documents),
            *self.store.holders(FieldName.MATTER_NUMBER, numbers.matters),
        }

    def holders(self, numbers: DocumentNumbers, filters: Filters) -> set[int]:
        """Return the keys of the passages of the allowed replies whose number is among these."""
        ids = tuple(self.holding(numbers))
        if filters.reply_ids is not None:
            ids = tuple(id for id in ids if id in filters.reply_ids)
        if not ids:
            return set()
        return set(self.store.select_keys(replace(filters, reply_ids=ids)).tolist())

    def read(self, keys: Sequence[int]) -> list[Readable]:
        """Return what scoring reads of these keys in their order; unknown keys are left out.

        It may be of passages that another process has just removed: `open` tells.
        """
        found = self.legs.texts.read(keys)
        if missing := set(keys) - found.keys():  # a rebuild is just replacing the texts
            made = make_readables(read_indexed(self.store, sorted(missing)))
            found |= {each.key: each for each in made}
        return [found[key] for key in keys if key in found]

    def open(self, keys: Collection[int]) -> dict[int, tuple[Passage, Reply]]:
        """Return passages with their replies; those that the store has lost are left out."""
        passages = self.store.passages(keys)
        replies = self.store.replies({passage.reply_id for passage in passages.values()})
        return {
            key: (passage, reply)
            for key, passage in passages.items()
            if (reply := replies.get(passage.reply_id)) and passage.stands_in(reply)
        }

    def _know(self) -> Facts:
        version, facts = self.legs.lexical.version, self._facts
        if facts is None or facts.version != version:
            regions = tuple(value for value, _ in self.store.values(FieldName.REGION))
            now = Moment(self.store.newest_key(), self.store.following.last_removal())
            if facts and self._is_settled(facts.measured, now):
                lengths, now = facts.lengths, facts.measured
            else:
                lengths = self.store.mean_lengths()
            self._facts = facts = Facts(version, lengths, now, regions)
        return facts

    def _is_settled(self, then: Moment, now: Moment) -> bool:
        """Tell whether few passages have come or gone between two moments."""
        changed = abs(now.key - then.key) + abs(now.removal - then.removal)
        return changed <= SETTLED * self.legs.lexical.count
