"""Look alternatives up in the lexical index, beside the query's own terms."""

from __future__ import annotations

from collections.abc import Sequence

from index.language.alternative import Rewriting
from index.lexical import LexicalField, LexicalTerm
from index.segment import Segmenter, Tokens

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
