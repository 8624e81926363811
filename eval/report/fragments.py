"""Pieces of HTML that show evaluations: each a section of its own, without scripts or network.

They look right within an element of the class `dafu-report` where `load_style` is in force, light
or, below an element of the class `dark`, dark. All text of queries and documents is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from corpus.errors import InputError
from eval.history.trend import Trend
from eval.ranking.categories import split_by_category
from eval.ranking.causes import Failures
from eval.ranking.compare import Comparison, Difference
from eval.ranking.measures import JUDGED
from eval.ranking.side_by_side import lay_side_by_side
from eval.report import words
from eval.report.plots import HEIGHT, TREND_HEIGHT, WIDTH, draw_steps, draw_trend
from eval.report.saying import Translate, say_now, speak

SHARED = Path(__file__).with_name("templates")
"""Holds `sheet.html`, the plain page that other folders' templates extend."""


def open_templates(folder: Path, translate: Translate = say_now) -> Environment:
    """Open the templates of a folder, which escape all values and name no unknown ones."""
    environment = Environment(
        loader=FileSystemLoader((folder, SHARED)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    speak(environment, translate)
    environment.filters["said"] = translate
    return environment


def is_html(path: Path) -> bool:
    """Tell by a report's name, .html or .json, in which form it is to be saved.

    :raises InputError: where the ending is another.
    """
    ending = path.suffix.lower()
    if ending not in (".html", ".json"):
        raise InputError(f"--out 应以 .html 或 .json 结尾，却是 {path.name}")
    return ending == ".html"


TEMPLATES = Path(__file__).with_name("templates")

EXAMPLES = 5
"""So many queries of each cause are shown."""

MOST_SIDES = 200
"""So many queries are laid side by side; of the others a report has the values only."""


def load_style() -> str:
    """Load the style sheet of the pieces."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


def render(template: str, **values: Any) -> str:
    """Render a template of this folder with its values escaped."""
    return _environment().get_template(f"{template}.html").render(**values)


def render_means(comparison: Comparison) -> str:
    """Show the measures of all runs with their intervals."""
    measures = list(comparison.means[comparison.runs[0].name])
    scales = {
        measure: max(1.0, *(means[measure].high for means in comparison.means.values()))
        for measure in measures
    }
    return render("means", comparison=comparison, measures=measures, scales=scales)


def render_differences(comparison: Comparison) -> str:
    """Show how runs differ from the baseline, measure by measure and query by query."""
    if not comparison.differences:
        return ""
    charts = [(each, draw_steps(each)) for each in comparison.differences if _differs(each)]
    return render("differences", comparison=comparison, charts=charts)


def render_categories(comparison: Comparison) -> str:
    """Show the first measure by kinds of queries; nothing where nothing tells queries apart."""
    categories = split_by_category(comparison.runs, _first_measure(comparison))
    return render("categories", comparison=comparison, categories=categories) if categories else ""


def render_failures(failures: Failures, name: str = "") -> str:
    """Show where missed queries were lost, with examples; `name` is the run's."""
    return render("failures", failures=failures, name=name, examples=EXAMPLES)


def render_trends(trends: Sequence[Trend]) -> str:
    """Plot trends of at least two runs; nothing where there is none."""
    charts = [draw_trend(trend) for trend in trends if trend.runs > 1]
    return render("trends", charts=charts) if charts else ""


def render_queries(comparison: Comparison, most: int = MOST_SIDES) -> str:
    """List queries, the most harmed first, each with the hits of all runs side by side."""
    measure = _first_measure(comparison)
    if comparison.differences:
        order = comparison.differences[0].queries
    else:
        values = comparison.runs[0].values[measure]
        order = tuple(sorted(values.items(), key=lambda entry: entry[1]))
    shown = order[:most]
    return render(
        "queries",
        comparison=comparison,
        measure=measure,
        rows=[(value, lay_side_by_side(comparison.runs, query)) for query, value in shown],
        left_out=len(order) - len(shown),
    )


def render_comparison(comparison: Comparison) -> str:
    """Show all that runs compared have to say: a report's content, without trends."""
    parts = [
        render_means(comparison),
        render_differences(comparison),
        render_categories(comparison),
        *(render_failures(run.failures, run.name) for run in comparison.runs if run.failures),
        render_queries(comparison),
    ]
    return "\n".join(part for part in parts if part)


def _first_measure(comparison: Comparison) -> str:
    return next(m for m in comparison.means[comparison.runs[0].name] if m != JUDGED)


def _differs(each: Difference) -> bool:
    return any(value for _, value in each.queries)


@cache
def _environment() -> Environment:
    environment = open_templates(TEMPLATES)
    environment.filters["moment"] = words.day_and_time
    environment.globals.update(
        causes=words.CAUSES,
        category_words=words.CATEGORIES,
        legs=words.LEGS,
        splits=words.SPLITS,
        judged=JUDGED,
        width=WIDTH,
        height=HEIGHT,
        trend_height=TREND_HEIGHT,
    )
    return environment
