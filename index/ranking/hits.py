"""What was found: passages with their scores, and joined over a query's requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus.types import Passage, Reply
from index.stores.texts import Readable


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with its fused probability, its BM25 and its cosine, not yet read from the store.

    `asked_for` tells whether the query names its reply's number.
    """

    passage: Readable
    score: float
    lexical: float
    dense: float
    asked_for: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that matches a query.

    `score` is the fused probability of relevance, 0..1; `lexical` its exact BM25 (>= 0, in nats of
    inverse document frequency), `dense` the cosine of query and passage, -1..1: of a query that
    lists requests, those of the one that the passage is nearest to.
    """

    key: int
    passage: Passage
    reply: Reply
    score: float
    lexical: float
    dense: float


@dataclass(frozen=True, slots=True)
class RankedReply:
    """A reply with its matching passages, best first; its score is that of the best one."""

    reply_id: str
    score: float
    hits: tuple[Hit, ...]

    @property
    def reply(self) -> Reply:
        """Return the reply itself."""
        return self.hits[0].reply


def rank_either(parts: Iterable[Iterable[Candidate]]) -> list[Candidate]:
    """Rank passages, best first, by the probability that they answer any part of a query.

    Parts are taken for independent, so a passage's odds grow with each that it has to do with.
    Otherwise it is what it is to the part that it is nearest to. Ties keep the order of keys.
    """
    best: dict[int, Candidate] = {}
    for part in parts:
        for each in part:
            other = best.setdefault(each.passage.key, each)
            if other is not each:
                nearer = max(other, each, key=lambda candidate: candidate.score)
                either = 1 - (1 - other.score) * (1 - each.score)
                asked_for = other.asked_for or each.asked_for
                best[each.passage.key] = replace(nearer, score=either, asked_for=asked_for)
    return sorted(best.values(), key=lambda c: (not c.asked_for, -c.score, c.passage.key))
