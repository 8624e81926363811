"""From a question to the quotes that answer it, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from corpus.bounds import go_on
from corpus.errors import NotFound
from corpus.filters import ANY, Filters
from corpus.store.store import Store
from corpus.types import Field, FieldName, Passage, PassageRole, Reply
from index.answers.confidence import Confidence, gather_evidence
from index.answers.expect import asks_nothing, lacks_number
from index.answers.matter import Quoted
from index.answers.newest import find_newer
from index.answers.question import Question, read_question
from index.answers.quotes import Excerpt, Reading, read_replies
from index.ranking.hits import RankedReply
from index.ranking.query import Query
from index.ranking.retrieve import Retriever
from index.stores.encoded import EncodedIndex
from index.stores.texts import searchable_text
from index.text.language.fields import AskedField
from index.text.language.typed import tidy_question
from index.text.segment import normalise

REPLIES_READ = 5
"""How many of the best replies are read for quotes."""

REPLIES_RANKED = 20
"""How many are ranked: what the others reach says how much the best ones mean."""

QUOTES = 3


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A field that a question asks for, and that does not stand in the reply's text.

    :ivar recorded: what is known of it all the same, from a table's column or by hand.
    """

    field: AskedField
    reply: Reply
    recorded: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a question: replies, best first, and excerpts of them, best first.

    Of what is said of one matter the newest goes first. `confidence` is the estimated probability,
    0..1, that the excerpts answer the question; 0 where there are none.
    """

    query: Query
    ranked: tuple[RankedReply, ...]
    excerpts: tuple[Excerpt, ...]
    confidence: float
    unwritten: tuple[Unwritten, ...] = ()


def find_answer(
    retriever: Retriever,
    confidence: Confidence,
    query: str | Query,
    filters: Filters = ANY,
    ranked: tuple[RankedReply, ...] = (),
) -> Finding:
    """Find the replies that match a question best, and the sentences in them that answer it.

    :param ranked: replies that were found by more than the question says, in place of a search.
    """
    query = retriever.analyse(query) if isinstance(query, str) else query
    ranked = ranked or tuple(retriever.rank_replies(query, REPLIES_RANKED, filters))
    return read_answer(retriever, confidence, query, ranked, ranked[:REPLIES_READ])


def read_answer(
    retriever: Retriever,
    confidence: Confidence,
    query: Query,
    ranked: tuple[RankedReply, ...],
    read: Sequence[RankedReply],
) -> Finding:
    """Find the sentences that answer a question in some of the replies that were ranked for it.

    How sure that is was learned from the best excerpts as they come; only then the newest position
    on a matter goes before older ones. Where only that one has the number that the question names,
    it is the one that is judged.
    """
    question = read_question(query, retriever.analyser.encoders)
    reading, excerpts, marked = _choose(retriever, question, ranked, read)
    newer = {each.newer.reply.id for each in marked if each.newer} - {e.reply_id for e in read}
    if unread := [entry for entry in ranked if entry.reply_id in newer]:
        reading, excerpts, marked = _choose(retriever, question, ranked, [*read, *unread])
    if not excerpts:
        return Finding(query, ranked, (), 0.0)
    ordered = _newest_first(question, reading, marked)
    sure = 0.0
    if not asks_nothing(tidy_question(query.text)):
        judged = ordered if _asks_for(question, ordered[0], excerpts[0]) else excerpts
        sure = confidence.estimate(gather(retriever, question, ranked, judged))
    return Finding(query, ranked, ordered, sure)


def _choose(
    retriever: Retriever,
    question: Question,
    ranked: Sequence[RankedReply],
    read: Sequence[RankedReply],
) -> tuple[Reading, tuple[Excerpt, ...], list[Excerpt]]:
    """Return what was read, the best excerpts of it, and these with what newer replies state."""
    reading = _read(retriever, question, read)
    excerpts = tuple(reading.choose(QUOTES))
    return reading, excerpts, _mark(retriever, ranked, excerpts)


def gather(
    retriever: Retriever,
    question: Question,
    ranked: Sequence[RankedReply],
    excerpts: Sequence[Excerpt],
) -> tuple[float, ...]:
    """Return the evidence that the excerpts (at least one) answer a question.

    It is that of `index.answers.confidence.READ_EVIDENCE`.
    """
    quoted = next(entry for entry in ranked if entry.reply_id == excerpts[0].reply.id)
    elsewhere = retriever.is_elsewhere(question.query, quoted.hits[0])
    encoded = retriever.library.encoded if retriever.reading else None
    meaning = _meaning(encoded, question.query, excerpts)
    return gather_evidence(question, ranked, excerpts[0], elsewhere, meaning)


def _meaning(encoded: EncodedIndex | None, query: Query, excerpts: Sequence[Excerpt]) -> float:
    """Return the encoder's highest cosine of an excerpt with the query; NaN without an encoder."""
    if encoded is None or query.encoded is None:
        return math.nan
    texts = [searchable_text(each.reply, each.start, each.end) for each in excerpts]
    return float(encoded.compare(query.encoded, texts).max())


def quote_replies(
    retriever: Retriever, question: Question, ranked: Sequence[RankedReply]
) -> tuple[Excerpt, ...]:
    """Choose excerpts, best first, from the first `REPLIES_READ` of these replies."""
    return tuple(_read(retriever, question, ranked[:REPLIES_READ]).choose(QUOTES))


def _read(retriever: Retriever, question: Question, read: Sequence[RankedReply]) -> Reading:
    library = retriever.library
    passages = {entry.reply_id: substance_of(library.store, entry.reply) for entry in read}
    reading = read_replies(question, read, passages)
    if not retriever.reading or library.encoded is None or question.query.encoded is None:
        return reading
    reading = reading.weighed(partial(library.encoded.compare, question.query.encoded))
    if retriever.reader is None:
        return reading
    return reading.answered(partial(retriever.reader.read, question.query.normalised))


def _mark(
    retriever: Retriever, ranked: Sequence[RankedReply], excerpts: Sequence[Excerpt]
) -> list[Excerpt]:
    """Mark the excerpts that a newer one of the ranked replies states otherwise."""
    words = retriever.analyser.encoders.words
    if words is None:
        return list(excerpts)
    replies = [entry.reply for entry in ranked]
    passages_of = partial(substance_of, retriever.library.store)
    return [
        replace(each, newer=find_newer(quoted, replies, passages_of, words.embed_passages))
        for each in excerpts
        for quoted in [Quoted(each.reply, each.passage, each.start, each.end)]
    ]


def _newest_first(
    question: Question, reading: Reading, excerpts: Sequence[Excerpt]
) -> tuple[Excerpt, ...]:
    """Put what a newer reply states before the excerpt that it outdates.

    However little its words answer the question by themselves: what they say of it is what holds
    now. Then the last excerpt may have to go.
    """
    ordered: list[Excerpt] = []
    for excerpt in excerpts:
        if excerpt in ordered:
            continue
        first = _quote_newer(reading, excerpt, [*excerpts, *ordered])
        if first and first not in ordered and not _asks_for(question, excerpt, first):
            ordered.append(first)
        ordered.append(excerpt)
    return tuple(ordered[:QUOTES])


def _quote_newer(reading: Reading, excerpt: Excerpt, excerpts: Sequence[Excerpt]) -> Excerpt | None:
    """Return the excerpt, there already or made, that holds what outdates an excerpt."""
    newer = excerpt.newer
    if newer is None:
        return None
    for other in excerpts:
        if other.reply.id == newer.reply.id and other.start <= newer.start < other.end:
            return other
    return reading.find(newer.reply, newer.start, excerpts)


def _asks_for(question: Question, one: Excerpt, other: Excerpt) -> bool:
    """Tell whether a question names a year or another number that only `one` has."""
    wanted = question.query.normalised
    return lacks_number(wanted, _dated(other)) and not lacks_number(wanted, _dated(one))


def _dated(excerpt: Excerpt) -> str:
    year = (excerpt.reply.value(FieldName.DATE) or "")[:4]
    text = searchable_text(excerpt.reply, excerpt.start, excerpt.end)
    return normalise(f"{year}年\n{text}")


def substance_of(store: Store, reply: Reply) -> tuple[Passage, ...]:
    """Return the passages to quote from; none where the reply was removed since it was found."""
    go_on()
    try:
        passages = store.passages_of(reply.id).values()
    except NotFound:
        return ()
    return tuple(
        passage
        for passage in passages
        if passage.role is PassageRole.SUBSTANCE and passage.stands_in(reply)
    )
