"""A query as a search takes it, analysed once for all that needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from corpus.text.simplified import simplify
from index.models.embed import Encoders
from index.ranking.importance import Importance
from index.ranking.library import Library
from index.ranking.match import QueryTerms
from index.ranking.place import named_places
from index.ranking.requests.split import split_query
from index.stores.lexical import LexicalField, LexicalTerm
from index.text.language.document_numbers import NO_NUMBERS, DocumentNumbers
from index.text.language.followup import complete
from index.text.language.language import Language, Rewriting
from index.text.language.reading import ReadAs, Reading, read, read_exactly
from index.text.segment import Segmenter, Tokens, normalise

BOOST = 0.5
"""What a token of an alternative counts beside one of the query. Several stand for one term of the
query, and what they propose is scored anew."""


def terms_of(
    rewritings: Sequence[Rewriting], own: Tokens, segmenter: Segmenter
) -> tuple[LexicalTerm, ...]:
    """Return the tokens of all alternatives that the query itself, with `own` tokens, lacks."""
    cut = [
        segmenter.segment(alternative.text)
        for rewriting in rewritings
        for alternative in rewriting.alternatives
    ]
    words = dict.fromkeys(word for tokens in cut for word in tokens.words)
    bigrams = dict.fromkeys(bigram for tokens in cut for bigram in tokens.bigrams)
    return (
        *(LexicalTerm(LexicalField.WORDS, w, BOOST) for w in words if w not in own.words),
        *(LexicalTerm(LexicalField.BIGRAMS, b, BOOST) for b in bigrams if b not in own.bigrams),
    )


@dataclass(frozen=True, slots=True)
class Query:
    """A query as both legs see it: its terms and words, weighed, and its vectors.

    :ivar normalised: its text, gone through `index.text.segment.normalise`.
    :ivar vector: what the dense leg searches by, float32 (dimension,).
    :ivar sentence_vector: what sentences are compared with, float32 (dimension of that model,).
    :ivar encoded: what passages that the encoder has read are compared with, float32 (dimension of
        that model,); None without an encoder.
    :ivar places: the districts that it names, see `index.ranking.place.named_places`.
    :ivar others: what is looked up beside its own terms: what it says may be said otherwise.
    :ivar numbers: those of documents that it names.
    :ivar requests: those that it lists, as queries of their own.
    :ivar read_as: what of it is looked up otherwise than it was typed; `text` is as it was typed.
    :ivar exactly: whether it was to be looked up as it was typed.
    """

    text: str
    normalised: str
    terms: QueryTerms
    words: QueryTerms
    vector: NDArray[np.float32]
    sentence_vector: NDArray[np.float32]
    encoded: NDArray[np.float32] | None = None
    places: tuple[str, ...] = ()
    others: tuple[LexicalTerm, ...] = ()
    numbers: DocumentNumbers = NO_NUMBERS
    requests: tuple[Query, ...] = ()
    read_as: tuple[ReadAs, ...] = ()
    exactly: bool = False


@dataclass(frozen=True, slots=True)
class Analyser:
    """All that queries to a library are understood by.

    :ivar importance: how much terms matter; without it, or without a model that knows single words,
        all matter alike.
    :ivar splits: whether the requests that a query lists are looked for on their own.
    """

    library: Library
    segmenter: Segmenter
    encoders: Encoders
    importance: Importance | None = None
    language: Language = field(default_factory=Language)
    splits: bool = True

    def analyse(self, text: str, exactly: bool = False) -> Query:
        """Segment, weigh and embed a query and its requests.

        :param exactly: whether it is looked up as it was typed, misspelt or not.
        """
        if exactly:
            reading = read_exactly(text)
        else:
            reading = read(text, self.language, self.segmenter, self.library)
        requests = split_query(reading.text) if self.splits else ()
        parts = (self._analyse(Reading(request)) for request in requests)
        whole = self._analyse(reading)
        return replace(
            whole,
            text=text,
            requests=tuple(replace(part, numbers=NO_NUMBERS) for part in parts),
            read_as=reading.read_as,
            exactly=exactly,
        )

    def complete(self, question: str, earlier: str) -> str:
        """Return what a question asks after an earlier one; itself where it stands on its own."""
        return complete(question, earlier, self.segmenter, self.library)

    def _analyse(self, reading: Reading) -> Query:
        text = reading.text
        normalised = normalise(text)
        tokens = self.segmenter.segment_normalised(normalised)
        terms = self._weigh(tokens.bigrams, LexicalField.BIGRAMS)
        if self.importance and (model := self.encoders.words):
            factors = self.importance.factors(normalised, terms.weights, model.token_norms)
            terms = terms.times(factors)
        rewritings = (*reading.rewritings, *self.language.rewrite(normalised, self.segmenter))
        vector = self._embed(text)
        sentences = self.encoders.sentences
        return Query(
            text=text,
            normalised=normalised,
            terms=terms.rewritten(rewritings),
            words=self._weigh(tokens.words, LexicalField.WORDS),
            vector=vector,
            sentence_vector=(
                vector
                if sentences is self.encoders.passages
                else sentences.embed_queries([text])[0]
            ),
            encoded=self.library.encoded.aim(text) if self.library.encoded else None,
            places=named_places(text, self.library.regions),
            others=terms_of(rewritings, tokens, self.segmenter),
            numbers=self.language.find_numbers(text),
        )

    def embed(self, text: str) -> NDArray[np.float32]:
        """Return a query's vector for the dense leg, float32 (dimension,)."""
        return self._embed(simplify(text))

    def _embed(self, simplified: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.encoders.passages.embed_queries([simplified])[0]
        return vector

    def _weigh(self, tokens: Sequence[str], field: LexicalField) -> QueryTerms:
        lexical = self.library.legs.lexical
        return QueryTerms.weigh(
            tokens, lambda token: lexical.document_frequency(field, token), lexical.count
        )
