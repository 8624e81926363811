"""The lexical leg on Milvus: BM25 over words and bigrams, by sparse vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from corpus.files import Version
from corpus.filters import ANY, Filters
from index.stores.keys import Keys
from index.stores.lexical_schema import LexicalEntry, LexicalField, LexicalTerm
from index.stores.milvus.counts import TokenCounts
from index.stores.milvus.filtering import expression_of, keys_expression, values_of
from index.stores.milvus.rows import MOST_FOUND, Rows
from index.stores.milvus.weights import MEANS, passage_vector, query_vector

Means = Mapping[LexicalField, float]


class MilvusLexical:
    """The tokens of passages by their keys. May be shared between threads.

    How many passages hold a token is not known to Milvus: that is counted in the home.
    """

    def __init__(
        self, rows: Rows, counts: TokenCounts, means: Callable[[], Means] = lambda: MEANS
    ) -> None:
        """Take rows, and what returns the mean lengths that their vectors are made with."""
        self._rows = rows
        self._counts = counts
        self._means = means
        self.version: Version | None = None

    @property
    def count(self) -> int:
        """Return how many passages are indexed, as it was last looked."""
        return self._rows.count

    def keys(self, filters: Filters = ANY) -> Keys:
        """Return the keys of allowed passages, int64 (n,), ascending."""
        expression = expression_of(filters)
        return Keys((0,)) if expression is None else self._rows.keys(expression)

    def document_frequency(self, field: str, token: str) -> int:
        """Return in how many passages of the home a token stands."""
        return self._counts.document_frequency(field, token)

    def frequent_words(self, most: int) -> dict[str, int]:
        """Return the most frequent words with the number of passages that each stands in."""
        return self._counts.frequent_words(most)

    def add(self, entries: Iterable[LexicalEntry]) -> None:
        """Add passages; those whose keys are known are replaced. Seen after `commit`."""
        means = self._means()
        self._rows.add_words({entry.key: _row_of(entry, means) for entry in entries})

    def diluted(self) -> list[int]:
        """Return no keys: Milvus writes anew by itself what holds removed passages."""
        return []

    def search(
        self, terms: Iterable[LexicalTerm], k: int, filters: Filters = ANY
    ) -> list[tuple[int, float]]:
        """Return the keys and scores of the `k` best passages that filters allow, best first."""
        expression = expression_of(filters)
        return [] if expression is None else self._search(terms, k, expression)

    def scores(self, terms: Iterable[LexicalTerm], keys: Iterable[int]) -> dict[int, float]:
        """Return the scores that `search` gives these passages, without those it can't find."""
        wanted, terms = [int(key) for key in keys], list(terms)
        found: dict[int, float] = {}
        for start in range(0, len(wanted), MOST_FOUND):
            some = wanted[start : start + MOST_FOUND]
            found |= self._search(terms, len(some), keys_expression(some))
        return found

    def holds(self, entry: LexicalEntry) -> bool:
        """Tell whether a passage is indexed under its key with all that is held of it."""
        wanted = _row_of(entry, self._means())
        found = self._rows.read([entry.key], *wanted).get(entry.key)
        if found is None:
            return False
        sparse = wanted.pop("sparse")
        held = {int(place): float(weight) for place, weight in found["sparse"].items()}
        return (
            held.keys() == sparse.keys()
            and all(abs(held[place] - weight) < 1e-5 for place, weight in sparse.items())
            and all(_plain(found[name]) == value for name, value in wanted.items())
        )

    def _search(
        self, terms: Iterable[LexicalTerm], k: int, expression: str
    ) -> list[tuple[int, float]]:
        wanted = list(dict.fromkeys(terms))
        held = self._counts.document_frequencies([(term.field, term.token) for term in wanted])
        vector = query_vector(zip(wanted, held, strict=True), self._counts.count)
        return self._rows.search("sparse", vector, k, expression) if vector else []


def _row_of(entry: LexicalEntry, means: Means) -> dict[str, Any]:
    return {"sparse": passage_vector(entry, means), **values_of(entry)}


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int) else list(value)
