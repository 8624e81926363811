"""Step 回答: ask questions whose answers are known, and see which answers were right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from app.background import Progress
from app.web.evaluation_bench import LOOK_UP, Bench, build_download, connect_download
from app.web.parts import PRIVATE, build_html
from app.web.render import render, render_notice
from eval.answers.evaluate import AnswerEvaluation
from eval.answers.report import as_section

SAMPLES, OWN = "自带样例（虚构的答复和问题）", "我的问题，向文库提问"


def build_step(bench: Bench) -> None:
    """Build the step."""
    evaluations = bench.evaluations
    with gr.Tab("⑤ 回答", id="answers"):
        with gr.Column(elem_classes="dafu-card"):
            gr.HTML(render("evaluation_answering"), elem_classes="dafu", apply_default_css=False)
            source = gr.Radio(
                [SAMPLES, OWN], value=SAMPLES, label="用哪些问题", elem_id="answers-from"
            )
            file = gr.File(
                label="问题文件",
                file_types=[".jsonl"],
                height=120,
                visible=False,
                elem_id="answers-file",
            )
            button = gr.Button("评测回答", variant="primary", elem_id="measure-answers")
            note = build_html("", "answers-note")
        result = build_html("", "answers")
        save = build_download("answers-report")

    def start(chosen: str, path: str | None) -> tuple[Any, ...]:
        if chosen == OWN and not path:
            return render_notice("还没有选择问题文件。", "error"), gr.skip(), gr.skip()
        questions = Path(path) if chosen == OWN and path else None

        def work(progress: Progress) -> str:
            measured = evaluations.measure_answers(questions, progress)
            return f"问了 {measured.questions:,} 个问题，结果在“⑤ 回答”下面。"

        bench.jobs.start("评测回答", work)
        return "", *bench.watch()

    def show() -> str:
        return render_answers(evaluations.answers)

    source.change(lambda chosen: gr.update(visible=chosen == OWN), source, file, **PRIVATE)
    started = button.click(start, [source, file], [note, *bench.watching], **PRIVATE)
    started.then(None, js=LOOK_UP, **PRIVATE)
    bench.changed.change(show, outputs=result, **PRIVATE)
    connect_download(result.download, evaluations.save_answers, save, note)


def render_answers(measured: AnswerEvaluation | None) -> str:
    """Render the answers measured last, as their report has it."""
    if measured is None:
        return ""
    actions = render("evaluation_saving")
    return f'{actions}<div class="fragment">{as_section(measured)}</div>'
