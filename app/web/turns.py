"""Which of the things that a visit asks for in one place was asked for last.

What takes several steps shows each; a step that comes after something else was asked for would be
laid over that.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

VISITS = 1_000
"""So many visits are known, those that asked last; of others each step is shown."""

T = TypeVar("T")


class Turns(Generic[T]):
    """The last turn of each visit in one place of the page; may be shared between threads."""

    def __init__(self, nothing: T) -> None:
        """Take what a visit has asked for that has asked for nothing yet."""
        self._nothing = nothing
        self._last: OrderedDict[str, tuple[object, T]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, visit: str | None) -> Callable[[], bool]:
        """Begin a turn; return what tells whether it is the visit's last still."""
        with self._lock:
            return self._begin(visit or "", self._nothing)

    def take(self, visit: str | None, find: Callable[[T], T]) -> tuple[T, Callable[[], bool]]:
        """Return what is asked for now, and what tells whether it is the visit's last still.

        It takes a turn where it is another thing than before; of the same it is a repetition,
        which stands back behind whatever is asked for meanwhile.

        :param find: makes it of what was asked for before.
        """
        visit = visit or ""
        with self._lock:
            turn, before = self._last.get(visit, (None, self._nothing))
            now = find(before)
            if now is not before:
                return now, self._begin(visit, now)
        return now, lambda: self._last.get(visit, (None, now))[0] is turn

    def latest(self, visit: str | None) -> T:
        """Return what the visit has asked for last."""
        return self._last.get(visit or "", (None, self._nothing))[1]

    def _begin(self, visit: str, told: T) -> Callable[[], bool]:
        turn = object()
        self._last[visit] = turn, told
        self._last.move_to_end(visit)
        if len(self._last) > VISITS:
            self._last.popitem(last=False)
        return lambda: self._last.get(visit, (turn, told))[0] is turn
