"""The section 待核对 of the tab 文库: replies whose fields want looking at, for the owner."""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.keeping.review import ReviewList
from app.web.clicks import read_choice, read_page
from app.web.language import name, say
from app.web.parts import FOLLOWING, PRIVATE, Parts, build_html, render_error, tell_errors
from app.web.reader import connect_reader
from app.web.render import render

PAGE_LENGTH = 10
"""Replies on one page of the list."""

DOUBTFUL, CORRECTED = "doubtful", "corrected"
"""What is listed; a click names it with the page: `corrected:1`."""


def build_section(parts: Parts) -> None:
    """Build the section, folded; its heading says how far looking has come."""
    with gr.Accordion(name("待核对"), open=False, elem_id="doubts") as section:
        table = build_html("", "doubts-list")
    listed = gr.State(f"{DOUBTFUL}:0")

    @tell_errors(lambda words: (gr.skip(), render_error(words), gr.skip()))
    def show(choice: str) -> tuple[Any, ...]:
        what, page = _read(choice)
        found = _find(parts, what, page)
        if not found.replies and page:  # the last one of its page was settled
            page = max(0, found.total - 1) // PAGE_LENGTH
            found = _find(parts, what, page)
        label = f"待核对（已核对 {found.done} / {found.wanted}）" if found.wanted else "待核对"
        return gr.update(label=say(label)), render_doubts(found, what, page), f"{what}:{page}"

    def choose(event: gr.EventData) -> tuple[Any, ...]:
        return show(read_choice(event))

    shown = [section, table, listed]
    gr.on([parts.blocks.load, parts.version.change], show, listed, shown, **PRIVATE)
    table.select(choose, outputs=shown, **FOLLOWING)
    connect_reader(parts, table)


def _find(parts: Parts, what: str, page: int) -> ReviewList:
    review = parts.service.review
    return review.list_replies(what == CORRECTED, PAGE_LENGTH, page * PAGE_LENGTH)


def render_doubts(found: ReviewList, what: str, page: int) -> str:
    """Render one page of the list."""
    return render("doubts", found=found, what=what, page=page, length=PAGE_LENGTH)


def _read(choice: str) -> tuple[str, int]:
    what, _, page = choice.partition(":")
    listed = CORRECTED if what == CORRECTED else DOUBTFUL
    return listed, read_page(page)
