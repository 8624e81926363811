"""What is read off a process that works: times of single calls, memory."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Latency:
    """How long single queries took, in milliseconds: three percentiles of `queries` of them."""

    queries: int
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latency:
        """Sum up the times of at least one query."""
        found = np.percentile(np.array(seconds) * 1000, [50, 95, 99])
        return cls(len(seconds), *(round(float(value), 3) for value in found))


class Stopwatch:
    """Gather the seconds that calls take, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def measure(self, name: str, call: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Call, and note how long it took."""
        began = time.perf_counter()
        result = call(*given, **named)
        self.seconds.setdefault(name, []).append(time.perf_counter() - began)
        return result

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same call, with every use of it measured."""
        return lambda *given, **named: self.measure(name, call, *given, **named)

    def latencies(self) -> dict[str, Latency]:
        """Return percentiles by name."""
        return {name: Latency.of(seconds) for name, seconds in self.seconds.items()}


def peak_memory() -> int | None:
    """Return the most bytes of memory this process has held; None where that can't be told.

    Linux's getrusage won't do: a process that begins another hands its own peak on to it.
    """
    if (held := _status("VmHWM")) is not None:
        return held
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return None


def own_memory() -> int | None:
    """Return the bytes of memory this process holds without those of files that it has mapped.

    These the system gives up where it needs room. None where that can't be told: only Linux does.
    """
    return _status("RssAnon")


def _status(name: str) -> int | None:
    """Return bytes that Linux tells of this process (proc(5), /proc/pid/status)."""
    try:
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None
