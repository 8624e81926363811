"""What candidates would score were each passage one with a neighbour: was a text cut badly?"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage, PassageRole, Reply
from eval.collection import Collection
from index.ranking.fuse import FEATURES, make_features
from index.ranking.match import score_texts
from index.ranking.query import Query
from index.ranking.retrieve import Candidates
from index.stores.texts import IndexedText, Readable, indexed_text
from index.text.segment import normalise


@dataclass(frozen=True, slots=True)
class JoinedPair:
    """A candidate by its number, and what the passage it makes with a neighbour is searched by."""

    candidate: int
    indexed: IndexedText


def score_joined(
    collection: Collection, query: Query, candidates: Candidates, relevant: Container[str]
) -> NDArray[np.float64] | None:
    """Score each candidate as the best of itself and of the passages it makes with a neighbour.

    Every candidate of every document has the same chance, so a relevant document that comes
    forward does so because what answers stands on both sides of a cut, and not because longer
    passages score higher. The mean length of passages that BM25 compares with stays that of the
    passages as they are, which is to the disadvantage of joined ones. Return float64
    (candidates,), fused probabilities; None where no candidate of the `relevant` replies, by their
    ids, has a neighbour.
    """
    pairs = _find_pairs(collection, candidates.passages)
    if not any(candidates.passages[pair.candidate].reply_id in relevant for pair in pairs):
        return None
    fusion = collection.engine.retriever.fusion
    numbers = np.array([pair.candidate for pair in pairs])
    singles = len(candidates.passages)
    kept = candidates.features[[*range(singles), *numbers]]  # of both, what joining leaves as it is
    lexical = _score_lexical(collection, query, candidates, pairs)
    features = make_features(
        # All at once, for the best may now be a joined passage.
        lexical=np.concatenate([candidates.lexical, lexical]),
        cosine=np.concatenate([candidates.dense, _score_dense(collection, query, pairs)]),
        terms=len(query.terms.weights),
        phrases=kept[:, FEATURES.index("phrases")],
        elsewhere=kept[:, FEATURES.index("elsewhere")],
    )
    scores = fusion.probabilities(features)
    best = scores[:singles].copy()
    np.maximum.at(best, numbers, scores[singles:])
    return best


def _find_pairs(collection: Collection, candidates: Sequence[Readable]) -> list[JoinedPair]:
    """Join each candidate with the passage of substance before it, and with the one behind it."""
    found: dict[str, list[tuple[Passage, Passage, IndexedText]]] = {}
    pairs = []
    opened = collection.engine.retriever.library.open([each.key for each in candidates])
    for number, candidate in enumerate(candidates):
        passage, reply = opened[candidate.key]
        if reply.id not in found:
            found[reply.id] = list(_iter_joined(collection, reply))
        for left, right, indexed in found[reply.id]:
            if passage.start in (left.start, right.start):
                pairs.append(JoinedPair(number, indexed))
    return pairs


def _iter_joined(
    collection: Collection, reply: Reply
) -> Iterator[tuple[Passage, Passage, IndexedText]]:
    passages = collection.engine.store.passages_of(reply.id).values()
    for left, right in pairwise(each for each in passages if each.role is PassageRole.SUBSTANCE):
        text = reply.text[left.start : right.end]
        joined = Passage(reply.id, left.start, right.end, text, left.heading_path)
        yield left, right, indexed_text(reply, joined)


def _score_lexical(
    collection: Collection, query: Query, candidates: Candidates, pairs: Sequence[JoinedPair]
) -> NDArray[np.float64]:
    """Return the exact BM25 of joined passages.

    A candidate's is the mean of its own and of its whole reply's, which stays what it is.
    """
    average = collection.engine.store.mean_lengths().passage
    whole = [candidates.passages[pair.candidate] for pair in pairs]
    own = score_texts(
        query.terms, [each.text for each in whole], [each.context for each in whole], average
    )
    joined = score_texts(
        query.terms,
        [normalise(pair.indexed.text) for pair in pairs],
        [normalise(pair.indexed.context) for pair in pairs],
        average,
    )
    scores: NDArray[np.float64] = candidates.lexical[[pair.candidate for pair in pairs]]
    return scores + (joined - own) / 2


def _score_dense(
    collection: Collection, query: Query, pairs: Sequence[JoinedPair]
) -> NDArray[np.float64]:
    texts = [pair.indexed.embedded for pair in pairs]
    different = list(dict.fromkeys(texts))
    vectors = collection.engine.embedder.embed_passages(different) @ query.vector
    cosines = dict(zip(different, vectors.tolist(), strict=True))
    return np.array([cosines[text] for text in texts])
