"""What a question names, and its answer need not: its district, the number of a document."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import FieldName
from index.answers.answer import REPLIES_READ, Finding, read_answer
from index.answers.confidence import Confidence
from index.ranking.hits import RankedReply
from index.ranking.place import without_place
from index.ranking.retrieve import Retriever
from index.text.language.document_numbers import without_numbers


def find_unsaid(retriever: Retriever, confidence: Confidence, found: Finding) -> Finding | None:
    """Ask what a finding's question asks again, as those ask who are in its district.

    Offices write 我区, or nothing, where a citizen names the district; and no reply repeats its own
    number. So of the replies that the question names by either, it is asked without the name.

    :return: None where the best reply is not named so.
    """
    text, meant = _name(retriever, found)
    if not meant:
        return None
    query = retriever.analyse(text, found.query.exactly)
    return read_answer(retriever, confidence, query, found.ranked, meant[:REPLIES_READ])


def _name(retriever: Retriever, found: Finding) -> tuple[str, Sequence[RankedReply]]:
    """Return the question without what it names replies by, and those of the found ones."""
    query = found.query
    numbered = retriever.library.holding(query.numbers)
    if meant := [entry for entry in found.ranked if entry.reply_id in numbered]:
        number = meant[0].reply.value(FieldName.DOC_NUMBER) or ""
        return without_numbers(query.text, number), meant
    region = found.ranked[0].reply.value(FieldName.REGION) if found.ranked else None
    text = without_place(query.text, region) if region else query.text
    if text == query.text:
        return text, ()
    return text, [e for e in found.ranked if e.reply.value(FieldName.REGION) == region]
