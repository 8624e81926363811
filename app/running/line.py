"""A line of those who wait for a turn: who came first goes first, who leaves holds nobody up."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

from corpus.bounds import go_on

LOOK = 0.25
"""Seconds between two looks of who waits at whether they are still to."""


class Line:
    """Lends so many turns at a time; may be shared between threads."""

    def __init__(self, at_a_time: int) -> None:
        self._free = at_a_time
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, and have it within.

        :raises Stopped: where one is not to go on, see `corpus.bounds`; nothing is then begun.
        """
        mine = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                mine.set()
            else:
                self._waiting.append(mine)
        try:
            while not mine.wait(LOOK):
                go_on()
            go_on()
            yield
        finally:
            self._leave(mine)

    def _leave(self, mine: threading.Event) -> None:
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
            elif self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


class Full(Exception):
    """So many wait that nobody else may, or not who asks."""


class Crowd:
    """Counts who waits or works, in all and of each; may be shared between threads."""

    def __init__(self, most: int, of_one: int) -> None:
        self._most, self._of_one = most, of_one
        self._lock = threading.Lock()
        self._inside: Counter[str] = Counter()

    @contextmanager
    def place(self, who: str) -> Iterator[None]:
        """Take a place for what is done within.

        :raises Full: where there is none left, or they have all of theirs.
        """
        with self._lock:
            if self._inside.total() >= self._most or self._inside[who] >= self._of_one:
                raise Full
            self._inside[who] += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[who] -= 1
                if not self._inside[who]:
                    del self._inside[who]
