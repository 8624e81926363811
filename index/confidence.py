"""How sure it is that the quotes found answer the question."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.fuse import read_coefficients
from index.quotes import Excerpt
from index.retrieve import RankedReply

CONFIDENCE_FILE = Path(__file__).with_name("confidence.json")

EVIDENCE = ("score",)  # log odds of the fused probability of the reply quoted first
"""What confidence is estimated from, in order. The quote's cosine, how much of the question it and
its reply cover, and the distance to the next reply were tried as well: they gain nothing on the
sample questions (area under the ROC curve .77 with the score alone, .73 to .78 with others)."""


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
    ranked: Sequence[RankedReply], excerpts: Sequence[Excerpt]
) -> tuple[float, ...]:
    """Return the values of `EVIDENCE`; there must be at least one excerpt."""
    quoted = excerpts[0].reply.id
    score = next(entry.score for entry in ranked if entry.reply_id == quoted)
    return (math.log(max(score, 1e-9) / max(1 - score, 1e-9)),)


def load_confidence(path: Path = CONFIDENCE_FILE) -> Confidence:
    """Load the coefficients from a readable JSON file.

    :raises ValueError: where the file's evidence is not `EVIDENCE`.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    return Confidence(*read_coefficients(content, EVIDENCE, path))
