"""Find the passages and replies that match a query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from corpus.filters import ANY, Filters
from corpus.store.store import Store
from corpus.types import FieldName
from index.answers.coverage import TokenVectors, no_tokens
from index.models.embed import Embedder
from index.ranking.facts import Facts
from index.ranking.fuse import Fusion, make_features
from index.ranking.hits import Hit, PassageReader, Ranked, RankedReply, rank_either
from index.ranking.importance import Factors
from index.ranking.match import Match, QueryTerms, match_passages
from index.ranking.place import is_elsewhere, named_places
from index.ranking.propose import Proposer
from index.ranking.query import Query, terms_of
from index.ranking.requests import find_requests
from index.ranking.rerank import Reranking
from index.stores.legs import Legs
from index.stores.lexical import LexicalField
from index.stores.texts import Readable
from index.text.language.keys import NONE, Keys
from index.text.language.language import Language
from index.text.segment import Segmenter, normalise, simplify

PASSAGES_OF_A_REPLY = 2
"""For each reply that is asked for at least so many passages are scored."""

ASKED_DOUBT = 0.05
"""The chance that whoever types a document's number doesn't want that document; set by hand."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that either leg proposed, with what both say of them, in the same order.

    `features` is float64 (n, len(index.ranking.fuse.FEATURES)); `asked_for`, bool (n,), tells
    which are of replies whose number the query names.
    """

    passages: tuple[Readable, ...]
    lexical: NDArray[np.float64]
    dense: NDArray[np.float64]
    features: NDArray[np.float64]
    asked_for: NDArray[np.bool_]


class Retriever:
    """Both legs over one home, and the fusion that joins them. May be shared between threads."""

    def __init__(
        self,
        store: Store,
        legs: Legs,
        embedder: Embedder,
        segmenter: Segmenter,
        fusion: Fusion,
        factors: Factors | None = None,
        language: Language | None = None,
        reranking: Reranking | None = None,
        token_vectors: TokenVectors = no_tokens,
        sentences: Embedder | None = None,
    ) -> None:
        """Take what a home is searched with; without `factors` all terms matter alike.

        Without `token_vectors` no answer is sure, see `index.answers.coverage`. `sentences`
        embeds those that quotes are chosen from; without it `embedder` does.
        """
        self.store = store
        self.legs = legs
        self.embedder = embedder
        self.segmenter = segmenter
        self.fusion = fusion
        self.factors = factors
        self.language = language or Language()
        self.reranking = reranking
        self.token_vectors = token_vectors
        self.sentences = sentences or embedder
        self.find_requests: Callable[[str], tuple[str, ...]] = find_requests
        self.reader = PassageReader(store, legs.texts)
        self.facts = Facts(store, legs.lexical)
        self.proposer = Proposer(legs, self.facts)

    def analyse(self, text: str) -> Query:
        """Segment, weigh and embed a query and its requests, once for all that needs it."""
        requests = tuple(replace(self._analyse(r), keys=NONE) for r in self.find_requests(text))
        return replace(self._analyse(text), requests=requests)

    def _analyse(self, text: str) -> Query:
        tokens = self.segmenter.segment(text)
        terms = self._weigh(tokens.bigrams, LexicalField.BIGRAMS)
        if self.factors is not None:
            terms = terms.times(self.factors(normalise(text), terms.weights))
        rewritings = self.language.rewrite(text, self.segmenter)
        return Query(
            text=text,
            terms=terms.rewritten(rewritings),
            words=self._weigh(tokens.words, LexicalField.WORDS),
            vector=self.embed(text),
            others=terms_of(rewritings, tokens, self.segmenter),
            keys=self.language.find_keys(text),
        )

    def embed(self, text: str) -> NDArray[np.float32]:
        """Return a query's vector for the dense leg, float32 (dimension,)."""
        vector: NDArray[np.float32] = self.embedder.embed_queries([simplify(text)])[0]
        return self.embedder.aim(vector, self.legs.dense.mean())

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
        places = named_places(query.text, self.facts.regions)
        return any(is_elsewhere(passage, places) for passage in self.reader.read([hit.key]))

    def candidates(self, query: Query, filters: Filters = ANY, least: int = 0) -> Candidates | None:
        """Return what both legs propose, with the features to fuse; None where there is none.

        :param least: so many at least, where there are so many.
        """
        asked_for = self._asked_for(query.keys, filters)
        cosines = self.proposer.propose(query, self.fusion, filters, asked_for, least)
        passages = self.reader.read(list(cosines))
        if not passages:
            return None
        match = self.match(query, passages)
        dense = np.array([cosines[passage.key] for passage in passages])
        places = named_places(query.text, self.facts.regions)
        features = make_features(
            lexical=match.scores,
            cosine=dense,
            terms=len(query.terms.weights),
            phrases=match.phrases,
            elsewhere=np.array([float(is_elsewhere(passage, places)) for passage in passages]),
        )
        asked = np.array([passage.key in asked_for for passage in passages])
        return Candidates(tuple(passages), match.scores, dense, features, asked)

    def match(self, query: Query, passages: Sequence[Readable]) -> Match:
        """Match passages with a query's terms, exactly."""
        return match_passages(normalise(query.text), query.terms, passages, self.facts.lengths)

    def _rank(self, query: Query, filters: Filters, least: int) -> list[Ranked]:
        parts = (query, *query.requests)
        return rank_either(self._rank_part(part, filters, least) for part in parts)

    def _rank_part(self, query: Query, filters: Filters, least: int) -> list[Ranked]:
        # Without a term (nothing but punctuation) the vector is zero and every passage as near.
        candidates = self.candidates(query, filters, least) if query.terms.weights else None
        if candidates is None:
            return []
        scores = self.fusion.probabilities(candidates.features)
        asked_for = candidates.asked_for
        scores = np.where(asked_for, 1 - ASKED_DOUBT * (1 - scores), scores)
        columns = (scores, candidates.lexical, candidates.dense, asked_for)
        values = (column.tolist() for column in columns)
        return list(map(Ranked, candidates.passages, *values))

    def _open_best(self, query: Query, best: list[Ranked], ranked: list[Ranked]) -> list[Hit]:
        """Open the best of what was ranked; all, where another process has just removed some."""
        hits = self._open(query, best)
        return hits if len(hits) == len(best) else self._open(query, ranked)

    def _open(self, query: Query, ranked: Sequence[Ranked]) -> list[Hit]:
        """Read what was ranked from the store, and have the reranker look at it."""
        originals = self.reader.originals([each.passage.key for each in ranked])
        ranked = [each for each in ranked if each.passage.key in originals]
        hits = [
            Hit(
                key=each.passage.key,
                passage=originals[each.passage.key].passage,
                reply=originals[each.passage.key].reply,
                score=each.score,
                lexical=each.lexical,
                dense=each.dense,
            )
            for each in ranked
        ]
        if self.reranking is None:
            return hits
        # What was asked for by its number stays before all others.
        first = sum(each.asked_for for each in ranked)
        return [*hits[:first], *self.reranking.rank(query.text, hits[first:])]

    def _asked_for(self, keys: Keys, filters: Filters) -> set[int]:
        """Return the passages of the allowed replies whose number is among these."""
        ids = (
            *self.store.holders(FieldName.DOC_NUMBER, keys.documents),
            *self.store.holders(FieldName.MATTER_NUMBER, keys.matters),
        )
        if filters.reply_ids is not None:
            ids = tuple(id for id in ids if id in filters.reply_ids)
        if not ids:
            return set()
        return set(self.store.select_keys(replace(filters, reply_ids=ids)).tolist())

    def _weigh(self, tokens: Sequence[str], field: LexicalField) -> QueryTerms:
        lexical = self.legs.lexical
        return QueryTerms.weigh(
            tokens, lambda token: lexical.document_frequency(field, token), lexical.count
        )
