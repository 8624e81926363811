"""A worker as its parent sees it: a process that is asked, watched, and ended."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from typing import Any

import psutil

from corpus.bounds import UNBOUNDED, Bound
from corpus.temporary import hold_folder
from corpus.workers.limits import Limits
from corpus.workers.serve import FOLDER, LENGTH, Job, Outcome

_START = "import sys; sys.path[:] = sys.argv[1:]; from corpus.workers.serve import serve; serve()"
_INTERVAL = 0.05
"""Seconds between two looks at a worker: in so many it can take half a GiB."""


class Lost(Exception):
    """A worker has ended before it answered; `why` is what it had too much of, None = died."""

    def __init__(self, why: Outcome | None) -> None:
        super().__init__(why)
        self.why = why


class Worker:
    """A process that does one job after another.

    It ends with this process however that ends, as its standard input then does.
    """

    def __init__(self) -> None:
        """Begin the process; it imports what it needs while this one goes on.

        :raises OSError: where the system begins no process.
        """
        self._held = ExitStack()
        folder = str(self._held.enter_context(hold_folder(FOLDER)))
        try:
            self._process = subprocess.Popen(
                [sys.executable, f"-Xutf8={sys.flags.utf8_mode}", "-c", _START, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except BaseException:
            self._held.close()
            raise

    def ask(self, job: Job, bound: Bound = UNBOUNDED) -> tuple[Outcome, Any]:
        """Have a job done; return what became of it.

        :param bound: of the work that it is part of: where that is to end, so does the worker.
        :raises Lost: where the worker has ended, by itself or because it took too much.
        """
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:
            raise Lost(None)
        watch = _Watch(self._process, job.limits, bound)
        watch.start()
        try:
            pickle.dump(job, asked)
            asked.flush()
            (length,) = LENGTH.unpack(answers.read(LENGTH.size).ljust(LENGTH.size, b"\xff"))
            if length > 2 * job.limits.output:  # no answer at all
                raise Lost(watch.why)
            outcome, value = pickle.loads(answers.read(length))
        except (OSError, ValueError, EOFError, pickle.UnpicklingError) as error:
            raise Lost(watch.why) from error
        finally:
            watch.end()
        return outcome, value

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def memory(self) -> int:
        """Return how many bytes of memory it takes; 0 where it has ended."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def kill(self) -> None:
        """End what it does; who has asked learns that it is lost."""
        self._process.kill()

    def close(self) -> None:
        """End the process, and remove what it has unpacked."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream:
                    stream.close()
        self._held.close()


class _Watch(threading.Thread):
    """Looks at a worker while it does a job, and kills it where it takes too much."""

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits, bound: Bound) -> None:
        super().__init__(daemon=True)
        self.why: Outcome | None = None
        self._process, self._limits, self._bound = process, limits, bound
        self._done = threading.Event()

    def end(self) -> None:
        """Look no more."""
        self._done.set()
        self.join()

    def run(self) -> None:
        """Look until the job is done."""
        began = time.monotonic()
        with suppress(psutil.Error):
            seen = psutil.Process(self._process.pid)
            before = _processor_time(seen)
            while not self._done.wait(_INTERVAL):
                self.why = self._exceeded(
                    seen.memory_info().rss, _processor_time(seen) - before, time.monotonic() - began
                )
                if self.why or self._bound.over:
                    self._process.kill()
                    return

    def _exceeded(self, memory: int, computed: float, passed: float) -> Outcome | None:
        if memory > self._limits.memory:
            return Outcome.OUT_OF_MEMORY
        if computed > self._limits.seconds or passed > self._limits.patience:
            return Outcome.TOO_LONG
        return None


def _processor_time(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
