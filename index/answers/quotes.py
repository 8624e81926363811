"""Choose the few sentences of the best replies that answer a question, verbatim."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.text.outline import find_sections
from corpus.text.sentences import sentence_spans
from corpus.types import BETWEEN_CELLS, Passage, Reply
from index.answers.expect import fulfilment
from index.answers.newest import Newer
from index.answers.question import Question
from index.models.static import Vectors
from index.ranking.fuse import log_odds
from index.ranking.hits import RankedReply
from index.stores.texts import searchable_text
from index.text.segment import normalise

QUOTE_LENGTH = 150
"""Characters up to which a quote takes in the sentences beside the one that was chosen. On CMRC
2018, with words alone, one of three quotes holds the answer for 89 % of the questions when a quote
is one sentence, 92 % at 80 characters, 94 % at 120."""

WORTH_QUOTING = 5.0
"""How much less than the best excerpt's score a further one may have. It leaves 2.8 of three quotes
on the sample questions and 2.9 on CMRC 2018, and loses the supporting one for 0 and 0.2 %."""


LOOKED_AT = 16
"""How many of the best sentences the encoder reads: some 30 ms on two cores."""

MEANING = 10.0
"""Nats for a cosine of 1, by the encoder.

With 8, 12 and 16 (and 12, 20, 30 sentences) the first quote supports the answer for .78, .77 and
.77 of the sample questions (.68 without), for .49, .53 and .53 of the plain ones of the open half
(.38), and for .74, .75 and .76 of 248 of CMRC 2018 (.75)."""

BEFORE = 40
"""Characters of the sentence before that are read with one. With 0 or 120 nothing is better."""


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


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A span of a reply chosen as a quote: `reply.text[start:end]` is what may be shown.

    `score` is that of the sentence it was chosen for, see `SentenceWeights`; `newer` the reply
    that states otherwise what it says, if one was found.
    """

    reply: Reply
    passage: Passage
    start: int
    end: int
    score: float
    newer: Newer | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The sentences of some replies, scored by how well they answer a question.

    :ivar replies: each with its sentences in text order and their scores.
    """

    replies: tuple[tuple[Reply, tuple[_Sentence, ...], tuple[float, ...]], ...]

    def choose(self, count: int) -> list[Excerpt]:
        """Return up to `count` excerpts that answer best, best first; they do not overlap."""
        excerpts: list[Excerpt] = []
        for loss, order, index in self._best():
            if len(excerpts) == count or (excerpts and -loss < excerpts[0].score - WORTH_QUOTING):
                break
            if excerpt := self._excerpt(order, index, excerpts):
                excerpts.append(excerpt)
        return excerpts

    def weighed(self, compare: Callable[[Sequence[str]], Vectors]) -> Reading:
        """Return the same with what the encoder says of the best `LOOKED_AT` sentences.

        Those lose `MEANING` for each cosine by which they are behind the nearest of them; no other
        comes before them.

        :param compare: returns the encoder's cosines of texts with the question, float32 (n,).
        """
        best = self._best()[:LOOKED_AT]
        if not best:
            return self
        cosines = compare([self._with_before(order, index) for _, order, index in best])
        scores = [list(scores) for _, _, scores in self.replies]
        for (_, order, index), cosine in zip(best, cosines, strict=True):
            scores[order][index] -= MEANING * float(cosines.max() - cosine)
        least = min(scores[order][index] for _, order, index in best)
        for _, order, index in self._best()[LOOKED_AT:]:
            scores[order][index] = min(scores[order][index], least)
        weighed = zip(self.replies, scores, strict=True)
        return Reading(tuple((reply, read, tuple(new)) for (reply, read, _), new in weighed))

    def _best(self) -> list[tuple[float, int, int]]:
        """Return less the score, the reply's place and the sentence's, of all, the best first."""
        return sorted(
            (-score, order, index)
            for order, (_, _, scores) in enumerate(self.replies)
            for index, score in enumerate(scores)
        )

    def _with_before(self, order: int, index: int) -> str:
        """Return a sentence with the end of the one before, which may say what it is about."""
        sentences = self.replies[order][1]
        before = sentences[index - 1].found[-BEFORE:] if index else ""
        return before + sentences[index].found

    def find(self, reply: Reply, place: int, beside: Sequence[Excerpt]) -> Excerpt | None:
        """Return an excerpt for the sentence of a reply that begins at a place of its text.

        None where that reply was not read, or the sentence is quoted `beside` already.
        """
        return next(
            (
                self._excerpt(order, index, beside)
                for order, (other, sentences, _) in enumerate(self.replies)
                for index, sentence in enumerate(sentences)
                if other.id == reply.id and sentence.start == place
            ),
            None,
        )

    def _excerpt(self, order: int, index: int, beside: Sequence[Excerpt]) -> Excerpt | None:
        """Widen a sentence to an excerpt; None where it is part of one."""
        reply, sentences, scores = self.replies[order]
        taken = {
            number
            for number, sentence in enumerate(sentences)
            for other in beside
            if other.reply.id == reply.id and other.start <= sentence.start < other.end
        }
        if index in taken:
            return None
        window = _window(sentences, index, taken)
        start, end = sentences[window[0]].start, sentences[window[-1]].end
        return Excerpt(reply, sentences[index].passage, start, end, scores[index])


def read_replies(
    question: Question, ranked: Sequence[RankedReply], passages: Mapping[str, Sequence[Passage]]
) -> Reading:
    """Score the sentences of replies by `WEIGHTS` and the log odds that their reply is relevant.

    :param passages: by each reply's id, those to quote from, in text order.
    """
    read = [tuple(_sentences(each.reply, passages[each.reply_id])) for each in ranked]
    cosines = iter(question.similarity([s.found for sentences in read for s in sentences]))
    return Reading(
        tuple(
            (
                *(each.reply, sentences),
                tuple(s + log_odds(each.score) for s in _score(question, sentences, cosines)),
            )
            for each, sentences in zip(ranked, read, strict=True)
        )
    )


@dataclass(frozen=True, slots=True)
class _Sentence:
    passage: Passage
    start: int
    end: int
    found: str  # normalised text
    paragraph_start: bool


def _sentences(reply: Reply, passages: Sequence[Passage]) -> Iterator[_Sentence]:
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
            if text[start:end] not in headings:
                yield _Sentence(passage, start, end, found, new_paragraph)


def _score(
    question: Question, sentences: Sequence[_Sentence], cosines: Iterator[np.float32]
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
