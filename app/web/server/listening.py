"""Which visits listen to what becomes of their calls: nothing is done for those that don't."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import gradio as gr

PATIENCE = 30.0
"""Seconds in which a visit must listen after a call: the page does as soon as that is taken."""

LEAVING = 1.0
"""Seconds after its stream was broken off in which a visit that has not left listens again."""


@dataclass(slots=True)
class Stream:
    """What a visit listens to, and whether it was sent to its end."""

    whole: bool = False


class Listeners:
    """The streams that are open, by visit; to be used within one loop.

    Gradio drops the calls of a visit whose stream breaks off, but not where that is sending just
    then, nor calls that nobody ever listened to; and of each visit that has heard all it asked for
    it keeps something. All this is dropped here.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        self._blocks = blocks
        self._open: Counter[str] = Counter()
        self._due: dict[str, asyncio.TimerHandle] = {}
        self._dropping: set[asyncio.Task[None]] = set()

    @contextmanager
    def listening(self, visit: str) -> Iterator[Stream]:
        """Count a stream while it is open, which is to say when it has been sent to its end."""
        self._open[visit] += 1
        stream = Stream()
        try:
            yield stream
        finally:
            self._open[visit] -= 1
            if not self._open[visit]:
                del self._open[visit]
            # One that was sent to its end may have been so beside a call, which is yet to be heard.
            self._expect(visit, PATIENCE if stream.whole else LEAVING)

    def expect(self, visit: str) -> None:
        """Expect that a visit, which has made a call, soon listens."""
        self._expect(visit, PATIENCE)

    def _expect(self, visit: str, seconds: float) -> None:
        if due := self._due.pop(visit, None):
            due.cancel()
        if not self._open[visit]:
            loop = asyncio.get_running_loop()
            self._due[visit] = loop.call_later(seconds, self._look, visit)

    def _look(self, visit: str) -> None:
        self._due.pop(visit, None)
        if not self._open[visit]:
            task = asyncio.ensure_future(self._drop(visit))
            self._dropping.add(task)
            task.add_done_callback(self._dropping.discard)

    async def _drop(self, visit: str) -> None:
        queue = self._blocks._queue
        await queue.clean_events(session_hash=visit)
        if self._open[visit] or visit in self._due:
            return  # meanwhile it has called again
        queue.pending_event_ids_session.pop(visit, None)
        queue.pending_messages_per_session.pop(visit, None)
