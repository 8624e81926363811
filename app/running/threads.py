"""Work in a thread, for an asynchronous caller who may leave or not wait for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, move_on_after, to_thread

from corpus.bounds import Bound, bounded
from corpus.errors import Overdue

T = TypeVar("T")

Begin = Callable[[Callable[[], bool]], Bound]
"""Bounds work that begins now, by what tells whether somebody waits for it."""

GRACE = 5.0
"""Seconds beyond its bound in which work must stop by itself: then nobody waits for it any more."""


async def work_in_thread(work: Callable[[], T], begin: Begin, threads: CapacityLimiter) -> T:
    """Have work done in a thread, and return what it gives.

    Who is cancelled leaves at once. The thread can't be ended from without: it stops where it next
    asks whether to go on, see `corpus.bounds`.

    :raises Overdue: where it took too long.
    """
    gone = threading.Event()
    bound = begin(lambda: not gone.is_set())

    def run() -> T:
        with bounded(bound):
            bound.check()
            return work()

    try:
        with move_on_after(bound.until - time.monotonic() + GRACE):
            return await to_thread.run_sync(run, abandon_on_cancel=True, limiter=threads)
    finally:
        gone.set()
    raise Overdue(bound.told)
