"""Calls that work take turns, in threads of their own, and are refused where too many wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, Semaphore, fail_after, to_thread
from anyio.lowlevel import RunVar
from starlette.requests import Request

from app.api.problems import WAIT, Problem
from app.running.pace import AT_A_TIME

R = TypeVar("R")

AT_ONCE = 2 * AT_A_TIME
"""So many calls work at once: some read a file or wait for the disk while others compute."""

MOST_WAITING = 100
"""So many wait for their turn at most, of all callers together."""

SECONDS = 120.0
"""So long a call that only reads may work."""


class Gone(Exception):
    """Whoever asked no longer waits for an answer."""


class Turns:
    """Lends turns, those who came first go first."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = MOST_WAITING) -> None:
        self._at_once = at_once
        self._most_waiting = waiting
        # Of the loop that runs: an application may be served by one after another.
        self._own: RunVar[tuple[Semaphore, CapacityLimiter]] = RunVar(f"turns-{id(self)}")

    async def run(self, request: Request, work: Callable[[], R], limited: bool = True) -> R:
        """Wait for a turn and work; nothing is done for who has gone meanwhile.

        :param limited: whether nobody waits for longer than `SECONDS`.
        :raises Problem: where too many wait, or it took too long.
        :raises Gone: where nobody waits any more.
        """
        turns, threads = self._lend()
        if turns.statistics().tasks_waiting >= self._most_waiting:
            raise Problem("too-many", wait=WAIT)
        async with turns:
            if await request.is_disconnected():
                raise Gone
            try:
                with fail_after(SECONDS if limited else None):
                    return await to_thread.run_sync(
                        work, abandon_on_cancel=limited, limiter=threads
                    )
            except TimeoutError as error:
                raise Problem("busy", wait=WAIT) from error

    def _lend(self) -> tuple[Semaphore, CapacityLimiter]:
        try:
            return self._own.get()
        except LookupError:
            own = Semaphore(self._at_once), CapacityLimiter(2 * self._at_once)
            self._own.set(own)
            return own
