"""What the steps of the tab 评测 share: the door, the jobs under way, reports and downloads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from app.evaluation.evaluation import Evaluations
from app.running.jobs import Jobs
from app.web.clicks import read_choice as read_chosen
from app.web.files import give
from app.web.parts import CLICK, PRIVATE, Parts, explain, render_error, tell_errors
from app.web.render import render
from corpus.temporary import hold_folder

LOOKS = 0.5
"""Seconds between looks at jobs that are under way."""

LOOK_UP = "() => { document.getElementById('jobs').scrollIntoView({ block: 'nearest' }); }"
"""Shows how far the jobs are to whoever has started one further down."""


@dataclass(frozen=True, slots=True)
class StepParts:
    """What the steps of the tab share.

    `changed` holds the revision of what is kept, and so changes with it; `watching` shows the jobs.
    """

    parts: Parts
    evaluations: Evaluations
    jobs: Jobs
    changed: gr.State
    watching: tuple[gr.HTML, gr.Timer]

    def watch(self) -> tuple[Any, Any]:
        """Render the jobs; look at them again while any is under way."""
        listed = self.jobs.list_jobs()
        html = render(
            "evaluation_jobs", jobs=[(job, job.error and explain(job.error)) for job in listed]
        )
        return html, gr.Timer(LOOKS, active=not all(job.ended for job in listed))

    def connect_start(
        self,
        button: gr.Button,
        start: Callable[..., tuple[Any, ...]],
        inputs: Sequence[gr.components.Component],
        outputs: Sequence[gr.components.Component],
    ) -> None:
        """Let a button start a job: `start` returns values for `outputs`, then `watch()`."""
        started = button.click(start, [*inputs], [*outputs, *self.watching], **PRIVATE)
        started.then(None, js=LOOK_UP, **PRIVATE)

    def connect_download(
        self,
        asked: Callable[..., Any],
        make: Callable[[str, Path], Path],
        button: gr.DownloadButton,
        note: gr.HTML,
    ) -> None:
        """Let buttons with `data-save="what"` download what `make(what, folder)` writes.

        :param asked: the event, such as `html.download`.
        :param note: says what went wrong.
        """

        @tell_errors(lambda words: (None, render_error(words)))
        def save(event: gr.EventData) -> Iterator[tuple[Any, Any]]:
            what = read_chosen(event)
            with hold_folder("export") as folder:
                yield give(self.parts.service.role, make(what, folder)), ""

        asked(save, outputs=[button, note], **PRIVATE).then(
            None, js=CLICK.format(id=button.elem_id), **PRIVATE
        )


def read_choice(event: gr.EventData) -> tuple[str, str]:
    """Read what a button with `data-choose="what:which"` asks; a browser sends what it likes."""
    what, _, which = read_chosen(event).partition(":")
    return what, which


def as_report(*parts: str) -> str:
    """Put fragments of reports where their style holds; nothing of nothing."""
    shown = "\n".join(part for part in parts if part)
    return f'<div class="dafu-report">{shown}</div>' if shown else ""
