"""A query as a search takes it, analysed once for all that needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.ranking.match import QueryTerms
from index.stores.lexical import LexicalField, LexicalTerm
from index.text.language.keys import NONE, Keys
from index.text.language.language import Rewriting
from index.text.segment import Segmenter, Tokens

BOOST = 0.5
"""What a token of an alternative counts beside one of the query. Several stand for one term of the
query, and what they propose is scored anew."""


def terms_of(
    rewritings: Sequence[Rewriting], own: Tokens, segmenter: Segmenter
) -> tuple[LexicalTerm, ...]:
    """Return the tokens of all alternatives that the query itself, with `own` tokens, lacks."""
    cut = [
        segmenter.segment(alternative.text)
        for rewriting in rewritings
        for alternative in rewriting.alternatives
    ]
    words = dict.fromkeys(word for tokens in cut for word in tokens.words)
    bigrams = dict.fromkeys(bigram for tokens in cut for bigram in tokens.bigrams)
    return (
        *(LexicalTerm(LexicalField.WORDS, w, BOOST) for w in words if w not in own.words),
        *(LexicalTerm(LexicalField.BIGRAMS, b, BOOST) for b in bigrams if b not in own.bigrams),
    )


@dataclass(frozen=True, slots=True)
class Query:
    """A query as both legs see it: its terms and words, weighed, and its vector.

    The vector is float32 (dimension,). `others` are looked up beside its own terms: what it says
    may be said otherwise. `keys` are the numbers of documents that it names. `requests` are those
    that it lists, as queries of their own.
    """

    text: str
    terms: QueryTerms
    words: QueryTerms
    vector: NDArray[np.float32]
    others: tuple[LexicalTerm, ...] = ()
    keys: Keys = NONE
    requests: tuple[Query, ...] = ()
