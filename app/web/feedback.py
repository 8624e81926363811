"""The thumbs beside what was found: one click says whether it helped, another takes it back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import gradio as gr

from app.evaluation.feedback import Feedback
from app.web.clicks import read_target, read_values
from app.web.parts import REPEATED, Parts, tell_errors
from app.web.render import load_asset, render
from corpus.errors import InputError
from eval.data.spans import Span

RATES = {"up": True, "down": False, "": None}
"""What a browser sends, and what it means; nothing: taken back."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a visitor is looking at: only that can be rated. `given` is what was said of it."""

    query: str = ""
    spans: frozenset[Span] = frozenset()
    given: dict[Span, bool] = field(default_factory=dict)

    def rate_of(self, reply_id: str, start: int, end: int) -> str:
        """Return what the visitor has said of a span: up, down, or nothing."""
        useful = self.given.get(Span(reply_id, start, end))
        return {True: "up", False: "down"}.get(useful, "") if useful is not None else ""


NOTHING = Shown()


class Thumbs:
    """The thumbs of one tab. Who may not rate has none, and all of it is idle."""

    def __init__(self, parts: Parts, source: gr.HTML) -> None:
        """Let the thumbs in `source` be clicked."""
        feedback = Feedback(parts.service)
        self._feedback = feedback if feedback.taken else None
        self.shown = gr.State(NOTHING)
        if not self._feedback:
            return
        said = gr.HTML(
            "",
            elem_id=f"{source.elem_id}-rated",
            elem_classes="dafu dafu-rated",
            js_on_load=load_asset("feedback.js"),
            apply_default_css=False,
        )
        source.like(self._rate, self.shown, said, **REPEATED)

    def show(self, query: str, spans: frozenset[Span], request: gr.Request) -> Shown | None:
        """Return what can be rated from now on; None where nothing can."""
        if not self._feedback or not request.session_hash:
            return None
        return Shown(query, spans, self._feedback.given(query, request.session_hash))

    def _rate(self, event: gr.EventData, shown: Shown, request: gr.Request) -> str:
        span = Span(*read_target(event))
        rate = str(read_values(event).get("rate", ""))

        @tell_errors(lambda words: _say(span, None, words))  # at the thumbs that were clicked
        def keep() -> str:
            if span not in shown.spans or rate not in RATES or not self._feedback:
                raise InputError("这一段已不在页面上，请重新查询后再作反馈。")
            self._feedback.rate(shown.query, span, request.session_hash or "", RATES[rate])
            return _say(span, rate, "已记下，谢谢" if rate else "已撤回")

        return keep()


def _say(span: Span, rate: str | None, said: str) -> str:
    """Render what became of a click; feedback.js shows it at the thumbs."""
    return render("rated", span=span, rate=rate, said=said, at=time.time_ns())
