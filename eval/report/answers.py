"""Write an evaluation of answers as one HTML file that needs nothing else, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.serialise import to_json
from corpus.text.redact import redact
from eval.answers.evaluate import MEASURES, AnswerEvaluation
from eval.answers.measures import AskedQuestion
from eval.data.lines import save_text
from eval.report.fragments import is_html, open_templates

TEMPLATES = Path(__file__).with_name("templates")

SIDE = 320
"""The sides of the plots; both axes go from 0 to 1."""

MOST_LISTED = 200
"""So many of the questions that went wrong are listed in the HTML report."""


def save_answer_report(evaluation: AnswerEvaluation, path: Path) -> None:
    """Save a report; the name's ending, .html or .json, tells in which form.

    It holds the questions and what was quoted, with telephone and identity numbers masked.

    :raises InputError: where the ending is another, or the file cannot be written.
    """
    save_text(path, as_page(evaluation) if is_html(path) else as_text(evaluation))


def as_text(evaluation: AnswerEvaluation) -> str:
    """Return the report as JSON text: the evaluation, with all that was asked under `asked`."""
    content = to_json(evaluation) | {"asked": [_row(each) for each in evaluation.asked]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def as_page(evaluation: AnswerEvaluation) -> str:
    """Return the report as an HTML page in Chinese that asks for nothing from elsewhere."""
    return _render("answers.html", evaluation)


def as_section(evaluation: AnswerEvaluation) -> str:
    """Return the report's content as an HTML fragment, to stand in another page."""
    return _render("answers_section.html", evaluation)


def _render(template: str, evaluation: AnswerEvaluation) -> str:
    threshold = float(evaluation.settings["threshold"])
    wrong = [each for each in evaluation.asked if not each.went_well(threshold)]
    return (
        open_templates(TEMPLATES)
        .get_template(template)
        .render(
            evaluation=evaluation,
            names=MEASURES,
            curve=_line(evaluation.calibration.curve),
            side=SIDE,
            threshold=threshold,
            wrong=[_row(each) for each in wrong[:MOST_LISTED]],
            unlisted=max(0, len(wrong) - MOST_LISTED),
        )
    )


def _row(each: AskedQuestion) -> dict[str, Any]:
    return {
        "id": each.question.id,
        "question": redact(each.question.text),
        "answers": [redact(answer) for answer in each.question.answers],
        "answerable": each.answerable,
        "removed": each.removed,
        "confidence": round(each.confidence, 6),
        "supported": each.supported,
        "quotes": [asdict(quote) | {"text": redact(quote.text)} for quote in each.quotes],
    }


def _line(points: Iterable[tuple[float, float]]) -> str:
    """Return points in 0..1 as an SVG path; 0 is at the lower left."""
    return "M" + "L".join(f"{x * SIDE:.1f} {(1 - y) * SIDE:.1f}" for x, y in points)
