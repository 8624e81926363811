"""Loading as jobs: what is given is kept, done one after another, and reported.

A load that a process leaves undone, killed or ended, is gone on with by another over the same
library, or by the next start of the same home.
"""

from __future__ import annotations

import itertools
import json
import logging
import secrets
import threading
import time
from collections.abc import Sequence

from app.actor import Actor, acting
from app.api.board import BEAT, KEPT, SILENT, Board
from app.api.given import Given, Sent
from app.api.holding import Held, Holding
from app.api.rights import Givers
from app.api.told import ENDED, LoadingJob, LoadingJobs
from app.services import Services
from app.uploads import load_uploads
from corpus.bounds import go_on
from corpus.errors import DafuError, InputError, NotFound, Unwanted
from corpus.progress import Progress
from corpus.readers import ColumnMapping
from corpus.readers.mapping import parse_mapping
from corpus.temporary import hold_folder

LOGGER = logging.getLogger(__name__)

MOST_TRIES = 2
"""How often a load is begun: one whose processes were killed so often may have killed them."""

POISON = (
    f"做到这件事时服务已中断 {MOST_TRIES} 次，不再试了。已载入的留着；"
    "其余的请分成几次交，看是哪个文件。"
)

NO_LONGER = "交这些文件的帐号（{}）现在不能载入：已停用、不在了，或没有这个权限。没有载入的请另交。"

LEAVING = 5.0
"""Seconds that a server which ends waits for its load to stop: less than it has to end itself."""


class Loading:
    """The loads of one server, and of others over the same library; shared between threads."""

    def __init__(self, services: Services, tokens: Givers, board: Board) -> None:
        """Take who does a load, who knows whether somebody still may, and what keeps it."""
        self._services, self._tokens, self._board = services, tokens, board
        self._holding = Holding(self._do, KEPT)
        self._name = secrets.token_hex(4)  # numbers begin anew with each start
        self._numbers = itertools.count(1)
        self._starting, self._telling, self._cleaning = (threading.Lock() for _ in range(3))
        self._watching = self._closed = False
        self._beating: threading.Thread | None = None
        self._said = board.now()

    def open(self) -> None:
        """Go on from now on with what other processes leave undone."""
        self._watching, self._closed = True, False
        self._begin_beating()
        if self._board.exists:
            self._begin_cleaning()  # who was killed may have left traces

    def close(self) -> None:
        """Stop what is done, and leave it to others, or to the next start."""
        self._watching, self._closed = False, True
        self._holding.stop(held for held, _ in self._holding.list_all())
        until = time.monotonic() + LEAVING
        while not self._holding.settled and time.monotonic() < until:
            self._tell()
            time.sleep(BEAT / 20)
        if beating := self._beating:
            beating.join(LEAVING)
        if self._cleaning.acquire(timeout=LEAVING):
            self._cleaning.release()
        self._board.close()

    def start(
        self, actor: Actor, files: Sequence[Sent], replacing: bool = False, mapping: str = ""
    ) -> LoadingJob:
        """Keep files, and begin to load them.

        :raises HomeError: where they can't be kept.
        """
        held = Held(f"{self._name}-{next(self._numbers)}", actor.name)
        given = Given(actor, tuple(name for name, _ in files), replacing, mapping)
        began = LoadingJob(held.id, "waiting", actor.name, "", 0, None, None, None)
        self._board.keep(began, self._name, given, files)
        self._hold(held)
        return began

    def list_all(self) -> LoadingJobs:
        """Return all jobs."""
        jobs = {job.id: job for job in self._board.list_all()}
        jobs |= {shown.id: shown for _, shown in self._holding.list_all()}
        return LoadingJobs(tuple(jobs.values()))

    def find(self, job_id: str) -> LoadingJob:
        """Return a job; NotFound where there is none of that id."""
        for each in self.list_all().jobs:
            if each.id == job_id:
                return each
        raise NotFound(f"没有编号为 {job_id} 的任务。")

    def cancel(self, job_id: str) -> LoadingJob:
        """Cancel a job: what was loaded stays. Nothing happens to one that has ended.

        One of another process ends as soon as that next says how far it is.
        """
        job = self.find(job_id)
        own = [held for held, _ in self._holding.list_all() if held.id == job_id]
        if job.state in ENDED:
            return job
        if not own:
            self._board.cancel(job_id)
        self._cancel(own)
        return self.find(job_id) if own else job

    def _hold(self, held: Held) -> None:
        self._holding.add(held)
        self._begin_beating()

    def _cancel(self, helds: Sequence[Held]) -> None:
        for held in helds:
            held.cancelled = True
        self._holding.stop(helds)

    # Doing

    def _do(self, held: Held, progress: Progress) -> str:
        try:
            given, tries = self._board.begin(held.id, self._name)
        except Unwanted:
            held.cancelled = True
            raise
        held.begun = True
        if tries > MOST_TRIES:
            raise InputError(POISON)
        actor = self._tokens.still(given.actor)
        if actor is None or not actor.role.edits:
            raise InputError(NO_LONGER.format(given.actor.name))

        def tell(stage: str, done: int, total: int | None) -> None:
            self._confirm()
            progress(f"接着做：{stage}" if held.again else stage, done, total)

        tell("读取文件", 0, None)
        service, mapping = self._services.of(actor.role), read_mapping(given.mapping)
        with hold_folder("loading") as folder, acting(actor):
            files = self._board.fetch(held.id, given.names, folder)
            # Who held it before may be only slow, and write to the same home still.
            args = service, files, given.replacing, mapping, tell, held.again
            held.report = load_uploads(*args)
        return f"{len(held.report.files)} 件"

    def _confirm(self) -> None:
        """Go no further after a long silence, in which others may have taken over."""
        while self._board.now() - self._said >= SILENT - BEAT and not self._tell():
            go_on()
            time.sleep(BEAT)

    # Telling

    def _begin_beating(self) -> None:
        with self._starting:
            if self._beating is None:
                self._beating = threading.Thread(target=self._beat, name="dafu-told", daemon=True)
                self._beating.start()

    def _beat(self) -> None:
        """Say how far it is, and look whether others have fallen silent, as long as need be."""
        while True:
            time.sleep(BEAT)
            if self._tell() and self._watching:
                self._take_over()
            with self._starting:
                if not self._watching and self._holding.settled:
                    self._beating = None
                    return

    def _tell(self) -> bool:
        """Say how far it is, and hear what others have done; tell whether that worked."""
        with self._telling:
            now = self._board.now()
            try:
                self._tell_own()
            except DafuError as error:
                LOGGER.warning("任务的进度没有告诉别的进程：%s", error)
            except Exception as error:  # nobody waits for this thread, so nobody would be told
                LOGGER.error("telling of loads failed", exc_info=error)
            else:
                self._said = now
                return True
            return False

    def _tell_own(self) -> None:
        own: list[tuple[Held, LoadingJob]] = []
        left: list[tuple[Held, LoadingJob]] = []
        for held, shown in self._holding.list_all(untold=True):
            # What nobody has cancelled was stopped because this process ends.
            stopped = shown.state == "cancelled" and not held.cancelled
            (left if stopped else own).append((held, shown))
        if left:
            begun, others = ({h.id for h, _ in left if h.begun is each} for each in (True, False))
            self._board.give_back(self._name, begun, others)
            self._holding.drop(held for held, _ in left)
        if not own:
            return
        heard = self._board.tell(self._name, [shown for _, shown in own])
        lost = [held for held, _ in own if held.id in heard.lost]
        self._holding.drop(lost)
        for held in lost:
            LOGGER.warning("任务 %s 由别的服务接着做了，这里已停下。", held.id)
            if held.begun:
                self._board.unblame(held.id)
        ended = [held for held, shown in own if shown.state in ENDED and held not in lost]
        for held in ended:
            held.told = True
        if ended:
            self._begin_cleaning()
        self._cancel([held for held, _ in own if held.id in heard.unwanted and not held.told])

    def _take_over(self) -> None:
        try:
            taken = self._board.take_over(self._name) if self._board.exists else ()
        except Exception as error:  # as above
            LOGGER.warning("没能接着做别的服务留下的任务：%s", error)
            return
        for job in taken:
            LOGGER.warning("任务 %s 原来的服务中断了，由这里接着做。", job.id)
            self._hold(Held(job.id, job.by, again=True))

    def _begin_cleaning(self) -> None:
        threading.Thread(target=self._clean, name="dafu-clean", daemon=True).start()

    def _clean(self) -> None:
        """Leave no trace of what loads that have ended were given."""
        with self._cleaning:
            try:
                while not (self._closed or self._board.erase()):
                    time.sleep(BEAT)
            except Exception as error:  # as above
                LOGGER.warning("载入过的文件还没有从任务文件里清除干净：%s", error)


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
