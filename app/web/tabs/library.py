"""The tab 文库: what is loaded, in figures and as a list; and loading more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.links import Link, link_tab
from app.loading.reports import IngestReport
from app.patience import LOADING
from app.service import Service
from app.uploads import load_uploads
from app.views.figures import Stats
from app.views.listing import Facets, ReplyList
from app.web.charts import choose, make_charts
from app.web.clicks import read_choice, read_page
from app.web.columns import build_columns
from app.web.filters import build_filters, name_view
from app.web.following import follow
from app.web.language import name, say
from app.web.links import Asked, Listed, Opened
from app.web.parts import (
    FOLLOWING,
    PRIVATE,
    Parts,
    Refresher,
    build_html,
    raise_error,
    render_error,
    tell_errors,
)
from app.web.reader import connect_reader
from app.web.render import render, render_notice
from app.web.tabs import binned, doubts, terms
from app.web.turns import Turns
from corpus.errors import InputError
from corpus.filters import ANY, Filters
from corpus.readers import SUFFIXES
from corpus.store.listing import NEWEST, Column, Order


def render_overview(stats: Stats) -> str:
    """Render the figures of the library."""
    return render("overview", stats=stats)


PAGE_LENGTH = 20
"""Replies on one page of the list."""


@dataclass(frozen=True, slots=True)
class View:
    """How the list is shown: in which order, and which page."""

    order: Order = NEWEST
    page: int = 0

    @classmethod
    def of(cls, opened: Opened) -> View:
        """Read what an address asks for."""
        return cls(read_order(opened.find("sort")), opened.page)

    def link(self, text: str, filters: Filters) -> Link:
        """Return how the list is opened again as it is shown."""
        how = self.order
        sort = None if how == NEWEST else f"{'-' * how.descending}{how.column}"
        page = str(self.page + 1) if self.page else None
        title = name_view(say(f"文库：{text}" if text else "文库"), filters, page=self.page)
        return link_tab("library", title, text, filters, page=page, sort=sort)


def build_tab(parts: Parts) -> None:
    """Build the tab."""
    with gr.Tab(name("文库"), id="library"):
        overview = build_html("", "overview")
        parts.refreshers.append(Refresher((overview,), lambda stats: [render_overview(stats)]))
        _build_list(parts)
        if parts.allow_upload:
            _build_upload(parts)
        if parts.edits:
            doubts.build_section(parts)
            terms.build_section(parts)
            binned.build_section(parts)


def _build_list(parts: Parts) -> None:
    with gr.Row(elem_classes="dafu-search"):
        words = gr.Textbox(
            label=name("查找答复"),
            show_label=False,
            container=False,
            placeholder=name("按标题、编号、机关或正文查找"),
            max_lines=1,
            elem_id="library-words",
            scale=5,
        )
        button = gr.Button(name("查找"), elem_id="library-find", min_width=96, scale=0)
    panel = build_filters(parts)
    facets = build_html("", "facets")
    table = build_html("", "library")
    opened = parts.open_by_address("library", words)
    turns = Turns(Listed(View()))

    def show_page(view: View, asked: Asked) -> str:
        filters, text = asked
        find = partial(parts.service.list_replies, filters, text, PAGE_LENGTH, order=view.order)
        found, page = find(offset=view.page * PAGE_LENGTH), view.page
        if page and not found.listed:
            found, page = find(), 0  # under the address of what was asked for
        link = view.link(text, filters)
        return render_list(found, page, parts.sees_all, view.order, link)

    def show(
        visit: str | None, find: Callable[[Listed[View], Asked], Listed[View]], asked: Asked
    ) -> Any:
        now, stands = turns.take(visit, lambda last: find(last, asked))
        shown = show_page(now.view, now.asked or asked)
        return shown if stands() else gr.skip()

    def show_whole(
        visit: str | None, find: Callable[[Listed[View], Asked], Listed[View]], asked: Asked
    ) -> tuple[Any, Any]:
        shown = show(visit, find, asked)
        asked = turns.latest(visit).asked or asked
        return render_facets(parts.service.listing.facets(*asked), asked[0]), shown

    @tell_errors(lambda words: (gr.skip(), render_error(words)))
    def show_first(
        request: gr.Request, given: Opened, text: str | None, *values: Any
    ) -> tuple[Any, Any]:
        asked = panel.ask(text, values)
        first = partial(Listed.turn, opened=given, page=0)
        return show_whole(request.session_hash, first, asked)

    @tell_errors(lambda words: (gr.skip(), render_error(words)))
    def show_same(
        request: gr.Request, given: Opened, text: str | None, *values: Any
    ) -> tuple[Any, Any]:
        asked = panel.ask(text, values)
        follow = partial(Listed.follow, opened=given, read=View.of)
        return show_whole(request.session_hash, follow, asked)

    @tell_errors()
    def turn(
        request: gr.Request, event: gr.EventData, given: Opened, text: str | None, *values: Any
    ) -> Any:
        what, _, choice = read_choice(event).partition(" ")
        page = read_page(choice) if what == "page" else 0

        def choose(last: Listed[View], asked: Asked) -> Listed[View]:
            order = sort_by(last.view.order, choice) if what == "sort" else last.view.order
            return last.turn(asked, given, order=order, page=page)

        return show(request.session_hash, choose, panel.ask(text, values))

    @tell_errors(raise_error("没有筛选"))
    def narrow(event: gr.EventData, *values: Any) -> list[Any]:
        return panel.show(choose(panel.read(values), read_choice(event)))

    chosen = list(panel.components)
    inputs, results = [opened, words, *chosen], [facets, table]
    gr.on([words.submit, button.click], show_first, inputs, results, **FOLLOWING)
    changes = [opened.change, *(component.change for component in chosen)]
    changes += [parts.blocks.load, parts.version.change]
    gr.on(changes, show_same, inputs, results, **FOLLOWING)
    table.select(turn, inputs, table, **FOLLOWING)
    facets.select(narrow, chosen, chosen, **FOLLOWING)
    connect_reader(parts, table)


def _build_upload(parts: Parts) -> None:
    with gr.Accordion(name("上传答复文件"), open=False, elem_id="upload"):
        files = gr.File(
            label=name("选择或拖入文件"),
            file_count="multiple",
            file_types=list(SUFFIXES),
            height=150,
            elem_id="upload-files",
        )
        columns = build_columns(files)
        with gr.Row(elem_classes="dafu-actions"):
            button = gr.Button(name("载入文库"), variant="primary", elem_id="load", scale=0)
            # What a visitor loaded another visitor must not replace.
            replacing = gr.Checkbox(
                label=name("同名文件作为新版本，替换原来的"), value=False, visible=parts.edits
            )
        report = build_html("", "upload-report")
    connect_reader(parts, report)

    @tell_errors(lambda words: (render_error(words), gr.skip(), gr.skip()), LOADING)
    def load(
        paths: list[str] | None, replace: bool, version: int, found: Any, *values: Any
    ) -> Iterator[tuple[Any, ...]]:
        if not paths:
            raise InputError("还没有选择文件。")
        mapping = columns.read(found, values)
        yield render_notice("正在载入……", "busy"), gr.skip(), gr.skip()
        anew, files = replace and parts.edits, [Path(path) for path in paths]
        for step in follow(partial(load_uploads, parts.service, files, anew, mapping)):
            if isinstance(step, IngestReport):
                yield render_report(parts.service, step), None, version + 1
            else:
                shown = render("progress", stage=step[0], done=step[1], total=step[2])
                yield shown, gr.skip(), gr.skip()

    files.upload(lambda: "", None, report, **PRIVATE)  # what was said of others
    button.click(
        load,
        [files, replacing, parts.version, columns.found, *columns.components],
        [report, files, parts.version],
        concurrency_limit=1,
        **PRIVATE,
    )


def render_report(service: Service, report: IngestReport) -> str:
    """Render what became of files; to who edits also which fields of each want looking at."""
    edits = service.role.edits
    loaded = [each.reply_id for each in report.files[:200] if each.reply_id]
    doubts = service.review.find_doubts(loaded) if edits else {}
    return render("upload", report=report, own=edits, doubts=doubts)


def render_facets(facets: Facets, filters: Filters) -> str:
    """Render the charts of a list; none where nothing is loaded."""
    empty = not any((*facets.values.values(), facets.years)) and filters == ANY
    return render("facets", charts=() if empty else make_charts(facets, filters))


def read_order(text: str) -> Order:
    """Read the order that an address has: agency, or -agency for the other way."""
    column = text.removeprefix("-")
    return Order(Column(column), text.startswith("-")) if column in set(Column) else NEWEST


def render_list(
    found: ReplyList, page: int, sees_all: bool, order: Order = NEWEST, link: Link | None = None
) -> str:
    """Render one page of the list, with the way to the pages beside it."""
    shown = {"found": found, "page": page, "length": PAGE_LENGTH, "sees_all": sees_all}
    return render("library", order=order, link=link, **shown)


def sort_by(order: Order, wanted: str) -> Order:
    """Return the order that a click on the head of a column asks for: the other way, if it is it.

    :raises InputError: where there is no such column.
    """
    if wanted not in set(Column):
        raise InputError("没有看懂按哪一列排序，请重新打开本页。")
    column = Column(wanted)
    descending = not order.descending if column is order.column else column is Column.DATE
    return Order(column, descending)
