"""The panel in which a reply is read, with the span that was asked for marked in its place."""

from __future__ import annotations

import time
from typing import Any

import gradio as gr

from app.types import ReplyView
from app.web.facts import Attempt, list_all, list_fields
from app.web.paper import lay_out
from app.web.parts import PRIVATE, Parts, build_html, tell_errors
from app.web.render import file_name, render


def build_reader(is_owner: bool) -> gr.HTML:
    """Build the panel, empty."""
    return build_html("", "reader", *(["review.js"] if is_owner else []))


def connect_reader(parts: Parts, source: gr.HTML) -> None:
    """Let the `data-open` buttons of a component open their reply in the panel."""

    @tell_errors(render_failure)
    def open_reply(event: gr.EventData) -> str:
        reply_id, start, end = read_target(event)
        return render_reply(parts.service.show(reply_id), start, end, parts.is_owner)

    source.click(open_reply, outputs=parts.reader, **PRIVATE)


def render_reply(
    view: ReplyView, start: int, end: int, is_owner: bool, attempt: Attempt | None = None
) -> str:
    """Render a whole reply with its fields, the span `start..end` marked (-1, -1: none).

    For its owner the fields are marked in the text too, and can be corrected.
    """
    return render(
        "reader",
        view=view,
        start=start,
        end=end,
        facts=list_all(view, attempt) if is_owner else list_fields(view),
        lines=lay_out(view, start, end, view.fields if is_owner else ()),
        quote=view.text[start:end] if 0 <= start < end else "",
        source=view.card.source if is_owner else file_name(view.card.source),
        own=is_owner,
        opened=time.time_ns(),
    )


def render_failure(words: str) -> str:
    """Render why no reply can be shown."""
    return render("reader_error", message=words, opened=time.time_ns())


def read_target(event: gr.EventData) -> tuple[str, int, int]:
    """Read which reply and span a click asks for; what a browser sends is not to be trusted."""
    data: Any = event._data
    values = data if isinstance(data, dict) else {}
    return str(values.get("reply", "")), _offset(values, "start"), _offset(values, "end")


def _offset(values: dict[str, Any], name: str) -> int:
    value = values.get(name, -1)
    return value if isinstance(value, int) else -1
