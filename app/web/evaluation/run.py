"""Step 运行: choose a test set and ways of ranking, measure them, look at all that was measured."""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.evaluation.evaluation import TREND, Experiment
from app.web.evaluation.steps import StepParts, as_report, read_choice
from app.web.language import name, say
from app.web.parts import PRIVATE, build_html, raise_error, render_error, tell_errors
from app.web.render import render
from corpus.errors import InputError
from corpus.progress import Progress
from eval.history.trend import make_trends
from eval.ranking.search import Leg
from eval.report.fragments import render_trends
from eval.report.saying import saying
from eval.report.words import LEGS, MEASURES, split_words


def build_step(shared: StepParts) -> None:
    """Build the step."""
    with gr.Tab(name("② 运行"), id="runs"):
        with gr.Column(elem_classes="dafu-card"):
            _build_plan(shared)
        _build_list(shared)


def _build_plan(shared: StepParts) -> None:
    """Build what says what to measure, and starts it."""
    evaluations = shared.evaluations
    encodes = evaluations.settings.encoder != "off"
    with gr.Row():
        test_set = gr.Dropdown([], label=name("测试集"), elem_id="run-set", min_width=220)
        split = gr.Dropdown([], label=name("用哪些问题"), elem_id="run-split", min_width=160)
    legs = gr.CheckboxGroup(
        [(name(words), leg) for leg, words in LEGS.items() if encodes or leg != Leg.ENCODED],
        value=[Leg.FUSED.value, Leg.BIGRAMS.value],
        label=name("排序方式（选几种就各测一次，便于比较）"),
        elem_id="run-legs",
    )
    with gr.Accordion(name("换一个向量模型来测"), open=False, elem_classes="dafu-filters"):
        model = gr.Textbox(
            label=name("模型"),
            info=name("bundled（自带）、模型文件夹或模型名；只用于这次评测，不改文库的设置"),
            value=evaluations.settings.model,
            max_lines=1,
            elem_id="run-model",
        )
    button = gr.Button(name("开始评测"), variant="primary", elem_id="run")
    note = build_html("", "run-note")
    _connect_offers(shared, test_set, split)

    @tell_errors(lambda words: (render_error(words), gr.skip(), gr.skip()))
    def start(*values: Any) -> tuple[Any, ...]:
        plan = _read_plan(*values)
        evaluations.check(plan)

        def work(progress: Progress) -> str:
            measured = evaluations.run(plan, progress)
            return f"测了 {len(measured)} 种排序方式，结果在“② 运行”下面；可以到“③ 比较”比一比。"

        shared.jobs.start(f"评测“{plan.test_set}”", work)
        return "", *shared.watch()

    shared.connect_start(button, start, [test_set, split, legs, model], [note])


def _connect_offers(shared: StepParts, test_set: gr.Dropdown, split: gr.Dropdown) -> None:
    """Let the dropdowns offer the test sets that are kept, and the parts of the chosen one."""
    sets = shared.evaluations.test_sets

    @tell_errors(lambda _: (gr.skip(), gr.skip()))  # the step of test sets says why
    def offer(chosen: str | None) -> tuple[Any, Any]:
        names = [card.name for card in sets.list_sets()]
        kept = chosen if chosen in names else next(iter(names), None)
        return gr.update(choices=names, value=kept), offer_splits(kept)

    @tell_errors(raise_error("测试集读不出"))
    def offer_splits(chosen: str | None) -> Any:
        cards = {card.name: card for card in sets.list_sets()}
        splits = cards[chosen].splits if chosen in cards else ()
        choices = [
            (say(split_words(split)) + say(f"（{count:,}）"), split) for split, count in splits
        ]
        return gr.update(choices=choices, value=choices[0][1] if choices else None)

    shared.changed.change(offer, test_set, [test_set, split], **PRIVATE)
    test_set.input(offer_splits, test_set, split, **PRIVATE)


def _build_list(shared: StepParts) -> None:
    """Build the list of all that was measured."""
    evaluations = shared.evaluations
    listed = build_html("", "runs")

    @tell_errors()
    def show(asked: str = "") -> str:
        listing = evaluations.history.list_runs()
        runs = render("evaluation_runs", listing=listing, measures=MEASURES, asked=asked)
        with saying(say):
            return runs + as_report(render_trends(make_trends(listing.cards, TREND)))

    @tell_errors(lambda words: (render_error(words) + show(), evaluations.revision))
    def choose(event: gr.EventData) -> tuple[str, int]:
        what, run = read_choice(event)
        if what == "delete":
            evaluations.history.remove([run])
        return show(run if what == "ask" else ""), evaluations.revision

    shared.changed.change(show, outputs=listed, **PRIVATE)
    listed.select(choose, outputs=[listed, shared.changed], **PRIVATE)


def _read_plan(test_set: Any, split: Any, legs: Any, model: Any) -> Experiment:
    if not test_set:
        raise InputError("还没有选择测试集。没有的话，先到“① 测试集”生成一个。")
    if not legs:
        raise InputError("请至少选一种排序方式。")
    return Experiment(
        test_set=str(test_set),
        split=str(split or ""),
        legs=tuple(leg for leg in Leg if leg.value in legs),
        model=str(model or "").strip() or "bundled",
    )
