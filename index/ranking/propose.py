"""Propose the passages that are worth scoring: what either leg finds, without what can't win."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice

import numpy as np

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

CONTEXT_BOOST = 0.5
"""What a term in a passage's context counts beside one in its text, when candidates are looked
for."""

UNFOUND = 0.5
"""What BM25 of a passage that only the dense leg found is taken for, as a share of the last one's
that the lexical leg found."""


class Proposer:
    """Both legs of one library, and a thread for the dense one. May be shared between threads."""

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
    ) -> dict[int, float]:
        """Return the keys of passages that are worth scoring, with their cosines, -1..1.

        They are those that are wanted, and the best of what either leg finds: by what the fusion
        makes of the cosine and of BM25 as tantivy has it. So many at `least` are found and kept,
        where there are so many.
        """
        k = max(_choose(query, FOUND, FOUND_LONG), least)
        allowed = None if filters.empty else self._library.allowed(filters)
        # Beside each other, for both let go of the interpreter: 2.6 ms for 4.2 at 100,000 passages.
        dense = self._beside.submit(self._legs.dense.search, query.vector, k, allowed)
        lexical = self.find_by_terms(query, filters, least)
        cosines = dict(dense.result())
        others = [key for key in {*wanted, *lexical} if key not in cosines]
        products = self._legs.dense.vectors(others) @ query.vector
        cosines.update(zip(others, products.tolist(), strict=True))
        unfound = UNFOUND * min(lexical.values()) if len(lexical) == k else 0.0
        features = make_features(
            lexical=np.array([lexical.get(key, unfound) for key in cosines]),
            cosine=np.array(list(cosines.values())),
            terms=len(query.terms.weights),
        )
        best = np.argsort(-fusion.logits(features), kind="stable").tolist()
        keys = list(cosines)
        scored = max(_choose(query, SCORED, SCORED_LONG), least)
        chosen = {*wanted, *(keys[i] for i in best[:scored])}
        return {key: cosines[key] for key in chosen}

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
        return [*own, *query.others]

    def _heaviest(self, terms: QueryTerms, field: LexicalField) -> list[str]:
        """Return the heaviest terms; of a long query such as some passage holds come first."""
        heaviest = terms.heaviest(len(terms.weights))
        if len(heaviest) <= QUERY_TERMS:
            return heaviest
        held = (t for t in heaviest if self._legs.lexical.document_frequency(field, t))
        return list(islice(dict.fromkeys(chain(islice(held, QUERY_TERMS), heaviest)), QUERY_TERMS))


def _choose(query: Query, short: int, long: int) -> int:
    return long if len(query.terms.weights) > QUERY_TERMS else short
