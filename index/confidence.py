"""How sure it is that the quotes found answer the question."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.content import indexed_text, searchable_text
from index.fuse import FUSION_FILE
from index.quotes import Excerpt
from index.retrieve import Query, RankedReply
from index.segment import normalise

EVIDENCE = (
    "score",  # log odds of the best reply's fused probability
    "cosine",  # the best reply's cosine, -1..1
    "quote_coverage",  # share of the question's weight in the best quote and its context, 0..1
    "reply_coverage",  # share of the question's weight in the reply quoted first, 0..1
)
"""What confidence is estimated from, in order."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic regression over `EVIDENCE`.

    Its output is the estimated probability that the question has an answer here and that the
    quotes show it, as fitted on questions whose reply was present or had been taken out (see
    `index/training/fusion.py`).
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
    query: Query, ranked: Sequence[RankedReply], excerpts: Sequence[Excerpt]
) -> tuple[float, ...]:
    """Return the values of `EVIDENCE`; there must be at least one reply and one excerpt."""
    best = ranked[0].hits[0]
    odds = math.log(max(best.score, 1e-9) / max(1 - best.score, 1e-9))
    first = excerpts[0]
    around = normalise(indexed_text(first.reply, first.passage).context)
    quoted = normalise(searchable_text(first.reply, first.start, first.end))
    whole = normalise(searchable_text(first.reply))
    return (
        odds,
        best.dense,
        query.terms.coverage(f"{quoted}\n{around}"),
        query.terms.coverage(f"{whole}\n{around}"),
    )


def load_confidence(path: Path = FUSION_FILE) -> Confidence:
    """Load the coefficients from a readable JSON file.

    :raises ValueError: where the file's evidence is not `EVIDENCE`.
    """
    content = json.loads(path.read_text(encoding="utf-8"))["confidence"]
    if tuple(content["coefficients"]) != EVIDENCE:
        raise ValueError(f"{path}: {tuple(content['coefficients'])}, expected {EVIDENCE}")
    return Confidence(float(content["intercept"]), tuple(content["coefficients"].values()))
