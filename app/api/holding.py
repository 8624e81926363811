"""The loads that this process does: one after another, until others know how each ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from app.api.problems import problem_of
from app.api.told import TAKEN, LoadingJob, State
from app.loading.reports import IngestReport
from app.running.jobs import Job, Jobs, JobState
from corpus.progress import Progress

_STATES: dict[JobState, State] = {
    JobState.WAITING: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
}


@dataclass(eq=False, slots=True)
class Held:
    """A load that this process does.

    :ivar again: whether another process held it before.
    :ivar begun: whether it was begun here.
    :ivar cancelled: whether somebody has cancelled it.
    :ivar told: whether all others know how it ended.
    """

    id: str
    by: str
    again: bool = False
    begun: bool = False
    cancelled: bool = False
    told: bool = False
    report: IngestReport | None = None
    reason: str | None = None


class Holding:
    """What is held, with the thread that does it; shared between threads."""

    def __init__(self, do: Callable[[Held, Progress], str], kept: int) -> None:
        """Take what does a load.

        :param kept: so many that have ended are still known.
        """
        self._do = do
        self._jobs = Jobs(kept)
        self._lock = threading.Lock()
        self._held: dict[int, Held] = {}

    def add(self, held: Held) -> None:
        """Do a load once those before it have ended."""
        with self._lock:
            self._held[self._jobs.start("载入", partial(self._do, held))] = held

    def list_all(self, *, untold: bool = False) -> list[tuple[Held, LoadingJob]]:
        """Return what is held, in the order it came, and how each stands.

        :param untold: only those of which others do not know yet that they have ended.
        """
        with self._lock:  # or one that is added just now would seem to be of long ago
            jobs = {job.number: job for job in self._jobs.list_jobs()}
            for old in self._held.keys() - jobs.keys():
                del self._held[old]
            held = list(self._held.items())
        return [
            (each, _show(jobs[number], each)) for number, each in held if not (untold and each.told)
        ]

    def stop(self, helds: Iterable[Held]) -> None:
        """Stop doing loads that are held."""
        for number in self._numbers(helds):
            self._jobs.cancel(number)

    def drop(self, helds: Iterable[Held]) -> None:
        """Stop doing loads, and know no more of them: others do them from now on."""
        numbers = self._numbers(helds)
        with self._lock:
            for number in numbers:
                del self._held[number]
        for number in numbers:
            self._jobs.cancel(number)

    @property
    def settled(self) -> bool:
        """Whether nothing is held but what others know to have ended."""
        with self._lock:
            return all(held.told for held in self._held.values())

    def _numbers(self, helds: Iterable[Held]) -> list[int]:
        wanted = set(helds)
        with self._lock:
            return [number for number, held in self._held.items() if held in wanted]


def _show(job: Job, held: Held) -> LoadingJob:
    if job.error and not held.reason:
        held.reason = problem_of(job.error).words.zh
    return LoadingJob(
        id=held.id,
        state=_STATES[job.state],
        by=held.by,
        stage=job.stage or (TAKEN if held.again else ""),
        done=job.done,
        total=job.total,
        reason=held.reason,
        report=held.report if job.state is JobState.DONE else None,
    )
