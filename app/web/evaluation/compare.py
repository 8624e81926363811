"""Step 比较: which run is better, by how much, by chance or not, and on which questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.types import ReplyCard
from app.web.evaluation.steps import (
    StepParts,
    as_report,
    read_choice,
)
from app.web.language import name, say
from app.web.parts import (
    FOLLOWING,
    PRIVATE,
    build_download,
    build_html,
    raise_error,
    render_error,
    tell_errors,
)
from app.web.reader import connect_reader
from app.web.render import frame, render, render_notice
from corpus.errors import InputError, NotFound
from eval.data.spans import document_of
from eval.history.history import RunCard
from eval.ranking.compare import Comparison, Difference, compare_runs
from eval.ranking.measured import MeasuredRun
from eval.ranking.search import Leg
from eval.ranking.side_by_side import lay_side_by_side
from eval.report import fragments
from eval.report.saying import saying
from eval.report.words import MEASURES, day_and_time, leg_words

if TYPE_CHECKING:
    from app.service import Service

MOST_RUNS = 5
"""So many runs beside the baseline are compared at once."""

PLAINEST = (Leg.BIGRAMS, Leg.WORDS, Leg.LEXICAL, Leg.DENSE)
"""Ways of ranking that the search is first compared with, the first that was measured."""

MOST_QUERIES = 8
"""So many questions are listed on each side."""

SHOW_SIDES = "() => { setTimeout(() => document.getElementById('sides')\
?.scrollIntoView({ behavior: 'smooth', block: 'start' }), 150); }"


def build_step(shared: StepParts) -> None:
    """Build the step."""
    evaluations = shared.evaluations
    with gr.Tab(name("③ 比较"), id="compare"):
        with gr.Column(elem_classes="dafu-card"):
            chosen, button, note = _build_choice(shared)
        compared = gr.State(())
        result = build_html("", "compared")
        queries = build_html("", "compared-queries")
        sides = build_html("", "sides")
        background = build_html("", "compared-background")
        save = build_download("compare-report")

    @tell_errors(lambda words: (render_error(words), "", "", "", "", ()))
    def compare(base: str | None, beside: list[str] | None) -> Iterator[tuple[Any, ...]]:
        yield "", render_notice("正在比较……", "busy"), "", "", "", ()
        names = _read_names(base, beside)
        comparison = compare_runs(name_runs(evaluations.load_runs(names)))
        parts = render_comparison(comparison, names), render_queries(comparison)
        yield "", *parts, "", render_background(comparison), names

    @tell_errors()
    def show_sides(event: gr.EventData, names: tuple[str, ...]) -> str:
        what, query = read_choice(event)
        if what != "query" or not names:
            return ""
        return render_sides(shared.parts.service, name_runs(evaluations.load_runs(names)), query)

    def pack(form: str, folder: Path) -> Path:
        parts = form.split(":")
        return evaluations.save_comparison(parts[1:], parts[0], folder)

    outputs = [note, result, queries, sides, background, compared]
    button.click(
        compare,
        chosen,
        outputs,
        concurrency_id="compare",
        concurrency_limit=2,
        **PRIVATE,
    )
    queries.select(show_sides, compared, sides, **FOLLOWING).then(None, js=SHOW_SIDES, **PRIVATE)
    sides.select(lambda: "", outputs=sides, **PRIVATE)
    connect_reader(shared.parts, sides)
    shared.connect_download(result.download, pack, save, note)


def _build_choice(shared: StepParts) -> tuple[list[gr.Dropdown], gr.Button, gr.HTML]:
    """Build the choice of a baseline and of runs beside it; return it, its button and its note."""
    evaluations = shared.evaluations
    with gr.Row():
        asked = gr.Dropdown([], label=name("测试集"), elem_id="compare-set", min_width=200)
        baseline = gr.Dropdown(
            [], label=name("拿哪一次作基准"), elem_id="compare-base", min_width=260
        )
    others = gr.Dropdown(
        [],
        multiselect=True,
        max_choices=MOST_RUNS,
        label=name("和哪几次比（可选多个）"),
        elem_id="compare-others",
    )
    button = gr.Button(name("比较"), variant="primary", elem_id="compare")
    note = build_html(frame("evaluation_few_runs"), "compare-note")

    @tell_errors(lambda words: (gr.skip(), gr.skip(), gr.skip(), render_error(words)))
    def offer(chosen: str | None) -> tuple[Any, ...]:
        cards = evaluations.history.list_runs().cards
        names = list(dict.fromkeys(card.set_name for card in cards))
        kept = chosen if chosen in names else next(iter(names), None)
        enough = any(sum(c.set_name == name for c in cards) > 1 for name in names)
        told = "" if enough else render("evaluation_few_runs")
        return gr.update(choices=names, value=kept), *offer_runs(kept), told

    @tell_errors(raise_error("评测记录读不出"))
    def offer_runs(chosen: str | None) -> tuple[Any, Any]:
        cards = [c for c in evaluations.history.list_runs().cards if c.set_name == chosen]
        choices = [(_name(card), card.id) for card in cards]
        base, beside = _suggest(cards)
        return gr.update(choices=choices, value=base), gr.update(choices=choices, value=beside)

    shared.changed.change(offer, asked, [asked, baseline, others, note], **PRIVATE)
    asked.input(offer_runs, asked, [baseline, others], **PRIVATE)
    return [baseline, others], button, note


def _name(card: RunCard) -> str:
    measure, mean = next(iter(card.means.items()))
    leg = say(leg_words(card.leg))
    return f"{leg}{say('，')}{day_and_time(card.made)[5:]}{say('，')}{measure} {mean.mean:.3f}"


def _suggest(cards: list[RunCard]) -> tuple[str | None, list[str]]:
    """Suggest a baseline and what to compare with it, of runs that come newest first.

    The search as it is beside plain keyword search; or else the newest run beside the one before.
    """
    newest = {card.leg: card.id for card in reversed(cards)}
    plain = next((newest[leg] for leg in PLAINEST if leg in newest), None)
    if plain and Leg.FUSED in newest:
        return plain, [newest[Leg.FUSED]]
    ids = [card.id for card in cards[:2]]
    return (ids[-1], ids[:-1]) if ids else (None, [])


def _read_names(base: str | None, beside: list[str] | None) -> tuple[str, ...]:
    if not base:
        raise InputError("还没有选择基准。没有可选的话，先到“② 运行”测几种排序方式。")
    names = [name for name in beside or () if name != base]
    if not names:
        raise InputError("请选至少一次与基准不同的评测来比较。")
    return (base, *names)


@dataclass(frozen=True, slots=True)
class PlainVerdict:
    """What came of one comparison, in a sentence; `tone` is done, bad or note."""

    words: str
    tone: str
    difference: Difference


def name_runs(runs: Sequence[MeasuredRun]) -> list[MeasuredRun]:
    """Name runs, which are named by their way of ranking, in the visitor's language."""
    legs = [leg_words(str(run.settings.get("leg", ""))) for run in runs]
    named = zip(runs, legs, strict=True)
    return [replace(run, name=say(leg) + run.name.removeprefix(leg)) for run, leg in named]


def say_difference(each: Difference, base: str) -> str:
    """Say in one sentence whether a run is better than the baseline, `base`."""
    total = each.wins + each.ties + each.losses
    counts = f"{total} 个问题中 {each.wins} 个更好，{each.losses} 个更差，{each.ties} 个一样"
    if each.wins == each.losses == 0:
        return f"“{each.run}”与“{base}”完全一样：{counts}。"
    gap = f"{abs(each.mean):.3f}"
    by = f"“{each.run}”的 {each.measure} 比“{base}”低 {gap}"
    if each.mean > 0:
        by = f"“{each.run}”的 {each.measure} 比“{base}”高 {gap}"
    if each.significant:
        return f"{by}，显著：不像是碰巧（p = {each.corrected:.4f}）。{counts}。"
    chance = f"p = {each.corrected:.2f}"
    return f"{by}，不显著：可能只是碰巧，换一批问题也许就反过来（{chance}）。{counts}。"


def render_comparison(comparison: Comparison, ids: Sequence[str]) -> str:
    """Render the verdicts and all measures with their intervals.

    :param ids: of the runs, by which their report is asked for.
    """
    base = comparison.runs[0].name
    first = next(iter(comparison.means[base]))
    verdicts = [
        PlainVerdict(
            say_difference(each, base),
            ("done" if each.mean > 0 else "bad") if each.significant else "note",
            each,
        )
        for each in comparison.differences
        if each.measure == first
    ]
    meanings = {name: MEASURES[name] for name in comparison.means[base] if name in MEASURES}
    head = render("evaluation_compared", verdicts=verdicts, meanings=meanings, saved=":".join(ids))
    with saying(say):
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
    with saying(say):
        return as_report(
            *(
                fragments.render_failures(run.failures, run.name)
                for run in comparison.runs
                if run.failures
            ),
            fragments.render_categories(comparison),
            fragments.render_differences(comparison),
        )
