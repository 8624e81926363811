"""The tabs of the page that addresses open, see `app.links`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from typing import Generic, TypeVar

import gradio as gr

from corpus.filters import ANY, Filters

STATEMENTS = "statements"

WITHIN = {"ledger": STATEMENTS, "policies": STATEMENTS}
"""Tabs that stand within another, which has no address of its own: which it is."""


Asked = tuple[Filters, str]
"""What a list is narrowed by: filters and words."""

NOTHING: Asked = ANY, ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a tab was opened with last by an address; differs each time, so that it can be told."""

    at: int = 0
    others: tuple[tuple[str, str], ...] = ()  # Gradio hashes what a state holds
    asked: Asked = NOTHING

    def find(self, name: str) -> str:
        """Return what the address says of something that only this tab understands, or nothing."""
        return dict(self.others).get(name, "")

    @property
    def page(self) -> int:
        """Which page of a list the address asks for, counted from 0."""
        number = self.find("page")
        return int(number) - 1 if _PAGE.fullmatch(number) else 0


V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Listed(Generic[V]):
    """What a list shows of what was asked for: a view, which has a `page` counted from 0.

    `at` is when an address opened the list last before that, see `Opened`; `asked` is None where
    nobody has looked at it yet. `before` is what was asked for before the address, as long as its
    filters are still on their way, one by one.
    """

    view: V
    asked: Asked | None = None
    at: int = 0
    before: Asked | None = None

    def follow(self, asked: Asked, opened: Opened, read: Callable[[Opened], V]) -> Listed[V]:
        """Return what is to be shown once filters or replies have changed: their first page.

        Filters that an address sets tell that they have changed as if somebody had changed them,
        once or more, sooner or later than the address does: all of them lead to its own page.

        :param read: reads the view that an address asks for.
        """
        if opened.at != self.at:
            return Listed(read(opened), opened.asked, opened.at, self.asked or NOTHING)
        if asked == self.asked:
            return replace(self, before=None) if self.before else self
        if self.asked and self.before and _is_between(asked, self.before, self.asked):
            return self
        return self.turn(asked, opened, page=0)

    def turn(self, asked: Asked, opened: Opened, **changes: object) -> Listed[V]:
        """Return what is to be shown where somebody asks for it: the view with some changes."""
        view = replace(self.view, **changes)  # type: ignore[type-var]
        return Listed(view, asked, opened.at)

    def choose(self, opened: Opened, _: Listed[V], asked: Asked) -> Listed[V]:
        """Return this in the place of what was shown before."""
        return replace(self, asked=asked, at=opened.at, before=None)

    def is_new(self, opened: Opened) -> bool:
        """Tell whether nobody has looked at the list, and no address opens it."""
        return self.asked is None and opened.at == self.at


@dataclass(frozen=True, slots=True)
class Place:
    """A tab that addresses open: where its text stands, and what tells it that it was opened.

    `tabs` are those among which it stands, where they are `WITHIN` another.
    """

    tab: str
    box: gr.Textbox | None
    opened: gr.State
    tabs: gr.Tabs | None = None


_PAGE = re.compile(r"[1-9]\d{0,5}")


def _is_between(asked: Asked, before: Asked, after: Asked) -> bool:
    """Tell whether of each filter, and of the words, what was asked before or after is asked."""
    states = ((*astuple(filters), words) for filters, words in (asked, before, after))
    return all(now in others for now, *others in zip(*states, strict=True))
