"""The tabs of the page that addresses open, see `app.links`."""

from __future__ import annotations

import re
from dataclasses import dataclass

import gradio as gr

STATEMENTS = "statements"

WITHIN = {"ledger": STATEMENTS, "policies": STATEMENTS}
"""Tabs that stand within another, which has no address of its own: which it is."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a tab was opened with last by an address; differs each time, so that it can be told."""

    at: int = 0
    others: tuple[tuple[str, str], ...] = ()  # Gradio hashes what a state holds

    def find(self, name: str) -> str:
        """Return what the address says of something that only this tab understands, or nothing."""
        return dict(self.others).get(name, "")

    @property
    def page(self) -> int:
        """Which page of a list the address asks for, counted from 0."""
        number = self.find("page")
        return int(number) - 1 if _PAGE.fullmatch(number) else 0


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
