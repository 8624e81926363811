"""The tab 文库: what is loaded, in figures and as a list; and loading more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from app.catalogue import ReplyList
from app.reports import IngestReport
from app.types import Stats
from app.web.columns import build_columns
from app.web.filters import build_filters
from app.web.parts import PRIVATE, Parts, Refresher, build_html, render_error, tell_errors
from app.web.reader import connect_reader
from app.web.render import render, render_notice
from app.web.tabs import doubts, terms
from app.web.uploads import iter_loading
from app.wording import FILTERS, outcome_words
from corpus.errors import InputError
from corpus.readers import SUFFIXES

LONGEST_CHART = 10
"""Bars that a chart shows at most; the rest is named below it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `percent` is its length relative to the longest, 0..100."""

    label: str
    count: int
    percent: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Some bars under a title, and how many values and replies were left out."""

    title: str
    bars: tuple[Bar, ...]
    left_out: int = 0
    left_out_replies: int = 0


def make_chart(title: str, counts: tuple[tuple[str, int], ...], most: int | None = None) -> Chart:
    """Make a chart of the first `most` counts (None: all of them)."""
    shown = counts if most is None else counts[:most]
    longest = max((count for _, count in shown), default=1)
    bars = tuple(Bar(label, count, 100 * count / longest) for label, count in shown)
    rest = counts[len(shown) :]
    return Chart(title, bars, len(rest), sum(count for _, count in rest))


def render_overview(stats: Stats) -> str:
    """Render the figures of the library and its charts by agency, year and result."""
    agencies = make_chart(
        f"按{FILTERS['agencies']}", stats.facets.get("agencies", ()), LONGEST_CHART
    )
    outcomes = make_chart(
        f"按{FILTERS['outcomes']}",
        tuple((outcome_words(name), n) for name, n in stats.facets.get("outcomes", ())),
    )
    years = make_chart("按年份", tuple((str(year), count) for year, count in stats.years))
    return render("overview", stats=stats, agencies=agencies, outcomes=outcomes, years=years)


PAGE_LENGTH = 20
"""Replies on one page of the list."""


def build_tab(parts: Parts) -> None:
    """Build the tab."""
    with gr.Tab("文库", id="library"):
        overview = build_html("", "overview")
        parts.refreshers.append(Refresher((overview,), lambda stats: [render_overview(stats)]))
        if parts.allow_upload:
            _build_upload(parts)
        if parts.is_owner:
            doubts.build_section(parts)
            terms.build_section(parts)
        _build_list(parts)


def _build_list(parts: Parts) -> None:
    with gr.Row(elem_classes="dafu-search"):
        words = gr.Textbox(
            label="查找答复",
            show_label=False,
            container=False,
            placeholder="按标题、发文字号、机关或提案号查找",
            max_lines=1,
            elem_id="library-words",
            scale=5,
        )
        button = gr.Button("查找", elem_id="library-find", min_width=96, scale=0)
    panel = build_filters(parts)
    table = build_html("", "library")

    @tell_errors()
    def show_page(page: int, text: str | None, *values: Any) -> str:
        filters = panel.read(values)
        found = parts.service.list_replies(
            filters, (text or "").strip(), PAGE_LENGTH, page * PAGE_LENGTH
        )
        return render_list(found, page, parts.is_owner)

    def show_first(text: str | None, *values: Any) -> str:
        return show_page(0, text, *values)

    def show_chosen(event: gr.EventData, text: str | None, *values: Any) -> str:
        return show_page(_page(event), text, *values)

    inputs = [words, *panel.components]
    changes = [component.change for component in panel.components]
    triggers = [words.submit, button.click, *changes, parts.blocks.load, parts.version.change]
    gr.on(triggers, show_first, inputs, table, **PRIVATE)
    table.select(show_chosen, inputs, table, **PRIVATE)
    connect_reader(parts, table)


def _build_upload(parts: Parts) -> None:
    with gr.Accordion("上传答复文件", open=False, elem_id="upload"):
        files = gr.File(
            label="选择或拖入文件",
            file_count="multiple",
            file_types=list(SUFFIXES),
            height=150,
            elem_id="upload-files",
        )
        columns = build_columns(files)
        with gr.Row(elem_classes="dafu-actions"):
            button = gr.Button("载入文库", variant="primary", elem_id="load", scale=0)
            # What a visitor loaded another visitor must not replace.
            replacing = gr.Checkbox(
                label="同名文件作为新版本，替换原来的", value=False, visible=parts.is_owner
            )
        report = build_html("", "upload-report")

    @tell_errors(lambda words: (render_error(words), gr.skip(), gr.skip()))
    def load(
        paths: list[str] | None, replace: bool, version: int, found: Any, *values: Any
    ) -> Iterator[tuple[Any, ...]]:
        if not paths:
            raise InputError("还没有选择文件。")
        mapping = columns.read(found, values)
        yield render_notice("正在载入……", "busy"), gr.skip(), gr.skip()
        anew, files = replace and parts.is_owner, [Path(path) for path in paths]
        for step in iter_loading(parts.service, files, anew, mapping):
            if isinstance(step, IngestReport):
                yield render("upload", report=step, own=parts.is_owner), None, version + 1
            else:
                shown = render("progress", stage=step[0], done=step[1], total=step[2])
                yield shown, gr.skip(), gr.skip()

    button.click(
        load,
        [files, replacing, parts.version, columns.found, *columns.components],
        [report, files, parts.version],
        concurrency_limit=1,
        **PRIVATE,
    )


def render_list(found: ReplyList, page: int, is_owner: bool) -> str:
    """Render one page of the list, with the way to the pages beside it."""
    pages = max(1, -(-found.total // PAGE_LENGTH))
    return render("library", found=found, page=page, pages=pages, is_owner=is_owner)


def _page(event: gr.EventData) -> int:
    data: Any = event._data
    choice = str(data.get("choice", "")) if isinstance(data, dict) else ""
    return int(choice) if choice.isdecimal() else 0
