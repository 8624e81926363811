"""Run the queries of a test set over a collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from eval.files.beir import BeirSet
from eval.files.runs import Run, rank
from eval.files.spans import Level, Span
from eval.ranking.collection import Collection, Progress
from eval.ranking.found import KEPT, Found, describe_found
from eval.ranking.legs import Leg, Ranked, rank_by, rank_passages
from eval.ranking.passages import name_judged


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is ranked by which leg, and how deep."""

    leg: Leg
    level: Level
    depth: int


@dataclass(frozen=True, slots=True)
class Searched:
    """What queries found, by the query's id; the first `KEPT` of each are described."""

    run: Run
    found: dict[str, tuple[Found, ...]]


def search_queries(
    collection: Collection, judged: BeirSet, wanted: Wanted, progress: Progress
) -> Searched:
    """Find the best documents, or passages, of each query of a test set."""
    run: Run = {}
    found: dict[str, tuple[Found, ...]] = {}
    for number, (query_id, text) in enumerate(judged.queries.items()):
        progress("检索", number, len(judged.queries))
        entries = list(_entries(collection, judged, query_id, wanted))
        run[query_id] = rank((id, entry.score) for id, entry in entries)
        described = _describe(collection, text, entries, run[query_id])
        found[query_id] = tuple(islice(described, KEPT))
    progress("检索", len(judged.queries), len(judged.queries))
    return Searched(run, found)


def _entries(
    collection: Collection, judged: BeirSet, query_id: str, wanted: Wanted
) -> Iterator[tuple[str, Ranked]]:
    """Yield the ids of a query's documents or passages, best first, with what was found there."""
    retriever, text = collection.engine.retriever, judged.queries[query_id]
    if wanted.level is Level.REPLY:
        for each in rank_by(retriever, wanted.leg, text, wanted.depth):
            yield from ((id, each) for id in collection.names[each.passage.reply_id])
        return
    passages = (
        (Span(document, each.passage.start, each.passage.end), each)
        for each in rank_passages(retriever, wanted.leg, text, wanted.depth)
        for document in collection.names[each.passage.reply_id]
    )
    yield from name_judged(passages, judged.qrels[query_id])


def _describe(
    collection: Collection,
    query: str,
    entries: Iterable[tuple[str, Ranked]],
    scores: dict[str, float],
) -> Iterator[Found]:
    best = [(id, entry.passage) for id, entry in islice(entries, KEPT)]
    replies = collection.engine.store.replies({passage.reply_id for _, passage in best})
    for id, passage in best:
        if reply := replies.get(passage.reply_id):
            yield describe_found(id, scores[id], reply, passage, query)
