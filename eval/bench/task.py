"""Have one task of a measurement done in a process of its own, so that its memory is its own.

The process reads a request as JSON from standard input, and writes JSON lines to standard output:
progress as `[stage, done, total]`, then the result or the reason why there is none, as an object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from corpus.errors import DafuError, InputError
from corpus.progress import Progress

EVERY = 0.2
"""Seconds between two reports of the same stage."""

OWN = "eval.bench.measure"
"""The module with the tasks that measure Dafu."""


class TaskFailed(DafuError):
    """A task has ended without a result."""


def do_task(
    task: str,
    progress: Progress | None = None,
    /,
    module: str = OWN,
    most_seconds: float = 0.0,
    **request: Any,
) -> Any:
    """Have a module do one of the tasks that it serves, and return its result.

    The process ends with this call, however it ends.

    :raises TaskFailed: where it ends without a result, or takes more than `most_seconds` (0 = any).
    :raises InputError: where it says itself what is wrong.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            encoding="utf-8",
        )
        killer = threading.Timer(most_seconds, process.kill)
        try:
            if most_seconds:
                killer.start()
            last = _converse(process, {"task": task, **request}, progress)
        finally:
            late = killer.finished.is_set()
            killer.cancel()
            process.kill()
            process.wait()
        if "result" in last:
            return last["result"]
        if "error" in last:
            raise InputError(last["error"])
        if late:
            raise TaskFailed(f"{most_seconds:g} 秒内没有做完")
        errors.seek(0)
        lines = errors.read().decode("utf-8", "replace").strip().splitlines()
        raise TaskFailed(lines[-1][:300] if lines else "没有结果就结束了")


def _converse(
    process: subprocess.Popen[str], request: dict[str, Any], progress: Progress | None
) -> dict[str, Any]:
    """Send the request, pass progress on, and return the last object, or an empty one."""
    last: dict[str, Any] = {}
    given, said = process.stdin, process.stdout
    if given is None or said is None:
        return last
    with given:
        given.write(json.dumps(request) + "\n")
    with said:
        for line in said:
            value = _parsed(line)
            if isinstance(value, dict):
                last = value
            elif isinstance(value, list) and progress:
                progress(*value)
    return last


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None  # other programs print what they like


def serve(tasks: Mapping[str, Callable[..., Any]]) -> None:
    """Do what standard input asks: the process's side of `do_task`.

    :param tasks: called with what progress is told to, and the request's values by their names.
    """
    request = json.loads(sys.stdin.readline())
    try:
        result = tasks[request.pop("task")](_seldom(), **request)
    except DafuError as error:
        _write({"error": str(error)})
        raise SystemExit(1) from error
    _write({"result": result})


def _seldom() -> Progress:
    told: dict[str, float] = {}

    def tell(stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if done == total or now - told.get(stage, 0.0) > EVERY:
            told[stage] = now
            _write([stage, done, total])

    return tell


def _write(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=True), flush=True)
