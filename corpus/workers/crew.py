"""Crews: workers that read files together, lent from those that wait for work."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from corpus.bounds import bound_now
from corpus.errors import Unopened, UnreadableFile
from corpus.files import say_trouble
from corpus.workers.jobs import ODD
from corpus.workers.limits import MIB, Limits, limits_of
from corpus.workers.process import Lost, Worker
from corpus.workers.serve import Job, Outcome

LOGGER = logging.getLogger(__name__)

T = TypeVar("T")

MOST_PROCESSES = 4
"""So many files are read at once, whoever asks: each process takes some 100 MB."""
MOST_HURRIED = 2
"""Beside them so many for which somebody waits, who can't wait for those of a long load."""
_LARGEST = 512 * MIB
"""A worker that has grown beyond this is replaced: what it still holds counts for the next file."""
_LARGEST_IDLE = 200 * MIB

_idle: list[Worker] = []
"""Workers that wait for work; between two loads one at most, which answers at once."""
_lock = threading.Lock()
_places = threading.BoundedSemaphore(MOST_PROCESSES)
_hurried_places = threading.BoundedSemaphore(MOST_HURRIED)

_REMEDY = "多半是文件的结构有问题：请打开后另存为 .docx、.xlsx 或 .txt，或拆成几个文件后再导入"


class Crew:
    """The workers that read for one caller; may be shared between threads."""

    def __init__(self, hurried: bool = False) -> None:
        """Read for somebody who waits on the page, where `hurried`."""
        self._places = _hurried_places if hurried else _places
        self._busy: set[Worker] = set()
        self._stopped = False
        self._bound = bound_now()  # of who reads, in whatever thread a file is asked for

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        _leave(1)

    def read(
        self,
        function: Callable[..., T],
        path: Path,
        *arguments: object,
        limits: Limits | None = None,
    ) -> T:
        """Return what a function makes of a file, called in a worker.

        :raises UnreadableFile: where reading takes too much, or fails.
        :raises Stopped: where the work that it is part of is to end, see `corpus.bounds`.
        """
        source, limits = path.as_posix(), limits or limits_of(path)
        outcome: Outcome | None
        try:
            with self._borrowed() as worker:
                outcome, value = worker.ask(Job(function, (path, *arguments), limits), self._bound)
                if outcome is Outcome.FAILED:
                    LOGGER.error("读 %s 时出错：%s", source, value)
                    raise Lost(outcome)
        except Lost as lost:
            self._bound.check()
            outcome, value = lost.why, None
        except OSError as error:
            raise Unopened(
                source, f"系统没有给出读文件的进程（{say_trouble(error)}）；请关掉别的程序再试"
            ) from error
        if outcome is Outcome.DONE:
            result: T = value
            return result
        if outcome is Outcome.RAISED and not isinstance(value, OSError):
            raise value
        if outcome is Outcome.RAISED:
            reason = f"打不开文件（{say_trouble(value)}）；请检查文件权限和路径"
            raise Unopened(source, reason)
        raise UnreadableFile(source, _say(outcome, limits))

    def stop(self) -> None:
        """End what is being read; nobody waits for it any more."""
        with _lock:
            self._stopped = True
            for worker in self._busy:
                worker.kill()

    @contextmanager
    def _borrowed(self) -> Iterator[Worker]:
        """Lend a worker; one that was lost, or has grown, is not lent again.

        :raises Lost: where nobody waits for it any more.
        :raises OSError: where the system begins no process.
        """
        while not self._places.acquire(timeout=0.5):
            if self._stopped or self._bound.over:
                raise Lost(None)
        try:
            with _lock:
                if self._stopped or self._bound.over:
                    raise Lost(None)
                worker = _take()
                self._busy.add(worker)
            try:
                yield worker
            except BaseException:
                self._return(worker, is_sound=False)
                raise
            self._return(worker, worker.memory() <= _LARGEST)
        finally:
            self._places.release()

    def _return(self, worker: Worker, is_sound: bool) -> None:
        with _lock:
            self._busy.discard(worker)
            if is_sound and not self._stopped:
                _idle.append(worker)
                return
        worker.close()


def prepare_one() -> None:
    """Begin a worker that waits for work, where none does; it imports while others go on."""
    with _lock, suppress(OSError):  # which reading will tell
        if not _idle:
            _idle.append(_begin())


def _take() -> Worker:
    """Return an idle worker that can be asked, or begin one."""
    while _idle:
        worker = _idle.pop()
        if worker.is_alive:
            return worker
        worker.close()
    return _begin()


def _begin() -> Worker:
    atexit.unregister(_leave)
    atexit.register(_leave, 0)
    return Worker()


def _leave(most: int) -> None:
    """End the idle workers but the last `most`, and those that hold much memory."""
    with _lock:
        kept = [worker for worker in _idle if most and worker.memory() <= _LARGEST_IDLE]
        kept = kept[-most:]
        ended = [worker for worker in _idle if worker not in kept]
        _idle[:] = kept
    for worker in ended:
        worker.close()


def _say(outcome: Outcome | None, limits: Limits) -> str:
    match outcome:
        case Outcome.TOO_LONG:
            return (
                f"读这个文件用时太长（超过 {_minutes(limits.seconds)}），已停下，没有读；{_REMEDY}"
            )
        case Outcome.OUT_OF_MEMORY:
            most = f"{limits.memory // MIB:,} MB"
            return f"读这个文件用内存太多（超过 {most}），已停下，没有读；{_REMEDY}"
        case Outcome.TOO_MUCH:
            most = f"{limits.output // MIB:,} MB"
            return f"这个文件里的文字太多（超过 {most}），没有读；请拆成几个文件后再导入"
        case Outcome.FAILED:
            return ODD
        case _:
            return f"读这个文件时读取程序意外退出，没有读；{_REMEDY}"


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} 秒" if seconds < 120 else f"{seconds / 60:.0f} 分钟"
