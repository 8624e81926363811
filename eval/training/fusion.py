"""Fit the fusion on questions of several kinds that the encoder has not seen.

    python -m eval.training.fusion --data DIR

writes `index/ranking/fusion.json`; fit the confidence anew afterwards
(`eval/training/confidence.py`).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.parse import parse_text
from corpus.store.store import Store
from eval.training.kinds import Kind, Sample, load_kinds
from eval.training.listwise import Example, fit_fusion, make_example
from index.engine import Engine, open_engine
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
    kinds = [kind for kind in load_kinds(data, SAMPLE) if kind.name.startswith(only)]
    fusion = START
    with ExitStack() as opened:
        homes = [opened.enter_context(_open_kind(kind)) for kind in kinds]
        for _ in range(ROUNDS):
            examples = [
                _examples(kind, home, fusion) for kind, home in zip(kinds, homes, strict=True)
            ]
            fusion = fit_fusion([part for part in examples if part], START)
        return Regression(
            name_coefficients(FEATURES, fusion.coefficients),
            round(fusion.intercept, 4),
            fitted_on={k.name: len(part) for k, part in zip(kinds, examples, strict=True)},
            model=homes[0].engine.embedder.name,
        )


@dataclass(frozen=True, slots=True)
class _Home:
    """A kind's documents, indexed, and their places by the id of the reply they became."""

    engine: Engine
    places: dict[str, set[int]]


def _examples(kind: Kind, home: _Home, fusion: Fusion) -> list[Example]:
    retriever = replace(home.engine.retriever, fusion=fusion)
    examples = []
    for question in kind.questions:
        right = {id for id, places in home.places.items() if places & question.answers}
        if example := make_example(retriever, question.text, right.__contains__):
            examples.append(example)
    return examples


@contextmanager
def _open_kind(kind: Kind) -> Iterator[_Home]:
    with tempfile.TemporaryDirectory() as home, Store.open(Path(home)) as store:
        places: dict[str, set[int]] = {}
        with store.transaction():
            for place, text in enumerate(kind.documents):
                try:
                    parsed = parse_text(f"{place}", text, (("id", f"d{place}"),))
                except UnreadableFile:
                    continue
                places.setdefault(store.put(parsed, "").reply_id, set()).add(place)
        engine = open_engine(Path(home), "bundled", store)
        engine.indexer.catch_up()
        try:
            yield _Home(engine, places)
        finally:
            engine.close()


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
