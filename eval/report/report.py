"""Reports of compared runs: one HTML file that needs nothing else, or the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from corpus.serialise import to_json
from eval.data.lines import save_text
from eval.history.trend import Trend
from eval.ranking.categories import split_by_category
from eval.ranking.compare import Comparison
from eval.report.fragments import is_html, load_style, render, render_comparison, render_trends


@dataclass(frozen=True, slots=True)
class QueryRow:
    """One query: its text, and its values by run and measure."""

    id: str
    text: str
    values: dict[str, dict[str, float]]


def save_report(comparison: Comparison, path: Path, trends: Sequence[Trend] = ()) -> None:
    """Save a report; the name's ending, .html or .json, tells in which form.

    It holds the queries' texts, every query's values, and what was found, personal data masked.

    :param trends: how measures went in earlier runs.
    :raises InputError: where the ending is another, or the file cannot be written.
    """
    content = as_html(comparison, trends) if is_html(path) else as_text(comparison, trends)
    save_text(path, content)


def as_text(comparison: Comparison, trends: Sequence[Trend] = ()) -> str:
    """Return the report as JSON text: the comparison, with all queries under `by_query`."""
    content = to_json(comparison)
    measure = next(iter(content["runs"][0]["measures"]))
    content["categories"] = to_json(split_by_category(comparison.runs, measure))
    content["failures"] = {
        run.name: to_json(run.failures) for run in comparison.runs if run.failures
    }
    content["trends"] = to_json(tuple(trends))
    content["by_query"] = [
        {"query": row.id, "text": row.text, "values": row.values} for row in _rows(comparison)
    ]
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def as_html(comparison: Comparison, trends: Sequence[Trend] = ()) -> str:
    """Return the report as an HTML page in Chinese that asks for nothing from elsewhere."""
    style = load_style()
    return render(
        "report",
        comparison=comparison,
        test_sets=sorted({run.test_set for run in comparison.runs if run.test_set}),
        measures=list(comparison.means[comparison.runs[0].name]),
        style=Markup(style),
        dark=Markup(_dark_by_system(style)),
        content=Markup(render_comparison(comparison)),
        trends=Markup(render_trends(trends)),
        values=_rows(comparison),
        settings=_settings(comparison),
    )


def _dark_by_system(style: str) -> str:
    """Return the dark colours once more, for where the system asks for them."""
    start = style.index(".dark .dafu-report {")
    colours = style[start : style.index("}", start) + 1].removeprefix(".dark ")
    return f"@media (prefers-color-scheme: dark) {{ {colours} }}"


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


def _settings(comparison: Comparison) -> list[tuple[str, list[Any]]]:
    """Return name and each run's value of what the runs were made with."""
    described = [
        {"made": run.made, **run.settings, **{f"digest: {k}": v for k, v in run.digests.items()}}
        for run in comparison.runs
    ]
    names = dict.fromkeys(name for each in described for name in each)
    return [(name, [each.get(name, "") for each in described]) for name in names]
