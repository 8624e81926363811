"""What a click on one of the page's own buttons says; a browser may send anything in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr


def read_values(event: gr.EventData) -> Mapping[str, Any]:
    """Return what a click sent, by name; nothing where it is not of that form."""
    data: Any = event._data
    return data if isinstance(data, dict) else {}


def read_choice(event: gr.EventData) -> str:
    """Return what a button with `data-choose` or `data-save` chooses, or nothing."""
    return str(read_values(event).get("choice", ""))


def read_page(text: str) -> int:
    """Return the page that a button names, counted from 0; the first where it names none."""
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def read_target(event: gr.EventData) -> tuple[str, int, int]:
    """Return which reply and span a button with `data-reply` is of; -1 stands for no offset."""
    values = read_values(event)
    start, end = (values.get(name, -1) for name in ("start", "end"))
    return (
        str(values.get("reply", "")),
        start if isinstance(start, int) else -1,
        end if isinstance(end, int) else -1,
    )
