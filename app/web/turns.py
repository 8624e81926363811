"""Which of the things that a visit asks for in one place was asked for last.

What takes several steps shows each; a step that comes after something else was asked for would be
laid over that.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

VISITS = 1_000
"""So many visits are known, those that asked last; of others each step is shown."""


class Turns:
    """The last turn of each visit in one place of the page; may be shared between threads."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, object] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, visit: str | None) -> Callable[[], bool]:
        """Begin a turn; return what tells whether it is the visit's last still."""
        turn, visit = object(), visit or ""
        with self._lock:
            self._last[visit] = turn
            self._last.move_to_end(visit)
            if len(self._last) > VISITS:
                self._last.popitem(last=False)
        return lambda: self._last.get(visit, turn) is turn

    def follow(self, visit: str | None) -> Callable[[], bool]:
        """Return what tells whether the visit has asked for nothing else since; begins no turn."""
        visit = visit or ""
        turn = self._last.get(visit)
        return lambda: self._last.get(visit) is turn
