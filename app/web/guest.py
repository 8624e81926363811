"""Who uses the page: known where a handler runs, which is later and in another thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gradio.context import LocalContext
from starlette.types import Scope

from app.access import Role
from app.actor import Actor, acting
from app.patience import Kind
from app.web.cookies import language_of
from app.web.language import spoken
from corpus.bounds import Bound, always
from corpus.errors import InputError

GUEST = "dafu.guest"
"""Where the scope of a request has the guest that makes it."""

SIGNED_OUT = "登录已经失效：可能已退出、换了密码，或者权限有变。请刷新页面，重新登录。"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who uses the page."""

    actor: Actor
    stays: Callable[[], bool] = lambda: True
    """Tells whether they are still signed in, with the same role."""
    mark: str = ""
    """What forms that they send carry, see `app.web.server.people`; "" where nobody signed in."""
    can_sign_in: bool = False
    """Whether there are accounts."""


def guest_of(scope: Scope) -> Guest | None:
    """Return who makes a request."""
    found = scope.get(GUEST)
    return found if isinstance(found, Guest) else None


def scope_now() -> Scope | None:
    """Return the request by which the event that is being handled came; None outside of Gradio."""
    request = getattr(LocalContext.request.get(None), "request", None)
    return request.scope if request is not None else None


def language_now() -> str:
    """Return the language of whose event is being handled."""
    scope = scope_now()
    return spoken() if scope is None else language_of(scope)


def guest_now() -> Guest | None:
    """Return whose event is being handled; None outside of Gradio's events."""
    scope = scope_now()
    return None if scope is None else guest_of(scope)


def account_now() -> str:
    """Return the account of whose event is being handled; "" where nobody signs in."""
    guest = guest_now()
    return guest.actor.name if guest and guest.mark else ""


def listener_now() -> Callable[[], bool]:
    """Return what tells whether the page still listens that sent the event being handled.

    Gradio marks an event, or drops it, once the stream ends on which its answer would be told.
    """
    blocks, number = LocalContext.blocks.get(None), LocalContext.event_id.get(None)
    if blocks is None or number is None:
        return always
    events = blocks._queue.event_ids_to_events

    def listens() -> bool:
        event = events.get(number)
        return event is not None and event.alive

    return listens


def bound_of(kind: Kind) -> Bound:
    """Bound the work of an event that is handled from now on."""
    guest = guest_now()
    return kind.bound(guest.actor.role if guest else Role.ADMINISTRATOR, listener_now())


@contextmanager
def for_guest() -> Iterator[None]:
    """Act for whoever's event is handled, in this step of it.

    An event waits in a queue, and goes on by steps: each asks anew.

    :raises InputError: where they are no longer signed in.
    """
    guest = guest_now()
    if guest is None:
        yield
        return
    if not guest.stays():
        raise InputError(SIGNED_OUT)
    with acting(guest.actor):
        yield
