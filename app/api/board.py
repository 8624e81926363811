"""Where the processes over one library tell each other of the loads that they do.

A load is its own process's from the beginning to the end, for that has the files. It says once a
second how far it is; one that has fallen silent has broken off with its process, which is told.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from app.loading.reports import IngestReport
from corpus.store.database import Database, or_replace
from corpus.store.form import Form
from corpus.store.selection import as_kept

JOBS = Form("任务文件", Path(__file__).with_name("jobs.sql"), 0x44616654, 1, room="jobs")
"""Its application_id is "DafT" in ASCII."""

BEAT, SILENT = 1.0, 15.0
"""Seconds between words of a process, and after how many without one it is taken to have ended."""

KEPT = 100
"""So many loads stay to be looked at."""

BROKEN_OFF = (
    "做这件事的服务中断了，没有做完。已载入的留着；请把这些文件再交一次，载入过的不会重复。"
)

State = Literal["waiting", "running", "done", "failed", "cancelled"]


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


_TOLD = TypeAdapter(LoadingJob)
ENDED = ("done", "failed", "cancelled")


class Board:
    """The loads of all processes over one library; may be shared between threads."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def tell(self, job: LoadingJob) -> bool:
        """Say how far an own load is; return whether somebody has cancelled it elsewhere."""
        now = self._now()
        with self._database.transaction() as connection:
            unwanted = connection.execute(
                "INSERT INTO jobs (id, beat, ended, unwanted, told) VALUES (?, ?, ?, 0, ?)"
                f" {or_replace('id', 'beat', 'ended', 'told')} RETURNING unwanted",
                (job.id, now, int(job.state in ENDED), _write(job)),
            ).fetchone()[0]
            connection.execute(
                "DELETE FROM jobs WHERE (ended = 1 OR beat < ?)"
                " AND number <= (SELECT max(number) FROM jobs) - ?",
                (now - SILENT, KEPT),
            )
        return bool(unwanted)

    def list_all(self) -> tuple[LoadingJob, ...]:
        """Return the loads of all processes, in the order they were given."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT beat, ended, told FROM jobs ORDER BY number")
            return tuple(self._read(row["beat"], row["ended"], row["told"]) for row in rows)

    def cancel(self, job_id: str) -> None:
        """Have a load cancelled by the process that does it."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE jobs SET unwanted = 1 WHERE id = ?", (as_kept(job_id),))

    def _read(self, beat: float, ended: int, told: str) -> LoadingJob:
        job = _TOLD.validate_json(told)
        if ended or self._now() - beat < SILENT:
            return job
        return replace(job, state="failed", reason=BROKEN_OFF)


def _write(job: LoadingJob) -> str:
    return as_kept(json.dumps(_TOLD.dump_python(job, mode="json"), ensure_ascii=False))
