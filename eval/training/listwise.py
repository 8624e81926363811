"""Fit the fusion by which relevant replies rank first, by regressions that all fits share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.ranking.fuse import FEATURES, Fusion
from index.ranking.retrieve import Retriever

LogisticFit = tuple[float, tuple[float, ...]]
"""An intercept and coefficients."""


def regress(
    features: Sequence[Sequence[float]],
    labels: Sequence[bool],
    weights: Sequence[float] | None = None,
) -> LogisticFit:
    """Fit a logistic regression; return its intercept and coefficients.

    :param weights: what each example counts; None = all alike.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=100.0, max_iter=1000).fit(features, labels, weights)
    return float(model.intercept_[0]), tuple(float(c) for c in model.coef_[0])


NEGATIVES = 30
"""How many of the best replies beside the right ones a query teaches with."""

FIXED = ("elsewhere",)
"""Features whose coefficients are not learned, since hardly any judgments tell of them."""

LEARNED = [n for n, name in enumerate(FEATURES) if name not in FIXED]

PRIOR = 20.0
"""How many queries the coefficients that are refitted weigh against those judged."""


@dataclass(frozen=True, slots=True)
class RankingExample:
    """The best passages of a query's best replies.

    `features` is float64 (n, len(FEATURES)), the first `right` rows those of relevant replies.
    """

    features: NDArray[np.float64]
    right: int


def make_example(
    retriever: Retriever, text: str, is_right: Callable[[str], bool]
) -> RankingExample | None:
    """Search a query; None where no relevant reply, or no other, is among the candidates.

    :param is_right: tells by a reply's id whether it is relevant.
    """
    query = retriever.analyse(text)
    candidates = retriever.candidates(query) if query.terms.weights else None
    if candidates is None:
        return None
    best: dict[str, int] = {}
    for i in np.argsort(-retriever.fusion.logits(candidates.features), kind="stable"):
        best.setdefault(candidates.passages[i].reply_id, int(i))
    right = [row for id, row in best.items() if is_right(id)]
    wrong = [row for id, row in best.items() if not is_right(id)][:NEGATIVES]
    return (
        RankingExample(candidates.features[right + wrong], len(right)) if right and wrong else None
    )


def fit_fusion(
    kinds: Sequence[Sequence[RankingExample]], start: Fusion, keep: bool = False
) -> Fusion:
    """Fit weights by which the right replies rank first, then scale them to a probability.

    The weights, none below zero, maximise the likelihood of the right replies under a softmax over
    each query's candidates (Cao et al. 2007, ListNet), each kind of queries counting alike; a
    logistic regression over the weighted sum then makes it a probability. What is `FIXED` stays as
    it is in `start`.

    :param keep: hold on to `start` as if it had been learned from `PRIOR` further queries.
    """
    from scipy.optimize import minimize

    begin = np.maximum(np.asarray(start.coefficients)[LEARNED], 0.0)
    scale = np.maximum(begin, 1.0)
    strength = PRIOR / max(sum(map(len, kinds)), 1) if keep else 1e-3
    centre = begin if keep else np.zeros(len(begin))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        away = (weights - centre) / (scale if keep else 1.0)
        value = strength * float(away @ away)
        gradient = 2 * strength * away / (scale if keep else 1.0)
        for examples in kinds:
            for example in examples:
                rows = example.features[:, LEARNED]
                logits = rows @ weights
                shares = np.exp(logits - logits.max())
                shares /= shares.sum()
                part = 1 / len(examples) / len(kinds)
                value -= part * float(np.log(shares[: example.right] + 1e-12).mean())
                gradient += part * (shares @ rows - rows[: example.right].mean(axis=0))
        return value, gradient

    bounds = [(0.0, None)] * len(begin)
    weights = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds).x
    sums = [[float(v)] for kind in kinds for e in kind for v in e.features[:, LEARNED] @ weights]
    labels = [n < e.right for kind in kinds for e in kind for n in range(len(e.features))]
    intercept, (slope,) = regress(sums, labels)
    coefficients = np.array(start.coefficients)
    coefficients[LEARNED] = slope * weights
    return Fusion(intercept, tuple(float(c) for c in coefficients))
