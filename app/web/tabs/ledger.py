"""The tab 承诺与依据: what was promised and became of it, and which policies replies rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.audit import Action
from app.export.sheets import save_ledger
from app.links import Link, link_tab
from app.patience import EXPORT
from app.views.ledger import Ledger, LedgerPage, Undertaking, Wanted, read_day
from app.web.clicks import read_choice, read_page
from app.web.files import give
from app.web.filters import build_filters, name_view
from app.web.language import name, say
from app.web.links import STATEMENTS, Asked, Listed, Opened
from app.web.parts import (
    ASKING,
    CLICK,
    EXPORTING,
    PRIVATE,
    Parts,
    build_download,
    build_html,
    render_error,
    tell_errors,
)
from app.web.reader import connect_reader
from app.web.render import frame, render, render_notice
from app.web.tabs import policies
from app.web.turns import Turns
from app.wording import FIELDS, headline
from corpus.filters import ANY, Filters
from corpus.store.statements import Order, State
from corpus.temporary import hold_folder
from corpus.types import FieldName

PAGE_LENGTH = 20
"""Promises on one page of the list."""

EXPORTED = 500
"""Promises that the page exports at most: what came later is looked up for each."""

READINGS = 5
"""How often replies are read that were not read yet, for as long as a call may, before whoever
looks is told that some are missing."""

FILE_NAME = "承诺台账.xlsx"

LONGEST_DAY = 40
"""Characters of a day in an address that are looked at."""

NO_AGENCY = "发文机关不详"

STATES = {
    State.ALL: "全部",
    State.OVERDUE: "期限已过",
    State.AHEAD: "还没到期",
    State.QUARTER: "本季到期",
    State.UNDATED: "没有到期日",
}
ORDERS = {
    Order.DUE: "到期先后",
    Order.AGENCY: FIELDS[FieldName.AGENCY],
    Order.MATTER: FIELDS[FieldName.MATTER_TITLE],
    Order.DATE: "最近答复",
}


@dataclass(frozen=True, slots=True)
class View:
    """What the list shows, as its buttons name it: `overdue due 0`; and by which day."""

    state: State = State.ALL
    order: Order = Order.DUE
    page: int = 0
    day: str = ""

    @classmethod
    def read(cls, choice: str) -> View:
        """Read what a button chose; what a browser sends is not to be trusted."""
        state, order, page = (*choice.split(" "), "", "", "")[:3]
        return cls(
            State(state) if state in set(State) else State.ALL,
            Order(order) if order in set(Order) else Order.DUE,
            read_page(page),
        )

    @classmethod
    def of(cls, opened: Opened) -> View:
        """Read what an address asks for."""
        view = cls.read(f"{opened.find('state')} {opened.find('order')} {opened.page}")
        return replace(view, day=opened.find("day")[:LONGEST_DAY])

    def link(self, text: str, filters: Filters) -> Link:
        """Return how the list is opened again as it is shown."""
        title = say(f"承诺：{text}" if text else "承诺")
        state = "" if self.state is State.ALL else say(STATES[self.state])
        return link_tab(
            "ledger",
            name_view(title, filters, state, self.day, page=self.page),
            text,
            filters,
            state=None if self.state is State.ALL else self.state.value,
            order=None if self.order is Order.DUE else self.order.value,
            page=str(self.page + 1) if self.page else None,
            day=self.day or None,
        )

    def open(self, asked: Asked) -> tuple[Wanted, Link]:
        """Return which promises these are, with the link to them; InputError as `want`."""
        filters, words = asked
        return self.want(asked), self.link(words, filters)

    def want(self, asked: Asked) -> Wanted:
        """Return which promises these are; InputError where the day can't be read."""
        return Wanted(*asked, self.state, self.order, read_day(self.day))

    def __str__(self) -> str:
        """Write it as a button names it."""
        return f"{self.state} {self.order} {self.page}"


def build_tab(parts: Parts) -> None:
    """Build the tab."""
    with gr.Tab(name("承诺与依据"), id=STATEMENTS) as tab:
        panel = build_filters(parts)
        with gr.Tabs(elem_id="statements") as tabs:
            with gr.Tab(name("承诺"), id="ledger"):
                _build_promises(parts, panel, tabs, tab.select)
            with gr.Tab(name("依据"), id="policies"):
                policies.build_section(parts, panel, tabs, tab.select)


def _build_promises(parts: Parts, panel: Any, tabs: gr.Tabs, selected: Any) -> None:
    with gr.Row(elem_classes="dafu-search"):
        words = gr.Textbox(
            label=name("查找承诺"),
            show_label=False,
            container=False,
            placeholder=name("按事项、文号、机关或提案号查找"),
            max_lines=1,
            elem_id="ledger-words",
            scale=5,
        )
        day = gr.Textbox(
            label=name("按哪一天算"),
            show_label=False,
            container=False,
            placeholder=name("按哪一天算：今天"),
            max_lines=1,
            elem_id="ledger-day",
            min_width=150,
            scale=1,
        )
        button = gr.Button(name("查找"), elem_id="ledger-find", min_width=96, scale=0)
    note = build_html("", "ledger-note")
    table = build_html(frame("notice", text="正在读承诺……", tone="busy"), "ledger")
    file = build_download("ledger-file")
    opened = parts.open_by_address("ledger", words, tabs)
    turns = Turns(Listed(View()))

    @tell_errors()
    def show(
        request: gr.Request,
        find: Callable[[Listed[View], Asked], Listed[View]],
        text: str | None,
        values: tuple[Any, ...],
    ) -> Iterator[Any]:
        given = panel.ask(text, values)
        now, is_last = turns.take(request.session_hash, lambda last: find(last, given))
        wanted, link = now.view.open(now.asked or given)
        for shown in iter_shown(parts.service.ledger, wanted, now.view.page, link):
            # At its end Gradio sends once more what a handler gave last.
            yield shown if is_last() else gr.skip()

    def show_first(
        request: gr.Request, given: Opened, text: str | None, on: str | None, *values: Any
    ) -> Iterator[Any]:
        turn = partial(Listed.turn, opened=given, page=0, day=(on or "").strip())
        yield from show(request, turn, text, values)

    def show_same(
        request: gr.Request, given: Opened, text: str | None, *values: Any
    ) -> Iterator[Any]:
        last = turns.latest(request.session_hash)
        on = gr.skip() if given.at == last.at else View.of(given).day
        follow = partial(Listed.follow, opened=given, read=View.of)
        yield from ((each, on) for each in show(request, follow, text, values))

    def show_again(
        request: gr.Request, given: Opened, text: str | None, *values: Any
    ) -> Iterator[Any]:
        """Show it anew where it has been looked at: nobody waits for what they don't see."""
        same = show_same(request, given, text, *values)
        is_new = turns.latest(request.session_hash).is_new(given)
        yield from [(gr.skip(), gr.skip())] if is_new else same

    def choose(
        request: gr.Request,
        event: gr.EventData,
        given: Opened,
        text: str | None,
        on: str | None,
        *values: Any,
    ) -> Iterator[Any]:
        view = replace(View.read(read_choice(event)), day=(on or "").strip())
        yield from show(request, partial(Listed(view).choose, given), text, values)

    @tell_errors(lambda words: (None, render_error(words)), EXPORT)
    def save(request: gr.Request, text: str | None, on: str | None, *values: Any) -> Iterator[Any]:
        yield gr.skip(), render_notice("正在查后来的答复并导出……", "busy")
        ledger = parts.service.ledger
        view = replace(turns.latest(request.session_hash).view, day=on or "")
        found = ledger.read(view.want(panel.ask(text, values)), EXPORTED)
        listed = ledger.with_later(found.promises)
        with hold_folder("export") as folder:
            path = Path(folder) / FILE_NAME
            save_ledger(listed, path)
            parts.service.home.audit.record(Action.EXPORTED, FILE_NAME)
            yield give(parts.service.role, path), render_notice(_exported(found))

    looking = [words, day, *panel.components]
    followed = [opened, words, *panel.components], [table, day]
    changes = [opened.change, *(each.change for each in panel.components), parts.version.change]
    gr.on([words.submit, day.submit, button.click], show_first, [opened, *looking], table, **ASKING)
    selected(show_same, *followed, **ASKING)
    gr.on(changes, show_again, *followed, **ASKING)
    table.select(choose, [opened, *looking], table, **ASKING)
    table.download(save, looking, [file, note], **EXPORTING).then(
        None, js=CLICK.format(id="ledger-file"), **PRIVATE
    )
    connect_reader(parts, table)


def iter_shown(ledger: Ledger, wanted: Wanted, page: int, link: Link | None) -> Iterator[str]:
    """Yield one page of the ledger: at once, after more was read, and with what came later."""
    for _ in range(READINGS):
        found = ledger.read(wanted, PAGE_LENGTH, page * PAGE_LENGTH)
        yield render_ledger(found, wanted, page, link)
        if not found.unread:
            break
    whole = replace(found, promises=ledger.with_later(found.promises))
    if whole != found:
        yield render_ledger(whole, wanted, page, link)


def render_ledger(found: LedgerPage, wanted: Wanted, page: int, link: Link | None = None) -> str:
    """Render one page of the ledger, with the ways to its other parts."""
    counts = {
        State.ALL: found.promised,
        State.OVERDUE: found.overdue,
        State.QUARTER: found.due,
        State.AHEAD: found.promised - found.overdue - found.undated,
        State.UNDATED: found.undated,
    }
    now = View(wanted.state, wanted.order, page)
    return render(
        "ledger",
        found=found,
        wanted=wanted,
        asked=bool(wanted.words) or wanted.filters != ANY,
        page=page,
        link=link,
        length=PAGE_LENGTH,
        states=[(state, words, counts[state]) for state, words in STATES.items()],
        orders=list(ORDERS.items()),
        view=lambda number, **other: str(replace(now, page=number, **other)),
        heading=_headings(wanted.order),
        no_agency=NO_AGENCY,
    )


def _headings(order: Order) -> Callable[[Undertaking], str]:
    if order is Order.AGENCY:
        return lambda one: one.card.agency or NO_AGENCY
    if order is Order.MATTER:
        return lambda one: headline(one.card)
    return lambda _: ""


def _exported(found: LedgerPage) -> str:
    if found.total > len(found.promises):
        return f"共 {found.total:,} 条，已导出前 {len(found.promises):,} 条；请筛选后再导出其余的。"
    return f"已导出 {found.total:,} 条。"
