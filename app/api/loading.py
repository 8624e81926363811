"""Loading as jobs: files are kept, read one lot after another, and reported."""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from app.actor import Actor, acting
from app.api.board import BEAT, ENDED, KEPT, Board, LoadingJob, LoadingJobs, State
from app.api.problems import problem_of
from app.loading.reports import IngestReport
from app.running.jobs import Job, Jobs, JobState
from app.service import Service
from app.uploads import load_uploads
from corpus.errors import DafuError, InputError, NotFound
from corpus.progress import Progress
from corpus.readers import ColumnMapping
from corpus.readers.mapping import parse_mapping

LOGGER = logging.getLogger(__name__)

_STATES: dict[JobState, State] = {
    JobState.WAITING: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
}


class Loading:
    """The loads of one server, and of others over the same library; shared between threads."""

    def __init__(self, board: Board | None = None) -> None:
        """Take what processes over one library tell each other by, where there may be others."""
        self._board = board
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
        began = self.find(f"{self._run}-{number}")
        if self._board:
            self._board.tell(began)  # before anybody is told its id
            name = f"dafu-told-{number}"
            threading.Thread(target=self._tell, args=(began.id,), name=name, daemon=True).start()
        return began

    def list_all(self) -> LoadingJobs:
        """Return all jobs."""
        jobs = {job.id: job for job in (self._board.list_all() if self._board else ())}
        jobs |= {job.id: job for job in map(self._show, self._jobs.list_jobs())}
        return LoadingJobs(tuple(jobs.values()))

    def find(self, job_id: str) -> LoadingJob:
        """Return a job; NotFound where there is none of that id."""
        if job := self._own(job_id):
            return self._show(job)
        told = self._board.list_all() if self._board else ()
        for each in told:
            if each.id == job_id:
                return each
        raise NotFound(f"没有编号为 {job_id} 的任务。")

    def cancel(self, job_id: str) -> LoadingJob:
        """Cancel a job: what was loaded stays. Nothing happens to one that has ended.

        One of another process ends as soon as that next says how far it is.
        """
        job = self._own(job_id)
        if job is None:
            other = self.find(job_id)
            if self._board and other.state not in ENDED:
                self._board.cancel(job_id)
            return other
        if not job.ended:
            self._jobs.cancel(job.number)
        shown = self.find(job_id)
        if shown.state == "cancelled":
            self._holding[job.number].close()  # one that never began did not do it itself
        return shown

    def _own(self, job_id: str) -> Job | None:
        for job in self._jobs.list_jobs():
            if job_id == f"{self._run}-{job.number}":
                return job
        return None

    def _tell(self, job_id: str) -> None:
        """Say how far an own job is, until it has ended."""
        assert self._board
        ended = False
        while not ended:
            time.sleep(BEAT)
            job = self._own(job_id)
            if job is None:
                return  # so many have ended since that it is no longer kept
            shown = self._show(job)
            try:
                if self._board.tell(shown) and not job.ended:
                    self.cancel(job_id)
            except DafuError as error:
                LOGGER.warning("任务 %s 的进度没有告诉别的进程：%s", job_id, error)
            else:
                ended = shown.state in ENDED

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
