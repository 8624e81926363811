"""How sure it is that the quotes found answer the question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from corpus.text.redact import redact
from index.answers.expect import lacks_kind, lacks_number
from index.answers.question import Question
from index.answers.quotes import Excerpt
from index.learned import load_beside, load_regression, logistic, read_file
from index.ranking.fuse import LEAST, log_odds
from index.ranking.hits import RankedReply
from index.stores.texts import reply_context, searchable_text
from index.text.segment import normalise

CONFIDENCE_FILE = Path(__file__).with_name("confidence.json")

EVIDENCE = (
    "sentence",  # score of the best sentence, see index.answers.sentences.SentenceWeights
    "others",  # mean log odds of the replies ranked after the best: what any reply reaches
    "covered",  # share of what the question says that the reply quoted first says too
    "missing",  # share of that word of it that quote, headings and title miss most
    "number",  # how short a question is that names a number which the reply doesn't, else 0
    "kind",  # how short a question is that demands a kind of words which the quote lacks, else 0
    "elsewhere",  # 1 where a district is named and the reply is another's, else 0
)
"""What confidence is estimated from, in order. What else was tried is in
`docs/evaluation/answers.md`."""

ENCODED_EVIDENCE = (
    *EVIDENCE,
    "meaning",  # the encoder's highest cosine of a quote with the question; NaN without an encoder
)
"""The same where there is an encoder, in order."""

READ_EVIDENCE = (
    *ENCODED_EVIDENCE,
    "answers",  # the log odds that the best quote's passage answers; NaN without a reader
)
"""The same where there is a reader as well, in order."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic regression over `EVIDENCE`, one over `ENCODED_EVIDENCE`, one over `READ_EVIDENCE`.

    Its output is the estimated probability that the question has an answer here and that the
    quotes show it, as fitted on questions whose reply was present or had been taken out (see
    `eval/training/confidence.py`).

    :ivar coefficients: of as much of the first evidence; further evidence is passed over.
    :ivar encoded: what judges where there is an encoder; None judges all alike.
    :ivar read: what judges where there is a reader as well.
    """

    intercept: float
    coefficients: tuple[float, ...]
    encoded: Confidence | None = None
    read: Confidence | None = None

    def estimate(self, evidence: Sequence[float]) -> float:
        """Return the confidence, 0..1, by the first values of `READ_EVIDENCE`."""
        for judge, all_of in ((self.read, READ_EVIDENCE), (self.encoded, ENCODED_EVIDENCE)):
            known = evidence[: len(all_of)]
            if judge and len(known) == len(all_of) and not math.isnan(known[-1]):
                return judge.estimate(known)
        own = evidence[: len(self.coefficients)]
        return logistic(self.intercept, self.coefficients, own)


def gather_evidence(
    question: Question,
    ranked: Sequence[RankedReply],
    best: Excerpt,
    elsewhere: bool,
    meaning: float = math.nan,
) -> tuple[float, ...]:
    """Return the values of `READ_EVIDENCE` for the best excerpt of these replies.

    :param elsewhere: whether the question names a district and the excerpt is of another's reply.
    """
    others = [log_odds(reply.score) for reply in ranked[1:]]
    around = reply_context(best.reply)
    whole = normalise(f"{searchable_text(best.reply)}\n{around}")
    quoted = searchable_text(best.reply, best.start, best.end)
    headings = map(redact, best.passage.heading_path)
    return (
        best.score,
        fmean(others) if others else LEAST,
        question.cover(whole).covered,
        question.cover(normalise("\n".join([quoted, around, *headings]))).missing,
        question.short * lacks_number(question.query.normalised, whole),
        question.short * lacks_kind(question.query.normalised, normalise(quoted)),
        float(elsewhere),
        meaning,
        best.answers,
    )


def load_confidence(path: Path = CONFIDENCE_FILE) -> Confidence:
    """Load the coefficients, with those of files beside them, or else of those beside the bundled.

    :raises ValueError: where a file's evidence is other, or it has no intercept.
    """
    encoded = Confidence(*load_beside(path, CONFIDENCE_FILE, ENCODED_EVIDENCE).terms)
    read = Confidence(*load_beside(path, CONFIDENCE_FILE, READ_EVIDENCE, read_file).terms)
    return Confidence(*load_regression(path, EVIDENCE).terms, encoded, read)
