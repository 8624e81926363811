"""Step 测试集: make one of the library, or upload one; list, download and delete them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr

from app.evaluation.uploaded_sets import ENDINGS
from app.web.evaluation.steps import (
    StepParts,
    read_choice,
)
from app.web.language import name, say
from app.web.parts import PRIVATE, build_download, build_html, render_error, tell_errors
from app.web.render import frame, render, render_notice
from corpus.errors import InputError
from corpus.progress import Progress
from eval.making.queries import DEFAULT_KINDS, QueryKind

KINDS = {
    QueryKind.TITLE: "标题 → 答复",
    QueryKind.QUESTION: "来信 → 答复",
    QueryKind.QUOTATION: "一句原话 → 出处",
    QueryKind.CLOZE: "删去的一句话 → 出处（难）",
    QueryKind.HEADING: "小标题 → 那一节",
    QueryKind.UNANSWERABLE: "没有答案的问题",
}
"""The kinds of questions that a library asks of itself, and what answers them."""


def build_step(shared: StepParts) -> None:
    """Build the step."""
    sets = shared.evaluations.test_sets
    with gr.Tab(name("① 测试集"), id="sets"):
        listed = build_html("", "testsets")
        note = build_html("", "testsets-note")
        with gr.Row(elem_classes="dafu-cards"):
            with gr.Column(elem_classes="dafu-card", min_width=280):
                _build_making(shared)
            with gr.Column(elem_classes="dafu-card", min_width=280):
                _build_upload(shared)
        button = build_download("testset-file")

    @tell_errors()
    def show(asked: str = "") -> str:
        return render("evaluation_sets", sets=sets.list_sets(), asked=asked)

    @tell_errors(lambda words: (show(), render_error(words), shared.evaluations.revision))
    def choose(event: gr.EventData) -> tuple[Any, Any, int]:
        what, chosen = read_choice(event)
        if what == "delete":
            sets.delete(chosen)
        return show(chosen if what == "ask" else ""), "", shared.evaluations.revision

    shared.changed.change(show, outputs=listed, **PRIVATE)
    listed.select(choose, outputs=[listed, note, shared.changed], **PRIVATE)
    shared.connect_download(listed.download, sets.pack, button, note)


def _build_making(shared: StepParts) -> None:
    gr.HTML(frame("evaluation_making"), elem_classes="dafu", apply_default_css=False)
    kinds = gr.CheckboxGroup(
        [(name(words), kind.value) for kind, words in KINDS.items()],
        value=[kind.value for kind in DEFAULT_KINDS],
        label=name("出哪些题"),
        elem_id="make-kinds",
    )
    today = tell_errors()(_todays_name)
    title = gr.Textbox(label=name("名称"), value=today, max_lines=1, elem_id="make-name")
    button = gr.Button(name("由文库生成"), variant="primary", elem_id="make-set")
    note = build_html("", "make-note")

    @tell_errors(lambda words: (render_error(words), gr.skip(), gr.skip()))
    def make(text: str | None, chosen: list[str]) -> tuple[Any, ...]:
        wanted = shared.evaluations.test_sets.check_new(text or "")
        asked = [kind for kind in QueryKind if kind.value in chosen]
        if not asked:
            raise InputError("请至少选一种题。")

        def work(progress: Progress) -> str:
            card = shared.evaluations.make_set(wanted, asked, progress)
            return f"测试集“{card.name}”：{card.documents:,} 份答复，{card.queries:,} 个问题。"

        shared.jobs.start(f"生成测试集“{wanted}”", work)
        return "", *shared.watch()

    shared.connect_start(button, make, [title, kinds], [note])


def _build_upload(shared: StepParts) -> None:
    gr.HTML(frame("evaluation_upload"), elem_classes="dafu", apply_default_css=False)
    title = gr.Textbox(
        label=name("名称"), placeholder=name("不写就用文件名"), max_lines=1, elem_id="upload-name"
    )
    files = gr.File(
        label=name("测试集的文件"),
        file_count="multiple",
        file_types=list(ENDINGS),
        height=130,
        elem_id="set-files",
    )
    button = gr.Button(name("检查并收下"), elem_id="upload-set")
    note = build_html("", "set-note")

    @tell_errors(lambda words: (render_error(words), gr.skip(), gr.skip()))
    def add(text: str | None, given: list[str] | None) -> tuple[Any, Any, int]:
        paths = [Path(path) for path in given or ()]
        if not paths:
            raise InputError("还没有选择文件。")
        card = shared.evaluations.test_sets.add(text or paths[0].stem, paths)
        told = f"已收下“{card.name}”，有 {card.queries:,} 个问题。"
        return render_notice(told), None, shared.evaluations.revision

    button.click(add, [title, files], [note, files, shared.changed], concurrency_limit=1, **PRIVATE)


def _todays_name() -> str:
    return f"{say('文库')} {date.today().isoformat()}"
