"""How sure it is that the quotes found answer the question."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from corpus.redact import redact
from index.content import reply_context, searchable_text
from index.coverage import Coverage
from index.fuse import read_coefficients
from index.quotes import Excerpt
from index.retrieve import RankedReply

CONFIDENCE_FILE = Path(__file__).with_name("confidence.json")

EVIDENCE = (
    "sentence",  # score of the best sentence, see index.quotes.SentenceWeights
    "others",  # mean log odds of the replies ranked after the best: what any reply reaches
    "above",  # cosine of the reply quoted first, less the median of the replies ranked 4th and on
    "covered",  # share of what the question says that the reply quoted first says too
    "missing",  # share of that word of it that quote, headings and title miss most
    "elsewhere",  # 1 where a district is named and the reply is another's, else 0
)
"""What confidence is estimated from, in order. What else was tried is in
`docs/evaluation/answers.md`."""

LEAST = -14.0
"""The log odds of what is as good as impossible, and of no other reply at all."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic regression over `EVIDENCE`.

    Its output is the estimated probability that the question has an answer here and that the
    quotes show it, as fitted on questions whose reply was present or had been taken out (see
    `index/training/confidence.py`).
    """

    intercept: float
    coefficients: tuple[float, ...]

    def estimate(self, evidence: Sequence[float]) -> float:
        """Return the confidence, 0..1."""
        logit = self.intercept + math.fsum(
            c * e for c, e in zip(self.coefficients, evidence, strict=True)
        )
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def gather_evidence(
    ranked: Sequence[RankedReply],
    best: Excerpt,
    cover: Callable[[str], Coverage],
    elsewhere: bool,
) -> tuple[float, ...]:
    """Return the values of `EVIDENCE` for the best excerpt of these replies.

    :param cover: tells how well a text covers the question.
    :param elsewhere: whether the question names a district and the excerpt is of another's reply.
    """
    others = [log_odds(reply.score) for reply in ranked[1:]]
    cosines = {reply.reply_id: reply.hits[0].dense for reply in ranked}
    further = list(cosines.values())[3:] or list(cosines.values())
    around = reply_context(best.reply)
    quoted = searchable_text(best.reply, best.start, best.end)
    headings = map(redact, best.passage.heading_path)
    return (
        best.score,
        fmean(others) if others else LEAST,
        cosines[best.reply.id] - median(further),
        cover(f"{searchable_text(best.reply)}\n{around}").covered,
        cover("\n".join([quoted, around, *headings])).missing,
        float(elsewhere),
    )


def log_odds(probability: float) -> float:
    """Return the log odds of a probability, between `LEAST` and -`LEAST`."""
    likely = 1 / (1 + math.exp(-LEAST))
    kept = min(max(probability, likely), 1 - likely)
    return math.log(kept / (1 - kept))


def load_confidence(path: Path = CONFIDENCE_FILE) -> Confidence:
    """Load the coefficients from a readable JSON file.

    :raises ValueError: where the file's evidence is not `EVIDENCE`.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    return Confidence(*read_coefficients(content, EVIDENCE, path))
