"""How values look to who works with them in Python: short in a shell, as HTML in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")

SHORT = 30
"""Characters of a text that a short form shows."""


class InNotebook:
    """A value that says in one line what it is, and that notebooks show as HTML."""

    __slots__ = ()

    def __repr__(self) -> str:
        name = type(self).__name__
        return f"<{name} {_BRIEF[name](self)}>"

    def _repr_html_(self) -> str:
        template = _environment().get_template(f"{type(self).__name__.lower()}.html")
        return template.render(shown=self).strip()


def _answer(answer: Any) -> str:
    found = f"{answer.status}, confidence {answer.confidence:.2f}, {len(answer.quotes)} quotes"
    return f"{_short(answer.question)} {found}"


def _reply(reply: Any) -> str:
    return f"{reply.card.reply_id} {_short(reply.card.title or '')} {len(reply.text)} characters"


_BRIEF: dict[str, Callable[[Any], str]] = {
    "Answer": _answer,
    "SearchResult": lambda found: f"{_short(found.query)} {len(found.hits)} hits",
    "Precedent": lambda one: f"{one.card.reply_id} {_short(one.card.title or '')} {one.score:.2f}",
    "ReplyView": _reply,
}


def _short(text: str) -> str:
    return repr(text if len(text) <= SHORT else text[:SHORT] + "…")


@cache
def _environment() -> Environment:
    """Open the templates, which escape all values."""
    from jinja2 import Environment, FileSystemLoader  # only notebooks need it

    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
