"""From a question to the quotes that answer it, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.errors import NotFound
from corpus.filters import ANY, Filters
from corpus.store.store import Store
from corpus.types import Passage, Reply, Role
from index.answers.confidence import Confidence, Wanted, gather_evidence, log_odds
from index.answers.coverage import cover, find_said
from index.answers.expect import asks_nothing
from index.answers.quotes import Asked, Excerpt, Source, select_quotes
from index.ranking.fuse import shortness
from index.ranking.hits import RankedReply
from index.ranking.query import Query
from index.ranking.retrieve import Retriever
from index.text.segment import normalise, simplify

REPLIES_READ = 5
"""How many of the best replies are read for quotes."""

REPLIES_RANKED = 20
"""How many are ranked: what the others reach says how much the best ones mean."""

QUOTES = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a question: replies, best first, and excerpts of them, best first.

    `confidence` is the estimated probability, 0..1, that the excerpts answer the question; 0
    where there are none.
    """

    query: Query
    ranked: tuple[RankedReply, ...]
    excerpts: tuple[Excerpt, ...]
    confidence: float


def find_answer(
    retriever: Retriever, confidence: Confidence, question: str, filters: Filters = ANY
) -> Finding:
    """Find the replies that match a question best, and the sentences in them that answer it."""
    query = retriever.analyse(question)
    ranked = tuple(retriever.rank_replies(query, REPLIES_RANKED, filters))
    excerpts = quote_replies(retriever, query, ranked)
    if not excerpts or asks_nothing(question):
        return Finding(query, ranked, excerpts, 0.0)
    evidence = gather(retriever, query, ranked, excerpts)
    return Finding(query, ranked, excerpts, confidence.estimate(evidence))


def gather(
    retriever: Retriever,
    query: Query,
    ranked: Sequence[RankedReply],
    excerpts: Sequence[Excerpt],
) -> tuple[float, ...]:
    """Return the evidence that the excerpts (at least one) answer a query."""
    quoted = next(entry for entry in ranked if entry.reply_id == excerpts[0].reply.id)
    elsewhere = retriever.is_elsewhere(query, quoted.hits[0])
    text = normalise(query.text)
    said = find_said(text, retriever.token_vectors, query.terms.alternatives)
    wanted = Wanted(
        text,
        shortness(len(query.terms.weights)),
        lambda found: cover(said, found, retriever.token_vectors),
    )
    return gather_evidence(wanted, ranked, excerpts[0], elsewhere)


def quote_replies(
    retriever: Retriever, query: Query, ranked: Sequence[RankedReply]
) -> tuple[Excerpt, ...]:
    """Choose excerpts, best first, from the first `REPLIES_READ` of these replies."""

    # Hundreds of sentences: a model that takes 10 ms for each would take seconds for a question.
    asked = retriever.sentences.embed_queries([simplify(query.text)])[0]

    def similarity(texts: Sequence[str]) -> NDArray[np.float32]:
        cosines: NDArray[np.float32] = retriever.sentences.embed_passages(texts) @ asked
        return cosines

    sources = [
        Source(
            reply=entry.hits[0].reply,
            passages=_substance(retriever.store, entry.hits[0].reply),
            weight=log_odds(entry.score),
        )
        for entry in ranked[:REPLIES_READ]
    ]
    return tuple(select_quotes(Asked(query.text, query.terms, similarity), sources, QUOTES))


def _substance(store: Store, reply: Reply) -> tuple[Passage, ...]:
    """Return the passages to quote from; none where the reply was removed since it was found."""
    try:
        passages = store.passages_of(reply.id).values()
    except NotFound:
        return ()
    return tuple(
        passage
        for passage in passages
        if passage.role is Role.SUBSTANCE and passage.stands_in(reply)
    )
