"""Say in plain words how runs compare, and show what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.types import ReplyCard
from app.web.evaluation_words import MEASURES, short_leg_words
from app.web.render import local_moment, render
from corpus.errors import NotFound
from eval.comparing.categories import split_by_category
from eval.comparing.comparison import Comparison, Difference
from eval.comparing.side_by_side import lay_side_by_side
from eval.files.spans import document_of
from eval.ranking.measured import MeasuredRun
from eval.reports.words import CATEGORIES, CAUSES

if TYPE_CHECKING:
    from app.service import Service

MOST_QUERIES = 8
"""So many questions are listed on each side."""

EXAMPLES = 3
"""So many questions are named of each cause."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one comparison, in a sentence; `tone` is done, bad or note."""

    label: str
    words: str
    tone: str
    difference: Difference


def label_runs(runs: Sequence[MeasuredRun]) -> dict[str, str]:
    """Name runs by their way of ranking, with the moment where two have the same."""
    short = {run.name: _short(run) for run in runs}
    return {
        run.name: short[run.name]
        if list(short.values()).count(short[run.name]) == 1
        else f"{short[run.name]} {local_moment(run.made)[5:]}（{run.name.split()[-1][:4]}）"
        for run in runs
    }


def _short(run: MeasuredRun) -> str:
    return short_leg_words(str(run.settings.get("leg", ""))) or run.name


def say_difference(each: Difference, base: str, label: str) -> str:
    """Say in one sentence whether a run is better than the baseline."""
    total = each.wins + each.ties + each.losses
    counts = f"{total} 个问题中 {each.wins} 个更好，{each.losses} 个更差，{each.ties} 个一样"
    if each.wins == each.losses == 0:
        return f"{label}与{base}完全一样：{counts}。"
    how = "高" if each.mean > 0 else "低"
    by = f"{label}的 {each.measure} 比{base}{how} {abs(each.mean):.3f}"
    if each.significant:
        return f"{by}，显著：不像是碰巧（p = {each.corrected:.4f}）。{counts}。"
    chance = "可能只是碰巧，换一批问题也许就反过来"
    return f"{by}，不显著：{chance}（p = {each.corrected:.2f}）。{counts}。"


def render_comparison(comparison: Comparison) -> str:
    """Render the verdicts and all measures with their intervals."""
    labels = label_runs(comparison.runs)
    base = comparison.runs[0].name
    first = next(iter(comparison.means[base]))
    verdicts = [
        Verdict(
            labels[each.run],
            say_difference(each, labels[base], labels[each.run]),
            ("done" if each.mean > 0 else "bad") if each.significant else "note",
            each,
        )
        for each in comparison.differences
        if each.measure == first
    ]
    return render(
        "evaluation_compared",
        comparison=comparison,
        labels=labels,
        verdicts=verdicts,
        measures=list(comparison.means[base]),
        meanings=MEASURES,
        differences={(each.run, each.measure): each for each in comparison.differences},
        notes=[_relabel(note, labels) for note in comparison.notes],
        saved=":".join(run.name.split()[-1] for run in comparison.runs),
    )


def render_queries(comparison: Comparison) -> str:
    """Render the questions that each run harms and helps most, to be looked at."""
    texts = {query: text for run in comparison.runs for query, text in run.queries.items()}
    first = comparison.differences[0].measure
    return render(
        "evaluation_queries",
        labels=label_runs(comparison.runs),
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
    return render("evaluation_sides", laid=laid, labels=label_runs(runs), cards=cards)


def _card(service: Service, document: str) -> ReplyCard | None:
    try:
        return service.show(document_of(document)).card
    except NotFound:
        return None


def render_groups(comparison: Comparison) -> str:
    """Render the first measure by kinds of questions, and where missed ones were lost."""
    measure = next(iter(comparison.means[comparison.runs[0].name]))
    return render(
        "evaluation_groups",
        categories=split_by_category(comparison.runs, measure),
        names=CATEGORIES,
        causes=CAUSES,
        examples=EXAMPLES,
        runs=comparison.runs,
        labels=label_runs(comparison.runs),
    )


def _relabel(note: str, labels: dict[str, str]) -> str:
    for name, label in labels.items():
        note = note.replace(name, label)
    return note
