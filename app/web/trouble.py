"""Say what went wrong: to the user in a sentence, to the person who runs the page in full."""

from __future__ import annotations

import logging

from app.web.render import render_notice
from corpus.errors import DafuError

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
