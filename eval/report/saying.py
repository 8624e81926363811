"""How templates speak: what they say in Chinese may be said otherwise, with what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

Translate = Callable[[str], str]
"""Says a Chinese sentence in another language; what it doesn't know it leaves."""

_translate: ContextVar[Translate] = ContextVar("translate", default=str)

_PLACE = re.compile(r"%\((\w+)\)s|\{\}|\[([^\[\]|]*)\|([^\[\]|]*)\]")


@contextmanager
def saying(translate: Translate) -> Iterator[None]:
    """Have reports translated that are made within; others are Chinese."""
    token = _translate.set(translate)
    try:
        yield
    finally:
        _translate.reset(token)


def say_now(text: object) -> str:
    """Say a sentence as reports are said now."""
    return _translate.get()(str(text))


def fill(text: str, *given: Any, **named: Any) -> str:
    """Put values where `{}` and `%(name)s` stand; [reply|replies] goes by the number before."""
    values, number = iter(given), ""

    def put(found: re.Match[str]) -> str:
        nonlocal number
        if found[2] is not None:
            return found[2] if number == "1" else found[3]
        value = named[found[1]] if found[1] else next(values)
        number = str(value)
        return value if isinstance(value, str) else number

    return _PLACE.sub(put, text)


def speak(environment: Environment, translate: Translate) -> None:
    """Let templates say `_('…')`, by a translator, with named values in it, which are escaped.

    The sentences can be listed by `extract_translations`.
    """

    def say(text: str, **named: Any) -> Markup:
        return Markup(fill(translate(text), **{name: escape(of) for name, of in named.items()}))

    environment.add_extension("jinja2.ext.i18n")
    environment.globals["_"] = say
