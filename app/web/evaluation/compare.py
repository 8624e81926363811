"""Step 比较: which run is better, by how much, by chance or not, and on which questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from app.web.evaluation.bench import Bench, build_download, connect_download, read_choice
from app.web.evaluation.compared import (
    render_background,
    render_comparison,
    render_queries,
    render_sides,
)
from app.web.evaluation.words import short_leg_words
from app.web.parts import PRIVATE, build_html, render_error
from app.web.reader import connect_reader
from app.web.render import local_moment, render, render_notice
from corpus.errors import InputError
from eval.history.history import RunCard
from eval.ranking.search import Leg

MOST_RUNS = 5
"""So many runs beside the baseline are compared at once."""

PLAINEST = (Leg.BIGRAMS, Leg.WORDS, Leg.LEXICAL, Leg.DENSE)
"""Ways of ranking that the search is first compared with, the first that was measured."""

SHOW_SIDES = "() => { setTimeout(() => document.getElementById('sides')\
?.scrollIntoView({ behavior: 'smooth', block: 'start' }), 150); }"


def build_step(bench: Bench) -> None:
    """Build the step."""
    evaluations = bench.evaluations
    with gr.Tab("③ 比较", id="compare"):
        with gr.Column(elem_classes="dafu-card"):
            with gr.Row():
                asked = gr.Dropdown([], label="测试集", elem_id="compare-set", min_width=200)
                baseline = gr.Dropdown(
                    [], label="拿哪一次作基准", elem_id="compare-base", min_width=260
                )
            others = gr.Dropdown(
                [],
                multiselect=True,
                max_choices=MOST_RUNS,
                label="和哪几次比（可选多个）",
                elem_id="compare-others",
            )
            button = gr.Button("比较", variant="primary", elem_id="compare")
            note = build_html(render("evaluation_few_runs"), "compare-note")
        compared = gr.State(())
        result = build_html("", "compared")
        queries = build_html("", "compared-queries")
        sides = build_html("", "sides")
        background = build_html("", "compared-background")
        save = build_download("compare-report")

    def offer(chosen: str | None) -> tuple[Any, ...]:
        cards = evaluations.history.list_runs().cards
        names = list(dict.fromkeys(card.set_name for card in cards))
        kept = chosen if chosen in names else next(iter(names), None)
        enough = any(sum(c.set_name == name for c in cards) > 1 for name in names)
        told = gr.skip() if enough else render("evaluation_few_runs")
        return gr.update(choices=names, value=kept), *offer_runs(kept), told if not enough else ""

    def offer_runs(chosen: str | None) -> tuple[Any, Any]:
        cards = [c for c in evaluations.history.list_runs().cards if c.set_name == chosen]
        choices = [(_name(card), card.id) for card in cards]
        base, beside = _suggest(cards)
        return gr.update(choices=choices, value=base), gr.update(choices=choices, value=beside)

    def compare(base: str | None, beside: list[str] | None) -> Iterator[tuple[Any, ...]]:
        yield "", render_notice("正在比较……", "busy"), "", "", "", ()
        try:
            names = _read_names(base, beside)
            comparison = evaluations.compare(names)
            parts = render_comparison(comparison, names), render_queries(comparison)
            yield "", *parts, "", render_background(comparison), names
        except Exception as error:
            yield render_error(error), "", "", "", "", ()

    def show_sides(event: gr.EventData, names: tuple[str, ...]) -> str:
        what, query = read_choice(event)
        try:
            if what != "query" or not names:
                return ""
            return render_sides(bench.parts.service, evaluations.load_runs(names), query)
        except Exception as error:
            return render_error(error)

    def pack(form: str, folder: Path) -> Path:
        parts = form.split(":")
        return evaluations.save_comparison(parts[1:], parts[0], folder)

    bench.changed.change(offer, asked, [asked, baseline, others, note], **PRIVATE)
    asked.input(offer_runs, asked, [baseline, others], **PRIVATE)
    outputs = [note, result, queries, sides, background, compared]
    button.click(
        compare,
        [baseline, others],
        outputs,
        concurrency_id="compare",
        concurrency_limit=2,
        **PRIVATE,
    )
    queries.select(show_sides, compared, sides, **PRIVATE).then(None, js=SHOW_SIDES, **PRIVATE)
    sides.select(lambda: "", outputs=sides, **PRIVATE)
    connect_reader(bench.parts, sides)
    connect_download(result.download, pack, save, note)


def _name(card: RunCard) -> str:
    measure, mean = next(iter(card.means.items()))
    return f"{short_leg_words(card.leg)}，{local_moment(card.made)[5:]}，{measure} {mean.mean:.3f}"


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
