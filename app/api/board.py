"""Where the processes over one library keep the loads they were given, and tell each other of them.

A load is done by the process that holds it, which says once a second how far it is. Where one has
fallen silent another takes over what it held, all of it, so that the order stays: in a transaction,
in which nobody else can. What was given goes as soon as the load has ended.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from app.api.given import Given, Sent, iter_pieces, read_given, write_files, write_given
from app.api.told import BROKEN_OFF, ENDED, LEFT, TAKEN, LoadingJob
from app.keeping.job_file import JOBS
from corpus.errors import HomeBusy, HomeError, Unwanted
from corpus.store.database import Connection, or_replace
from corpus.store.opening import LazyDatabase
from corpus.store.selection import IN_LIST, as_kept, as_list

BEAT, SILENT = 1.0, 15.0
"""Seconds between words of a process, and after how many without one it is taken to have ended."""

KEPT = 100
"""So many loads stay to be looked at."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What others have done to loads of one's own: by their ids."""

    lost: frozenset[str] = frozenset()
    """Another process has taken them over."""
    unwanted: frozenset[str] = frozenset()
    """Somebody has cancelled them."""


_TOLD = TypeAdapter(LoadingJob)


class Board:
    """The loads of all processes over one library; may be shared between threads.

    `holder` names a process wherever it is asked for.
    """

    def __init__(
        self, folder: Path, address: str = "", now: Callable[[], float] = time.time
    ) -> None:
        """Take a home's folder, in which nothing is created before there is a load.

        :param address: of the PostgreSQL that the library is in, where it is not in the folder.
        """
        self.now = now
        self._database = LazyDatabase(folder, address, JOBS)

    @property
    def exists(self) -> bool:
        """Whether there was ever a load."""
        return self._database.exists

    def create(self) -> None:
        """Create what keeps loads, unless it is there.

        :raises HomeError: where it can't be used, or may not be created.
        """
        self._database.open()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    # Giving

    def keep(self, job: LoadingJob, holder: str, given: Given, files: Sequence[Sent]) -> None:
        """Keep what a load was given; from then on it is done, by whomever.

        :raises HomeError: where it can't be kept.
        """
        with self._database.open().transaction() as connection:
            connection.execute(
                "INSERT INTO jobs (id, beat, ended, unwanted, told, holder)"
                " VALUES (?, ?, 0, 0, ?, ?)",
                (job.id, self.now(), _write(job), holder),
            )
        try:
            # Each in a transaction of its own, for others wait to say how far they are.
            for place, content in iter_pieces(files):
                with self._database.open().transaction() as connection:
                    connection.execute(
                        "INSERT INTO pieces (job, file, content) VALUES (?, ?, ?)",
                        (self._renew(connection, job.id, holder), place, content),
                    )
            with self._database.open().transaction() as connection:
                number = self._renew(connection, job.id, holder)
                connection.execute(
                    "UPDATE jobs SET asked = ? WHERE number = ?", (write_given(given), number)
                )
        except BaseException:
            with self._database.open().transaction() as connection:
                connection.execute("DELETE FROM jobs WHERE id = ? AND asked = ''", (job.id,))
            raise

    def _renew(self, connection: Connection, job_id: str, holder: str) -> int:
        row = connection.execute(
            "UPDATE jobs SET beat = ? WHERE id = ? AND holder = ? AND ended = 0 RETURNING number",
            (self.now(), job_id, holder),
        ).fetchone()
        if row is None:
            raise HomeError("收下文件用了太久，别的服务以为这一个已经中断。请再交一次。")
        return int(row[0])

    # Doing

    def begin(self, job_id: str, holder: str) -> tuple[Given, int]:
        """Begin a load; return what it was given, and how often it has now been begun.

        A process that gave it back unharmed is not counted.

        :raises Unwanted: where it was cancelled, or another process has it.
        """
        with self._database.open().transaction() as connection:
            row = connection.execute(
                "UPDATE jobs SET tries = tries + 1 WHERE id = ? AND holder = ? AND ended = 0"
                " AND unwanted = 0 AND asked <> '' RETURNING asked, tries",
                (job_id, holder),
            ).fetchone()
        if row is None:
            raise Unwanted("任务已取消，或由别的服务接着做了。")
        return read_given(row["asked"]), row["tries"]

    def fetch(self, job_id: str, names: Sequence[str], folder: Path) -> list[Path]:
        """Write the files of a load into a folder; return them in their order."""
        with self._database.open().snapshot() as connection:
            found = connection.execute("SELECT number FROM jobs WHERE id = ?", (job_id,)).fetchone()
            return write_files(connection, found[0], names, folder)

    def tell(self, holder: str, jobs: Sequence[LoadingJob]) -> Heard:
        """Say how far one's own loads are; hear what others did to them.

        What those that have ended were given is deleted. Of those that were taken over nothing is
        told: whoever has them does.
        """
        lost, unwanted = set(), set()
        with self._database.open().transaction() as connection:
            now = self.now()  # not before: another may have been writing for long
            for job in jobs:
                row = connection.execute(
                    "INSERT INTO jobs (id, beat, ended, unwanted, told, holder)"
                    " VALUES (?, ?, ?, 0, ?, ?)"
                    f" {or_replace('id', 'beat', 'ended', 'told')}"
                    " WHERE jobs.holder = excluded.holder RETURNING unwanted",
                    (job.id, now, int(job.state in ENDED), _write(job), holder),
                ).fetchone()
                if row is None:
                    lost.add(job.id)
                elif row["unwanted"]:
                    unwanted.add(job.id)
            if any(job.state in ENDED for job in jobs):
                _clear(connection, now)
        return Heard(frozenset(lost), frozenset(unwanted))

    def unblame(self, job_id: str) -> None:
        """Say that a load did no harm to a process that began it, and has lost it since."""
        with self._database.open().transaction() as connection:
            connection.execute(
                "UPDATE jobs SET tries = tries - 1 WHERE id = ? AND ended = 0 AND tries > 0",
                (as_kept(job_id),),
            )

    def give_back(self, holder: str, begun: Collection[str], others: Collection[str]) -> None:
        """Leave loads to whoever comes first.

        :param begun: those that were begun.
        """
        with self._database.open().transaction() as connection:
            for ids, less in ((begun, 1), (others, 0)):
                connection.execute(
                    "UPDATE jobs SET holder = ?, beat = 0, tries = tries - ?"
                    f" WHERE holder = ? AND ended = 0 AND id IN ({IN_LIST})",
                    (_NOBODY, less, holder, as_list(ids)),
                )

    def take_over(self, holder: str) -> tuple[LoadingJob, ...]:
        """Take over what processes that have fallen silent held; return it, the oldest first.

        What was not wholly given when its process fell silent is told as broken off.
        """
        limit = self.now() - SILENT
        with self._database.open().reading() as connection:
            if not connection.execute(f"{_SILENT} LIMIT 1", (limit,)).fetchone():
                return ()
        taken = []
        with self._database.open().transaction() as connection:
            for row in connection.execute(f"{_SILENT} ORDER BY number", (limit,)).fetchall():
                told = _TOLD.validate_json(row["told"])
                if row["asked"]:
                    job = replace(told, state="waiting", stage=TAKEN, done=0, total=None)
                    taken.append(job)
                else:
                    job = replace(told, state="failed", reason=BROKEN_OFF)
                connection.execute(
                    "UPDATE jobs SET holder = ?, beat = ?, ended = ?, told = ?"
                    " WHERE number = ? AND holder = ?",
                    (
                        *(holder, self.now(), int(not row["asked"]), _write(job)),
                        *(row["number"], row["holder"]),
                    ),
                )
            _clear(connection, self.now())
        return tuple(taken)

    # Looking

    def list_all(self) -> tuple[LoadingJob, ...]:
        """Return the loads of all processes, in the order they were given."""
        if not self.exists:
            return ()
        with self._database.open().reading() as connection:
            return tuple(map(self._read, connection.execute(f"{_SHOWN} ORDER BY number")))

    def cancel(self, job_id: str) -> None:
        """Have a load cancelled by the process that does it."""
        with self._database.open().transaction() as connection:
            connection.execute("UPDATE jobs SET unwanted = 1 WHERE id = ?", (as_kept(job_id),))

    def erase(self) -> bool:
        """Leave no trace of what was given, once nothing is kept any more; False: not now.

        As long as something is kept its end will be soon enough: all of that would be written anew.
        """
        with self._database.open().reading() as connection:
            if connection.execute("SELECT 1 FROM pieces LIMIT 1").fetchone():
                return True
        try:
            self._database.open().erase()
        except HomeBusy:
            return False
        return True

    def _read(self, row: Any) -> LoadingJob:
        job = _TOLD.validate_json(row["told"])
        if row["ended"] or self.now() - row["beat"] < SILENT:
            return job
        if row["kept"]:
            return replace(job, state="waiting", stage=LEFT, done=0, total=None)
        return replace(job, state="failed", reason=BROKEN_OFF)


_SHOWN = "SELECT beat, ended, told, asked <> '' AS kept FROM jobs"

_SILENT = (
    "SELECT number, holder, told, asked FROM jobs WHERE ended = 0 AND holder IN"
    " (SELECT holder FROM jobs WHERE ended = 0 AND holder <> ''"
    " GROUP BY holder HAVING max(beat) < ?)"
)
"""The loads of processes of which nothing was heard for as long. Version 1 of the tables named no
holders; what its loads were given was not kept."""

_NOBODY = "-"
"""The holder of what was given back."""


def _clear(connection: Connection, now: float) -> None:
    """Delete what loads that have ended were given, and the oldest of these."""
    connection.execute("UPDATE jobs SET asked = '' WHERE ended = 1 AND asked <> ''")
    connection.execute("DELETE FROM pieces WHERE job IN (SELECT number FROM jobs WHERE ended = 1)")
    connection.execute(
        "DELETE FROM jobs WHERE (ended = 1 OR asked = '' AND beat < ?)"
        " AND number <= (SELECT max(number) FROM jobs) - ?",
        (now - SILENT, KEPT),
    )


def _write(job: LoadingJob) -> str:
    return as_kept(json.dumps(_TOLD.dump_python(job, mode="json"), ensure_ascii=False))
