"""Find where each missed query was lost, by looking at its candidates again."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.progress import Progress
from corpus.text.redact import redact
from corpus.types import PassageRole
from eval.collection import Collection
from eval.data.qrels import Qrels
from eval.data.runs import Run
from eval.data.spans import document_of
from eval.ranking.causes import DEPTH, Cause, Failure, Failures
from eval.ranking.found import excerpt
from eval.ranking.joined import score_joined
from index.ranking.fuse import FEATURES
from index.ranking.query import Query
from index.ranking.retrieve import Candidates
from index.stores.texts import searchable_text, whole_of


@dataclass(frozen=True, slots=True)
class Best:
    """The first relevant document, its rank from 1, and the number of its best candidate."""

    document: str
    rank: int
    candidate: int


class Ranks:
    """Ranks documents by their best passage among the candidates, as the search does."""

    def __init__(
        self,
        names: Mapping[str, Sequence[str]],
        candidates: Candidates,
        relevant: Container[str],
    ) -> None:
        """Take the ids of documents by the id of their reply, and the documents looked for."""
        self._names = names
        self._replies = [passage.reply_id for passage in candidates.passages]
        self._keys = np.array([passage.key for passage in candidates.passages])
        self._relevant = relevant

    def best(self, scores: NDArray[np.float64]) -> Best | None:
        """Return the first relevant document; candidates scored -inf are left out.

        :param scores: float64 (candidates,), higher is better.
        """
        ranked: dict[str, None] = {}
        for i in np.lexsort((self._keys, -scores)):
            if scores[i] == -np.inf or self._replies[i] in ranked:
                continue
            before = sum(len(self._names[reply]) for reply in ranked)
            for place, document in enumerate(self._names[self._replies[i]], 1):
                if document in self._relevant:
                    return Best(document, before + place, int(i))
            ranked[self._replies[i]] = None
        return None

    def rank(self, scores: NDArray[np.float64]) -> int | None:
        """Return the rank of the first relevant document, None where there is none."""
        best = self.best(scores)
        return best.rank if best else None


def analyse_failures(
    collection: Collection,
    judged: tuple[Mapping[str, str], Qrels],
    run: Run,
    depth: int = DEPTH,
    progress: Progress | None = None,
) -> Failures:
    """Find where each query was lost that has no relevant document among the first `depth`.

    Queries without a relevant document cannot be missed and are not counted.

    :param judged: the queries' texts, and the judgments of whole documents.
    :param run: what the search found for the queries, best first: at least `depth` documents, or
        spans of documents.
    """
    texts, qrels = judged
    relevant = {
        query: [id for id, gain in sorted(qrels[query].items(), key=lambda e: -e[1]) if gain > 0]
        for query in texts
    }
    known = {id for ids in collection.names.values() for id in ids}
    first = {query: _documents(run.get(query, ()), known)[:depth] for query in texts}
    missed = [
        query for query in texts if relevant[query] and not {*relevant[query]} & {*first[query]}
    ]
    found: dict[str, Failure] = {}
    for number, query in enumerate(missed):
        if progress:
            progress("查找漏掉的原因", number, len(missed))
        analysed = collection.engine.retriever.analyse(texts[query])
        failure = find_cause(collection, analysed, relevant[query], depth)
        unjudged = sum(document not in qrels[query] for document in first[query])
        found[query] = replace(failure, unjudged=unjudged)
    if progress:
        progress("查找漏掉的原因", len(missed), len(missed))
    return Failures(
        queries=sum(map(bool, relevant.values())),
        depth=depth,
        missed=found,
        texts={query: redact(texts[query]) for query in missed},
    )


def _documents(found: Iterable[str], known: Container[str]) -> list[str]:
    return list(dict.fromkeys(id if id in known else document_of(id) for id in found))


def find_cause(
    collection: Collection, query: Query, relevant: list[str], depth: int = DEPTH
) -> Failure:
    """Find where one missed query was lost: the first cause in the order of `Cause` that holds.

    `reranked`: fusion has it among the first `depth`. `filtered`: it would be there were no reply
    set back for its district. `fused`: it would be there by one leg alone. `cut`: it would be
    there were every candidate, of all documents, also scored as one with its neighbours (see
    `score_joined`).

    :param relevant: the ids of its relevant documents, the highest gain first; not empty.
    """
    replies = collection.replies
    known = collection.engine.store.replies({replies[id] for id in relevant if id in replies})
    here = [id for id in relevant if replies.get(id) in known]
    if not here:
        return Failure(Cause.ABSENT, relevant[0])
    searched = [id for id in here if _has_substance(collection, replies[id])]
    if not searched:
        return Failure(Cause.EMPTY, here[0])
    retriever = collection.engine.retriever
    candidates = retriever.candidates(query) if query.terms.weights else None
    failure = candidates and _rank_candidates(collection, query, candidates, searched)
    if not candidates or not failure:
        reply = known[replies[searched[0]]]
        return Failure(
            Cause.UNPROPOSED,
            searched[0],
            excerpt(searchable_text(reply), query.text),
            shared=bool(query.terms.found_in(whole_of(reply)).weights),
        )
    failure = replace(failure, cause=_first_cause(failure, depth))
    if failure.cause is not Cause.LOW:
        return failure
    scores = score_joined(collection, query, candidates, {replies[id] for id in searched})
    joined = scores is not None and Ranks(collection.names, candidates, searched).rank(scores)
    return replace(
        failure,
        joined=joined or None,
        cause=Cause.CUT if joined and joined <= depth else Cause.LOW,
    )


def _rank_candidates(
    collection: Collection, query: Query, candidates: Candidates, relevant: list[str]
) -> Failure | None:
    """Rank the candidates by fusion and otherwise; None where none of them is relevant."""
    ranks = Ranks(collection.names, candidates, relevant)
    fusion = collection.engine.retriever.fusion
    fused = ranks.best(fusion.probabilities(candidates.features))
    if fused is None:
        return None
    everywhere = candidates.features.copy()
    everywhere[:, FEATURES.index("elsewhere")] = 0.0
    best = candidates.passages[fused.candidate]
    passage, reply = collection.engine.retriever.library.open([best.key])[best.key]
    text = searchable_text(reply, passage.start, passage.end)
    return Failure(
        Cause.LOW,
        fused.document,
        excerpt(text, query.text),
        rank=fused.rank,
        lexical=ranks.rank(np.where(candidates.lexical > 0, candidates.lexical, -np.inf)),
        dense=ranks.rank(candidates.dense),
        unfiltered=ranks.rank(fusion.probabilities(everywhere)),
        shared=bool(candidates.lexical[fused.candidate] > 0),
    )


def _first_cause(failure: Failure, depth: int) -> Cause:
    """Return the first cause that the ranks of the candidates tell; LOW where they tell none."""

    def within(*ranks: int | None) -> bool:
        return any(rank is not None and rank <= depth for rank in ranks)

    if within(failure.rank):
        return Cause.RERANKED
    if within(failure.unfiltered):
        return Cause.FILTERED
    return Cause.FUSED if within(failure.lexical, failure.dense) else Cause.LOW


def _has_substance(collection: Collection, reply_id: str) -> bool:
    passages = collection.engine.store.passages_of(reply_id).values()
    return any(passage.role is PassageRole.SUBSTANCE for passage in passages)
