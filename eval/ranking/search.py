"""Run a test set's queries over a collection, by the whole search or a part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TypeVar

from corpus.errors import InputError
from corpus.progress import Progress
from corpus.types import Passage
from eval.collection import Collection
from eval.data.beir import BeirSet
from eval.data.runs import Run, rank
from eval.data.spans import Level, Span, parse_span
from eval.ranking.found import KEPT, FoundDocument, describe_found
from index.ranking.query import Query
from index.ranking.retrieve import Retriever
from index.stores.lexical import LexicalField, LexicalTerm

T = TypeVar("T")

LEAST_OVERLAP = 0.5
"""The share of the shorter of passage and judged span that both must have in common."""


def same_passage(one: Span, other: Span) -> bool:
    """Tell whether two spans overlap enough to count as one."""
    common = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    return one.document == other.document and common >= LEAST_OVERLAP * shorter


def name_judged(
    ranked: Iterable[tuple[Span, T]], judged: Mapping[str, int]
) -> Iterator[tuple[str, T]]:
    """Yield the ids of one query's passages, judged ones under the ids of their judgments.

    A passage that holds several relevant spans stands for each of them, at places of their own
    behind one another, the highest gain first; one that holds none stands for a span judged not
    relevant, or else for itself. Each judged span is found once: by the first passage that counts
    as it. Further ones stand for themselves, unjudged.

    :param ranked: passages, best first, each with what is to be yielded beside its id.
    :param judged: gains by the ids of spans; other ids are passed over.
    """
    open_spans = {span: gain for id, gain in judged.items() if (span := parse_span(id)) is not None}
    for passage, beside in ranked:
        same = [span for span in open_spans if same_passage(span, passage)]
        relevant = [span for span in same if open_spans[span] > 0]
        relevant.sort(key=lambda span: (-open_spans[span], span.start))
        for span in relevant or same[:1] or [passage]:
            open_spans.pop(span, None)
            yield str(span), beside


class Leg(StrEnum):
    """What replies are ranked by; the value is what the command line takes."""

    FUSED = "fused"
    LEXICAL = "lexical"
    DENSE = "dense"
    ENCODED = "encoded"
    WORDS = "words"
    BIGRAMS = "bigrams"


WITHOUT_ENCODER = tuple(leg for leg in Leg if leg is not Leg.ENCODED)
"""The ways of ranking that any library has."""

PLAIN = {Leg.WORDS: LexicalField.WORDS, Leg.BIGRAMS: LexicalField.BIGRAMS}
"""The legs that are nothing but BM25 over one kind of tokens: what a keyword search would do."""


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage with its score, higher is better; in a ranking of replies it stands for its own."""

    passage: Passage
    score: float


def rank_by(retriever: Retriever, leg: Leg, text: str, k: int) -> list[RankedPassage]:
    """Return the best passage of each of the `k` best replies of a query, best first.

    `fused` ranks as the search does. `lexical` ranks the passages that its leg proposes, `dense`
    and `encoded` as many as are asked for, all by the score that the fusion sees. `words` and
    `bigrams` are tantivy's BM25 (k1 1.2, b 0.75) over the words or bigrams of the passages' own
    text, all terms weighed alike.
    """
    if leg is Leg.FUSED:
        replies = retriever.rank_replies(text, k)
        return [RankedPassage(reply.hits[0].passage, reply.score) for reply in replies]
    wanted = 4 * k
    while True:
        passages = rank_passages(retriever, leg, text, wanted)
        best: dict[str, RankedPassage] = {}
        for ranked in passages:
            best.setdefault(ranked.passage.reply_id, ranked)
        if len(best) >= k or len(passages) < wanted:
            return list(best.values())[:k]
        wanted *= 4  # the best passages are of too few replies


def rank_passages(retriever: Retriever, leg: Leg, text: str, k: int) -> list[RankedPassage]:
    """Return the `k` best passages of a query, best first, ranked as `rank_by` says."""
    if leg in PLAIN:
        return _plain(retriever, PLAIN[leg], text, k)
    if leg is Leg.FUSED:
        return [RankedPassage(hit.passage, hit.score) for hit in retriever.search(text, k)]
    query = retriever.analyse(text)
    if not query.terms.weights:
        return []
    if leg is Leg.DENSE:
        return _opened(retriever, retriever.library.legs.dense.search(query.vector, k))
    if leg is Leg.ENCODED:
        return _opened(retriever, _encoded(retriever, query, k))
    passages = retriever.library.read(list(retriever.proposer.find_by_terms(query)))
    scores = retriever.match(query, passages).scores
    found = [(each.key, score) for each, score in zip(passages, scores.tolist(), strict=True)]
    return _opened(retriever, sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k])


def _encoded(retriever: Retriever, query: Query, k: int) -> list[tuple[int, float]]:
    encoded = retriever.library.encoded
    if encoded is None or query.encoded is None:
        raise InputError(
            "没有用语义模型，不能只按它排序。请把设置 encoder 改为 background 或 at-once。"
        )
    return encoded.search(query.encoded, k)


def _plain(retriever: Retriever, field: LexicalField, text: str, k: int) -> list[RankedPassage]:
    """Rank by BM25 over one field alone; a token that a query repeats counts as often."""
    tokens: Sequence[str] = (
        retriever.analyser.segmenter.words(text)
        if field is LexicalField.WORDS
        else retriever.analyser.segmenter.bigrams(text)
    )
    terms = [LexicalTerm(field, token, count) for token, count in Counter(tokens).items()]
    return _opened(retriever, retriever.library.legs.lexical.search(terms, k))


def _opened(retriever: Retriever, found: Sequence[tuple[int, float]]) -> list[RankedPassage]:
    passages = retriever.library.store.passages(key for key, _ in found)
    return [RankedPassage(passages[key], score) for key, score in found if key in passages]


@dataclass(frozen=True, slots=True)
class SearchTask:
    """What is ranked by which leg, and how deep."""

    leg: Leg
    level: Level
    depth: int


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """What queries found, by the query's id; the first `KEPT` of each are described."""

    run: Run
    found: dict[str, tuple[FoundDocument, ...]]


def search_queries(
    collection: Collection, judged: BeirSet, task: SearchTask, progress: Progress
) -> SearchOutcome:
    """Find the best documents, or passages, of each query of a test set."""
    run: Run = {}
    found: dict[str, tuple[FoundDocument, ...]] = {}
    for number, (query_id, text) in enumerate(judged.queries.items()):
        progress("检索", number, len(judged.queries))
        entries = list(_entries(collection, judged, query_id, task))
        run[query_id] = rank((id, entry.score) for id, entry in entries)
        described = _describe(collection, text, entries, run[query_id])
        found[query_id] = tuple(islice(described, KEPT))
    progress("检索", len(judged.queries), len(judged.queries))
    return SearchOutcome(run, found)


def _entries(
    collection: Collection, judged: BeirSet, query_id: str, task: SearchTask
) -> Iterator[tuple[str, RankedPassage]]:
    """Yield the ids of a query's documents or passages, best first, with what was found there."""
    retriever, text = collection.engine.retriever, judged.queries[query_id]
    if task.level is Level.REPLY:
        for each in rank_by(retriever, task.leg, text, task.depth):
            yield from ((id, each) for id in collection.names[each.passage.reply_id])
        return
    passages = (
        (Span(document, each.passage.start, each.passage.end), each)
        for each in rank_passages(retriever, task.leg, text, task.depth)
        for document in collection.names[each.passage.reply_id]
    )
    yield from name_judged(passages, judged.qrels[query_id])


def _describe(
    collection: Collection,
    query: str,
    entries: Iterable[tuple[str, RankedPassage]],
    scores: dict[str, float],
) -> Iterator[FoundDocument]:
    best = [(id, entry.passage) for id, entry in islice(entries, KEPT)]
    replies = collection.engine.store.replies({passage.reply_id for _, passage in best})
    for id, passage in best:
        if reply := replies.get(passage.reply_id):
            yield describe_found(id, scores[id], reply, passage, query)
