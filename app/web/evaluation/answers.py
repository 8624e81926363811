"""Step 回答: ask questions whose answers are known, and see which answers were right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from app.web.evaluation.steps import (
    StepParts,
    read_choice,
)
from app.web.language import name, say
from app.web.parts import PRIVATE, build_download, build_html, render_error, tell_errors
from app.web.render import frame, render
from corpus.errors import InputError, NotFound
from corpus.progress import Progress
from eval.history.answers import AnswerHistory, KeptAnswers
from eval.report.answers import as_section
from eval.report.saying import saying

LISTED = {"any_quote": "引文能支持", "answered": "给出回答", "abstained": "如实不答"}
"""The measures that are listed, each in a few characters."""

SAMPLES, OWN = "samples", "own"

QUESTIONS = {SAMPLES: "自带样例（虚构的答复和问题）", OWN: "我的问题，向文库提问"}
"""Whose questions can be asked."""


def build_step(shared: StepParts) -> None:
    """Build the step."""
    evaluations = shared.evaluations
    with gr.Tab(name("⑤ 回答"), id="answers"):
        with gr.Column(elem_classes="dafu-card"):
            note = _build_asking(shared)
        listed = build_html("", "answered")
        result = build_html("", "answers")
        save = build_download("answers-report")

    @tell_errors(lambda words: (render_error(words), ""))
    def show(wanted: str = "", asked: str = "") -> tuple[str, str]:
        kept, unreadable = _load_all(evaluations.answers)
        shown = next((each for each in kept if each.id == wanted), next(iter(kept), None))
        return render_list(kept, unreadable, shown, asked), render_answers(shown)

    @tell_errors(lambda words: (gr.skip(), gr.skip(), evaluations.revision, render_error(words)))
    def choose(event: gr.EventData) -> tuple[Any, ...]:
        what, id = read_choice(event)
        if what == "delete":
            evaluations.answers.remove(id)
        listing, answers = show(id if what == "show" else "", id if what == "ask" else "")
        kept = gr.skip() if what == "ask" else answers
        return listing, kept, evaluations.revision, ""

    def pack(what: str, folder: Path) -> Path:
        form, _, id = what.partition(":")
        return evaluations.save_answers(id, form, folder)

    shared.changed.change(show, outputs=[listed, result], **PRIVATE)
    listed.select(choose, outputs=[listed, result, shared.changed, note], **PRIVATE)
    shared.connect_download(result.download, pack, save, note)


def _build_asking(shared: StepParts) -> gr.HTML:
    """Build what asks the questions; return where is said what went wrong."""
    gr.HTML(frame("evaluation_answering"), elem_classes="dafu", apply_default_css=False)
    choices = [(name(words), whose) for whose, words in QUESTIONS.items()]
    source = gr.Radio(choices, value=SAMPLES, label=name("用哪些问题"), elem_id="answers-from")
    file = gr.File(
        label=name("问题文件"),
        file_types=[".jsonl"],
        height=120,
        visible=False,
        elem_id="answers-file",
    )
    button = gr.Button(name("评测回答"), variant="primary", elem_id="measure-answers")
    note = build_html("", "answers-note")

    @tell_errors(lambda words: (render_error(words), gr.skip(), gr.skip()))
    def start(chosen: str, path: str | None) -> tuple[Any, ...]:
        if chosen == OWN and not path:
            raise InputError("还没有选择问题文件。")
        questions = Path(path) if chosen == OWN and path else None

        def work(progress: Progress) -> str:
            measured = shared.evaluations.measure_answers(questions, progress)
            return f"问了 {measured.questions:,} 个问题，结果在“⑤ 回答”下面。"

        shared.jobs.start("评测回答", work)
        return "", *shared.watch()

    source.change(lambda chosen: gr.update(visible=chosen == OWN), source, file, **PRIVATE)
    shared.connect_start(button, start, [source, file], [note])
    return note


def render_list(
    kept: Sequence[KeptAnswers], unreadable: Sequence[str], shown: KeptAnswers | None, asked: str
) -> str:
    """Render the evaluations of answers; of that with the id `asked`, whether to delete it."""
    if not kept and not unreadable:
        return ""
    return render(
        "evaluation_answered",
        listed=kept,
        unreadable=unreadable,
        shown=shown.id if shown else "",
        asked=asked,
        words=LISTED,
    )


def render_answers(kept: KeptAnswers | None) -> str:
    """Render an evaluation of answers as its report has it."""
    if kept is None:
        return ""
    actions = render("evaluation_saving", id=kept.id)
    with saying(say):
        section = as_section(kept.evaluation)
    return f'{actions}<div class="fragment">{section}</div>'


def _load_all(history: AnswerHistory) -> tuple[list[KeptAnswers], list[str]]:
    """Load what can be loaded, newest first, and say what cannot."""
    kept, unreadable = [], []
    for id in history.list_ids():
        try:
            kept.append(history.load(id))
        except (InputError, NotFound) as error:
            unreadable.append(str(error))
    return kept, unreadable
