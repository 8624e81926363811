"""How sure it is that the quotes found answer the question."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from corpus.redact import redact
from index.content import reply_context, searchable_text
from index.coverage import TokenVectors, cover, find_said
from index.fuse import read_coefficients
from index.quotes import Excerpt
from index.retrieve import RankedReply
from index.segment import normalise

CONFIDENCE_FILE = Path(__file__).with_name("confidence.json")

EVIDENCE = (
    "sentence",  # score of the best sentence, see index.quotes.SentenceWeights
    "others",  # mean log odds of the replies ranked after the best: what any reply reaches
    "above",  # cosine of the reply quoted first, less the median of the replies ranked 4th and on
    "covered",  # share of what the question says that the quote and what stands above it say too
    "missing",  # share of that one of its words that is missed most
)
"""What confidence is estimated from, in order. What else was tried is in
`docs/evaluation/answers.md`."""

LEAST = -14.0
"""The log odds of what is as good as impossible, and of no other reply at all."""

OTHERS = 5
"""So many replies after the best are looked at."""


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
    question: str,
    ranked: Sequence[RankedReply],
    excerpts: Sequence[Excerpt],
    vectors_of: TokenVectors,
) -> tuple[float, ...]:
    """Return the values of `EVIDENCE`; there must be at least one excerpt."""
    best = excerpts[0]
    others = [log_odds(reply.score) for reply in ranked[1 : 1 + OTHERS]]
    cosines = {reply.reply_id: reply.hits[0].dense for reply in ranked}
    further = list(cosines.values())[3:] or list(cosines.values())
    quoted = searchable_text(best.reply, best.start, best.end)
    above = "\n".join([reply_context(best.reply), *map(redact, best.passage.heading_path)])
    said = find_said(normalise(question), vectors_of)
    coverage = cover(said, normalise(f"{quoted}\n{above}"), vectors_of)
    return (
        best.score,
        fmean(others) if others else LEAST,
        cosines[best.reply.id] - median(further),
        coverage.covered,
        coverage.missing,
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
