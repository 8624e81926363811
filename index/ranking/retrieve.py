"""Find the passages and replies that match a query."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from math import isnan

import numpy as np
from numpy.typing import NDArray

from corpus.bounds import go_on
from corpus.filters import ANY, Filters
from index.models.reader import OnnxReader
from index.ranking.fuse import Fusion, make_features
from index.ranking.hits import Candidate, Hit, RankedReply, rank_either
from index.ranking.library import Library
from index.ranking.match import Match, match_passages
from index.ranking.place import is_elsewhere
from index.ranking.propose import Proposer
from index.ranking.query import Analyser, Query
from index.ranking.rerank import Reranking
from index.stores.encoded import EncodedIndex
from index.stores.texts import Readable, read_indexed

PASSAGES_OF_A_REPLY = 2
"""For each reply that is asked for at least so many passages are scored."""

ASKED_DOUBT = 0.05
"""The chance that whoever types a document's number doesn't want that document; set by hand."""


READING = 0.3
"""Seconds of a search in which the encoder reads the best passages that it has not read yet."""

READ_TOGETHER = 4
"""So many are read before the time is looked at: on two cores they take a fifth of it."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that any leg proposed, with what all say of them, in the same order.

    `features` is float64 (n, len(index.ranking.fuse.ENCODED)); `asked_for`, bool (n,), tells
    which are of replies whose number the query names.
    """

    passages: tuple[Readable, ...]
    lexical: NDArray[np.float64]
    dense: NDArray[np.float64]
    encoded: NDArray[np.float64]
    features: NDArray[np.float64]
    asked_for: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Retriever:
    """What a library is searched with. May be shared between threads.

    Another way of ranking is another retriever, see `dataclasses.replace`.

    :ivar reading: so many seconds of a search the encoder may read what it has not read yet; 0:
        it reads the query alone, no passage and no sentence.
    :ivar reader: what tells whether passages answer; None without one.
    """

    analyser: Analyser
    proposer: Proposer
    fusion: Fusion
    reranking: Reranking | None = None
    reading: float = READING
    reader: OnnxReader | None = None

    @property
    def library(self) -> Library:
        """Return what is searched."""
        return self.analyser.library

    @property
    def version(self) -> tuple[object, ...]:
        """Return what changes whenever other passages can be found, or are ranked otherwise."""
        legs, encoded = self.library.legs, self.library.encoded
        read = encoded.count if encoded else 0
        return id(self.fusion), legs.lexical.version, legs.dense.count, legs.texts.count, read

    def analyse(self, text: str, exactly: bool = False) -> Query:
        """Segment, weigh and embed a query, once for all that needs it.

        :param exactly: whether it is looked up as it was typed, misspelt or not.
        """
        return self.analyser.analyse(text, exactly)

    def search(self, query: str | Query, k: int = 10, filters: Filters = ANY) -> list[Hit]:
        """Return the `k` best passages, best first; fewer where fewer match."""
        query = self.analyse(query) if isinstance(query, str) else query
        ranked = self._rank(query, filters, k)
        return self._open_best(query, ranked if self.reranking else ranked[:k], ranked)[:k]

    def rank_replies(
        self, query: str | Query, k: int = 10, filters: Filters = ANY
    ) -> list[RankedReply]:
        """Return the `k` best replies, each ranked by its best passage."""
        query = self.analyse(query) if isinstance(query, str) else query
        ranked = self._rank(query, filters, PASSAGES_OF_A_REPLY * k)
        best = ranked
        if self.reranking is None:  # which may bring others forward
            first = set(islice(dict.fromkeys(each.passage.reply_id for each in ranked), k))
            best = [each for each in ranked if each.passage.reply_id in first]
        groups: dict[str, list[Hit]] = {}
        for hit in self._open_best(query, best, ranked):
            groups.setdefault(hit.reply.id, []).append(hit)
        replies = (RankedReply(id, hits[0].score, tuple(hits)) for id, hits in groups.items())
        return list(islice(replies, k))

    def is_elsewhere(self, query: Query, hit: Hit) -> bool:
        """Tell whether a query names a district and a hit is of another's reply."""
        return any(is_elsewhere(each, query.places) for each in self.library.read([hit.key]))

    def candidates(self, query: Query, filters: Filters = ANY, least: int = 0) -> Candidates | None:
        """Return what the legs propose, with the features to fuse; None where there is none.

        :param least: so many at least, where there are so many.
        """
        asked_for = self.library.holders(query.numbers, filters)
        proposed = self.proposer.propose(query, self.fusion, filters, asked_for, least)
        passages = self.library.read(list(proposed))
        if not passages:
            return None
        match = self.match(query, passages)
        dense, encoded = np.array([proposed[passage.key] for passage in passages]).T
        describe = partial(
            make_features,
            lexical=match.scores,
            cosine=dense,
            terms=len(query.terms.weights),
            phrases=match.phrases,
            elsewhere=np.array([float(is_elsewhere(each, query.places)) for each in passages]),
        )
        features = describe(encoded=encoded)
        if self.reading and self.library.encoded and np.isnan(encoded).any():
            order = np.argsort(-self.fusion.logits(features), kind="stable")
            self._read(self.library.encoded, [passages[n].key for n in order if isnan(encoded[n])])
            encoded = self.proposer.encoded_cosines(query, [each.key for each in passages])
            features = describe(encoded=encoded)
        asked = np.array([passage.key in asked_for for passage in passages])
        return Candidates(tuple(passages), match.scores, dense, encoded, features, asked)

    def _read(self, encoded: EncodedIndex, unread: Sequence[int]) -> None:
        """Have the encoder read what it has not read, the first first, while there is time."""
        until = time.monotonic() + self.reading
        for start in range(0, len(unread), READ_TOGETHER):
            go_on()
            if time.monotonic() >= until:
                break
            keys = unread[start : start + READ_TOGETHER]
            encoded.read(read_indexed(self.library.store, keys))

    def match(self, query: Query, passages: Sequence[Readable]) -> Match:
        """Match passages with a query's terms, exactly."""
        return match_passages(query.normalised, query.terms, passages, self.library.lengths)

    def _rank(self, query: Query, filters: Filters, least: int) -> list[Candidate]:
        parts = (query, *query.requests)
        shared = replace(self, reading=self.reading / len(parts))
        return rank_either(shared._rank_part(part, filters, least) for part in parts)

    def _rank_part(self, query: Query, filters: Filters, least: int) -> list[Candidate]:
        go_on()
        # Without a term (nothing but punctuation) the vector is zero and every passage as near.
        candidates = self.candidates(query, filters, least) if query.terms.weights else None
        if candidates is None:
            return []
        scores = self.fusion.probabilities(candidates.features)
        asked_for = candidates.asked_for
        scores = np.where(asked_for, 1 - ASKED_DOUBT * (1 - scores), scores)
        columns = (scores, candidates.lexical, candidates.dense, asked_for)
        values = (column.tolist() for column in columns)
        return list(map(Candidate, candidates.passages, *values))

    def _open_best(self, query: Query, best: list[Candidate], ranked: list[Candidate]) -> list[Hit]:
        """Open the best of what was ranked; all, where another process has just removed some."""
        hits = self._open(query, best)
        return hits if len(hits) == len(best) else self._open(query, ranked)

    def _open(self, query: Query, ranked: Sequence[Candidate]) -> list[Hit]:
        """Read what was ranked from the store, and have the reranker look at it."""
        go_on()
        opened = self.library.open([each.passage.key for each in ranked])
        ranked = [each for each in ranked if each.passage.key in opened]
        hits = [
            Hit(each.passage.key, *opened[each.passage.key], each.score, each.lexical, each.dense)
            for each in ranked
        ]
        if self.reranking is None:
            return hits
        # What was asked for by its number stays before all others.
        first = sum(each.asked_for for each in ranked)
        return [*hits[:first], *self.reranking.rank(query.text, hits[first:])]
