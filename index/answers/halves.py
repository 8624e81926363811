"""A question that asks two things is answered as two."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise, zip_longest

from corpus.filters import Filters
from index.answers.answer import QUOTES, Finding, find_answer
from index.answers.confidence import Confidence
from index.ranking.hits import RankedReply
from index.ranking.query import Query
from index.ranking.retrieve import Retriever
from index.text.language.typed import halves, tidy_question


def find_halves(
    retriever: Retriever, confidence: Confidence, query: Query, filters: Filters, least: float
) -> Finding:
    """Find what answers a question, or each half of one whose halves stand on their own.

    :param least: how sure at least two halves must be, else it is answered as a whole.
    """
    whole = find_answer(retriever, confidence, query, filters)
    parts = halves(tidy_question(query.text))
    complete = retriever.analyser.complete
    if len(parts) == 1 or any(complete(later, part) != later for part, later in pairwise(parts)):
        return whole
    exactly = not query.read_as
    asked = (retriever.analyse(part, exactly) for part in parts)
    found = [find_answer(retriever, confidence, part, filters) for part in asked]
    sure = [each for each in found if each.excerpts and each.confidence >= least]
    return _join(query, sure) if len(sure) > 1 else whole


def _join(query: Query, findings: Sequence[Finding]) -> Finding:
    """Join what was found for the halves of a question: quotes of each in turn, each once.

    It is as sure as the half that is least so.
    """
    turns = chain.from_iterable(zip_longest(*(each.excerpts for each in findings)))
    places = {(each.reply.id, each.start, each.end): each for each in turns if each}
    excerpts = tuple(places.values())
    ranked: dict[str, RankedReply] = {}
    for entry in chain.from_iterable(each.ranked for each in findings):
        ranked.setdefault(entry.reply_id, entry)
    sure = min(each.confidence for each in findings)
    return Finding(query, tuple(ranked.values()), excerpts[: QUOTES + 1], sure)
