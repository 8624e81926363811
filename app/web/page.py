"""Put the page together from its tabs."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.access import Role
from app.running.memory import give_back
from app.views.figures import Stats
from app.web.arrival import build_links, connect_links
from app.web.desk import tab as precedents
from app.web.editing import connect_binning, connect_review
from app.web.evaluation import tab as evaluation
from app.web.files import HOURS_KEPT, visits
from app.web.filters import build_filters
from app.web.guest import guest_now
from app.web.matter import connect_matter
from app.web.parts import PRIVATE, Parts, Refresher, build_html, raise_error, tell_errors
from app.web.reader import build_reader, connect_pages
from app.web.render import frame, render
from app.web.tabs import ask, ledger, library

if TYPE_CHECKING:
    from app.service import Service


def list_tabs(service: Service) -> tuple[ModuleType, ...]:
    """Return the modules of the tabs, in their order: each has a `build_tab(parts)`.

    That of measuring shows whole replies and writes to the home.
    """
    desk = (precedents,) if service.has_desk else ()
    own = (evaluation,) if service.role.edits else ()
    return (ask, *desk, ledger, library, *own)


CACHE_SECONDS = (1800, HOURS_KEPT * 3600)
"""How often files that people uploaded are looked through, and at which age they are deleted."""

USERS_AT_ONCE = 8
"""Events of one kind that go on at the same time."""

UNCOUNTED = {"GRADIO_ANALYTICS_MAX_EVENTS": "1", "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000"}
"""Keeps Gradio from adding up, after every event, how long the last 10,000 took: a page that
nothing here shows."""

LOOKS = 0.01
"""Seconds between two looks of Gradio at its queue: its own thousand looks a second take a part of
a core from those who wait."""

SESSIONS = 100
"""Visits whose state is kept, those that did something last: Gradio's own 10,000 take some 300
kB each. To a visitor whose state is gone the page answers as if it had just been opened."""


def build_page(service: Service, *, allow_upload: bool | None = None) -> gr.Blocks:
    """Build the page of one role; `allow_upload` None allows it to who edits only."""
    os.environ.update(UNCOUNTED)
    blocks = gr.Blocks(
        title="答复 Dafu", analytics_enabled=False, fill_width=True, delete_cache=CACHE_SECONDS
    )
    with blocks:
        header = build_html(frame("header", stats=None, guest=None), "header")
        version = gr.State(0)
        role = service.role
        with gr.Row(elem_id="stage"):
            work = gr.Column(elem_id="work")
            with gr.Column(elem_id="reader-column"):
                reader = build_reader(role.edits)
        allowed = role.edits if allow_upload is None else allow_upload
        parts = Parts(blocks, service, reader, version, allowed)
        with work:
            links = build_links()
            _build_empty(parts)
            build_filters(parts)
            with gr.Tabs(elem_id="tabs", overflow_behavior="wrap") as tabs:
                for tab in list_tabs(service):
                    tab.build_tab(parts)
        connect_links(parts, links, tabs)
        connect_matter(parts)
        if role.sees_all:
            connect_pages(parts)
        if role.edits:
            connect_review(parts)
            connect_binning(parts)
        parts.refreshers.append(Refresher((header,), _render_header))
        _connect_refreshers(parts)
        blocks.unload(_end_visit(role))
    blocks.state_session_capacity = SESSIONS
    blocks.queue(default_concurrency_limit=USERS_AT_ONCE, api_open=False)
    blocks._queue.sleep_when_free = LOOKS
    return blocks


def _render_header(stats: Stats) -> list[str]:
    """Render the head of the page, for whoever opens it."""
    return [render("header", stats=stats, guest=guest_now())]


def _build_empty(parts: Parts) -> None:
    """Say above every tab that nothing is loaded yet, and what to do."""
    empty = build_html("", "empty")

    def update(stats: Stats) -> list[str]:
        return [render("empty", stats=stats, allow_upload=parts.allow_upload)]

    parts.refreshers.append(Refresher((empty,), update))


def _end_visit(role: Role) -> Callable[[gr.Request], None]:
    """Return what deletes what a visitor who has left had uploaded, and frees their memory."""

    def end(request: gr.Request) -> None:
        if request.session_hash:
            visits(role).end(request.session_hash)
        give_back()

    return end


def _connect_refreshers(parts: Parts) -> None:
    """Update all that follows the library with one look at it."""

    @tell_errors(raise_error("文库打不开"))
    def refresh() -> list[Any]:
        stats = parts.service.stats()
        return [update for refresher in parts.refreshers for update in refresher.update(stats)]

    outputs = [component for refresher in parts.refreshers for component in refresher.components]
    gr.on([parts.blocks.load, parts.version.change], refresh, outputs=outputs, **PRIVATE)
