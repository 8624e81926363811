"""The section 依据 of the tab 承诺与依据: which policies are cited, and by which replies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.audit import Action
from app.export.sheets import save_citing, save_policies
from app.links import Link, link_tab
from app.patience import EXPORT
from app.views.policies import PolicyPage, PolicyView
from app.web.clicks import read_choice, read_page
from app.web.files import give
from app.web.filters import name_view
from app.web.language import name, say
from app.web.links import Asked, Listed, Opened
from app.web.parts import (
    CLICK,
    EXPORTING,
    FOLLOWING,
    PRIVATE,
    Parts,
    build_download,
    build_html,
    render_error,
    tell_errors,
)
from app.web.reader import WHO_CITES, connect_reader
from app.web.render import frame, render
from app.web.turns import Turns
from corpus.filters import ANY, Filters
from corpus.temporary import hold_folder

PAGE_LENGTH = 20
"""Policies, or replies that cite one, on one page."""

FILE_NAME = "依据.xlsx"


@dataclass(frozen=True, slots=True)
class View:
    """What the section shows: a page of the list, or of who cites the policy of a key."""

    page: int = 0
    key: str = ""

    @classmethod
    def of(cls, opened: Opened) -> View:
        """Read what an address asks for."""
        return cls(opened.page, opened.find("policy"))

    def link(self, text: str, filters: Filters, policy: str | None = None) -> Link:
        """Return how this is opened again; `policy` is its name."""
        title = say(f"依据：{policy or text}" if policy or text else "依据")
        title = name_view(title, filters, page=self.page)
        page = str(self.page + 1) if self.page else None
        return link_tab("policies", title, text, filters, policy=self.key, page=page)


def build_section(parts: Parts, panel: Any, tabs: gr.Tabs, selected: Any) -> None:
    """Build the section."""
    with gr.Row(elem_classes="dafu-search"):
        words = gr.Textbox(
            label=name("查找依据"),
            show_label=False,
            container=False,
            placeholder=name("按名称或文号查找，如 物业管理条例、国办发〔2020〕23号"),
            max_lines=1,
            elem_id="policies-words",
            scale=5,
        )
        button = gr.Button(name("查找"), elem_id="policies-find", min_width=96, scale=0)
    note = build_html("", "policies-note")
    table = build_html(frame("notice", text="正在读依据……", tone="busy"), "policies")
    file = build_download("policies-file")
    opened = parts.open_by_address("policies", words, tabs)
    turns = Turns(Listed(View()))

    @tell_errors()
    def show(
        request: gr.Request,
        find: Callable[[Listed[View], Asked], Listed[View]],
        text: str | None,
        values: Sequence[Any],
    ) -> Any:
        asked = panel.ask(text, values)
        now, stands = turns.take(request.session_hash, lambda last: find(last, asked))
        asked = now.asked or asked
        html = _render(parts, now.view, asked, now.view)
        html = html or _render(parts, replace(now.view, page=0), asked, now.view)
        return html if stands() else gr.skip()

    def show_list(request: gr.Request, given: Opened, text: str | None, *values: Any) -> Any:
        return show(request, partial(Listed(View()).choose, given), text, values)

    def show_same(request: gr.Request, given: Opened, text: str | None, *values: Any) -> Any:
        return show(request, partial(Listed.follow, opened=given, read=View.of), text, values)

    def show_again(request: gr.Request, given: Opened, text: str | None, *values: Any) -> Any:
        """Show it anew where it has been looked at, or where an address opens it."""
        if turns.latest(request.session_hash).is_new(given):
            return gr.skip()
        return show_same(request, given, text, *values)

    def choose(
        request: gr.Request, event: gr.EventData, given: Opened, text: str | None, *values: Any
    ) -> Any:
        view = View(*read_view(read_choice(event)))
        return show(request, partial(Listed(view).choose, given), text, values)

    def choose_in_reader(request: gr.Request, event: gr.EventData, given: Opened) -> Any:
        choice = read_choice(event)
        if not choice.startswith(WHO_CITES):
            return gr.skip()
        view = View(*read_view(choice))
        return show(request, partial(Listed(view).choose, given), "", _no_filters(panel))

    @tell_errors(lambda words: (None, render_error(words)), EXPORT)
    def save(request: gr.Request, text: str | None, *values: Any) -> Iterator[Any]:
        filters, words = panel.ask(text, values)
        key = turns.latest(request.session_hash).view.key
        with hold_folder("export") as folder:
            path = Path(folder) / FILE_NAME
            _save(parts, path, filters, key, words)
            yield give(parts.service.role, path), ""

    looking = [words, *panel.components]
    inputs = [opened, *looking]
    gr.on([words.submit, button.click], show_list, inputs, table, **FOLLOWING)
    selected(show_same, inputs, table, **FOLLOWING)
    changes = [opened.change, *(component.change for component in panel.components)]
    gr.on([*changes, parts.version.change], show_again, inputs, table, **FOLLOWING)
    table.select(choose, inputs, table, **FOLLOWING)
    parts.reader.select(choose_in_reader, opened, table, **FOLLOWING)
    table.download(save, looking, [file, note], **EXPORTING).then(
        None, js=CLICK.format(id="policies-file"), **PRIVATE
    )
    connect_reader(parts, table)


def read_view(choice: str) -> tuple[int, str]:
    """Read `policy PAGE KEY` or `list PAGE`; what a browser sends is not to be trusted."""
    what, _, rest = choice.partition(" ")
    page, _, key = rest.partition(" ")
    return read_page(page), key if what == "policy" else ""


def render_policies(found: PolicyPage, page: int, asked: bool, link: Link | None = None) -> str:
    """Render one page of the policies."""
    return render(
        "policies",
        one=None,
        found=found,
        asked=asked,
        link=link,
        page=page,
        length=PAGE_LENGTH,
        view=lambda number: f"list {number}",
    )


def render_policy(one: PolicyView, page: int, link: Link | None = None) -> str:
    """Render a policy with one page of the replies that cite it."""
    return render(
        "policies",
        one=one,
        found=None,
        link=link,
        page=page,
        length=PAGE_LENGTH,
        back="list 0",
        view=lambda number: f"policy {number} {one.policy.key}",
    )


def _render(parts: Parts, view: View, asked: Asked, wanted: View) -> str:
    """Render a view under the address of what was wanted; nothing past the last page."""
    filters, words = asked
    part = (PAGE_LENGTH, view.page * PAGE_LENGTH)
    if view.key:
        one = parts.service.policies.find(view.key, filters, *part)
        if view.page and not one.citing:
            return ""
        link = wanted.link(words, filters, one.policy.name or one.policy.number)
        return render_policy(one, view.page, link)
    found = parts.service.policies.read(filters, words, *part)
    if view.page and not found.policies:
        return ""
    narrowed = bool(words) or filters != ANY
    return render_policies(found, view.page, narrowed, wanted.link(words, filters))


def _save(parts: Parts, path: Path, filters: Filters, key: str, words: str) -> None:
    parts.service.home.audit.record(Action.EXPORTED, path.name)
    if key:
        save_citing(parts.service.policies.find(key, filters), path)
    else:
        save_policies(parts.service.policies.read(filters, words).policies, path)


def _no_filters(panel: Any) -> list[None]:
    return [None] * len(panel.components)
