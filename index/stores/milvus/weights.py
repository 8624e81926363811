"""What BM25 makes of a passage's tokens, as a sparse vector.

A passage's vector holds, for each of its tokens, what BM25 makes of how often it stands in a text
of that length; a query's holds the tokens' weights (idf and boost). Their inner product is the
score, so a server needs to know nothing of BM25, and an old passage's vector stays as it is however
the library grows. For that the mean lengths, which tantivy measures at each search, are measured
once for a collection, before its first passages are written.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from zlib import crc32

from index.stores.lexical_schema import LexicalEntry, LexicalField, LexicalTerm
from index.text.segment import Tokens

SATURATION, NORMALISATION = 1.2, 0.75
"""k1 and b, as tantivy has them."""

MEANS: Mapping[LexicalField, float] = MappingProxyType(
    {
        LexicalField.WORDS: 150.0,
        LexicalField.BIGRAMS: 200.0,
        LexicalField.CONTEXT_WORDS: 40.0,
        LexicalField.CONTEXT_BIGRAMS: 50.0,
    }
)
"""Mean numbers of tokens, as they are in replies: of collections whose own were not measured."""

PRESENT = 0
"""A place that no token has and every vector: an empty one is no vector to Milvus."""

Sparse = dict[int, float]


def place_of(field: str, token: str) -> int:
    """Return the place of a token in vectors, 1 to 2³² - 3, which the field is part of.

    Of five million tokens some three thousand share theirs with another.
    """
    return crc32(f"{field} {token}".encode()) % (2**32 - 3) + 1


def tokens_of(text: Tokens, context: Tokens) -> dict[LexicalField, Sequence[str]]:
    """Return the tokens of a passage, and of what stands around it, by field."""
    return {
        LexicalField.WORDS: text.words,
        LexicalField.BIGRAMS: text.bigrams,
        LexicalField.CONTEXT_WORDS: context.words,
        LexicalField.CONTEXT_BIGRAMS: context.bigrams,
    }


def measure_means(entries: Iterable[LexicalEntry]) -> dict[LexicalField, float]:
    """Return the mean numbers of tokens of passages, at least 1."""
    held, passages = Counter[LexicalField](), 0
    for entry in entries:
        passages += 1
        for field, tokens in tokens_of(entry.text, entry.context).items():
            held[field] += len(tokens)
    return {field: max(1.0, held[field] / max(1, passages)) for field in MEANS}


def passage_vector(entry: LexicalEntry, means: Mapping[LexicalField, float] = MEANS) -> Sparse:
    """Return the sparse vector of a passage."""
    vector = {PRESENT: 1.0}
    for field, tokens in tokens_of(entry.text, entry.context).items():
        relative = len(tokens) / means[field]
        norm = SATURATION * (1 - NORMALISATION + NORMALISATION * relative)
        for token, times in Counter(tokens).items():
            vector[place_of(field, token)] = times * (SATURATION + 1) / (times + norm)
    return vector


def query_vector(terms: Iterable[tuple[LexicalTerm, int]], passages: int) -> Sparse:
    """Return the sparse vector of terms, each with how many of the passages hold it."""
    vector: Sparse = {}
    for term, held in terms:
        if held:
            weight = math.log(1 + max(passages - held + 0.5, 0.5) / (held + 0.5))
            place = place_of(term.field, term.token)
            vector[place] = vector.get(place, 0.0) + term.boost * weight
    return vector
