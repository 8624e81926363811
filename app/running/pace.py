"""How many are answered at a time, and how much is done for each, by how many ask at once."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.running.line import Line
from index.ranking.retrieve import READING

AT_A_TIME = max(2, os.cpu_count() or 2)
"""So many are answered at a time, the others wait: more threads than cores get no more done, and
keep the page itself from its turn."""

ALONE = 2
"""So many at once, with those who wait, share the encoder's time for one question; for each of
more it reads nothing.

Of what it has read before, its vectors still count; only passages and sentences that it would
have to read now are judged by the rest, as where there is no encoder: some 30 ms for 600."""

PATIENCE = 2.0
"""Seconds that work behind waits at most for those who ask: it must get on as well."""


class Pace:
    """Counts who asks and lets a few at a time go on; may be shared between threads."""

    def __init__(self) -> None:
        self._asking = 0
        self._changed = threading.Condition()
        self._line = Line(AT_A_TIME)

    @property
    def waiting(self) -> int:
        """How many wait for their turn now."""
        return max(0, self._asking - AT_A_TIME)

    @contextmanager
    def asking(self) -> Iterator[float]:
        """Wait for one's turn, and learn for how many seconds the encoder may read for one.

        :raises Stopped: where one is not to go on; see `corpus.bounds`.
        """
        with self._changed:
            self._asking += 1
        try:
            with self._line.turn():
                yield READING / self._asking if self._asking <= ALONE else 0.0
        finally:
            with self._changed:
                self._asking -= 1
                self._changed.notify_all()

    def give_way(self) -> None:
        """Wait until nobody asks, for `PATIENCE` at most."""
        until = time.monotonic() + PATIENCE
        with self._changed:
            while self._asking and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
