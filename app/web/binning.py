"""Putting a reply away from the reader, and bringing it back at once, for the library's owner."""

from __future__ import annotations

import time
from typing import Any

import gradio as gr

from app.keeping.removal import KEPT_DAYS
from app.web.clicks import read_target
from app.web.parts import REPEATED, Parts, tell_errors
from app.web.reader import on_page, render_failure, render_reply
from app.web.render import render
from app.wording import headline


def connect_binning(parts: Parts) -> None:
    """Let the reply in the reader be put away; all that shows the library then follows."""

    @tell_errors(lambda words: (render_failure(words), gr.skip()))
    def put_away(event: gr.EventData, version: int) -> tuple[Any, ...]:
        reply_id, _, _ = read_target(event)
        title = headline(parts.service.show(reply_id).card)
        parts.service.bin.put_away([reply_id])
        return render_put_away(reply_id, title), version + 1

    @tell_errors(lambda words: (render_failure(words), gr.skip()))
    def bring_back(event: gr.EventData, version: int) -> tuple[Any, ...]:
        reply_id, _, _ = read_target(event)
        (back,) = parts.service.bin.bring_back([reply_id])
        view = parts.service.show(back)
        shown = on_page(parts, back, -1)
        return render_reply(view, -1, -1, parts.edits, shown=shown), version + 1

    outputs = [parts.reader, parts.version]
    parts.reader.delete(put_away, parts.version, outputs, **REPEATED)
    parts.reader.undo(bring_back, parts.version, outputs, **REPEATED)


def render_put_away(reply_id: str, title: str) -> str:
    """Render that a reply was put away, with the way back."""
    opened = time.time_ns()
    return render("put_away", reply_id=reply_id, title=title, days=KEPT_DAYS, opened=opened)
