"""The tab 评测: how good is the search? Test sets, runs, comparisons; for the library's owner."""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.evaluation import Evaluations
from app.jobs import Jobs
from app.web.evaluation import answers, compare, judging, run, sets
from app.web.evaluation.bench import LOOKS, Bench, read_choice
from app.web.parts import PRIVATE, Parts, build_html
from app.web.render import render


def build_tab(parts: Parts) -> None:
    """Build the tab."""
    evaluations = Evaluations(parts.service)
    jobs = Jobs()
    with gr.Tab("评测", id="evaluation") as tab:
        changed = gr.State(-1)
        timer = gr.Timer(LOOKS, active=False)
        build_html(render("evaluation_intro"), "evaluation-intro")
        shown = build_html("", "jobs")
        bench = Bench(parts, evaluations, jobs, changed, (shown, timer))
        with gr.Tabs(elem_id="steps", overflow_behavior="wrap"):
            sets.build_step(bench)
            run.build_step(bench)
            compare.build_step(bench)
            judging.build_step(bench)
            answers.build_step(bench)

    def look() -> tuple[Any, Any, int]:
        return *bench.watch(), evaluations.revision

    def choose(event: gr.EventData) -> tuple[Any, Any, int]:
        what, number = read_choice(event)
        if number.isdecimal():
            (jobs.cancel if what == "cancel" else jobs.dismiss)(int(number))
        return look()

    outputs = [*bench.watching, changed]
    gr.on([tab.select, timer.tick], look, outputs=outputs, **PRIVATE)
    shown.select(choose, outputs=outputs, **PRIVATE)
