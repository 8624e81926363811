"""Fit the fusion and the confidence on board rows that the encoder has not seen.

    python -m index.training.fusion --data DIR

writes `index/fusion.json`. Queries are the titles and the messages of the held-out quarter of the
board's training rows; documents are all its training rows' replies, without their restatement of
the message, so that the match must be found in the substance.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.parse import parse_text
from corpus.store import Store
from index.answer import quote_replies
from index.confidence import EVIDENCE, gather_evidence
from index.engine import Engine, open_engine
from index.fuse import FEATURES, FUSION_FILE, Fusion
from index.training.pairs import is_fusion_holdout, iter_rows, strip_restatement

NEGATIVES = 30
"""How many of the best candidates beside the right reply a query teaches with."""


LEARNED = [FEATURES.index("lexical_relative"), FEATURES.index("cosine")]

ELSEWHERE = -2.0
"""The coefficient of `elsewhere`, set by hand, since the board's replies name no district: odds
fall to 0.14 of what they were, so that a clearly better match of another district still wins."""

Example = NDArray[np.float64]
"""Features of a query's candidates, float64 (n, len(FEATURES)), those of the right reply first."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A query and the id of the reply that answers it."""

    text: str
    reply_id: str


def fit(data: Path) -> dict[str, object]:
    """Return the content of the fusion file: coefficients by name, and what they were fitted on."""
    rows = [row for row in iter_rows(data / "board" / "replies.jsonl") if row["split"] == "train"]
    queries = [
        Labelled(str(row[column]), str(row["id"]))
        for row in rows
        if is_fusion_holdout(str(row["id"]))
        for column in ("title", "question")
        if row[column]
    ]
    with tempfile.TemporaryDirectory() as home, Store.open(Path(home)) as store:
        with store.transaction():
            for number, row in enumerate(rows):
                text = strip_restatement(str(row["reply"]), str(row["title"]))
                if text.strip():
                    id_column = (("id", str(row["id"])),)
                    store.put(parse_text(f"{number}", text, id_column), "")
        engine = open_engine(Path(home), "bundled", store)
        engine.indexer.catch_up()
        fusion = _fit_ranking(list(_iter_examples(engine, queries)))
        engine.retriever.fusion = Fusion(*fusion)
        confidence = _regress(*_stack(_iter_evidence(engine, queries)))
        engine.close()
    return {
        "fitted_on": f"{len(queries)} titles and messages, {len(rows)} replies of the board",
        "model": engine.embedder.name,
        **_named(fusion, FEATURES),
        "confidence": _named(confidence, EVIDENCE),
    }


def _iter_examples(engine: Engine, queries: Sequence[Labelled]) -> Iterator[Example]:
    """Yield the features of the best replies' best passages, the right reply's first."""
    for query in queries:
        candidates = engine.retriever.candidates(engine.retriever.analyse(query.text))
        if candidates is None:
            continue
        best: dict[str, int] = {}
        for i in np.argsort(-candidates.features.sum(axis=1), kind="stable"):
            best.setdefault(candidates.passages[i].reply.id, int(i))
        if (right := best.pop(query.reply_id, None)) is not None:
            yield candidates.features[[right, *list(best.values())[:NEGATIVES]]]


def _fit_ranking(examples: Sequence[Example]) -> tuple[float, tuple[float, ...]]:
    """Fit weights by which the right reply ranks first, then scale them to a probability.

    The weights maximise the likelihood of the right reply under a softmax over each query's
    candidates (Cao et al. 2007, ListNet, with one relevant document); a logistic regression over
    the weighted sum then makes it a probability.
    """
    from scipy.optimize import minimize

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, gradient = float(1e-3 * weights @ weights), 2e-3 * weights
        for features in examples:
            logits = features[:, LEARNED] @ weights
            shares = np.exp(logits - logits.max())
            shares /= shares.sum()
            value -= float(np.log(shares[0] + 1e-12)) / len(examples)
            gradient -= (features[0, LEARNED] - shares @ features[:, LEARNED]) / len(examples)
        return value, gradient

    weights = minimize(loss, np.zeros(len(LEARNED)), jac=True, method="L-BFGS-B").x
    sums = [[float(row @ weights)] for features in examples for row in features[:, LEARNED]]
    labels = [n == 0 for features in examples for n in range(len(features))]
    intercept, (slope,) = _regress(sums, labels)
    return intercept, (*(slope * float(w) for w in weights), ELSEWHERE)


def _iter_evidence(
    engine: Engine, queries: Sequence[Labelled]
) -> Iterator[tuple[Sequence[float], bool]]:
    """Yield the evidence for each query with its reply present, and with it taken out.

    An answer is right where its first quote is of the right reply; with that taken out none is.
    """
    for labelled in queries:
        query = engine.retriever.analyse(labelled.text)
        ranked = engine.retriever.rank_replies(query, 11)
        without = [reply for reply in ranked if reply.reply_id != labelled.reply_id]
        for replies in (ranked[:10], without[:10]):
            if excerpts := quote_replies(engine.retriever, query, replies):
                right = excerpts[0].reply.id == labelled.reply_id
                yield gather_evidence(replies, excerpts), right


def _stack(
    examples: Iterator[tuple[Sequence[float], bool]],
) -> tuple[list[Sequence[float]], list[bool]]:
    features, labels = zip(*examples, strict=True)
    return list(features), list(labels)


def _regress(
    features: Sequence[Sequence[float]], labels: Sequence[bool]
) -> tuple[float, tuple[float, ...]]:
    """Fit a logistic regression; return its intercept and coefficients."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=100.0, max_iter=1000).fit(features, labels)
    return float(model.intercept_[0]), tuple(float(c) for c in model.coef_[0])


def _named(fitted: tuple[float, tuple[float, ...]], names: Sequence[str]) -> dict[str, object]:
    intercept, coefficients = fitted
    return {
        "intercept": round(intercept, 4),
        "coefficients": {n: round(c, 4) for n, c in zip(names, coefficients, strict=True)},
    }


def main() -> None:
    """Fit, and write the fusion file."""
    parser = argparse.ArgumentParser(description="Fit the fusion and the confidence.")
    parser.add_argument("--data", type=Path, required=True, help="data folder, see the model card")
    parser.add_argument("--out", type=Path, default=FUSION_FILE)
    options = parser.parse_args()
    content = json.dumps(fit(options.data), ensure_ascii=False, indent=2)
    options.out.write_text(content + "\n", encoding="utf-8")
    print(content)


if __name__ == "__main__":
    main()
