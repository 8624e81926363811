"""Work that goes on while people do something else: one piece after another, watched, cancelled."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.bounds import Bound, bounded, go_on
from corpus.errors import Unwanted
from corpus.progress import Progress

Work = Callable[[Progress], str]
"""Does something, and says in Chinese what came of it."""

LONGEST = 24 * 3600.0
"""Seconds that a job may take: those that come after it must not wait for ever."""

KEPT = 3
"""So many jobs that have ended stay to be looked at."""


class JobState(StrEnum):
    """What has become of a job; the value is what users read."""

    WAITING = "排队"
    RUNNING = "进行中"
    DONE = "完成"
    FAILED = "没有做成"
    CANCELLED = "已取消"


ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Job:
    """How a piece of work stands: its stage with `done` of `total` (None: unknown), or its end."""

    number: int
    title: str
    state: JobState = JobState.WAITING
    stage: str = ""
    done: int = 0
    total: int | None = None
    outcome: str = ""
    error: Exception | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED


class Jobs:
    """Does one job at a time, in the order they were given; may be shared between threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._jobs: dict[int, Job] = {}
        self._unwanted: set[int] = set()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, "dafu-job")

    def start(self, title: str, work: Work) -> int:
        """Give a job; return its number."""
        with self._lock:
            number = next(self._numbers)
            self._jobs[number] = Job(number, title)
            ended = [job.number for job in self._jobs.values() if job.ended]
            for old in ended[: max(0, len(ended) - self._kept)]:
                del self._jobs[old]
        self._worker.submit(copy_context().run, self._do, number, title, work)
        return number

    def cancel(self, number: int) -> None:
        """Cancel a job: it ends as soon as it next asks whether to go on."""
        with self._lock:
            self._unwanted.add(number)
            job = self._jobs.get(number)
            if job and job.state is JobState.WAITING:
                self._jobs[number] = replace(job, state=JobState.CANCELLED)

    def dismiss(self, number: int) -> None:
        """Forget a job that has ended."""
        with self._lock:
            if number in self._jobs and self._jobs[number].ended:
                del self._jobs[number]

    def list_jobs(self) -> tuple[Job, ...]:
        """Return the jobs in the order they were given: those under way, and the last to end."""
        with self._lock:
            return tuple(self._jobs.values())

    def _do(self, number: int, title: str, work: Work) -> None:
        if not self._update(number, state=JobState.RUNNING):
            return
        # When the program ends it waits for this thread, so the work must stop by itself.
        told = f"“{title}”超过 {LONGEST // 3600:g} 小时还没有做完，已经停下。请分成几次做。"
        bound = Bound(
            time.monotonic() + LONGEST,
            told,
            lambda: number not in self._unwanted and threading.main_thread().is_alive(),
        )
        try:
            with bounded(bound):
                outcome = work(lambda *step: self._report(number, step))
        except Unwanted:
            self._update(number, state=JobState.CANCELLED)
        except Exception as error:  # shown to whoever gave the job
            self._update(number, state=JobState.FAILED, error=error)
        else:
            self._update(number, state=JobState.DONE, outcome=outcome)

    def _report(self, number: int, step: tuple[str, int, int | None]) -> None:
        go_on()
        stage, done, total = step
        self._update(number, stage=stage, done=done, total=total)

    def _update(self, number: int, **values: object) -> bool:
        """Change a job that has not ended; tell whether there was one."""
        with self._lock:
            job = self._jobs.get(number)
            if job is None or job.ended:
                return False
            self._jobs[number] = replace(job, **values)  # type: ignore[arg-type]
            return True
