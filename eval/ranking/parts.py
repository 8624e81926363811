"""Measure what each part of government language does to ranking, over one index.

    python -m eval.ranking.parts SET --out FOLDER [--leg lexical]

saves a run with none of the parts, one with each alone and one with all, for `dafu eval compare`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from eval.ranking.evaluate import Setup, evaluate_collection
from eval.ranking.legs import Leg
from eval.ranking.measured import MeasuredRun
from eval.ranking.saved import save_measured
from eval.ranking.sources import JudgedSource, open_judged
from index.language.language import ALL_PARTS, Part


def iter_parts(path: Path, setup: Setup | None = None) -> Iterator[tuple[str, MeasuredRun]]:
    """Yield the run of each choice of parts with its name: none, each part's, all.

    :raises InputError: where the test set cannot be used.
    """
    setup = setup or Setup()
    choices = {"none": frozenset[Part](), **{part.value: frozenset({part}) for part in Part}}
    source = JudgedSource(path, path)
    with open_judged(source, setup.model, lambda *_: None, setup.split, setup.level) as opened:
        collection, judged = opened
        retriever = collection.engine.retriever
        whole = retriever.language
        for name, parts in {**choices, "all": ALL_PARTS}.items():
            retriever.language = replace(whole, parts=parts)
            yield name, evaluate_collection(collection, judged, setup).measured


def main() -> None:
    """Read the command line, measure and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--leg", type=Leg, choices=list(Leg), default=Leg.FUSED)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for name, run in iter_parts(given.set, Setup(leg=given.leg)):
        save_measured(run, given.out / f"{name}.json")
        print(name, {m: round(fmean(run.values[m].values()), 4) for m in run.measures}, flush=True)


if __name__ == "__main__":
    main()
