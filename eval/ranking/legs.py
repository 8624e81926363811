"""Rank by one leg alone, or by plain BM25, as yardsticks for what the search makes of both legs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.types import Passage
from index.lexical import LexicalField, LexicalTerm
from index.retrieve import Retriever


class Leg(StrEnum):
    """What replies are ranked by; the value is what the command line takes."""

    FUSED = "fused"
    LEXICAL = "lexical"
    DENSE = "dense"
    WORDS = "words"
    BIGRAMS = "bigrams"


PLAIN = {Leg.WORDS: LexicalField.WORDS, Leg.BIGRAMS: LexicalField.BIGRAMS}
"""The legs that are nothing but BM25 over one kind of tokens: what a keyword search would do."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its score, higher is better; in a ranking of replies it stands for its own."""

    passage: Passage
    score: float


def rank_by(retriever: Retriever, leg: Leg, text: str, k: int) -> list[Ranked]:
    """Return the best passage of each of the `k` best replies of a query, best first.

    `fused` ranks as the search does. `lexical` ranks the passages that its leg proposes, `dense` as
    many as are asked for, both by the score that the fusion sees. `words` and `bigrams` are
    tantivy's BM25 (k1 1.2, b 0.75) over the words or bigrams of the passages' own text, all terms
    weighed alike.
    """
    if leg is Leg.FUSED:
        replies = retriever.rank_replies(text, k)
        return [Ranked(reply.hits[0].passage, reply.score) for reply in replies]
    wanted = 4 * k
    while True:
        passages = rank_passages(retriever, leg, text, wanted)
        best: dict[str, Ranked] = {}
        for ranked in passages:
            best.setdefault(ranked.passage.reply_id, ranked)
        if len(best) >= k or len(passages) < wanted:
            return list(best.values())[:k]
        wanted *= 4  # the best passages are of too few replies


def rank_passages(retriever: Retriever, leg: Leg, text: str, k: int) -> list[Ranked]:
    """Return the `k` best passages of a query, best first, ranked as `rank_by` says."""
    if leg in PLAIN:
        return _plain(retriever, PLAIN[leg], text, k)
    if leg is Leg.FUSED:
        return [Ranked(hit.passage, hit.score) for hit in retriever.search(text, k)]
    query = retriever.analyse(text)
    if not query.terms.weights:
        return []
    if leg is Leg.DENSE:
        return _opened(retriever, retriever.legs.dense.search(query.vector, k))
    passages = retriever.reader.read(list(retriever.proposer.find_by_terms(query)))
    scores = retriever.match(query, passages).scores
    found = [(each.key, score) for each, score in zip(passages, scores.tolist(), strict=True)]
    return _opened(retriever, sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k])


def _plain(retriever: Retriever, field: LexicalField, text: str, k: int) -> list[Ranked]:
    """Rank by BM25 over one field alone; a token that a query repeats counts as often."""
    tokens: Sequence[str] = (
        retriever.segmenter.words(text)
        if field is LexicalField.WORDS
        else retriever.segmenter.bigrams(text)
    )
    terms = [LexicalTerm(field, token, count) for token, count in Counter(tokens).items()]
    return _opened(retriever, retriever.legs.lexical.search(terms, k))


def _opened(retriever: Retriever, found: Sequence[tuple[int, float]]) -> list[Ranked]:
    passages = retriever.store.passages(key for key, _ in found)
    return [Ranked(passages[key], score) for key, score in found if key in passages]
