"""How likely it is that a library holds an answer to one thing that a proposal asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.answers.answer import Finding
from index.answers.question import Question
from index.learned import encoded_file, load_regression, logistic
from index.ranking.fuse import log_odds
from index.ranking.hits import Hit
from index.stores.texts import searchable_text
from index.text.segment import normalise

PRECEDENT_FILE = Path(__file__).with_name("precedent.json")

EVIDENCE = (
    "confidence",  # log odds that the sentences found answer it, see `index.answers.confidence`
    "covered",  # the most of what the request says that one of the best passages says too
    "lexical",  # exact BM25 of the best passage, in nats for each term of the request
)
"""What it is estimated from, in order. What else was tried is in `docs/evaluation/desk.md`."""

PASSAGES_READ = 3
"""So many of the best passages are held against a request."""

LEAST_TERMS = 10
"""A request of fewer terms is held to so many: one term found says little."""

THRESHOLD = 0.6
"""Below this probability a request is said to have no precedent. By fits on other texts that is
said rightly of .92 of those without one (.95 where there is an encoder); .90 with one keep it."""


@dataclass(frozen=True, slots=True)
class Precedence:
    """A logistic regression over `EVIDENCE`, and one that judges where there is an encoder."""

    intercept: float
    coefficients: tuple[float, ...]
    encoded: Precedence | None = None

    def estimate(self, evidence: tuple[float, ...], deeply: bool) -> float:
        """Return the probability, 0..1, that what was found answers the request.

        :param deeply: whether the encoder has judged what was found.
        """
        if deeply and self.encoded:
            return self.encoded.estimate(evidence, deeply=False)
        return logistic(self.intercept, self.coefficients, evidence)


def list_hits(finding: Finding) -> list[Hit]:
    """Return the passages that were found, best first."""
    hits = (hit for ranked in finding.ranked for hit in ranked.hits)
    return sorted(hits, key=lambda hit: -hit.score)


def gather_evidence(finding: Finding, request: Question) -> tuple[float, ...]:
    """Return the values of `EVIDENCE` for what was found for a request."""
    query, best = finding.query, list_hits(finding)[:PASSAGES_READ]
    if not best or not query.terms.weights:
        return log_odds(0.0), 0.0, 0.0
    texts = (searchable_text(hit.reply, hit.passage.start, hit.passage.end) for hit in best)
    covered = max(request.cover(normalise(text)).covered for text in texts)
    return (
        log_odds(finding.confidence),
        covered,
        best[0].lexical / max(len(query.terms.weights), LEAST_TERMS),
    )


def load_precedence() -> Precedence:
    """Load the coefficients, with those that judge with an encoder.

    :raises ValueError: where a file's evidence is other, or it has no intercept.
    """
    encoded = Precedence(*load_regression(encoded_file(PRECEDENT_FILE), EVIDENCE).terms)
    return Precedence(*load_regression(PRECEDENT_FILE, EVIDENCE).terms, encoded)
