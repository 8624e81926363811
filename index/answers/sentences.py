"""Sentences of replies, and how well each answers a question by its words and its heading."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.text.outline import find_sections
from corpus.text.sentences import sentence_spans
from corpus.types import BETWEEN_CELLS, Passage, Reply
from index.answers.expect import fulfilment
from index.answers.question import Question
from index.stores.texts import searchable_text
from index.text.segment import normalise


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """What speaks for a sentence, in nats: the score is to be the log odds that it answers.

    Each share is of the weight of the question's terms. Fitted by a softmax over the sentences of
    five replies, on CMRC 2018 and the sample questions, then scaled down and rounded where that
    lost nothing on either (docs/evaluation/answers.md).

    :ivar own: for the share that stands in the sentence, each term weighed again by how rare it is
        among the sentences of its own reply: what stands in every sentence of a reply (the matter's
        name) tells none of them apart.
    :ivar before: for the share that stands not in it but in the sentence before: what a sentence
        is about is often said there.
    :ivar heading: for the share that stands not in it but in the headings above.
    :ivar similarity: for a cosine of 1 with the question.
    :ivar expected: for holding what kind of words is asked for, see `index.answers.expect`.
    :ivar lead_in: for ending with a colon: what it says comes after.
    """

    own: float = 6.0
    before: float = 3.0
    heading: float = 3.0
    similarity: float = 3.0
    expected: float = 1.5
    lead_in: float = -1.5


WEIGHTS = SentenceWeights()

_ANNOUNCES = re.compile(
    r"(?:[^。；！？\d]{0,40}[，,])?(?:现(?!行)|特|兹|就(?![业医诊读餐近])|将)[^。；！？，,\d]{0,60}"
    r"(?:[，,]?[现作]?[答回函]复)?如下[：:。]?"
)
"""A sentence that only says that what it is about comes next: 现将有关情况答复如下。"""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a reply's passage: `reply.text[start:end]`.

    :ivar found: its normalised text.
    :ivar paragraph_start: whether a paragraph begins with it.
    """

    passage: Passage
    start: int
    end: int
    found: str
    paragraph_start: bool


def cut_sentences(reply: Reply, passages: Sequence[Passage]) -> Iterator[Sentence]:
    """Yield the sentences of a reply's passages in text order, but for those that say nothing.

    These are headings, and what only announces the sentences after it.
    """
    text = reply.text
    # A passage of several short sections knows only the headings above all of them.
    headings = {text[s.start : s.heading_end] for s in find_sections(text) if s.heading_alone}
    headings.update(heading for passage in passages for heading in passage.heading_path)
    before, in_table = 0, False
    for passage in passages:
        for start, end in sentence_spans(text, passage.start, passage.end):
            found = normalise(searchable_text(reply, start, end))
            # The rows of a table are quoted together: a row says little without the first one.
            row = BETWEEN_CELLS in text[start:end]
            new_paragraph = "\n" in text[before:start] and not (row and in_table)
            before, in_table = end, row
            if text[start:end] not in headings and not _ANNOUNCES.fullmatch(found.strip()):
                yield Sentence(passage, start, end, found, new_paragraph)


def score_sentences(
    question: Question, sentences: Sequence[Sentence], cosines: Iterator[np.float32]
) -> Iterator[float]:
    """Yield the sentences' scores, taking as many cosines."""
    terms = question.query.terms
    present = [terms.found_in(sentence.found).weights for sentence in sentences]
    frequency = Counter(term for found in present for term in found)
    most = math.log(1 + len(sentences))
    rarity = {t: math.log(1 + len(sentences) / n) / most for t, n in frequency.items()}
    headings = {
        path: terms.found_in(normalise("\n".join(path))).weights
        for path in {sentence.passage.heading_path for sentence in sentences}
    }
    total = terms.total or 1.0
    before: Mapping[str, float] = {}
    for sentence, found in zip(sentences, present, strict=True):
        heading = headings[sentence.passage.heading_path]
        yield (
            WEIGHTS.own * sum(weight * rarity[term] for term, weight in found.items()) / total
            + WEIGHTS.before * _beside(before, found) / total
            + WEIGHTS.heading * _beside(heading, found) / total
            + WEIGHTS.similarity * float(next(cosines))
            + WEIGHTS.expected * fulfilment(sentence.found, question.expected)
            + WEIGHTS.lead_in * sentence.found.endswith(("：", ":"))
        )
        before = found


def _beside(others: Mapping[str, float], found: Mapping[str, float]) -> float:
    """Return the weight of those other terms that are not found already."""
    return sum(weight for term, weight in others.items() if term not in found)
