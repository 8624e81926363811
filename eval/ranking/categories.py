"""What the queries of a test set can be told apart by, as far as their answers tell it."""

from __future__ import annotations

from collections.abc import Mapping

from corpus.types import FieldName
from eval.files.beir import BeirSet
from eval.files.spans import document_of
from eval.ranking.collection import Collection

CATEGORY, AGENCY, KIND = "category", "agency", "kind"
"""Names of categories: the test set's own, and the fields of the reply that answers."""


def categorise(collection: Collection, judged: BeirSet) -> dict[str, dict[str, str]]:
    """Return each query's categories: query id → name of a category → its value.

    Agency and kind are those of the query's most relevant document, as parsed; of several the
    first. What is not known is absent.
    """
    replies = {id: reply for reply, ids in collection.names.items() for id in ids}
    relevant = {query: _most_relevant(gains) for query, gains in judged.qrels.items()}
    best = {
        query: replies.get(id) or replies.get(document_of(id)) for query, id in relevant.items()
    }
    known = collection.engine.store.replies({reply for reply in best.values() if reply})
    categories = {}
    for query in judged.queries:
        reply = known.get(best.get(query) or "")
        values = {
            CATEGORY: judged.categories.get(query),
            AGENCY: reply and reply.value(FieldName.AGENCY),
            KIND: reply and reply.value(FieldName.KIND),
        }
        categories[query] = {name: value for name, value in values.items() if value}
    return categories


def _most_relevant(gains: Mapping[str, int]) -> str:
    """Return the first document of the highest gain, empty where none is relevant."""
    best = max(gains, key=gains.__getitem__, default="")
    return best if gains.get(best, 0) > 0 else ""
