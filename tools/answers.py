"""Measure what the encoder and the reader do for answers, by leaving each out.

    python -m tools.answers --out docs/evaluation/answered SET…

writes NAME.md and NAME.svg for each set, anything that `dafu eval answers` takes: a table of the
measures, and what share of the answers is wrong as more of them are shown, the surest first. They
hold no question's text. What judges without the reader, or without both, was fitted so.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.settings import load_settings
from corpus.progress import say_nothing
from eval.answers.evaluate import AnswerEvaluation, AnswerSetup, evaluate_answers
from eval.data.lines import save_text
from eval.report.fragments import open_templates
from eval.statistics import Mean, randomisation_p
from index.models.choice import Models

VARIANTS = {
    "whole": Models("bundled", "at-once"),
    "without the reader": Models("bundled", "at-once", reader=False),
    "without the encoder and the reader": Models("bundled", "off"),
}

NAMES = {
    "first_quote": "first quote supports the answer",
    "any_quote": "one of 3 quotes supports it",
    "answered": "with an answer: answered",
    "abstained": "without one: abstained",
    "abstained_removed": "right reply kept away: abstained",
    "shown_supported": "answers shown that are supported",
}

SIDE, LEFT, BOTTOM, RIGHT = 320, 56, 48, 290
"""Of the picture's plot, and its margins."""


def rows(found: Mapping[str, AnswerEvaluation]) -> Iterator[list[str]]:
    """Yield the table's rows: a measure, and what it is of each variant with its interval."""
    whole, *others = found.values()
    for name, said in NAMES.items():
        if name in whole.measures:
            yield [said, *(_say(each.measures[name]) for each in found.values())]
    yield ["AUROC of confidence", *(_say(each.calibration.auroc, 3) for each in found.values())]
    yield ["area of risk", *(_say(each.calibration.aurc, 3) for each in found.values())]
    tested = (f"{randomisation_p(_wins(whole) - _wins(each)):.3f}" for each in others)
    yield ["p of the difference", "", *tested]


def _wins(evaluation: AnswerEvaluation) -> NDArray[np.float64]:
    """Return of all that was asked whether it went well, float64 (asked,)."""
    least = float(evaluation.settings["threshold"])
    return np.array([each.went_well(least) for each in evaluation.asked], np.float64)


def _say(mean: Mean, digits: int = 2) -> str:
    values = (f"{value:.{digits}f}".removeprefix("0") for value in (mean.mean, mean.low, mean.high))
    return "{} [{}, {}]".format(*values)


def describe(found: Mapping[str, AnswerEvaluation]) -> str:
    """Return the table in Markdown."""
    whole = next(iter(found.values()))
    lines = [
        f"# What each part does for answers: {whole.name}",
        "",
        f"{whole.questions} questions, {whole.unanswerable} of them without an answer, of "
        f"{whole.replies:,} replies; in brackets 95 % bootstrap intervals. Area of risk: under the "
        "curve of the picture. p: of the paired randomisation test, of how often a supported "
        "answer is shown, or none where there is none, against the whole.",
        "",
        f"| | {' | '.join(found)} |",
        f"| --- |{' --- |' * len(found)}",
        *(f"| {' | '.join(row)} |" for row in rows(found)),
        "",
        f"![Risk and coverage]({Path(whole.name).stem}.svg)",
    ]
    return "\n".join(lines) + "\n"


def draw(found: Mapping[str, AnswerEvaluation]) -> str:
    """Return the curves of risk over coverage as an SVG file."""
    curves = {name: each.calibration.curve for name, each in found.items()}
    top = max(risk for curve in curves.values() for _, risk in curve)
    most = max(0.1, np.ceil(top * 10) / 10)
    lines = {name: _points(curve, most) for name, curve in curves.items()}
    ticks = [
        (share * SIDE, f"{share:.0%}", f"{share * most:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)
    ]
    size = {"side": SIDE, "left": LEFT, "bottom": BOTTOM, "right": RIGHT}
    template = open_templates(Path(__file__).parent).get_template("answers.svg")
    return template.render(lines=lines, ticks=ticks, **size)


def _points(curve: Sequence[tuple[float, float]], most: float) -> str:
    places = ((LEFT + x * SIDE, 10 + SIDE * (1 - y / most)) for x, y in curve)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def main() -> None:
    """Measure each set, and write what came of it."""
    parser = argparse.ArgumentParser(description="Measure what each part does for answers.")
    parser.add_argument("sets", nargs="+", type=Path, help="questions with known answers")
    parser.add_argument("--out", type=Path, required=True, help="folder for the tables")
    parser.add_argument("--home", type=Path, default=Path(), help="whom questions in files ask")
    parser.add_argument("--limit", type=int, help="so many questions of each set, the first ones")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    least = load_settings().abstain_below
    for path in options.sets:
        found = {
            name: evaluate_answers(
                path, AnswerSetup(options.home, models, least, options.limit), say_nothing
            )
            for name, models in VARIANTS.items()
        }
        table = describe(found)
        save_text(options.out / f"{path.stem}.md", table)
        save_text(options.out / f"{path.stem}.svg", draw(found))
        print(table, flush=True)


if __name__ == "__main__":
    main()
