"""What was found lately, so that who asks the same is answered at once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Found = TypeVar("Found")

SECONDS = 300.0
"""So long a thing is remembered at most, whatever its key leaves out."""


class Remembered(Generic[Found]):
    """The last things found, by keys that change with all they depend on.

    May be shared between threads; two that look for the same at once both find it themselves.
    """

    def __init__(self, most: int) -> None:
        """Remember so many things at most."""
        self._most = most
        self._lock = threading.Lock()
        self._found: OrderedDict[Hashable, tuple[float, Found]] = OrderedDict()

    def find(self, key: Hashable, find: Callable[[], Found], keep: bool = True) -> Found:
        """Return what is remembered under a key, else find it.

        :param keep: whether what is found now is worth remembering.
        """
        now = time.monotonic()
        with self._lock:
            known = self._found.get(key)
            if known and now - known[0] < SECONDS:
                self._found.move_to_end(key)
                return known[1]
        found = find()
        if not keep:
            return found
        with self._lock:
            self._found[key] = now, found
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return found
