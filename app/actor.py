"""Who acts: known wherever something is done, without being passed through all that does it."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from app.access import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who uses the library, or a program in their name."""

    name: str
    """The account's; at the command line the computer's name for them; "" where not signed in."""
    role: Role
    address: str = ""
    """The network address they come from; "" at the command line."""


VISITOR = Actor("", Role.READER)
"""Who is not signed in."""

_current: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Let an actor do what is done within, in this thread and in tasks begun here."""
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Actor:
    """Return who acts: where nobody said so, whoever runs the program."""
    return _current.get() or Actor(user_name(), Role.ADMINISTRATOR)


def user_name() -> str:
    """Return who works at this computer; nothing where it has no name for them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
