"""The panel in which a reply is read, with the span that was asked for marked in its place."""

from __future__ import annotations

import base64
import io
import time
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import gradio as gr

from app.pages import Page
from app.types import ReplyView
from app.web.facts import Attempt, list_all, list_fields
from app.web.paper import lay_out
from app.web.parts import PRIVATE, Parts, build_html, tell_errors
from app.web.render import file_name, render
from corpus.errors import InputError


def build_reader(is_owner: bool) -> gr.HTML:
    """Build the panel, empty."""
    return build_html("", "reader", *(["review.js", "putting_away.js"] if is_owner else []))


def connect_reader(parts: Parts, source: gr.HTML) -> None:
    """Let the `data-open` buttons of a component open their reply in the panel."""

    @tell_errors(render_failure)
    def open_reply(event: gr.EventData) -> str:
        reply_id, start, end = read_target(event)
        view = parts.service.show(reply_id)
        shown = on_page(parts, reply_id, start)
        return render_reply(view, start, end, parts.is_owner, shown=shown)

    source.click(open_reply, outputs=parts.reader, **PRIVATE)


@dataclass(frozen=True, slots=True)
class OnPage:
    """On which page of the original a span stands, from 1, and the page where it is shown.

    `address` is where the original file can be opened or saved; empty where it can't.
    """

    number: int | None = None
    page: Page | None = None
    address: str = ""

    @property
    def picture(self) -> str:
        """The picture of the page, as an address."""
        if self.page is None:
            return ""
        file = io.BytesIO()
        self.page.picture.save(file, "JPEG", quality=80)
        return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


NOWHERE = OnPage()


def on_page(parts: Parts, reply_id: str, start: int) -> OnPage:
    """Tell on which page of the original a place of a reply stands, to the owner alone."""
    if not parts.is_owner:
        return NOWHERE
    pages = parts.service.pages
    number = pages.locate(reply_id, start) or pages.first(reply_id)
    there = parts.service.originals.is_there(reply_id)
    return OnPage(number, address=original_address(reply_id, number) if there else "")


def original_address(reply_id: str, number: int | None) -> str:
    """Return where the file that a reply was loaded from can be opened, at its page."""
    return f"/original/{quote(reply_id, safe='')}" + (f"#page={number}" if number else "")


def connect_pages(parts: Parts) -> None:
    """Let the owner turn from a reply's text to the page that it was read from, and back."""

    @tell_errors(render_failure)
    def turn(event: gr.EventData) -> str:
        data: Any = event._data if isinstance(event._data, dict) else {}
        reply_id, start, end, number = _read_turn(str(data.get("choice", "")))
        view = parts.service.show(reply_id)
        shown = on_page(parts, reply_id, start)
        if number:
            page = parts.service.pages.draw(reply_id, number, start, end)
            shown = replace(shown, page=page, address=original_address(reply_id, number))
        return render_reply(view, start, end, parts.is_owner, shown=shown)

    parts.reader.select(turn, outputs=parts.reader, **PRIVATE)


def _read_turn(choice: str) -> tuple[str, int, int, int]:
    """Read `id start end page`; what a browser sends is not to be trusted.

    :raises InputError: where it is not that.
    """
    reply_id, *numbers = choice.split(" ")
    try:
        start, end, number = (int(number) for number in numbers)
    except ValueError as error:
        raise InputError("没有看懂要看哪一页，请重新打开这份答复。") from error
    return reply_id, start, end, number


def render_reply(
    view: ReplyView,
    start: int,
    end: int,
    is_owner: bool,
    attempt: Attempt | None = None,
    shown: OnPage = NOWHERE,
) -> str:
    """Render a whole reply with its fields, the span `start..end` marked (-1, -1: none).

    For its owner the fields are marked in the text too, and can be corrected; where it was read
    from pages, these can be seen in its place.
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
        shown=shown,
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
