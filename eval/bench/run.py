"""Measure how fast Dafu is at several sizes."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from corpus.clock import now
from corpus.errors import InputError
from corpus.progress import Progress, say_nothing
from eval.bench.growth import exponents
from eval.bench.task import do_task
from index.models.choice import Models

PASSAGES_OF_A_REPLY = 3.0
"""A made reply has more passages than this on average."""

PER = 100_000
"""Memory and disk are told for so many passages."""

LEAST_TO_SCALE = 10_000
"""Of fewer passages what is held once, such as the dictionary, would be taken for theirs."""


@dataclass(frozen=True, slots=True)
class BenchPlan:
    """What to measure: numbers of passages, on made text or on the files of `folder`.

    Of the `queries`, half are short and half long; half of each are searched, half asked.
    """

    sizes: tuple[int, ...]
    folder: Path | None = None
    models: Models = field(default_factory=Models)
    queries: int = 200

    def __post_init__(self) -> None:
        """Check what was given.

        :raises InputError: naming what can't be.
        """
        if not self.sizes or min(self.sizes) < 10:
            raise InputError("规模（--sizes）应是一个或几个不小于 10 的段数，如 1000,10000")
        if self.queries < 12:
            raise InputError(f"查询数（--queries）至少要 12，收到的是 {self.queries}")
        if self.folder is not None and not self.folder.exists():
            raise InputError(f"没有这个文件或文件夹：{self.folder}")


@dataclass(frozen=True, slots=True)
class BenchSize:
    """One size that was measured, while its home is still there: what was asked, and found."""

    home: Path
    queries: dict[str, list[str]]
    found: dict[str, Any]


Beside = Callable[[BenchSize, Progress], dict[str, Any]]
"""Measures other programs at a size; returns what it found by their names."""


def run_bench(
    plan: BenchPlan,
    progress: Progress | None = None,
    finished: Callable[[dict[str, Any]], None] | None = None,
    beside: Beside | None = None,
) -> dict[str, Any]:
    """Measure all sizes, smallest first, and return what was found as JSON would have it.

    Everything is done in processes of their own and in a temporary folder.

    :param finished: called after each size with what has been found so far.
    :param beside: measures other programs after Dafu.
    :raises InputError: where there is nothing to read, or the model can't be used.
    """
    found: dict[str, Any] = {
        "made": now(),
        "machine": _machine(),
        "text": "samples" if plan.folder is None else "folder",
        "queries": plan.queries,
        "sizes": [],
        "notes": [],
    }
    with tempfile.TemporaryDirectory(prefix="dafu-bench-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        source, more = plan.folder, scratch / "more"
        if source is None:
            source = scratch / "made"
            source.mkdir()
            more.mkdir()
            replies = int(max(plan.sizes) / PASSAGES_OF_A_REPLY) + 50
            do_task("make", progress, folder=str(source), replies=replies, more=str(more))
        for size in sorted(set(plan.sizes)):
            with tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as folder:
                told = _telling(progress or say_nothing, size)
                opened = _measure(plan, size, source.resolve(), Path(folder), told)
                measured = opened.found
                if beside:
                    measured["peers"] = beside(opened, told)
                if more.is_dir():  # last, for then the library is another
                    measured["add"] = do_task(
                        "add",
                        told,
                        home=str(opened.home),
                        source=str(more),
                        models=asdict(plan.models),
                    )
            found["sizes"].append(measured)
            found["exponents"] = exponents(found["sizes"])
            if measured["passages"] < size:
                found["notes"].append(f"只有 {measured['passages']} 段，不足 {size} 段")
            if finished:
                finished(found)
            if measured["passages"] < size:
                break
    return found


def _measure(plan: BenchPlan, size: int, source: Path, folder: Path, told: Progress) -> BenchSize:
    """Measure one size."""
    home, models = str(folder / "home"), asdict(plan.models)
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    built = do_task("build", told, home=home, source=str(source), size=size, models=models)
    if not built["passages"]:
        raise InputError("没有读到可以检索的段落；请检查文件夹")
    stored = str(folder / "stored")
    load_seconds = do_task("load", told, home=stored, source=str(source), size=size)
    queries = do_task("pick", home=home, count=plan.queries)
    searched = do_task("search", told, home=home, queries=queries, models=models)
    narrowed = do_task("narrow", told, home=home, queries=queries["short"], models=models)
    measured = {
        "size": size,
        **{key: built[key] for key in ("model", "replies", "passages", "characters")},
        "load_average": busy,
        "load": _rates(built, load_seconds),
        "index": _rates(built, built["index_seconds"]),
        "whole": _rates(built, built["whole_seconds"]),
        "add": None,
        "open_seconds": round(searched["open_seconds"], 3),
        "latency": searched["latency"],
        "narrowed": narrowed,
        "memory_bytes": {
            "indexing": built["peak_bytes"],
            "searching": searched["peak_bytes"],
            "own": searched["own_bytes"],
        },
        "disk_bytes": built["disk_bytes"],
        f"per_{PER}": {
            "memory_bytes": _per(searched["peak_bytes"], searched["idle_bytes"], built),
            "disk_bytes": _per(built["disk_bytes"], 0, built),
        },
        "peers": {},
    }
    return BenchSize(folder / "home", queries, measured)


def _telling(progress: Progress, size: int) -> Progress:
    return lambda stage, done, total: progress(f"{size} 段：{stage}", done, total)


def _rates(built: dict[str, Any], seconds: float) -> dict[str, float]:
    """Return seconds, and replies, passages and characters per second."""
    counts = ("replies", "passages", "characters")
    rates = {f"{name}_per_second": round(built[name] / max(seconds, 1e-9), 1) for name in counts}
    return {"seconds": round(seconds, 3), **rates}


def _per(most: int | None, idle: int | None, built: dict[str, Any]) -> int | None:
    if most is None or idle is None or built["passages"] < LEAST_TO_SCALE:
        return None
    return int((most - idle) / built["passages"] * PER)


def _machine() -> dict[str, Any]:
    """Describe the machine without naming it."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()
