"""What is asked of indexes, wherever they are: in the home (`legs`) or on a server (`milvus`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.files import Version
from corpus.filters import ANY, Filters
from index.stores.keys import Keys
from index.stores.lexical_schema import LexicalEntry, LexicalTerm
from index.stores.manifest import Manifest
from index.stores.texts import Texts

Vectors = NDArray[np.float32]
Found = list[tuple[int, float]]
"""Keys and scores, best first; equal scores in the order of keys"""


class Lexical(Protocol):
    """BM25 over the words and bigrams of passages and of what stands around them."""

    @property
    def count(self) -> int:
        """Return how many passages are indexed."""
        ...

    @property
    def version(self) -> Version | None:
        """Return what changes with every commit that is seen."""
        ...

    def keys(self, filters: Filters = ANY) -> Keys:
        """Return the keys of allowed passages, ascending."""
        ...

    def document_frequency(self, field: str, token: str) -> int:
        """Return in how many passages a token stands."""
        ...

    def frequent_words(self, most: int) -> dict[str, int]:
        """Return the most frequent words with the number of passages that each stands in."""
        ...

    def add(self, entries: Iterable[LexicalEntry]) -> None:
        """Add passages, or put them in the place of those with their keys."""
        ...

    def diluted(self) -> list[int]:
        """Return the keys to be added again for removed passages to leave no trace."""
        ...

    def search(self, terms: Iterable[LexicalTerm], k: int, filters: Filters = ANY) -> Found:
        """Return the `k` best passages that filters allow and that hold any of the terms."""
        ...

    def scores(self, terms: Iterable[LexicalTerm], keys: Iterable[int]) -> dict[int, float]:
        """Return the scores that `search` gives these passages, without those it can't find."""
        ...

    def holds(self, entry: LexicalEntry) -> bool:
        """Tell whether a passage is indexed under its key with all that is held of it."""
        ...


class Dense(Protocol):
    """Search by inner product over the passages' vectors."""

    dimension: int

    @property
    def count(self) -> int:
        """Return how many passages are indexed."""
        ...

    def keys(self) -> Keys:
        """Return the keys of all passages, ascending."""
        ...

    def add(self, keys: Sequence[int] | Keys, vectors: Vectors) -> None:
        """Add vectors, or put them in the place of those with their keys."""
        ...

    def search(self, vector: Vectors, k: int) -> Found:
        """Return the `k` nearest passages."""
        ...

    def vectors(self, keys: Sequence[int] | Keys) -> Vectors:
        """Return the vectors of these keys; unknown ones are zero."""
        ...


class Indexes(Protocol):
    """Both legs, and the texts that scoring reads, opened together."""

    home: Path
    manifest: Manifest
    texts: Texts

    @property
    def lexical(self) -> Lexical:
        """The lexical leg."""
        ...

    @property
    def dense(self) -> Dense:
        """The dense leg."""
        ...

    @property
    def folder(self) -> Path:
        """The folder of what stands in the home."""
        ...

    def find_near(
        self, vector: Vectors, k: int, allowed: Keys | None = None, filters: Filters = ANY
    ) -> Found:
        """Return what the dense leg finds of what filters allow; `allowed` is that, as keys."""
        ...

    def refresh(self) -> None:
        """See what others have committed or made anew."""
        ...

    def held_keys(self) -> tuple[Keys, ...]:
        """Return the keys that the texts, the lexical and the dense leg hold."""
        ...

    def remove(self, keys: Keys) -> None:
        """Remove passages."""
        ...

    def erase(self) -> None:
        """Leave nothing of removed passages in the home."""
        ...

    def iter_remains(self) -> Iterator[str]:
        """Yield, in Chinese, what is or may be left of removed passages."""
        ...

    def commit(self) -> None:
        """Put where it is kept what was added and removed."""
        ...

    def rollback(self) -> None:
        """Forget what was not committed."""
        ...

    def close(self) -> None:
        """Close all of it."""
        ...
