"""The tabs of the page that addresses open, see `app.links`."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr


@dataclass(frozen=True, slots=True)
class Opened:
    """What a tab was opened with last by an address; differs each time, so that it can be told."""

    at: int = 0
    others: tuple[tuple[str, str], ...] = ()  # Gradio hashes what a state holds

    def find(self, name: str) -> str:
        """Return what the address says of something that only this tab understands, or nothing."""
        return dict(self.others).get(name, "")


@dataclass(frozen=True, slots=True)
class Place:
    """A tab that addresses open: where its text stands, and what tells it that it was opened."""

    tab: str
    box: gr.Textbox | None
    opened: gr.State
