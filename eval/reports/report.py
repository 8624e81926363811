"""Reports of compared runs: one HTML file that needs nothing else, or the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from corpus.errors import InputError
from eval.comparing.comparison import Comparison, Difference
from eval.history.trend import Trend

TEMPLATES = Path(__file__).with_name("templates")

WIDTH, HEIGHT = 640, 120
"""The size of a chart of differences; its zero line is half way up."""


@dataclass(frozen=True, slots=True)
class QueryRow:
    """One query: its text, and its values by run and measure."""

    id: str
    text: str
    values: dict[str, dict[str, float]]


def save_report(comparison: Comparison, path: Path, trends: Sequence[Trend] = ()) -> None:
    """Save a report; the name's ending, .html or .json, tells in which form.

    It holds the queries' texts and every query's values.

    :raises InputError: where the ending is another, or the file cannot be written.
    """
    forms = {".html": as_html, ".json": as_text}
    if path.suffix.lower() not in forms:
        raise InputError(f"--out 应以 .html 或 .json 结尾，却是 {path.name}")
    content = forms[path.suffix.lower()](comparison)
    try:
        path.write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"写不了 {path}：{error.strerror}") from error


def as_text(comparison: Comparison) -> str:
    """Return the report as JSON text: the comparison, with all queries under `by_query`."""
    content = comparison.as_json()
    content["by_query"] = [
        {"query": row.id, "text": row.text, "values": row.values} for row in _rows(comparison)
    ]
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def as_html(comparison: Comparison) -> str:
    """Return the report as an HTML page in Chinese that asks for nothing from elsewhere."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    measures = list(comparison.means[comparison.runs[0].name])
    return environment.get_template("report.html").render(
        comparison=comparison,
        measures=measures,
        scales={measure: _scale(comparison, measure) for measure in measures},
        charts=[(each, _steps(each), _furthest(each)) for each in comparison.differences],
        rows=_rows(comparison),
        settings=_settings(comparison),
        width=WIDTH,
        height=HEIGHT,
    )


def _rows(comparison: Comparison) -> list[QueryRow]:
    """Return all queries, those first that the first comparison harms most."""
    texts = {query: text for run in comparison.runs for query, text in run.queries.items()}
    order: Sequence[str] = comparison.runs[0].query_ids
    if comparison.differences:
        order = [query for query, _ in comparison.differences[0].queries]
    measures = comparison.means[comparison.runs[0].name]
    return [
        QueryRow(
            query,
            texts.get(query, ""),
            {
                run.name: {measure: round(run.values[measure][query], 6) for measure in measures}
                for run in comparison.runs
            },
        )
        for query in order
    ]


def _scale(comparison: Comparison, measure: str) -> float:
    """Return the value at the right end of a measure's bars: 1, or more where a run has more."""
    return max(1.0, *(means[measure].high for means in comparison.means.values()))


def _furthest(each: Difference) -> float:
    return max(abs(value) for _, value in each.queries)


def _steps(each: Difference) -> str:
    """Return the outline of the queries' differences, most harmed first, as an SVG path."""
    furthest, middle = _furthest(each) or 1.0, HEIGHT / 2
    step = WIDTH / len(each.queries)
    path = [f"M0 {middle:g}"]
    for number, (_, value) in enumerate(each.queries):
        path.append(f"V{middle - value / furthest * middle:.1f}H{(number + 1) * step:.2f}")
    return "".join([*path, f"V{middle:g}Z"])


def _settings(comparison: Comparison) -> list[tuple[str, list[Any]]]:
    """Return name and each run's value of what the runs were made with."""
    described = [
        {"made": run.made, **run.settings, **{f"digest: {k}": v for k, v in run.digests.items()}}
        for run in comparison.runs
    ]
    names = dict.fromkeys(name for each in described for name in each)
    return [(name, [each.get(name, "") for each in described]) for name in names]
