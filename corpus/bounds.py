"""Whether work is to go on: bounded where it begins, asked wherever it takes its next step.

What takes long asks `go_on` between two steps, in whatever layer it stands, and needs to know
neither who waits for it nor how long. Where nothing bounds it, as at the command line, it goes on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from corpus.errors import Overdue, Unwanted


def always() -> bool:
    """Tell that somebody waits, where nobody can leave."""
    return True


@dataclass(frozen=True, slots=True)
class Bound:
    """How long a piece of work may go on.

    :ivar until: by the monotonic clock.
    :ivar told: what is said where it is not done by then: what took too long, and what to do.
    :ivar wanted: tells whether somebody still waits for it; asked from any thread.
    """

    until: float = math.inf
    told: str = ""
    wanted: Callable[[], bool] = always

    def check(self) -> None:
        """Do nothing where the work may go on.

        :raises Unwanted: where nobody waits for it any more.
        :raises Overdue: where it has taken too long.
        """
        if not self.wanted():
            raise Unwanted("没有人再等结果，已经停下。")
        if time.monotonic() >= self.until:
            raise Overdue(self.told)

    @property
    def over(self) -> bool:
        """Whether the work is to end."""
        return time.monotonic() >= self.until or not self.wanted()


UNBOUNDED = Bound()

_bound: ContextVar[Bound] = ContextVar("bound", default=UNBOUNDED)


@contextmanager
def bounded(bound: Bound) -> Iterator[None]:
    """Bound what is done within, in this thread and in those begun with its context.

    It takes the place of any bound around it: what goes on behind has one of its own.
    """
    token = _bound.set(bound)
    try:
        yield
    finally:
        _bound.reset(token)


def bound_now() -> Bound:
    """Return what bounds the work that is done now, for threads that don't share its context."""
    return _bound.get()


def go_on() -> None:
    """Return where the work that this is a step of is to go on; else raise, see `Bound.check`."""
    _bound.get().check()
