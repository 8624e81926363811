"""How much of what a question says a text says too, in the same words or in like ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from index.text.language.language import Alternative

Places = list[tuple[int, int]]

TokenVectors = Callable[[str], tuple[Places, NDArray[np.float32]]]
"""From a text to the places of its tokens and their vectors, float32 (n, dimension), whose lengths
say how much a token matters."""

_ASKING = re.compile(
    r"什么|怎么样?|多少|哪[个里些家儿一]?|吗|呢|如何|怎样|为什么|为何|为啥|何时|何地|几[个种时点]?|谁|请问|是否"
    r"|有没有|能不能|可不可以|会不会|咋办?|请|一下|现在|我们?|你们?|他们?|的|了|是|在|和|与|及"
)
"""What makes a text a question, and is not to be found in its answer; and what stands anywhere."""

Alternatives = Mapping[str, tuple[Alternative, ...]]
"""What counts as a bigram of the question besides itself, see `index.ranking.match.QueryTerms`."""

_NONE: Alternatives = MappingProxyType({})


def no_tokens(text: str) -> tuple[Places, NDArray[np.float32]]:
    """Know no token: nothing is then covered."""
    return [], np.zeros((0, 1), np.float32)


@dataclass(frozen=True, slots=True)
class Said:
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


def find_said(question: str, vectors_of: TokenVectors, alternatives: Alternatives = _NONE) -> Said:
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
    return Said(
        tokens,
        vectors[kept] / lengths[:, None],
        lengths / lengths.sum() if len(kept) else lengths,
        tuple(
            # What the question says itself says nothing of another of its words.
            tuple(a for a in _others(token, alternatives) if a.text not in question)
            for token in tokens
        ),
    )


def cover(said: Said, text: str, vectors_of: TokenVectors) -> Coverage:
    """Tell how well a normalised text covers what is said.

    A token counts whole where it stands in the text, or another way to say it does (三孩 for 三胎);
    any other as much as the cosine of the token of the text that is most like it: 晚饭 is nearly
    there where 晚餐 stands.
    """
    if not said.tokens:
        return Coverage(0.0, 1.0)
    found = np.array(
        [
            token in text or any(other.count_in(text) for other in others)
            for token, others in zip(said.tokens, said.others, strict=True)
        ],
        np.float32,
    )
    _, vectors = vectors_of(text)
    lengths = np.linalg.norm(vectors, axis=1)
    if (lengths > 0).any():
        directions = vectors[lengths > 0] / lengths[lengths > 0][:, None]
        found = np.maximum(found, (said.directions @ directions.T).max(axis=1))
    found = np.clip(found, 0.0, 1.0)
    return Coverage(float(said.shares @ found), float((said.shares * (1 - found)).max()))


def _others(token: str, alternatives: Alternatives) -> Iterator[Alternative]:
    """Yield what counts as the bigrams that a token holds, or that hold it."""
    for bigram, others in alternatives.items():
        if bigram in token or token in bigram:
            yield from others
