"""From a question to the quotes that answer it, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.errors import NotFound
from corpus.filters import ANY, Filters
from corpus.store.store import Store
from corpus.types import Passage, Reply, Role
from index.answers.confidence import Confidence, gather_evidence
from index.answers.expect import asks_nothing
from index.answers.question import Question, read_question
from index.answers.quotes import Excerpt, select_quotes
from index.ranking.hits import RankedReply
from index.ranking.query import Query
from index.ranking.retrieve import Retriever
from index.stores.encoded import EncodedIndex
from index.stores.texts import searchable_text

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
    retriever: Retriever, confidence: Confidence, text: str, filters: Filters = ANY
) -> Finding:
    """Find the replies that match a question best, and the sentences in them that answer it."""
    question = read_question(retriever.analyse(text), retriever.analyser.encoders)
    query = question.query
    ranked = tuple(retriever.rank_replies(query, REPLIES_RANKED, filters))
    excerpts = quote_replies(retriever.library.store, question, ranked)
    if not excerpts or asks_nothing(text):
        return Finding(query, ranked, excerpts, 0.0)
    evidence = gather(retriever, question, ranked, excerpts)
    return Finding(query, ranked, excerpts, confidence.estimate(evidence))


def gather(
    retriever: Retriever,
    question: Question,
    ranked: Sequence[RankedReply],
    excerpts: Sequence[Excerpt],
) -> tuple[float, ...]:
    """Return the evidence that the excerpts (at least one) answer a question.

    It is that of `index.answers.confidence.ENCODED_EVIDENCE`.
    """
    quoted = next(entry for entry in ranked if entry.reply_id == excerpts[0].reply.id)
    elsewhere = retriever.is_elsewhere(question.query, quoted.hits[0])
    meaning = _meaning(retriever.library.encoded, question.query, excerpts)
    return gather_evidence(question, ranked, excerpts[0], elsewhere, meaning)


def _meaning(encoded: EncodedIndex | None, query: Query, excerpts: Sequence[Excerpt]) -> float:
    """Return the encoder's highest cosine of an excerpt with the query; NaN without an encoder."""
    if encoded is None or query.encoded is None:
        return math.nan
    texts = [searchable_text(each.reply, each.start, each.end) for each in excerpts]
    return float((encoded.encoder.embed_passages(texts) @ query.encoded).max())


def quote_replies(
    store: Store, question: Question, ranked: Sequence[RankedReply]
) -> tuple[Excerpt, ...]:
    """Choose excerpts, best first, from the first `REPLIES_READ` of these replies."""
    read = ranked[:REPLIES_READ]
    passages = {entry.reply_id: _substance(store, entry.reply) for entry in read}
    return tuple(select_quotes(question, read, passages, QUOTES))


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
