"""Open what the browser's address asks for: when the page is opened, and on back and forward."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.access import FILTER_WORDS, NO_DESK, FilterWords
from app.links import (
    DESK,
    LONGEST_ADDRESS,
    NO_VIEW,
    PATHS,
    Link,
    View,
    link_tab,
    read_address,
)
from app.web.clicks import read_values
from app.web.filters import build_filters, fill_filters
from app.web.guest import guest_now
from app.web.language import say
from app.web.links import WITHIN, Opened
from app.web.matter import open_matter
from app.web.parts import REPEATED, Parts, build_html, tell_errors
from app.web.reader import open_reply, render_failure
from app.web.render import frame, render
from app.wording import FILTERS
from corpus.errors import InputError
from corpus.filters import Filters


def build_links() -> gr.HTML:
    """Build what keeps the browser's address at what is shown, with the visitor's own history."""
    return build_html(frame("links", **_links()), "links", "links.js", "history.js")


def connect_links(parts: Parts, links: gr.HTML, tabs: gr.Tabs) -> None:
    """Let addresses open replies, and the tabs that are to be opened so; after all are built."""
    panel = build_filters(parts)
    places = {place.tab: place for place in parts.places}
    boxes = [place.box for place in parts.places if place.box is not None]
    states = [place.opened for place in parts.places]
    inner = list({place.tabs for place in parts.places if place.tabs is not None})

    built = {tab.id for tab in tabs.children if isinstance(tab, gr.Tab)}

    def open_tab(view: View, address: str) -> dict[Any, Any]:
        outer = WITHIN.get(view.tab, view.tab)
        if outer not in built:
            raise InputError(NO_VIEW)
        shown: dict[Any, Any] = {tabs: gr.update(selected=outer)}
        place = places.get(view.tab)
        if place is None:
            return {links: render_links(Link(PATHS[view.tab], ""), asked=address), **shown}
        if place.tabs is not None:
            shown[place.tabs] = gr.update(selected=view.tab)
        filters = resolve_filters(parts, view.words)
        updates = fill_filters(panel, filters, parts.service.stats())
        shown |= dict(zip(panel.components, updates, strict=True))
        asked = panel.ask(view.text, panel.show(filters))
        shown[place.opened] = Opened(time.time_ns(), tuple(view.others.items()), asked)
        if place.box is not None:
            shown[place.box] = view.text
        link = link_tab(view.tab, "", view.text, filters, **view.others)
        return {links: render_links(link, asked=address), **shown}

    @tell_errors(lambda words: {links: render_links(problem=words)})
    def open_view(event: gr.EventData) -> dict[Any, Any]:
        address = read_asked(event)
        view = read_address(address)
        if view.tab == DESK and not view.reply_id and not parts.service.has_desk:
            return {links: render_links(problem=say(NO_DESK), barred=f"/{address}")}
        if not view.reply_id:
            return open_tab(view, address)
        show = show_matter if view.matter else show_reply
        shown = show(parts, view.reply_id, view.start, view.end)
        return {links: render_links(), parts.reader: shown}

    show_reply = tell_errors(render_failure)(open_reply)
    show_matter = tell_errors(render_failure)(open_matter)
    outputs = [links, parts.reader, tabs, *inner, *panel.components, *boxes, *states]
    links.select(open_view, outputs=outputs, **REPEATED)


def render_links(
    link: Link | None = None, problem: str = "", barred: str = "", asked: str = ""
) -> str:
    """Render what an address was found to mean, or why it opens nothing.

    :param barred: an address that somebody else may open, who is to sign in.
    :param asked: the address as the browser asked, which may have gone on meanwhile.
    """
    return render("links", asked=asked, **_links(link, problem, barred))


def _links(link: Link | None = None, problem: str = "", barred: str = "") -> dict[str, Any]:
    guest = guest_now()
    sign_in = barred if guest and guest.can_sign_in else ""
    shown = {"paths": PATHS, "within": WITHIN, "at": time.time_ns(), "sign_in": sign_in}
    return {"link": link, "problem": problem, **shown}


def resolve_filters(parts: Parts, words: FilterWords) -> Filters:
    """Make filters of an address's words; all of them must be known, for none may be dropped.

    :raises InputError: where a word is in no value, or the year can't be read.
    """
    asked = dict(words)
    if not parts.sees_all:
        asked.pop("disclosure", None)
    filters = parts.service.resolve(**asked)  # type: ignore[arg-type]
    for name, word in FILTER_WORDS.items():
        if getattr(filters, name) == ():
            said = "、".join(_as_text(asked.get(word)))
            raise InputError(
                f"文库里没有链接所要的{say(FILTERS[name])}：{said}。请另选筛选条件再查。"
            )
    return filters


def _as_text(values: object) -> Sequence[str]:
    return values if isinstance(values, tuple) else ()


def read_asked(event: gr.EventData) -> str:
    """Read which address a browser asks for."""
    return str(read_values(event).get("address", ""))[:LONGEST_ADDRESS]
