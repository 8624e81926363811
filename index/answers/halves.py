"""A question that asks two things is answered as two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from corpus.filters import Filters
from index.answers.answer import QUOTES, Finding, find_answer
from index.answers.confidence import Confidence
from index.answers.fields_asked import find_fields
from index.answers.quotes import Excerpt
from index.answers.unsaid import find_unsaid
from index.ranking.hits import RankedReply
from index.ranking.place import each_place
from index.ranking.query import Query
from index.ranking.retrieve import Retriever
from index.text.language.typed import clauses, halves, tidy_question


def find_halves(
    retriever: Retriever, confidence: Confidence, query: Query, filters: Filters, least: float
) -> Finding:
    """Find what answers a question, or each half of one that asks two things or of two places.

    A question that asks for fields of a reply is answered by these.

    What is not answered as it was asked is asked as `index.answers.unsaid` has it.

    :param least: how sure at least two halves must be, else it is answered as a whole.
    """

    def find(asked: Query, ranked: tuple[RankedReply, ...] = ()) -> Finding:
        found = find_answer(retriever, confidence, asked, filters, ranked)
        unsaid = None
        if found.confidence < least:
            unsaid = find_unsaid(retriever, confidence, found)
        return unsaid if unsaid and unsaid.confidence > found.confidence else found

    if fields := find_fields(retriever, query, filters):
        return fields
    whole = find(query)
    found = [
        find(retriever.analyse(text, query.exactly), whole.ranked if leans else ())
        for text, leans in _halves(retriever, query)
    ]
    sure = [each for each in found if each.excerpts and each.confidence >= least]
    return _join(query, sure) if len(sure) > 1 else whole


def _halves(retriever: Retriever, query: Query) -> Iterator[tuple[str, bool]]:
    """Yield the halves of a question, and whether each leans on the whole for its matter."""
    text = tidy_question(query.text)
    places = each_place(text, retriever.library.regions)
    parts = halves(text)
    if len(places) > 1:
        yield from ((place, False) for place in places)
    elif len(parts) > 1:
        complete = retriever.analyser.complete
        for earlier, part in zip((parts[0], *parts), parts, strict=False):
            yield part, complete(part, earlier) != part
    else:
        yield from ((clause, True) for clause in clauses(text))


def _join(query: Query, findings: Sequence[Finding]) -> Finding:
    """Join what was found for the halves of a question: quotes of each in turn, each once.

    It is as sure as the half that is least so.
    """
    excerpts: list[Excerpt] = []
    for excerpt in filter(None, chain.from_iterable(zip_longest(*(f.excerpts for f in findings)))):
        if not any(_overlap(excerpt, other) for other in excerpts):
            excerpts.append(excerpt)
    ranked: dict[str, RankedReply] = {}
    for entry in chain.from_iterable(each.ranked for each in findings):
        ranked.setdefault(entry.reply_id, entry)
    sure = min(each.confidence for each in findings)
    return Finding(query, tuple(ranked.values()), tuple(excerpts[: QUOTES + 1]), sure)


def _overlap(one: Excerpt, other: Excerpt) -> bool:
    return one.reply.id == other.reply.id and one.start < other.end and other.start < one.end
