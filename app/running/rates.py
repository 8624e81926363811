"""How often one address may ask for something, and how many bytes it may send."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from typing import Any

FORGOTTEN = 10_000
"""Addresses that are known at most; with more, those that have all of theirs left are forgotten."""


class Rate:
    """Lets each address take so much at once, and as much again in the course of some seconds.

    May be shared between threads.
    """

    def __init__(self, in_all: float, seconds: float = 60.0) -> None:
        self._most = in_all
        self._each = in_all / seconds
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, address: str, amount: float = 1.0) -> bool:
        """Take an amount for an address, and tell whether it was left."""
        now = time.monotonic()
        with self._lock:
            left, at = self._left.get(address, (self._most, now))
            left = min(self._most, left + (now - at) * self._each)
            allowed = left >= amount
            self._left[address] = left - amount * allowed, now
            if len(self._left) > FORGOTTEN:
                self._forget(now)
        return allowed

    def wait(self, address: str, amount: float = 1.0) -> int:
        """Return after how many whole seconds an address will have that amount left."""
        with self._lock:
            left, at = self._left.get(address, (self._most, 0.0))
            left = min(self._most, left + (time.monotonic() - at) * self._each)
        return max(1, math.ceil((amount - left) / self._each))

    def _forget(self, now: float) -> None:
        for address, (left, at) in list(self._left.items()):
            if left + (now - at) * self._each >= self._most:
                del self._left[address]
        while len(self._left) > FORGOTTEN:  # all are busy: the one known longest begins anew
            del self._left[next(iter(self._left))]


def address_of(scope: Mapping[str, Any]) -> str:
    """Return the network address that a request comes from, by its ASGI scope."""
    return str((scope.get("client") or ("",))[0])
