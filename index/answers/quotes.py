"""Choose the few sentences of the best replies that answer a question, verbatim."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from corpus.types import Passage, Reply
from index.answers.newest import Newer
from index.answers.question import Question
from index.answers.sentences import Sentence, cut_sentences, score_sentences
from index.models.reader import Found
from index.models.static import Vectors
from index.ranking.fuse import log_odds
from index.ranking.hits import RankedReply
from index.text.language.fields import AskedField

QUOTE_LENGTH = 150
"""Characters up to which a quote takes in the sentences beside the one that was chosen. On CMRC
2018, with words alone, one of three quotes holds the answer for 89 % of the questions when a quote
is one sentence, 92 % at 80 characters, 94 % at 120."""

WORTH_QUOTING = 9.0
"""How much less than the best excerpt's score a further one may have. The reader spreads scores: it
leaves 2.4 of three quotes on 169 held plain questions and 2.1 on 170 of CMRC 2018, and loses the
supporting one for one of the former; with 5, which was enough without it, 1.9 and 1.7, and the
supporting one for five and one."""

UNLIKELY = -1.0
"""The log odds that a passage answers, by the reader, below which it is not quoted beside a better
one. Of 230 further quotes to 159 held questions 51 have less, of which one supports the answer."""

LOOKED_AT = 16
"""How many of the best sentences the encoder reads: some 30 ms on two cores."""

MEANING = 10.0
"""Nats for a cosine of 1, by the encoder.

With 8, 12 and 16 (and 12, 20, 30 sentences) the first quote supports the answer for .78, .77 and
.77 of the sample questions (.68 without), for .49, .53 and .53 of the plain ones of the open half
(.38), and for .74, .75 and .76 of 248 of CMRC 2018 (.75)."""

READ = 8
"""How many passages, those of the best sentences, the reader reads."""

SAID = 2.0
"""What the log odds that a quote answers weigh, by the reader. By those of its sentence alone the
first quote supports the answer for 87 of the 100 sample questions in place of 89, and for 137 of
169 held plain ones in place of 138."""

NEVER = 1e-3
"""The least probability that a sentence answers."""

BEFORE = 40
"""Characters of the sentence before that are read with one. With 0 or 120 nothing is better."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A span of a reply chosen as a quote: `reply.text[start:end]` is what may be shown.

    `score` is that of the sentence it was chosen for, see `SentenceWeights`; `newer` the reply
    that states otherwise what it says, if one was found.

    :ivar answers: the log odds that its passage answers, by the reader; NaN without one.
    :ivar field: the field that stands there, where the question asks for one.
    """

    reply: Reply
    passage: Passage
    start: int
    end: int
    score: float
    newer: Newer | None = None
    answers: float = math.nan
    field: AskedField | None = None


_Place = tuple[int, int]
"""A reply's place among those that are read, and a sentence's in it."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What the reader says of a sentence.

    :ivar passage: the log odds that its passage answers.
    :ivar quoted: how likely that does, and the answer begins in what is quoted for it, 0..1.
    """

    passage: float
    quoted: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The sentences of some replies, scored by how well they answer a question.

    :ivar replies: each with its sentences in text order and their scores.
    :ivar said: what the reader says of sentences; of those of passages it has read.
    """

    replies: tuple[tuple[Reply, tuple[Sentence, ...], tuple[float, ...]], ...]
    said: Mapping[_Place, _Said] = field(default_factory=dict)

    def choose(self, count: int) -> list[Excerpt]:
        """Return up to `count` excerpts that answer best, best first; they do not overlap."""
        excerpts: list[Excerpt] = []
        for loss, order, index in self._best():
            if len(excerpts) == count or (excerpts and -loss < excerpts[0].score - WORTH_QUOTING):
                break
            excerpt = self._excerpt(order, index, excerpts)
            if excerpt and not (excerpts and excerpt.answers < UNLIKELY):
                excerpts.append(excerpt)
        return excerpts

    def weighed(self, compare: Callable[[Sequence[str]], Vectors]) -> Reading:
        """Return the same with what the encoder says of the best `LOOKED_AT` sentences.

        Those lose `MEANING` for each cosine by which they are behind the nearest of them; no other
        comes before them.

        :param compare: returns the encoder's cosines of texts with the question, float32 (n,).
        """
        best = [(order, index) for _, order, index in self._best()[:LOOKED_AT]]
        if not best:
            return self
        cosines = compare([self._with_before(*place) for place in best])
        behind = (cosines.max() - cosines).tolist()
        return self._lowered({at: MEANING * loss for at, loss in zip(best, behind, strict=True)})

    def answered(self, read: Callable[[Sequence[str]], Sequence[Found]]) -> Reading:
        """Return the same with what the reader says of the passages of the best sentences.

        Each of their sentences loses `SAID` times what its quote is behind the likeliest of them,
        in nats; no other comes before them.

        :param read: returns what passages say to the question.
        """
        said = dict(self._ask(read))
        if not said:
            return self
        most = max(each.quoted for each in said.values()) + NEVER
        losses = {at: SAID * math.log(most / (s.quoted + NEVER)) for at, s in said.items()}
        return replace(self._lowered(losses), said=said)

    def _ask(
        self, read: Callable[[Sequence[str]], Sequence[Found]]
    ) -> Iterator[tuple[_Place, _Said]]:
        """Yield what the reader says of each sentence of the best passages."""
        passages: dict[tuple[int, int], list[int]] = {}
        for _, order, index in self._best():
            key = order, self.replies[order][1][index].passage.start
            if key in passages or len(passages) < READ:
                passages.setdefault(key, []).append(index)
        texts = [
            [self.replies[order][1][index].found for index in sorted(indexes)]
            for (order, _), indexes in passages.items()
        ]
        found = read(["".join(each) for each in texts])
        for ((order, _), indexes), sentences, one in zip(
            passages.items(), texts, found, strict=True
        ):
            starts = accumulate(map(len, sentences), initial=0)
            spans = dict(zip(sorted(indexes), pairwise(starts), strict=True))
            for index in spans:
                window = _window(self.replies[order][1], index, set())
                quoted = [spans[each] for each in window if each in spans]
                probability = one.probability(quoted[0][0], quoted[-1][1])
                yield (order, index), _Said(one.answered, probability)

    def _lowered(self, losses: Mapping[_Place, float]) -> Reading:
        """Return the same with so much taken from some scores; no other comes before them."""
        scores = [list(scores) for _, _, scores in self.replies]
        for (order, index), loss in losses.items():
            scores[order][index] -= loss
        least = min(scores[order][index] for order, index in losses)
        for _, order, index in self._best():
            if (order, index) not in losses:
                scores[order][index] = min(scores[order][index], least)
        both = zip(self.replies, scores, strict=True)
        return Reading(tuple((reply, read, tuple(new)) for (reply, read, _), new in both))

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
        excerpt = Excerpt(reply, sentences[index].passage, start, end, scores[index])
        said = self.said.get((order, index))
        return replace(excerpt, answers=said.passage) if said else excerpt


def read_replies(
    question: Question, ranked: Sequence[RankedReply], passages: Mapping[str, Sequence[Passage]]
) -> Reading:
    """Score the sentences of replies by `WEIGHTS` and the log odds that their reply is relevant.

    :param passages: by each reply's id, those to quote from, in text order.
    """
    read = [tuple(cut_sentences(each.reply, passages[each.reply_id])) for each in ranked]
    cosines = iter(question.similarity([s.found for sentences in read for s in sentences]))
    return Reading(
        tuple(
            (
                *(each.reply, sentences),
                tuple(
                    s + log_odds(each.score) for s in score_sentences(question, sentences, cosines)
                ),
            )
            for each, sentences in zip(ranked, read, strict=True)
        )
    )


def _window(sentences: Sequence[Sentence], index: int, taken: set[int]) -> list[int]:
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
