"""What a library is asked for and how long it takes, in numbers: no words, nobody's name."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from corpus.errors import HomeBusy, InputError, NotFound, Unwanted

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds that durations are counted up to, each with all shorter ones."""


@dataclass(slots=True)
class Durations:
    """How often something was done, and how long it took."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    """By the first of BOUNDS that each was not longer than; the last: longer than all."""
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one more."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def copy(self) -> Durations:
        """Return what was counted until now."""
        return Durations(list(self.counts), self.seconds)


class Measures:
    """The numbers of one home since it was opened; may be shared between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done: dict[str, Durations] = {}
        self._failed: Counter[str] = Counter()
        self._requests: Counter[tuple[str, str, str]] = Counter()

    @contextmanager
    def time(self, what: str) -> Iterator[None]:
        """Count what is done within, and whether it fails; a question that can't be is no fault."""
        began = time.perf_counter()
        failed = False
        try:
            yield
        except (InputError, NotFound, HomeBusy, Unwanted):
            raise
        except Exception:
            failed = True
            raise
        finally:
            took = time.perf_counter() - began
            with self._lock:
                self._done.setdefault(what, Durations()).add(took)
                self._failed[what] += failed

    def count_request(self, route: str, role: str, status: str) -> None:
        """Count a request that was answered."""
        with self._lock:
            self._requests[route, role, status] += 1

    def done(self) -> dict[str, Durations]:
        """Return what was done, by what it was."""
        with self._lock:
            return {what: each.copy() for what, each in self._done.items()}

    def failed(self) -> dict[str, int]:
        """Return how often what was done failed."""
        with self._lock:
            return dict(self._failed)

    def requests(self) -> dict[tuple[str, str, str], int]:
        """Return how many requests were answered, by kind of route, role and status."""
        with self._lock:
            return dict(self._requests)
