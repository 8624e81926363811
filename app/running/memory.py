"""Give memory back to the system that is free: glibc keeps what visits leave, in small pieces."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache

from app.running.rates import Rate

EVERY = 60.0
"""Seconds between two times: the first takes some 20 ms, all others one or two."""

_times = Rate(1, EVERY)


def give_back() -> bool:
    """Give back what is free, where that was not done just now; tell whether anything was."""
    trim = _find_trim()
    return bool(trim and _times.take("") and trim(0))


@cache
def _find_trim() -> Callable[[int], int] | None:
    """Return glibc's own function; None elsewhere, where allocators do it by themselves."""
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return found
