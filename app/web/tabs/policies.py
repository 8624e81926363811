"""The section 依据 of the tab 承诺与依据: which policies are cited, and by which replies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from app.audit import Action
from app.policies import PolicyPage, PolicyView
from app.sheets import save_citing, save_policies
from app.web.clicks import read_choice
from app.web.files import give
from app.web.parts import ASKING, CLICK, PRIVATE, Parts, build_html, render_error, tell_errors
from app.web.reader import WHO_CITES, connect_reader
from app.web.render import render, render_notice
from corpus.filters import ANY, Filters
from corpus.temporary import hold_folder

PAGE_LENGTH = 20
"""Policies, or replies that cite one, on one page."""

FILE_NAME = "依据.xlsx"


def build_section(parts: Parts, panel: Any, selected: Any) -> None:
    """Build the section."""
    with gr.Row(elem_classes="dafu-search"):
        words = gr.Textbox(
            label="查找依据",
            show_label=False,
            container=False,
            placeholder="按名称或文号查找，如 物业管理条例、国办发〔2020〕23号",
            max_lines=1,
            elem_id="policies-words",
            scale=5,
        )
        button = gr.Button("查找", elem_id="policies-find", min_width=96, scale=0)
    note = build_html("", "policies-note")
    table = build_html(render_notice("正在读依据……", "busy"), "policies")
    file = gr.DownloadButton(elem_id="policies-file", visible="hidden")
    shown = gr.State("")

    @tell_errors(lambda words: (render_error(words), gr.skip()))
    def show(choice: str, text: str | None, *values: Any) -> tuple[Any, Any]:
        filters, (page, key) = panel.read(values), read_view(choice)
        part = (PAGE_LENGTH, page * PAGE_LENGTH)
        if key:
            one = parts.service.policies.find(key, filters, *part)
            return render_policy(one, page), choice
        found = parts.service.policies.read(filters, (text or "").strip(), *part)
        return render_policies(found, page, bool(text) or filters != ANY), choice

    def show_list(text: str | None, *values: Any) -> tuple[Any, Any]:
        return show("list 0", text, *values)

    def show_same(choice: str, text: str | None, *values: Any) -> tuple[Any, Any]:
        return show(choice or "list 0", text, *values)

    def show_again(choice: str, text: str | None, *values: Any) -> tuple[Any, Any]:
        return show(choice, text, *values) if choice else (gr.skip(), gr.skip())

    def choose(event: gr.EventData, text: str | None, *values: Any) -> tuple[Any, Any]:
        return show(read_choice(event), text, *values)

    def choose_in_reader(event: gr.EventData) -> tuple[Any, Any]:
        choice = read_choice(event)
        wanted = choice.startswith(WHO_CITES)
        return show(choice, "", *_no_filters(panel)) if wanted else (gr.skip(), gr.skip())

    @tell_errors(lambda words: (None, render_error(words)))
    def save(choice: str, text: str | None, *values: Any) -> Iterator[Any]:
        filters, (_, key) = panel.read(values), read_view(choice)
        with hold_folder("export") as folder:
            path = Path(folder) / FILE_NAME
            _save(parts, path, filters, key, (text or "").strip())
            yield give(parts.service.role, path), ""

    inputs = [shown, words, *panel.components]
    results = [table, shown]
    gr.on([words.submit, button.click], show_list, inputs[1:], results, **PRIVATE)
    selected(show_same, inputs, results, **PRIVATE)
    changes = [component.change for component in panel.components]
    gr.on([*changes, parts.version.change], show_again, inputs, results, **PRIVATE)
    table.select(choose, inputs[1:], results, **PRIVATE)
    parts.reader.select(choose_in_reader, None, results, **PRIVATE)
    table.download(save, inputs, [file, note], **ASKING).then(
        None, js=CLICK.format(id="policies-file"), **PRIVATE
    )
    connect_reader(parts, table)


def read_view(choice: str) -> tuple[int, str]:
    """Read `policy PAGE KEY` or `list PAGE`; what a browser sends is not to be trusted."""
    what, _, rest = choice.partition(" ")
    page, _, key = rest.partition(" ")
    number = int(page) if page.isdecimal() and len(page) < 9 else 0
    return number, key if what == "policy" else ""


def render_policies(found: PolicyPage, page: int, asked: bool) -> str:
    """Render one page of the policies."""
    return render(
        "policies",
        one=None,
        found=found,
        asked=asked,
        page=page,
        pages=max(1, -(-found.total // PAGE_LENGTH)),
        view=lambda number: f"list {number}",
    )


def render_policy(one: PolicyView, page: int) -> str:
    """Render a policy with one page of the replies that cite it."""
    return render(
        "policies",
        one=one,
        found=None,
        page=page,
        pages=max(1, -(-one.total // PAGE_LENGTH)),
        back="list 0",
        view=lambda number: f"policy {number} {one.policy.key}",
    )


def _save(parts: Parts, path: Path, filters: Filters, key: str, words: str) -> None:
    parts.service.home.audit.record(Action.EXPORTED, path.name)
    if key:
        save_citing(parts.service.policies.find(key, filters), path)
    else:
        save_policies(parts.service.policies.read(filters, words).policies, path)


def _no_filters(panel: Any) -> list[None]:
    return [None] * len(panel.components)
