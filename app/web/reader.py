"""The panel in which a reply is read, with the span that was asked for marked in its place."""

from __future__ import annotations

import base64
import io
import time
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import gradio as gr

from app.links import file_name, link_reply
from app.types import ReplyView
from app.views.pages import Page
from app.views.policies import ReplyBasis
from app.web.clicks import read_choice, read_target
from app.web.facts import Attempt, list_all, list_fields
from app.web.paper import lay_out
from app.web.parts import FOLLOWING, Parts, build_html, tell_errors
from app.web.render import render
from app.wording import headline
from corpus.errors import InputError, NotFound

WHO_CITES = "policy 0 "
"""What a button chooses, with a policy's key behind it, to see all who cite it."""


def build_reader(edits: bool) -> gr.HTML:
    """Build the panel, empty."""
    own = ("review.js", "putting_away.js") if edits else ()
    return build_html("", "reader", "matter.js", "ledger.js", *own)


def connect_reader(parts: Parts, source: gr.HTML) -> None:
    """Let the `data-open` buttons of a component open their reply in the panel."""

    @tell_errors(render_failure)
    def open_clicked(event: gr.EventData) -> str:
        return open_reply(parts, *read_target(event))

    source.click(open_clicked, outputs=parts.reader, **FOLLOWING)


GONE = (
    "这里没有这份答复：它可能没有公开、已被移除，或者链接不完整。"
    "可以到“文库”按标题、机关或发文字号再找。"
)
"""Said alike of what never was, was removed, or may not be seen: none may learn which it is."""


def open_reply(parts: Parts, reply_id: str, start: int = -1, end: int = -1) -> str:
    """Render a reply with a span marked, for whoever has the page.

    :raises InputError: where there is none that may be seen.
    """
    view = show_reply(parts, reply_id)
    shown = on_page(parts, reply_id, start)
    return render_reply(view, start, end, parts.edits, shown=shown)


def show_reply(parts: Parts, reply_id: str) -> ReplyView:
    """Return a whole reply.

    :raises InputError: where there is none that may be seen, told to a reader.
    """
    try:
        return parts.service.show(reply_id)
    except NotFound:
        raise InputError(GONE) from None


@dataclass(frozen=True, slots=True)
class OnPage:
    """On which page of the original a span stands, from 1, and the page where it is shown.

    `address` is where the original file can be opened or saved, empty where it can't; `basis` are
    the policies that the reply cites.
    """

    number: int | None = None
    page: Page | None = None
    address: str = ""
    basis: ReplyBasis | None = None

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
    """Tell what a reply cites, and where in the original a place stands to who sees all."""
    basis = parts.service.policies.of_reply(reply_id)
    if not parts.sees_all:
        return OnPage(basis=basis)
    pages = parts.service.pages
    number = pages.locate(reply_id, start) or pages.first(reply_id)
    if number:
        pages.prepare()
    there = parts.service.originals.is_there(reply_id)
    return OnPage(number, address=original_address(reply_id, number) if there else "", basis=basis)


def original_address(reply_id: str, number: int | None) -> str:
    """Return where the file that a reply was loaded from can be opened, at its page."""
    return f"/original/{quote(reply_id, safe='')}" + (f"#page={number}" if number else "")


def connect_pages(parts: Parts) -> None:
    """Let who sees all turn from a reply's text to the page that it was read from, and back."""

    @tell_errors(render_failure)
    def turn(event: gr.EventData) -> Any:
        choice = read_choice(event)
        if choice.startswith(WHO_CITES):
            return gr.skip()  # the tab of promises and policies shows it
        reply_id, start, end, number = _read_turn(choice)
        view = show_reply(parts, reply_id)
        shown = on_page(parts, reply_id, start)
        if number:
            page = parts.service.pages.draw(reply_id, number, start, end)
            address = original_address(reply_id, number) if shown.address else ""
            shown = replace(shown, page=page, address=address)
        return render_reply(view, start, end, parts.edits, shown=shown)

    parts.reader.select(turn, outputs=parts.reader, **FOLLOWING)


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
    edits: bool,
    attempt: Attempt | None = None,
    shown: OnPage = NOWHERE,
) -> str:
    """Render a whole reply with its fields, the span `start..end` marked (-1, -1: none).

    For who edits the fields are marked in the text too, and can be corrected; where it was read
    from pages, these can be seen in its place.
    """
    return render(
        "reader",
        view=view,
        start=start,
        end=end,
        facts=list_all(view, attempt) if edits else list_fields(view),
        lines=lay_out(view, start, end, view.fields if edits else ()),
        quote=view.text[start:end] if 0 <= start < end else "",
        source=view.card.source if edits else file_name(view.card.source),
        own=edits,
        shown=shown,
        link=link_reply(view.card.reply_id, headline(view.card), start, end),
        opened=time.time_ns(),
    )


def render_failure(words: str) -> str:
    """Render why no reply can be shown."""
    return render("reader_error", message=words, opened=time.time_ns())
