"""One task of a measurement in a process of its own, so that its memory is its own.

Reads a request as JSON from standard input; writes JSON lines to standard output: progress as
`[stage, done, total]`, then the result or the reason why there is none, as an object.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus.errors import DafuError
from eval.bench import own
from eval.bench.making import save_made
from eval.bench.measuring import measure_peer
from index.models.choice import Models

EVERY = 0.2
"""Seconds between two reports of the same stage."""


def main() -> None:
    """Do what standard input asks."""
    request = json.loads(sys.stdin.readline())
    try:
        result = _TASKS[request.pop("task")](**request)
    except DafuError as error:
        _write({"error": str(error)})
        raise SystemExit(1) from error
    _write({"result": result})


def _make(folder: str, replies: int) -> None:
    save_made(Path(folder), replies, lambda done: _tell("造文本", done, replies))


def _load(home: str, source: str, size: int) -> float:
    return own.load(Path(home), Path(source), size, _tell)


def _build(home: str, source: str, size: int, models: dict[str, Any]) -> dict[str, Any]:
    return own.build(Path(home), Path(source), size, Models(**models), _tell)


def _pick(home: str, count: int) -> dict[str, list[str]]:
    return own.pick_queries(Path(home), count)


def _search(home: str, queries: dict[str, list[str]], models: dict[str, Any]) -> dict[str, Any]:
    return own.search(Path(home), queries, Models(**models), _tell)


def _export(home: str, queries: dict[str, list[str]], models: dict[str, Any], folder: str) -> None:
    own.export(Path(home), queries, Models(**models), Path(folder))


def _peer(name: str, folder: str, seconds: float) -> dict[str, Any]:
    return measure_peer(name, Path(folder), seconds, _tell)


_TASKS: dict[str, Callable[..., Any]] = {
    "make": _make,
    "load": _load,
    "build": _build,
    "pick": _pick,
    "search": _search,
    "export": _export,
    "peer": _peer,
}

_told: dict[str, float] = {}


def _tell(stage: str, done: int, total: int | None) -> None:
    now = time.monotonic()
    if done == total or now - _told.get(stage, 0.0) > EVERY:
        _told[stage] = now
        _write([stage, done, total])


def _write(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main()
