"""Commands in processes of their own, killed at a moment, and what lives on after them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]

PATIENCE = 180.0
"""Seconds after which a command that nobody kills hangs: the longest takes some ten."""

DYING = 10.0
"""Seconds in which all that a command has begun must have ended after it."""

_CODE = """
import atexit, functools, gc, json, os, signal, sys, threading, time, traceback
import typer.main
import app.cli.commands, app.loading.ingest, app.keeping.restore, index.engine, eval.judging.store
import app.desk.many, app.fetching.fetch, app.export.coverage, app.export.reply
import index.models.choice, index.text.segment
if "page" in sys.argv:
    import app.web.server.serve, app.web.tabs.ask
if "torch" in sys.argv:
    import eval.training.adapt, app.evaluation.learning
index.engine.open_embedder = functools.cache(index.engine.open_embedder)
index.engine.open_embedder(index.models.choice.Models())
index.text.segment.Segmenter().segment("停车")
typer.main.get_command = functools.cache(typer.main.get_command)
typer.main.get_command(app.cli.commands.application)
gc.collect()
gc.freeze()

def work(asked):
    code = 1
    try:
        sys.argv = ["dafu", *asked["arguments"]]
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        said = os.open(asked["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        try:
            app.cli.commands.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
        # As the interpreter ends, but for its taking apart of all that was imported.
        threading._shutdown()
        atexit._run_exitfuncs()
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

began = {}
print("ready", flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if "arguments" in asked:
        child = os.fork()
        if not child:
            work(asked)
        began[child] = time.monotonic()
        print(json.dumps(child), flush=True)
        continue
    child, ended = asked["child"], threading.Event()
    def kill():
        if not ended.wait(asked["seconds"]):
            os.kill(child, asked["signal"])
        if not ended.wait(asked["patience"]):
            os.kill(child, signal.SIGABRT)
    killer = threading.Thread(target=kill)
    killer.start()
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # its number stays its own until below
    ended.set()
    killer.join()
    _, status = os.waitpid(child, 0)
    took = time.monotonic() - began.pop(child)
    print(json.dumps([os.waitstatus_to_exitcode(status), took]), flush=True)
"""
"""Has all imported and the model open, and forks a child for each command: that would take most of
the time, and nothing is written by it."""


@dataclass(frozen=True, slots=True)
class End:
    """How a command ended: its exit code, the seconds it ran, and all that it printed."""

    code: int
    seconds: float
    said: str


class Shepherd:
    """Runs commands in processes of their own, and kills them."""

    def __init__(self, place: Path, *parts: str) -> None:
        """Begin.

        :param place: a folder for what commands say and for what they put aside.
        :param parts: what else is to be imported: "page" for `serve`, "torch" for `adapt`.
        """
        self._folder, self.temporary = place, place / "temporary"
        self.temporary.mkdir(parents=True)
        self._said: dict[int, Path] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CODE, *parts],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={
                **os.environ,
                "TMPDIR": str(self.temporary),
                "GRADIO_TEMP_DIR": str(place / "gradio"),  # which it makes, being imported before
                "OMP_NUM_THREADS": "1",
                "TOKENIZERS_PARALLELISM": "false",
                "PYTHONUNBUFFERED": "1",
            },
        )
        self._hear()

    def start(self, *arguments: str) -> int:
        """Start a command and return its process."""
        said = self._folder / f"said-{len(self._said)}"
        child = int(self._ask({"arguments": arguments, "said": str(said)}))
        self._said[child] = said
        return child

    def end(self, child: int, seconds: float = PATIENCE, by: int = signal.SIGKILL) -> End:
        """Kill a command after some seconds, unless it has ended by then."""
        asked = {"child": child, "seconds": seconds, "signal": by, "patience": PATIENCE}
        code, took = self._ask(asked)
        end = End(code, took, self.said(child))
        self._said.pop(child).unlink()
        return end

    def run(self, *arguments: str, seconds: float = PATIENCE, by: int = signal.SIGKILL) -> End:
        """Run a command and kill it after some seconds, unless it has ended by then."""
        return self.end(self.start(*arguments), seconds, by)

    def said(self, child: int) -> str:
        """Return what a command has printed so far."""
        path = self._said[child]
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def survivors(self) -> list[str]:
        """Return what commands have begun and not ended, once it has had time to end."""
        until = time.monotonic() + DYING
        while (found := list(self._iter_living())) and time.monotonic() < until:
            time.sleep(0.05)
        return found

    def _iter_living(self) -> Iterator[str]:
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.pid != self._process.pid and str(self.temporary) in "".join(
                    process.environ().values()
                ):
                    yield f"{process.pid}: {' '.join(process.cmdline())[:200]}"

    def left(self) -> list[str]:
        """Return what commands have put aside and not deleted."""
        return sorted(path.name for path in self.temporary.iterdir())

    def clear(self) -> None:
        """Delete what was left, so that it is told once."""
        shutil.rmtree(self.temporary)
        self.temporary.mkdir()

    def close(self) -> None:
        """End."""
        self._process.communicate()

    def _ask(self, asked: Mapping[str, object]) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return json.loads(self._hear())

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()
