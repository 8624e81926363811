"""Say in plain words how runs compare, and show what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.types import ReplyCard
from app.web.evaluation.words import MEASURES
from app.web.render import render
from corpus.errors import NotFound
from eval.data.spans import document_of
from eval.ranking.compare import Comparison, Difference
from eval.ranking.measured import MeasuredRun
from eval.ranking.side_by_side import lay_side_by_side
from eval.report import fragments

if TYPE_CHECKING:
    from app.service import Service

MOST_QUERIES = 8
"""So many questions are listed on each side."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one comparison, in a sentence; `tone` is done, bad or note."""

    words: str
    tone: str
    difference: Difference


def say_difference(each: Difference, base: str) -> str:
    """Say in one sentence whether a run is better than the baseline, `base`."""
    total = each.wins + each.ties + each.losses
    counts = f"{total} 个问题中 {each.wins} 个更好，{each.losses} 个更差，{each.ties} 个一样"
    if each.wins == each.losses == 0:
        return f"“{each.run}”与“{base}”完全一样：{counts}。"
    how = "高" if each.mean > 0 else "低"
    by = f"“{each.run}”的 {each.measure} 比“{base}”{how} {abs(each.mean):.3f}"
    if each.significant:
        return f"{by}，显著：不像是碰巧（p = {each.corrected:.4f}）。{counts}。"
    chance = "可能只是碰巧，换一批问题也许就反过来"
    return f"{by}，不显著：{chance}（p = {each.corrected:.2f}）。{counts}。"


def render_comparison(comparison: Comparison, ids: Sequence[str]) -> str:
    """Render the verdicts and all measures with their intervals.

    :param ids: of the runs, by which their report is asked for.
    """
    base = comparison.runs[0].name
    first = next(iter(comparison.means[base]))
    verdicts = [
        Verdict(
            say_difference(each, base),
            ("done" if each.mean > 0 else "bad") if each.significant else "note",
            each,
        )
        for each in comparison.differences
        if each.measure == first
    ]
    meanings = {name: MEASURES[name] for name in comparison.means[base] if name in MEASURES}
    head = render("evaluation_compared", verdicts=verdicts, meanings=meanings, saved=":".join(ids))
    return head + as_report(fragments.render_means(comparison))


def render_queries(comparison: Comparison) -> str:
    """Render the questions that each run harms and helps most, to be looked at."""
    texts = {query: text for run in comparison.runs for query, text in run.queries.items()}
    first = comparison.differences[0].measure
    return render(
        "evaluation_queries",
        baseline=comparison.runs[0],
        runs={run.name: run for run in comparison.runs},
        differences=[each for each in comparison.differences if each.measure == first],
        texts=texts,
        most=MOST_QUERIES,
    )


def render_sides(service: Service, runs: Sequence[MeasuredRun], query: str) -> str:
    """Render what each run found for one question, side by side.

    Documents that are replies of the library have their headlines, and can be opened.
    """
    laid = lay_side_by_side(runs, query)
    found = {place.hit.document for column in laid.columns for place in column.places}
    cards = {id: card for id in (*found, *laid.unfound) if (card := _card(service, id))}
    return render("evaluation_sides", laid=laid, cards=cards)


def _card(service: Service, document: str) -> ReplyCard | None:
    try:
        return service.show(document_of(document)).card
    except NotFound:
        return None


def render_background(comparison: Comparison) -> str:
    """Render what a report says beside: tests of all measures, kinds of questions, failures."""
    return as_report(
        *(
            fragments.render_failures(run.failures, run.name)
            for run in comparison.runs
            if run.failures
        ),
        fragments.render_categories(comparison),
        fragments.render_differences(comparison),
    )


def as_report(*parts: str) -> str:
    """Put fragments of reports where their style holds; nothing of nothing."""
    shown = "\n".join(part for part in parts if part)
    return f'<div class="dafu-report">{shown}</div>' if shown else ""
