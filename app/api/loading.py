"""Loading as jobs: files are kept, read one lot after another, and reported."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.actor import Actor, acting
from app.api.problems import problem_of
from app.loading.reports import IngestReport
from app.running.jobs import Job, Jobs, JobState
from app.service import Service
from app.uploads import load_uploads
from corpus.errors import InputError, NotFound
from corpus.progress import Progress
from corpus.readers import ColumnMapping
from corpus.readers.mapping import parse_mapping

KEPT = 100
"""So many jobs that have ended stay to be looked at."""

State = Literal["waiting", "running", "done", "failed", "cancelled"]

_STATES: dict[JobState, State] = {
    JobState.WAITING: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class LoadingJob:
    """How far a load has come, and what became of it."""

    id: str
    """任务的编号"""
    state: State
    """waiting（排队）、running（进行中）、done（完成）、failed（没有做成）或 cancelled（已取消）"""
    by: str
    """谁交的：帐号的名称"""
    stage: str
    """正在做什么"""
    done: int
    """这一步做了多少"""
    total: int | None
    """这一步共有多少；不知道的为 null"""
    reason: str | None
    """没有做成的原因"""
    report: IngestReport | None
    """每个文件怎样了；没有做完的为 null"""


@dataclass(frozen=True, slots=True)
class LoadingJobs:
    """The jobs under way and the last to end."""

    jobs: tuple[LoadingJob, ...]
    """任务，按交来的次序"""


class Loading:
    """The loads of one server; may be shared between threads."""

    def __init__(self) -> None:
        self._jobs = Jobs(KEPT)
        self._run = secrets.token_hex(4)  # numbers begin anew with each start
        self._lock = threading.Lock()
        self._by: dict[int, str] = {}
        self._reports: dict[int, IngestReport] = {}
        self._holding: dict[int, ExitStack] = {}

    def start(
        self,
        service: Service,
        actor: Actor,
        files: Sequence[Path],
        holding: ExitStack,
        replacing: bool = False,
        mapping: ColumnMapping | None = None,
    ) -> LoadingJob:
        """Begin to load files.

        :param holding: what holds the files until then; closed when they were loaded.
        """
        given: list[int] = []

        def work(progress: Progress) -> str:
            with holding, acting(actor):
                progress("读取文件", 0, None)
                report = load_uploads(service, files, replacing, mapping, progress)
                with self._lock:
                    self._reports[given[0]] = report
            return f"{len(report.files)} 件"

        with self._lock:
            number = self._jobs.start("载入", work)
            given.append(number)
            self._by[number], self._holding[number] = actor.name, holding
            known = {job.number for job in self._jobs.list_jobs()}
            for old in self._by.keys() - known:
                del self._by[old]
                self._reports.pop(old, None)
                self._holding.pop(old, None)
        return self.find(f"{self._run}-{number}")

    def list_all(self) -> LoadingJobs:
        """Return all jobs."""
        return LoadingJobs(tuple(map(self._show, self._jobs.list_jobs())))

    def find(self, job_id: str) -> LoadingJob:
        """Return a job; NotFound where there is none of that id."""
        return self._show(self._find(job_id))

    def cancel(self, job_id: str) -> LoadingJob:
        """Cancel a job: what was loaded stays. Nothing happens to one that has ended."""
        job = self._find(job_id)
        if not job.ended:
            self._jobs.cancel(job.number)
        shown = self.find(job_id)
        if shown.state == "cancelled":
            self._holding[job.number].close()  # one that never began did not do it itself
        return shown

    def _find(self, job_id: str) -> Job:
        for job in self._jobs.list_jobs():
            if job_id == f"{self._run}-{job.number}":
                return job
        raise NotFound(f"没有编号为 {job_id} 的任务。")

    def _show(self, job: Job) -> LoadingJob:
        with self._lock:
            by, report = self._by.get(job.number, ""), self._reports.get(job.number)
        return LoadingJob(
            id=f"{self._run}-{job.number}",
            state=_STATES[job.state],
            by=by,
            stage=job.stage,
            done=job.done,
            total=job.total,
            reason=problem_of(job.error).words.zh if job.error else None,
            report=report if job.state is JobState.DONE else None,
        )


def read_mapping(text: str) -> ColumnMapping | None:
    """Read a mapping of columns that was sent as JSON.

    :raises InputError: where it is none.
    """
    if not text.strip():
        return None
    try:
        return parse_mapping(json.loads(text), "mapping")
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError("列对应表 mapping 不是 JSON 对象。") from error
