"""Fit the fusion on questions of several kinds that the encoder has not seen.

    python -m eval.training.fusion --data DIR
    python -m eval.training.fusion --data DIR --encoded

write `index/ranking/fusion.json` and `index/ranking/fusion-encoded.json`, which judges what the
encoder has read; fit the confidence anew afterwards (`eval/training/confidence.py`).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.collection import Collection, index_documents
from eval.data.beir import BeirDocument
from eval.training.queries import QuerySet, Sample, load_query_sets
from index.learned import Regression, encoded_file, name_coefficients, save_regression
from index.models.choice import Models
from index.ranking.fuse import ENCODED, FEATURES, FUSION_FILE, Fusion
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

PRIOR = 20.0
"""How many queries the coefficients that are refitted weigh against those judged."""


@dataclass(frozen=True, slots=True)
class RankingExample:
    """The best passages of a query's best replies.

    `features` is float64 (n, len(ENCODED)), the first `right` rows those of relevant replies.
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
    it is in `start`. The regression over what the encoder has read is fitted likewise, on the
    examples that it has read; without any it stays as it is.

    :param keep: hold on to `start` as if it had been learned from `PRIOR` further queries.
    """
    from scipy.optimize import minimize

    encoded = start.encoded
    if encoded and (read := [part for kind in kinds if (part := list(filter(_is_read, kind)))]):
        encoded = fit_fusion(read, encoded, keep)
    names = ENCODED[: len(start.coefficients)]
    learned = [n for n, name in enumerate(names) if name not in FIXED]
    begin = np.maximum(np.asarray(start.coefficients)[learned], 0.0)
    scale = np.maximum(begin, 1.0)
    strength = PRIOR / max(sum(map(len, kinds)), 1) if keep else 1e-3
    centre = begin if keep else np.zeros(len(begin))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        away = (weights - centre) / (scale if keep else 1.0)
        value = strength * float(away @ away)
        gradient = 2 * strength * away / (scale if keep else 1.0)
        for examples in kinds:
            for example in examples:
                rows = example.features[:, learned]
                logits = rows @ weights
                shares = np.exp(logits - logits.max())
                shares /= shares.sum()
                part = 1 / len(examples) / len(kinds)
                value -= part * float(np.log(shares[: example.right] + 1e-12).mean())
                gradient += part * (shares @ rows - rows[: example.right].mean(axis=0))
        return value, gradient

    bounds = [(0.0, None)] * len(begin)
    weights = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds).x
    sums = [[float(v)] for kind in kinds for e in kind for v in e.features[:, learned] @ weights]
    labels = [n < e.right for kind in kinds for e in kind for n in range(len(e.features))]
    intercept, (slope,) = regress(sums, labels)
    coefficients = np.array(start.coefficients)
    coefficients[learned] = slope * weights
    return Fusion(intercept, tuple(float(c) for c in coefficients), encoded)


def _is_read(example: RankingExample) -> bool:
    return not np.isnan(example.features).any()


SAMPLE = Sample(questions=300, documents=3000, unseen=True)

ELSEWHERE = -2.0
"""The coefficient of `elsewhere`, set by hand, since the board's replies name no district: odds
fall to 0.14 of what they were, so that a clearly better match of another district still wins."""

BEGIN = {"lexical_relative": 5.0, "cosine": 8.0, "elsewhere": ELSEWHERE, "encoded": 8.0}

START = Fusion(0.0, tuple(BEGIN.get(name, 1.0) for name in FEATURES))
START_ENCODED = Fusion(0.0, tuple(BEGIN.get(name, 1.0) for name in ENCODED))
"""By which the passage that speaks for a reply is chosen the first time."""

ROUNDS = 2
"""How often all is fitted: the second time with the passages chosen by what was fitted first."""


def fit(data: Path, only: str = "", *, encoded: bool = False) -> Regression:
    """Return the fusion's coefficients, and what they were fitted on.

    :param only: how the names of the kinds begin that are fitted on; all where it is empty.
    :param encoded: fit the regression over what the encoder has read.
    """
    start, names = (START_ENCODED, ENCODED) if encoded else (START, FEATURES)
    models = Models("bundled", "at-once" if encoded else "off")
    kinds = [kind for kind in load_query_sets(data, SAMPLE) if kind.name.startswith(only)]
    fusion = start
    with ExitStack() as opened:
        collections = [
            opened.enter_context(index_documents(_documents(kind), models)) for kind in kinds
        ]
        for _ in range(ROUNDS):
            examples = [
                _examples(kind, collection, fusion)
                for kind, collection in zip(kinds, collections, strict=True)
            ]
            fusion = fit_fusion([part for part in examples if part], start)
        return Regression(
            name_coefficients(names, fusion.coefficients),
            round(fusion.intercept, 4),
            fitted_on={k.name: len(part) for k, part in zip(kinds, examples, strict=True)},
            model=collections[0].engine.embedder.name,
        )


def _examples(kind: QuerySet, collection: Collection, fusion: Fusion) -> list[RankingExample]:
    retriever = replace(collection.engine.retriever, fusion=fusion)
    places = {reply: set(map(int, ids)) for reply, ids in collection.names.items()}
    examples = []
    for query in kind.queries:
        right = {reply for reply, found in places.items() if found & query.answers}
        if example := make_example(retriever, query.text, right.__contains__):
            examples.append(example)
    return examples


def _documents(kind: QuerySet) -> list[BeirDocument]:
    return [BeirDocument(str(place), text) for place, text in enumerate(kind.documents)]


def main() -> None:
    """Fit, and write the fusion file."""
    parser = argparse.ArgumentParser(description="Fit the fusion.")
    parser.add_argument("--data", type=Path, required=True, help="data folder, see the model card")
    parser.add_argument("--encoded", action="store_true", help="fit what judges encoded passages")
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--only", default="", help="fit on kinds whose names begin so")
    options = parser.parse_args()
    out = options.out or (encoded_file(FUSION_FILE) if options.encoded else FUSION_FILE)
    fitted = fit(options.data, options.only, encoded=options.encoded)
    print(save_regression(fitted, out), end="")


if __name__ == "__main__":
    main()
