"""Fit the fusion on board rows that the encoder has not seen.

    python -m index.training.fusion --data DIR

writes `index/fusion.json`; fit the confidence anew afterwards (`index/training/confidence.py`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.engine import Engine
from index.fuse import FEATURES, FUSION_FILE
from index.training.board import Labelled, open_board
from index.training.regression import named, regress

NEGATIVES = 30
"""How many of the best candidates beside the right reply a query teaches with."""


LEARNED = [FEATURES.index("lexical_relative"), FEATURES.index("cosine")]

ELSEWHERE = -2.0
"""The coefficient of `elsewhere`, set by hand, since the board's replies name no district: odds
fall to 0.14 of what they were, so that a clearly better match of another district still wins."""

Example = NDArray[np.float64]
"""Features of a query's candidates, float64 (n, len(FEATURES)), those of the right reply first."""


def fit(data: Path) -> dict[str, object]:
    """Return the content of the fusion file: coefficients by name, and what they were fitted on."""
    with open_board(data) as board:
        fusion = _fit_ranking(list(_iter_examples(board.engine, board.queries)))
        count = len(board.queries)
        return {
            "fitted_on": f"{count} titles and messages, {board.replies} replies of the board",
            "model": board.engine.embedder.name,
            **named(fusion, FEATURES),
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
    intercept, (slope,) = regress(sums, labels)
    return intercept, (*(slope * float(w) for w in weights), ELSEWHERE)


def main() -> None:
    """Fit, and write the fusion file."""
    parser = argparse.ArgumentParser(description="Fit the fusion.")
    parser.add_argument("--data", type=Path, required=True, help="data folder, see the model card")
    parser.add_argument("--out", type=Path, default=FUSION_FILE)
    options = parser.parse_args()
    content = json.dumps(fit(options.data), ensure_ascii=False, indent=2)
    options.out.write_text(content + "\n", encoding="utf-8")
    print(content)


if __name__ == "__main__":
    main()
