"""The place above an answer where the words of a language model stand, where one is set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from app.generating.types import Generated
from app.patience import WRITING as KIND
from app.types import Answer
from app.web.parts import REPEATED, Parts, build_html, tell_errors
from app.web.reader import connect_reader
from app.web.render import render
from app.web.turns import Turns

WRITING: dict[str, Any] = {**REPEATED, "concurrency_limit": 4, "concurrency_id": "writing"}
"""So many at a time have a model write, for as long as it takes; the others wait."""

Written = tuple[str, Answer | None]
"""What stands in the place, and the answer that is to be written of."""

NOTHING: Written = "", None


class Writing:
    """The place, and what fills it once an answer stands below."""

    def __init__(self, parts: Parts) -> None:
        self._generating = parts.service.generating
        self._turns = Turns(None)
        self.box = build_html("", "generated")
        self.answer = gr.State(None)
        self.components = (self.box, self.answer)
        connect_reader(parts, self.box)

    def stop(self, request: gr.Request) -> Written:
        """Return an empty place: what is still being written there is not wanted any more."""
        self._turns.begin(request.session_hash)
        return NOTHING

    def begin(self, answer: Answer) -> Written:
        """Return the place where an answer is about to be written of."""
        wanted = self._generating.on and answer.quotes
        return (render_generated(None), answer) if wanted else NOTHING

    def follow(self, *answered: gr.events.Dependency) -> None:
        """Have the model write after each of these events; none where there is no model."""
        for each in answered if self._generating.on else ():
            each.then(self._write, self.answer, self.box, **WRITING)

    @tell_errors(kind=KIND)
    def _write(self, answer: Answer | None, request: gr.Request) -> Iterator[Any]:
        if answer is None:
            yield gr.skip()
            return
        is_last, shown = self._turns.begin(request.session_hash), None
        for written in self._generating.write(answer):
            if not is_last():
                break  # which closes the connection
            yield gr.skip() if written == shown else render_generated(written, answer)
            shown = written
        yield gr.skip()  # at its end Gradio sends once more what a handler gave last


def render_generated(generated: Generated | None, answer: Answer | None = None) -> str:
    """Render what has been written of an answer so far; None: nothing yet."""
    quotes = {quote.citation: quote for quote in reversed(answer.quotes)} if answer else {}
    return render("generated", generated=generated, quotes=quotes)
