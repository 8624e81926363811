"""Measure how fast Dafu is at several sizes, and other programs beside it."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.progress import Progress
from eval.bench.peers import PEERS, missing_packages
from eval.bench.task import TaskFailed, do_task
from index.models.choice import Models

PASSAGES_OF_A_REPLY = 3.0
"""A made reply has more passages than this on average."""

PEER_SECONDS = 900.0
"""A peer that takes longer at one size is given up."""

QUERY_SECONDS = 20.0
"""So long each leg of a peer is asked queries of one kind, at most."""

PER = 100_000
"""Memory and disk are told for so many passages."""

LEAST_TO_SCALE = 10_000
"""Of fewer passages what is held once, such as the dictionary, would be taken for theirs."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: numbers of passages, on made text or on the files of `folder`.

    Of the `queries`, half are short and half long; half of each are searched, half asked.
    """

    sizes: tuple[int, ...]
    folder: Path | None = None
    models: Models = field(default_factory=Models)
    queries: int = 200
    peers: tuple[str, ...] = tuple(PEERS)

    def __post_init__(self) -> None:
        """Check what was given.

        :raises InputError: naming what can't be.
        """
        if not self.sizes or min(self.sizes) < 10:
            raise InputError("规模（--sizes）应是一个或几个不小于 10 的段数，如 1000,10000")
        if self.queries < 12:
            raise InputError(f"查询数（--queries）至少要 12，收到的是 {self.queries}")
        if unknown := [name for name in self.peers if name not in PEERS]:
            known = "、".join(PEERS)
            raise InputError(f"没有这些对照程序：{'、'.join(unknown)}；可用的有 {known}")
        if self.folder is not None and not self.folder.exists():
            raise InputError(f"没有这个文件或文件夹：{self.folder}")


def run_bench(
    plan: Plan,
    progress: Progress | None = None,
    finished: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Measure all sizes, smallest first, and return what was found as JSON would have it.

    Everything is done in processes of their own and in a temporary folder.

    :param finished: called after each size with what has been found so far.
    :raises InputError: where there is nothing to read, or the model can't be used.
    """
    found: dict[str, Any] = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "text": "samples" if plan.folder is None else "folder",
        "queries": plan.queries,
        "sizes": [],
        "notes": [],
    }
    with tempfile.TemporaryDirectory(prefix="dafu-bench-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        source = plan.folder
        if source is None:
            source = scratch / "made"
            source.mkdir()
            replies = int(max(plan.sizes) / PASSAGES_OF_A_REPLY) + 50
            do_task("make", progress, folder=str(source), replies=replies)
        for size in sorted(set(plan.sizes)):
            with tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as folder:
                measured = _measure(plan, size, source.resolve(), Path(folder), progress)
            found["sizes"].append(measured)
            if measured["passages"] < size:
                found["notes"].append(f"只有 {measured['passages']} 段，不足 {size} 段")
            if finished:
                finished(found)
            if measured["passages"] < size:
                break
    return found


def _measure(
    plan: Plan, size: int, source: Path, folder: Path, progress: Progress | None
) -> dict[str, Any]:
    """Measure one size."""
    home, models = str(folder / "home"), asdict(plan.models)

    def told(stage: str, done: int, total: int | None) -> None:
        if progress:
            progress(f"{size} 段：{stage}", done, total)

    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    built = do_task("build", told, home=home, source=str(source), size=size, models=models)
    if not built["passages"]:
        raise InputError("没有读到可以检索的段落；请检查文件夹")
    stored = str(folder / "stored")
    load_seconds = do_task("load", told, home=stored, source=str(source), size=size)
    queries = do_task("pick", home=home, count=plan.queries)
    searched = do_task("search", told, home=home, queries=queries, models=models)
    measured = {
        "size": size,
        **{key: built[key] for key in ("model", "replies", "passages", "characters")},
        "load_average": busy,
        "load": _rates(built, load_seconds),
        "index": _rates(built, built["index_seconds"]),
        "whole": _rates(built, built["whole_seconds"]),
        "latency": searched["latency"],
        "memory_bytes": {"indexing": built["peak_bytes"], "searching": searched["peak_bytes"]},
        "disk_bytes": built["disk_bytes"],
        f"per_{PER}": {
            "memory_bytes": _per(searched["peak_bytes"], searched["idle_bytes"], built),
            "disk_bytes": _per(built["disk_bytes"], 0, built),
        },
        "peers": {},
    }
    if plan.peers:
        do_task("export", home=home, queries=queries, models=models, folder=str(folder))
    for name in plan.peers:
        measured["peers"][name] = _measure_peer(name, folder, told)
    _add_ratios(measured)
    return measured


def _measure_peer(name: str, folder: Path, told: Progress) -> dict[str, Any]:
    """Measure a peer, or say why it was not."""
    if missing := missing_packages(name):
        return {"not_measured": f"没有安装 {'、'.join(missing)}（pip install dafu[peers]）"}
    try:
        found: dict[str, Any] = do_task(
            "peer",
            told,
            most_seconds=PEER_SECONDS,
            name=name,
            folder=str(folder),
            seconds=QUERY_SECONDS,
        )
    except TaskFailed as error:
        return {"not_measured": str(error)}
    return found


def _add_ratios(measured: dict[str, Any]) -> None:
    """Add to each peer what it took over what Dafu took: more than 1 where Dafu takes less.

    Dafu's fused search includes embedding the query and scoring the candidates exactly.
    """
    own = measured["peers"].get("dafu", {})
    if "latency" not in own:
        return
    for name, peer in measured["peers"].items():
        if name == "dafu" or "latency" not in peer:
            continue
        ratios: dict[str, Any] = {"build": round(peer["build_seconds"] / own["build_seconds"], 3)}
        for kind, legs in peer["latency"].items():
            for leg, found in legs.items():
                mine = (measured if leg == "fused" else own)["latency"][kind][leg]
                ratios[f"{kind} {leg}"] = round(found["p50"] / mine["p50"], 3)
        peer["ratios"] = ratios


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
