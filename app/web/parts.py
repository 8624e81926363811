"""What every tab of the page is given: the door, the HTML component, and how trouble is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.access import Audience
from app.types import Stats
from app.web.render import render_notice
from corpus.errors import DafuError

if TYPE_CHECKING:
    from app.service import Service

LOGGER = logging.getLogger("dafu.page")

UNEXPECTED = "程序出了意外，这一步没有做成。请再试一次；若仍不行，请告知管理员。"


def explain(error: Exception) -> str:
    """Return Dafu's own errors as they are; log any other, and give nothing of it away."""
    if isinstance(error, DafuError):
        return str(error)
    LOGGER.error("the page failed", exc_info=error)
    return UNEXPECTED


def render_error(error: Exception) -> str:
    """Render what went wrong as a notice."""
    return render_notice(explain(error), "error")


SCRIPT = Path(__file__).parent / "page.js"

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""For every event: no part of a public interface, and the page shows its own progress."""


@dataclass(frozen=True, slots=True)
class Refresher:
    """Components that follow what is loaded; `update` returns a value for each of them."""

    components: Sequence[gr.components.Component]
    update: Callable[[Stats], list[Any]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a tab is built from.

    `reader` shows a reply; `version` is counted up when replies were loaded; `refreshers` are
    run when the page is opened and when `version` changes.
    """

    blocks: gr.Blocks
    service: Service
    reader: gr.HTML
    version: gr.State
    allow_upload: bool
    refreshers: list[Refresher] = field(default_factory=list)

    @property
    def is_owner(self) -> bool:
        """Tell whether the page serves the owner of the library, who may see everything."""
        return self.service.audience is Audience.OWNER


def build_html(value: str, element_id: str, *scripts: Path) -> gr.HTML:
    """Build an HTML component whose buttons work.

    A button with `data-open` (a reply's id, with `data-start` and `data-end`) triggers `click`,
    one with `data-choose` triggers `select`, one with `data-save` triggers `download`, one with
    `data-rate` triggers `like`; one with `data-copy` copies its text.

    :param scripts: run after the one that does this.
    """
    script = "\n".join(path.read_text(encoding="utf-8") for path in (SCRIPT, *scripts))
    return gr.HTML(
        value,
        elem_id=element_id,
        elem_classes="dafu",
        js_on_load=script,
        apply_default_css=False,
    )
