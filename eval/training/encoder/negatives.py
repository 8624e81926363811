"""Passages that BM25 finds for a query and that don't answer it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from eval.training.encoder.packed import NEGATIVES
from eval.training.encoder.sources import bigrams

_K1, _B = 1.2, 0.75

_COMMON = 0.05
"""Bigrams of more of the passages than this find nothing that others don't, and cost most."""

_ASKED = 120
"""The characters of a query that are looked for."""

_FOUND = 24
"""The nearest passages among which negatives are drawn."""

_ALIKE = 0.6
"""Passages that share this much of their bigrams with the answer may answer as well."""

_AT_ONCE = 256


def mine_negatives(
    queries: Sequence[str],
    answers: Sequence[frozenset[int]],
    passages: Sequence[str],
    random: np.random.Generator,
) -> NDArray[np.int32]:
    """Return for each query up to `NEGATIVES` places among the passages, then -1.

    :param answers: the places of the passages that answer each query.
    """
    chosen = np.full((len(queries), NEGATIVES), -1, np.int32)
    if len(passages) < 2 or not queries:
        return chosen
    sets: dict[int, frozenset[str]] = {}

    def bigrams_of(place: int) -> frozenset[str]:
        if place not in sets:
            sets[place] = bigrams(passages[place])
        return sets[place]

    for row, found in enumerate(_find(queries, passages)):
        right = [bigrams_of(place) for place in answers[row]]
        fit = [
            place
            for place in found
            if place not in answers[row]
            and all(_likeness(bigrams_of(place), answer) < _ALIKE for answer in right)
        ]
        drawn = random.permutation(len(fit))[:NEGATIVES]
        chosen[row, : len(drawn)] = [fit[at] for at in drawn]
    return chosen


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(min(len(one), len(other)), 1)


def _find(queries: Sequence[str], passages: Sequence[str]) -> list[list[int]]:
    """Return the places of the best passages for each query, best first, by BM25 over bigrams."""
    most = _COMMON if len(passages) > 1000 else 1.0
    counter = CountVectorizer(
        analyzer="char", ngram_range=(2, 2), max_df=most, binary=False, dtype=np.float32
    )
    counts = counter.fit_transform(passages).tocsr()
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log(1 + (len(passages) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    norms = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1e-9))
    rows = np.repeat(np.arange(len(passages)), np.diff(counts.indptr))
    counts.data = counts.data * (_K1 + 1) / (counts.data + norms[rows]) * idf[counts.indices]
    by_term = counts.T.tocsr()
    asked = counter.transform([query[:_ASKED] for query in queries]).sign()
    found: list[list[int]] = []
    for at in range(0, len(queries), _AT_ONCE):
        scores = sparse.csr_matrix(asked[at : at + _AT_ONCE] @ by_term)
        for row in range(scores.shape[0]):
            span = slice(scores.indptr[row], scores.indptr[row + 1])
            order = np.lexsort((scores.indices[span], -scores.data[span]))[:_FOUND]
            found.append(scores.indices[span][order].tolist())
    return found
