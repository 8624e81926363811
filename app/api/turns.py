"""Calls that work take turns, in threads of their own, and are refused where too many wait."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, Semaphore, create_task_group, to_thread
from anyio.lowlevel import RunVar
from starlette.requests import Request

from app.api.problems import WAIT, Problem
from app.running.line import Crowd, Full
from app.running.pace import AT_A_TIME
from app.running.threads import Begin, work_in_thread

R = TypeVar("R")

AT_ONCE = 2 * AT_A_TIME
"""So many calls work at once: some read a file or wait for the disk while others compute."""

MOST_WAITING = 100
"""So many wait for their turn at most, of all callers together."""

MOST_OF_ONE = 50
"""So many calls of one account, or one visitor's address, work or wait: half of all, so that nobody
alone keeps the others out."""


WRITERS = 4
"""For so many a language model writes at a time, as on the page: each holds a thread meanwhile."""


class Gone(Exception):
    """Whoever asked no longer waits for an answer."""


class Turns:
    """Lends turns, those who came first go first."""

    def __init__(
        self, at_once: int = AT_ONCE, waiting: int = MOST_WAITING, of_one: int = MOST_OF_ONE
    ) -> None:
        self._at_once = at_once
        self._crowd = Crowd(at_once + waiting, of_one)
        # Of the loop that runs: an application may be served by one after another.
        self._own: RunVar[_Lent] = RunVar(f"turns-{id(self)}")

    async def run(
        self,
        request: Request,
        work: Callable[[], R],
        begin: Begin | None = None,
        who: str = "",
    ) -> R:
        """Wait for a turn and work; nothing is done for who has gone meanwhile.

        :param begin: bounds the work, which is ended then, or where they go; None: it is done to
            its end, whoever waits.
        :param who: by what those are told apart who ask too much.
        :raises Problem: where too many wait.
        :raises Overdue: where it took too long.
        :raises Gone: where nobody waits any more.
        """
        lent = self._lend()
        with self._place(who):
            async with lent.turns:
                if await request.is_disconnected():
                    raise Gone
                if begin is None:
                    return await to_thread.run_sync(work, limiter=lent.threads)
                return await _run_while_there(request, work, begin, lent.threads)

    @asynccontextmanager
    async def writing(self, who: str) -> AsyncIterator[None]:
        """Wait until a language model may write for one more.

        :raises Problem: where too many wait.
        """
        with self._place(who):
            async with self._lend().writers:
                yield

    @contextmanager
    def _place(self, who: str) -> Iterator[None]:
        try:
            with self._crowd.place(who):
                yield
        except Full:
            raise Problem("too-many", wait=WAIT) from None

    def _lend(self) -> _Lent:
        try:
            return self._own.get()
        except LookupError:
            own = _Lent(
                Semaphore(self._at_once), CapacityLimiter(2 * self._at_once), Semaphore(WRITERS)
            )
            self._own.set(own)
            return own


@dataclass(frozen=True, slots=True)
class _Lent:
    """What is lent within one loop."""

    turns: Semaphore
    threads: CapacityLimiter
    writers: Semaphore


async def _run_while_there(
    request: Request, work: Callable[[], R], begin: Begin, threads: CapacityLimiter
) -> R:
    """Work as long as the connection stands."""
    ended: list[R | Exception] = []

    async def run() -> None:
        try:
            ended.append(await work_in_thread(work, begin, threads))
        except Exception as error:  # not by the group, which would put it among others
            ended.append(error)
        tasks.cancel_scope.cancel()

    async with create_task_group() as tasks:
        tasks.start_soon(run)
        with suppress(Problem):  # of a body that nobody reads, and is too long
            while (await request.receive())["type"] != "http.disconnect":
                pass
        tasks.cancel_scope.cancel()
    if not ended:
        raise Gone
    if isinstance(ended[0], Exception):
        raise ended[0]
    return ended[0]
