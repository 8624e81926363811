"""A question as answers are held against it: what they must say, and in what kind of words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from index.answers.expect import expected_by
from index.models.embed import Encoders
from index.models.static import TokenVectors
from index.ranking.fuse import shortness
from index.ranking.query import Query
from index.text.language.language import Alternative
from index.text.language.typed import tidy_question

_ASKING = re.compile(
    r"什么|怎么样?|多少|哪[个里些家儿一]?|吗|呢|如何|怎样|为什么|为何|为啥|何时|何地|几[个种时点]?|谁|请问|是否"
    r"|有没有|能不能|可不可以|会不会|咋办?|请|一下|现在|我们?|你们?|他们?|的|了|是|在|和|与|及"
)
"""What makes a text a question, and is not to be found in its answer; and what stands anywhere."""

Alternatives = Mapping[str, tuple[Alternative, ...]]
"""What counts as a bigram of the question besides itself, see `index.ranking.match.QueryTerms`."""

_NONE: Alternatives = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class QuestionTokens:
    """The tokens of a question that an answer should hold.

    :ivar directions: their vectors at unit length, float32 (n, dimension).
    :ivar shares: how much each matters, float32 (n,), 1 in all.
    :ivar others: what counts as each besides itself.
    """

    tokens: tuple[str, ...]
    directions: NDArray[np.float32]
    shares: NDArray[np.float32]
    others: tuple[tuple[Alternative, ...], ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well a text covers a question, 0..1.

    `covered` is the share of what the question says, `missing` the share of that one of its words
    that is missed most. A question that says nothing is not covered.
    """

    covered: float
    missing: float


def find_tokens(
    question: str, vectors_of: TokenVectors, alternatives: Alternatives = _NONE
) -> QuestionTokens:
    """Return what a question says; it must have gone through `index.text.segment.normalise`."""
    places, vectors = vectors_of(question)
    asking = [match.span() for match in _ASKING.finditer(question)]
    lengths = np.linalg.norm(vectors, axis=1)
    kept = np.array(
        [
            i
            for i, (start, end) in enumerate(places)
            if lengths[i] > 0 and not any(a <= start and end <= b for a, b in asking)
        ],
        np.int64,
    )
    lengths = lengths[kept]
    tokens = tuple(question[slice(*places[i])] for i in kept)
    return QuestionTokens(
        tokens,
        vectors[kept] / lengths[:, None],
        lengths / lengths.sum() if len(kept) else lengths,
        tuple(
            # What the question says itself says nothing of another of its words.
            tuple(a for a in _others(token, alternatives) if a.text not in question)
            for token in tokens
        ),
    )


def cover(asked: QuestionTokens, text: str, vectors_of: TokenVectors) -> Coverage:
    """Tell how well a normalised text covers what is asked.

    A token counts whole where it stands in the text, or another way to say it does (三孩 for 三胎);
    any other as much as the cosine of the token of the text that is most like it: 晚饭 is nearly
    there where 晚餐 stands.
    """
    if not asked.tokens:
        return Coverage(0.0, 1.0)
    found = np.array(
        [
            token in text or any(other.count_in(text) for other in others)
            for token, others in zip(asked.tokens, asked.others, strict=True)
        ],
        np.float32,
    )
    _, vectors = vectors_of(text)
    lengths = np.linalg.norm(vectors, axis=1)
    if (lengths > 0).any():
        directions = vectors[lengths > 0] / lengths[lengths > 0][:, None]
        found = np.maximum(found, (asked.directions @ directions.T).max(axis=1))
    found = np.clip(found, 0.0, 1.0)
    return Coverage(float(asked.shares @ found), float((asked.shares * (1 - found)).max()))


@dataclass(frozen=True, slots=True)
class Question:
    """A query that is asked for an answer.

    :ivar short: how short it is, 0..1, see `index.ranking.fuse.shortness`: a long message names
        numbers and kinds of words that its answer need not hold.
    :ivar expected: what a sentence should hold to answer it, see `index.answers.expect`.
    :ivar similarity: turns texts into their cosines with it, float32 (n,).
    :ivar cover: tells how well a normalised text covers it.
    """

    query: Query
    short: float
    expected: tuple[re.Pattern[str], ...]
    similarity: Callable[[Sequence[str]], NDArray[np.float32]]
    cover: Callable[[str], Coverage]


def read_question(query: Query, encoders: Encoders) -> Question:
    """Return what answers to a query are held against; nothing is analysed again."""
    vectors_of = encoders.token_vectors
    tokens = find_tokens(query.normalised, vectors_of, query.terms.alternatives)

    # Hundreds of sentences: a model that takes 10 ms for each would take seconds for a question.
    def similarity(texts: Sequence[str]) -> NDArray[np.float32]:
        cosines: NDArray[np.float32] = (
            encoders.sentences.embed_passages(texts) @ query.sentence_vector
        )
        return cosines

    return Question(
        query,
        shortness(len(query.terms.weights)),
        expected_by(tidy_question(query.text)),
        similarity,
        lambda text: cover(tokens, text, vectors_of),
    )


def _others(token: str, alternatives: Alternatives) -> Iterator[Alternative]:
    """Yield what counts as the bigrams that a token holds, or that hold it."""
    for bigram, others in alternatives.items():
        if bigram in token or token in bigram:
            yield from others
