"""Step 运行: choose a test set and ways of ranking, measure them, look at all that was measured."""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.evaluation import TREND, Plan
from app.web.evaluation.bench import LOOK_UP, Bench, read_choice
from app.web.evaluation.compared import as_report
from app.web.evaluation.words import LEGS, MEASURES, split_words
from app.web.parts import PRIVATE, build_html, render_error
from app.web.render import render
from corpus.errors import InputError
from corpus.progress import Progress
from eval.history.trend import make_trends
from eval.ranking.search import Leg
from eval.report.fragments import render_trends


def build_step(bench: Bench) -> None:
    """Build the step."""
    evaluations = bench.evaluations
    with gr.Tab("② 运行", id="runs"):
        with gr.Column(elem_classes="dafu-card"):
            with gr.Row():
                test_set = gr.Dropdown([], label="测试集", elem_id="run-set", min_width=220)
                split = gr.Dropdown([], label="用哪些问题", elem_id="run-split", min_width=160)
            legs = gr.CheckboxGroup(
                [(words, leg.value) for leg, words in LEGS.items()],
                value=[Leg.FUSED.value, Leg.BIGRAMS.value],
                label="排序方式（选几种就各测一次，便于比较）",
                elem_id="run-legs",
            )
            with gr.Accordion("换一个向量模型来测", open=False, elem_classes="dafu-filters"):
                model = gr.Textbox(
                    label="模型",
                    info="bundled（自带）、模型文件夹或模型名；只用于这次评测，不改文库的设置",
                    value=evaluations.settings.model,
                    max_lines=1,
                    elem_id="run-model",
                )
            button = gr.Button("开始评测", variant="primary", elem_id="run")
            note = build_html("", "run-note")
        listed = build_html("", "runs")

    def offer(chosen: str | None) -> tuple[Any, Any]:
        names = [card.name for card in evaluations.test_sets.list_sets()]
        kept = chosen if chosen in names else next(iter(names), None)
        return gr.update(choices=names, value=kept), offer_splits(kept)

    def offer_splits(chosen: str | None) -> Any:
        cards = {card.name: card for card in evaluations.test_sets.list_sets()}
        splits = cards[chosen].splits if chosen in cards else ()
        choices = [(f"{split_words(name)}（{count:,}）", name) for name, count in splits]
        return gr.update(choices=choices, value=choices[0][1] if choices else None)

    def start(*values: Any) -> tuple[Any, ...]:
        try:
            plan = _read_plan(*values)
            evaluations.check(plan)
        except Exception as error:
            return render_error(error), gr.skip(), gr.skip()

        def work(progress: Progress) -> str:
            measured = evaluations.run(plan, progress)
            return f"测了 {len(measured)} 种排序方式，结果在“② 运行”下面；可以到“③ 比较”比一比。"

        bench.jobs.start(f"评测“{plan.test_set}”", work)
        return "", *bench.watch()

    def show(asked: str = "") -> str:
        try:
            listing = evaluations.history.list_runs()
            runs = render("evaluation_runs", listing=listing, measures=MEASURES, asked=asked)
            return runs + as_report(render_trends(make_trends(listing.cards, TREND)))
        except Exception as error:
            return render_error(error)

    def choose(event: gr.EventData) -> tuple[str, int]:
        what, name = read_choice(event)
        try:
            if what == "delete":
                evaluations.delete_run(name)
            return show(name if what == "ask" else ""), evaluations.revision
        except Exception as error:
            return render_error(error) + show(), evaluations.revision

    bench.changed.change(offer, test_set, [test_set, split], **PRIVATE)
    test_set.input(offer_splits, test_set, split, **PRIVATE)
    bench.changed.change(show, outputs=listed, **PRIVATE)
    started = button.click(
        start, [test_set, split, legs, model], [note, *bench.watching], **PRIVATE
    )
    started.then(None, js=LOOK_UP, **PRIVATE)
    listed.select(choose, outputs=[listed, bench.changed], **PRIVATE)


def _read_plan(test_set: Any, split: Any, legs: Any, model: Any) -> Plan:
    if not test_set:
        raise InputError("还没有选择测试集。没有的话，先到“① 测试集”生成一个。")
    if not legs:
        raise InputError("请至少选一种排序方式。")
    return Plan(
        test_set=str(test_set),
        split=str(split or ""),
        legs=tuple(leg for leg in Leg if leg.value in legs),
        model=str(model or "").strip() or "bundled",
    )
