"""Propose the passages that are worth scoring: what any leg finds, without what can't win."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, chain, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.filters import ANY, Filters
from index.ranking.fuse import Fusion, make_features
from index.ranking.library import Library
from index.ranking.match import QueryTerms
from index.ranking.query import Query
from index.stores.lexical import LexicalField, LexicalTerm

FOUND, FOUND_LONG = 200, 400
"""How many passages each leg finds; of a query of more than `QUERY_TERMS` the second."""

SCORED, SCORED_LONG = 200, 300
"""How many of them are scored, which takes most of the time of a search.

See docs/evaluation/tried.md: with all that are found ranking is no better."""

QUERY_TERMS = 64
"""How many bigrams, and how many words, are looked up; of a long query those of greatest weight.

Of the board's messages 64 find the right reply 282 times in 290, 256 find it 281 times."""

POSTINGS = 200_000
"""The terms that are looked up stand in so many passages at most, counted for each: tantivy looks
at every one of them, some 5 ns each. The rarest come first, for they tell most, and what they find
is scored by all terms: hardly anything else is found, see docs/scale.md."""

TERMS_AT_LEAST = 16
"""So many are looked up in any case: a question of three words has no more."""

CONTEXT_BOOST = 0.5
"""What a term in a passage's context counts beside one in its text, when candidates are looked
for."""

UNFOUND = 0.5
"""What BM25 of a passage that only the dense leg found is taken for, as a share of the last one's
that the lexical leg found."""


class Proposed(NamedTuple):
    """The cosines of a passage with a query, -1..1: the static model's and the encoder's.

    The second is NaN where the encoder has not read the passage.
    """

    dense: float
    encoded: float


class Proposer:
    """The legs of one library, and threads for the dense ones. May be shared between threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._legs = library.legs
        self._beside = ThreadPoolExecutor(thread_name_prefix="dense")

    def propose(
        self,
        query: Query,
        fusion: Fusion,
        filters: Filters = ANY,
        wanted: Collection[int] = (),
        least: int = 0,
    ) -> dict[int, Proposed]:
        """Return the keys of passages that are worth scoring, with their cosines.

        They are those that are wanted, and the best of what any leg finds: by what the fusion
        makes of the cosines and of BM25 as tantivy has it. So many at `least` are found and kept,
        where there are so many.
        """
        k = max(_choose(query, FOUND, FOUND_LONG), least)
        allowed = None if filters.empty else self._library.allowed(filters)
        # Beside each other, for both let go of the interpreter: 2.6 ms for 4.2 at 100,000 passages.
        dense = self._beside.submit(self._legs.find_near, query.vector, k, allowed, filters)
        encoded = self._beside.submit(self._find_encoded, query, k, allowed)
        lexical = self.find_by_terms(query, filters, least)
        cosines = dict(dense.result())
        others = [key for key in {*wanted, *lexical, *encoded.result()} if key not in cosines]
        products = self._legs.dense.vectors(others) @ query.vector
        cosines.update(zip(others, products.tolist(), strict=True))
        keys = list(cosines)
        deeper = self.encoded_cosines(query, keys)
        unfound = UNFOUND * min(lexical.values()) if len(lexical) == k else 0.0
        features = make_features(
            lexical=np.array([lexical.get(key, unfound) for key in keys]),
            cosine=np.array(list(cosines.values())),
            terms=len(query.terms.weights),
            encoded=deeper,
        )
        best = np.argsort(-fusion.logits(features), kind="stable").tolist()
        scored = max(_choose(query, SCORED, SCORED_LONG), least)
        proposed = dict(zip(keys, map(Proposed, cosines.values(), deeper.tolist()), strict=True))
        return {key: proposed[key] for key in {*wanted, *(keys[i] for i in best[:scored])}}

    def encoded_cosines(self, query: Query, keys: Sequence[int]) -> NDArray[np.float64]:
        """Return the encoder's cosines of passages with a query, float64 (n,), NaN of others."""
        if self._library.encoded is None or query.encoded is None:
            return np.full(len(keys), np.nan)
        return self._library.encoded.cosines(query.encoded, keys)

    def _find_encoded(self, query: Query, k: int, allowed: NDArray[np.int64] | None) -> list[int]:
        if self._library.encoded is None or query.encoded is None:
            return []
        return [key for key, _ in self._library.encoded.search(query.encoded, k, allowed)]

    def close(self) -> None:
        """End the thread; nothing can be proposed afterwards."""
        self._beside.shutdown()

    def find_by_terms(
        self, query: Query, filters: Filters = ANY, least: int = 0
    ) -> dict[int, float]:
        """Return the keys of what the lexical leg finds, with tantivy's BM25, best first."""
        k = max(_choose(query, FOUND, FOUND_LONG), least)
        return dict(self._legs.lexical.search(self._terms(query), k, filters))

    def _terms(self, query: Query) -> list[LexicalTerm]:
        """Return what is looked up: the heaviest bigrams and words, and other ways to say them."""
        fields = (
            (query.terms, LexicalField.BIGRAMS, LexicalField.CONTEXT_BIGRAMS),
            (query.words, LexicalField.WORDS, LexicalField.CONTEXT_WORDS),
        )
        own = [
            LexicalTerm(where, token, boost)
            for terms, field, context in fields
            for token in self._heaviest(terms, field)
            for where, boost in ((field, 1.0), (context, CONTEXT_BOOST))
        ]
        return self._affordable([*own, *query.others])

    def _affordable(self, terms: list[LexicalTerm]) -> list[LexicalTerm]:
        """Return the rarest terms, of which no more passages are looked at than `POSTINGS`."""
        if len(terms) * self._legs.lexical.count <= POSTINGS:
            return terms
        found = [self._legs.lexical.document_frequency(t.field, t.token) for t in terms]
        rarest = sorted(range(len(terms)), key=found.__getitem__)
        together = accumulate(found[place] for place in rarest)
        kept = {
            place
            for number, (place, passages) in enumerate(zip(rarest, together, strict=True))
            if number < TERMS_AT_LEAST or passages <= POSTINGS
        }
        return [term for place, term in enumerate(terms) if place in kept]

    def _heaviest(self, terms: QueryTerms, field: LexicalField) -> list[str]:
        """Return the heaviest terms; of a long query such as some passage holds come first."""
        heaviest = terms.heaviest(len(terms.weights))
        if len(heaviest) <= QUERY_TERMS:
            return heaviest
        held = (t for t in heaviest if self._legs.lexical.document_frequency(field, t))
        return list(islice(dict.fromkeys(chain(islice(held, QUERY_TERMS), heaviest)), QUERY_TERMS))


def _choose(query: Query, short: int, long: int) -> int:
    return long if len(query.terms.weights) > QUERY_TERMS else short
