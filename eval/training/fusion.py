"""Fit the fusion on questions of several kinds that the encoder has not seen.

    python -m eval.training.fusion --data DIR

writes `index/ranking/fusion.json`; fit the confidence anew afterwards
(`eval/training/confidence.py`).
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from eval.collection import Collection, index_documents
from eval.data.beir import BeirDocument
from eval.training.listwise import RankingExample, fit_fusion, make_example
from eval.training.queries import QuerySet, Sample, load_query_sets
from index.learned import Regression, name_coefficients, save_regression
from index.ranking.fuse import FEATURES, FUSION_FILE, Fusion

SAMPLE = Sample(questions=300, documents=3000, unseen=True)

ELSEWHERE = -2.0
"""The coefficient of `elsewhere`, set by hand, since the board's replies name no district: odds
fall to 0.14 of what they were, so that a clearly better match of another district still wins."""

START = Fusion(
    0.0,
    tuple(
        {"lexical_relative": 5.0, "cosine": 8.0, "elsewhere": ELSEWHERE}.get(f, 1.0)
        for f in FEATURES
    ),
)
"""By which the passage that speaks for a reply is chosen the first time."""

ROUNDS = 2
"""How often all is fitted: the second time with the passages chosen by what was fitted first."""


def fit(data: Path, only: str = "") -> Regression:
    """Return the fusion's coefficients, and what they were fitted on.

    :param only: how the names of the kinds begin that are fitted on; all where it is empty.
    """
    kinds = [kind for kind in load_query_sets(data, SAMPLE) if kind.name.startswith(only)]
    fusion = START
    with ExitStack() as opened:
        collections = [
            opened.enter_context(index_documents(_documents(kind), "bundled")) for kind in kinds
        ]
        for _ in range(ROUNDS):
            examples = [
                _examples(kind, collection, fusion)
                for kind, collection in zip(kinds, collections, strict=True)
            ]
            fusion = fit_fusion([part for part in examples if part], START)
        return Regression(
            name_coefficients(FEATURES, fusion.coefficients),
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
    parser.add_argument("--out", type=Path, default=FUSION_FILE)
    parser.add_argument("--only", default="", help="fit on kinds whose names begin so")
    options = parser.parse_args()
    print(save_regression(fit(options.data, options.only), options.out), end="")


if __name__ == "__main__":
    main()
