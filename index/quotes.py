"""Choose the few sentences of the best replies that answer a question, verbatim."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.outline import find_sections
from corpus.sentences import sentence_spans
from corpus.types import Passage, Reply
from index.content import searchable_text
from index.expect import expected_by, fulfilment
from index.score import QueryTerms
from index.segment import normalise

QUOTE_LENGTH = 150
"""Characters up to which a quote takes in the sentences beside the one that was chosen. On CMRC
2018, with words alone, one of three quotes holds the answer for 89 % of the questions when a quote
is one sentence, 92 % at 80 characters, 94 % at 120."""

SIMILARITY_WEIGHT = 0.3
"""What a cosine of 1 counts beside a sentence that holds all of the question's terms. On the sample
questions one of three quotes supports the answer for 79 % with 0.15, 80 % with 0.3, 81 % with 0.6;
on CMRC 2018 the answer is held by 96.0, 95.3 and 94.5 %."""

EXPECTATION_WEIGHT = 0.15
"""What holding the expected kind of answer counts, on the same scale; see `index.expect`."""


WORTH_QUOTING = 0.7
"""The share of the best excerpt's score that a further one needs. On the sample questions it leaves
2.6 of three quotes and loses the supporting one for 1 % of them; on CMRC 2018 2.8 and 0.7 %."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as sentences are scored against it.

    `similarity` turns texts into their cosines with the question, float32 (n,).
    """

    text: str
    terms: QueryTerms
    similarity: Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Source:
    """A reply to quote from, its substance passages in text order, and how well it matches.

    `weight` is in the units of the sentence scores (inverse document frequency summed over
    terms); it is added to the score of each of the reply's sentences.
    """

    reply: Reply
    passages: tuple[Passage, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A span of a reply chosen as a quote: `reply.text[start:end]` is what may be shown."""

    reply: Reply
    passage: Passage
    start: int
    end: int
    score: float


def select_quotes(asked: Asked, sources: Sequence[Source], count: int = 3) -> list[Excerpt]:
    """Choose up to `count` excerpts that answer a question best, best first.

    A sentence scores by its similarity to the question, by whether it holds the kind of answer
    that is asked for, and by the question's terms that it holds, each weighted by its frequency
    in the whole index and again by that among the sentences of its own reply: what stands in
    every sentence of a reply (the matter's name) tells none of them apart. The excerpts do not
    overlap.
    """
    scored = [
        (score + source.weight, order, index, source, sentences)
        for order, source in enumerate(sources)
        for sentences in [tuple(_sentences(source))]
        for index, score in enumerate(_score(asked, sentences))
    ]
    scored.sort(key=lambda entry: (-entry[0], entry[1], entry[2]))
    taken: set[tuple[int, int]] = set()
    excerpts: list[Excerpt] = []
    for score, order, index, source, sentences in scored:
        if len(excerpts) == count or (excerpts and score < WORTH_QUOTING * excerpts[0].score):
            break
        if (order, index) in taken:
            continue
        window = _window(sentences, index, {i for o, i in taken if o == order})
        taken.update((order, i) for i in window)
        start, end = sentences[window[0]].start, sentences[window[-1]].end
        excerpts.append(Excerpt(source.reply, sentences[index].passage, start, end, score))
    return excerpts


@dataclass(frozen=True, slots=True)
class _Sentence:
    passage: Passage
    start: int
    end: int
    found: str  # normalised text
    paragraph_start: bool


def _sentences(source: Source) -> Iterator[_Sentence]:
    text = source.reply.text
    # A passage of several short sections knows only the headings above all of them.
    headings = {text[s.start : s.heading_end] for s in find_sections(text) if s.heading_alone}
    headings.update(heading for passage in source.passages for heading in passage.heading_path)
    before = 0
    for passage in source.passages:
        for start, end in sentence_spans(text, passage.start, passage.end):
            found = normalise(searchable_text(source.reply, start, end))
            new_paragraph = "\n" in text[before:start]
            before = end
            if text[start:end] not in headings:
                yield _Sentence(passage, start, end, found, new_paragraph)


def _score(asked: Asked, sentences: Sequence[_Sentence]) -> list[float]:
    if not sentences:
        return []
    terms, expected = asked.terms, expected_by(asked.text)
    present = [[term for term in terms.weights if term in s.found] for s in sentences]
    frequency = Counter(term for found in present for term in found)
    total = math.log(1 + len(sentences))
    own = {
        term: terms.weights[term] * math.log(1 + len(sentences) / frequency[term]) / total
        for term in frequency
    }
    cosines = asked.similarity([sentence.found for sentence in sentences])
    return [
        sum(own[term] for term in found)
        + terms.total * SIMILARITY_WEIGHT * float(cosine)
        + terms.total * EXPECTATION_WEIGHT * fulfilment(sentence.found, expected)
        for found, cosine, sentence in zip(present, cosines, sentences, strict=True)
    ]


def _window(sentences: Sequence[_Sentence], index: int, taken: set[int]) -> list[int]:
    """Widen a sentence by those after and before it in its paragraph, up to QUOTE_LENGTH."""
    first = last = index

    def fits(other: int, first: int, last: int) -> bool:
        return other not in taken and sentences[last].end - sentences[first].start <= QUOTE_LENGTH

    while (
        last + 1 < len(sentences)
        and not sentences[last + 1].paragraph_start
        and fits(last + 1, first, last + 1)
    ):
        last += 1
    while first > 0 and not sentences[first].paragraph_start and fits(first - 1, first - 1, last):
        first -= 1
    return list(range(first, last + 1))
