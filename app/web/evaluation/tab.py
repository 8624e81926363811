"""The tab 评测: how good is the search? Test sets, runs, comparisons; for the library's owner."""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.evaluation.evaluation import Evaluations
from app.running.jobs import Jobs
from app.web.evaluation import answers, compare, judging, run, sets
from app.web.evaluation.steps import LOOKS, StepParts, read_choice
from app.web.language import name
from app.web.parts import REPEATED, Parts, build_html, render_error, tell_errors
from app.web.render import frame


def build_tab(parts: Parts) -> None:
    """Build the tab."""
    evaluations = Evaluations(parts.service.home, parts.service.role)
    jobs = Jobs()
    with gr.Tab(name("评测"), id="evaluation") as tab:
        changed = gr.State(-1)
        timer = gr.Timer(LOOKS, active=False)
        build_html(frame("evaluation_intro"), "evaluation-intro")
        shown = build_html("", "jobs")
        shared = StepParts(parts, evaluations, jobs, changed, (shown, timer))
        with gr.Tabs(elem_id="steps", overflow_behavior="wrap"):
            sets.build_step(shared)
            run.build_step(shared)
            compare.build_step(shared)
            judging.build_step(shared)
            answers.build_step(shared)

    told = tell_errors(lambda words: (render_error(words), gr.skip(), gr.skip()))

    @told
    def look() -> tuple[Any, Any, int]:
        return *shared.watch(), evaluations.revision

    @told
    def choose(event: gr.EventData) -> tuple[Any, Any, int]:
        what, number = read_choice(event)
        if number.isdecimal():
            (jobs.cancel if what == "cancel" else jobs.dismiss)(int(number))
        return look()

    outputs = [*shared.watching, changed]
    gr.on([tab.select, timer.tick], look, outputs=outputs, **REPEATED)
    shown.select(choose, outputs=outputs, **REPEATED)
