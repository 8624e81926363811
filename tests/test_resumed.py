"""A load whose process has ended is gone on with by another: by one, as its giver, not for ever."""

from __future__ import annotations

import io
import sqlite3
import stat
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.access import Role
from app.accounts import Accounts
from app.actor import Actor, current
from app.api import loading_jobs as module
from app.api.board import SILENT, Board
from app.api.given import PIECE, Given
from app.api.loading_jobs import MOST_TRIES, POISON, Loading
from app.api.told import BROKEN_OFF, ENDED, LEFT, TAKEN, LoadingJob
from app.home import Home
from app.keeping.backup import make_backup
from app.keeping.carrying import carry_library
from app.keeping.job_file import JOBS, count_unfinished
from app.loading.reports import FileReport, IngestReport
from app.service import open_service
from app.settings import load_settings
from app.uploads import load_uploads
from corpus.errors import HomeBusy, HomeError, InputError, Unwanted
from corpus.store.opening import open_database
from tests.homes import letter
from tests.test_several import PROGRESS
from tests.test_several import wait_for as wait_within

EDITOR = Actor("周编", Role.EDITOR, "10.0.0.7")
REPORT = IngestReport((FileReport("/甲.txt", "added", "甲"),), 0.5)


class Office:
    """Processes over one library: their boards, clocks and loadings."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self.time = time.time()
        self.may: dict[str, Actor] = {EDITOR.name: EDITOR}
        self._open: list[Board | Loading] = []

    def board(self) -> Board:
        board = Board(self.folder, self.address, lambda: self.time)
        self._open.append(board)
        return board

    def loading(self) -> Loading:
        services = SimpleNamespace(of=lambda role: SimpleNamespace(home=Home.at(self.folder)))
        tokens = SimpleNamespace(still=lambda actor: self.may.get(actor.name))
        loading = Loading(services, tokens, self.board())  # type: ignore[arg-type]
        self._open.append(loading)
        return loading

    def leave(self, *holders: str, begin: bool = False) -> LoadingJob:
        """Have processes killed one after the other while they held a load."""
        board = self.board()
        job = new_job(f"{holders[0]}-1")
        keep(board, job, holders[0])
        for number, holder in enumerate(holders):
            if number:
                board.take_over(holder)
            if begin:
                board.begin(job.id, holder)
            self.time += SILENT + 1
        return job

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with (
            closing(open_database(self.folder, self.address, JOBS)) as database,
            database.reading() as connection,
        ):
            return [tuple(row) for row in connection.execute(sql)]

    def close(self) -> None:
        for each in reversed(self._open):
            each.close()


def new_job(job_id: str) -> LoadingJob:
    return LoadingJob(job_id, "waiting", EDITOR.name, "", 0, None, None, None)


def keep(board: Board, job: LoadingJob, holder: str, content: bytes = b"x") -> None:
    given = Given(EDITOR, ("甲.txt",), True, '{"reply": "正文"}')
    board.keep(job, holder, given, [("甲.txt", io.BytesIO(content))])


@pytest.fixture
def office(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(module, "BEAT", 0.02)
    monkeypatch.setattr(module, "load_uploads", lambda *_: REPORT)
    office = Office(tmp_path, address)
    yield office
    office.close()


def wait_for(true: Callable[[], bool]) -> None:
    wait_within(true, 180)


def state_of(loading: Loading, job_id: str) -> Callable[[], str]:
    return lambda: loading.find(job_id).state


# What is kept


def test_what_was_given_is_kept_for_its_owner_alone_and_goes_with_the_load(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = threading.Event()
    found: list[Any] = []

    def load(service: Any, files: list[Path], *given: Any) -> IngestReport:
        assert going.wait(180)
        found.extend([*((file.name, file.read_bytes()) for file in files), *given[:2], current()])
        return REPORT

    monkeypatch.setattr(module, "load_uploads", load)
    secret = "梧桐树下第七只小麻雀".encode()
    large = secret + bytes(PIECE) + secret
    loading = office.loading()
    sent = [("一.txt", io.BytesIO(secret)), ("二.csv", io.BytesIO(large)), ("空", io.BytesIO())]
    job = loading.start(EDITOR, sent, True, '{"reply": "正文"}')
    files = [path for path in office.folder.glob("jobs.sqlite*") if path.is_file()]
    if not office.address:
        assert any(secret in path.read_bytes() for path in files)
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    going.set()
    wait_for(lambda: office.rows("SELECT ended FROM jobs") == [(1,)])
    assert found[:3] == [("一.txt", secret), ("二.csv", large), ("空", b"")]
    assert found[3] is True
    assert (found[4].reply, found[5]) == ("正文", EDITOR)
    assert office.rows("SELECT asked FROM jobs") == [("",)]
    assert office.rows("SELECT * FROM pieces") == []

    def is_gone() -> bool:
        return not any(secret in p.read_bytes() for p in office.folder.glob("jobs.sqlite*"))

    wait_for(is_gone)
    assert loading.find(job.id).report == REPORT


def test_what_is_not_wholly_given_is_not_done(office: Office) -> None:
    board, other = office.board(), office.board()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            office.time += SILENT + 1
            assert other.take_over("b") == ()
            (told,) = other.list_all()
            assert (told.state, told.reason) == ("failed", BROKEN_OFF)
            return super().read(size)

    job = new_job("a-1")
    with pytest.raises(HomeError, match="请再交一次"):
        board.keep(job, "a", Given(EDITOR, ("甲.txt",)), [("甲.txt", Slow(b"x"))])
    with pytest.raises(ZeroDivisionError):
        board.keep(new_job("a-2"), "a", Given(EDITOR), [("甲.txt", Broken())])
    assert board.list_all() == ()
    assert office.rows("SELECT * FROM pieces") == []


class Broken(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise ZeroDivisionError


def test_a_home_without_loads_has_no_file_of_them(tmp_path: Path) -> None:
    office = Office(tmp_path, "")
    loading = office.loading()
    loading.open()
    assert loading.list_all().jobs == ()
    office.close()
    assert list(tmp_path.glob("jobs*")) == []


def test_tables_of_the_first_version_are_brought_up_to_date(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = JOBS.schema.read_text("utf-8")
    first = office.folder / "first.sql"
    before, after = schema.split("    holder TEXT")[0], "told TEXT NOT NULL"
    first.write_text(before.split("    told TEXT")[0] + f"    {after}\n) STRICT;\n", "utf-8")
    old = replace(JOBS, version=1, schema=first, upgrades=())
    told = '{"id": "z-1", "state": "running", "by": "周编", "stage": "读取文件", "done": 3,'
    told += ' "total": 9, "reason": null, "report": null}'
    with closing(open_database(office.folder, office.address, old)) as database:
        with database.transaction() as connection:
            connection.execute(
                "INSERT INTO jobs (id, beat, ended, unwanted, told) VALUES ('z-1', ?, 0, 0, ?)",
                (office.time, told),
            )
        board = office.board()
        assert [(job.id, job.state) for job in board.list_all()] == [("z-1", "running")]
        office.time += SILENT + 1
        assert board.take_over("b") == ()
        assert [(job.state, job.reason) for job in board.list_all()] == [("failed", BROKEN_OFF)]
        with database.transaction() as connection:  # by a process that goes on as it was
            connection.execute("UPDATE jobs SET beat = ? WHERE id = 'z-1'", (office.time,))
        assert [job.state for job in board.list_all()] == ["running"]
    keep(board, new_job("a-1"), "a")
    assert board.begin("a-1", "a")[1] == 1


# Who takes over


def test_of_all_that_would_take_over_one_does_and_in_order(office: Office) -> None:
    first, *others = (office.board() for _ in range(5))
    for number in range(1, 6):
        keep(first, new_job(f"a-{number}"), "a")
    first.begin("a-1", "a")
    assert others[0].take_over("b") == ()
    office.time += SILENT + 1
    assert [(j.state, j.stage) for j in first.list_all()] == [("waiting", LEFT)] * 5
    with ThreadPoolExecutor(4) as threads:
        names = ("b", "c", "d", "e")
        taken = list(
            threads.map(lambda each: each[0].take_over(each[1]), zip(others, names, strict=True))
        )
    (whole,) = [each for each in taken if each]
    assert [job.id for job in whole] == [f"a-{number}" for number in range(1, 6)]
    assert first.list_all() == whole
    assert {(job.state, job.stage) for job in whole} == {("waiting", TAKEN)}
    holder = names[[bool(each) for each in taken].index(True)]
    with pytest.raises(Unwanted):
        first.begin("a-2", "a")
    given, tries = first.begin("a-1", holder)
    assert (given, tries) == (Given(EDITOR, ("甲.txt",), True, '{"reply": "正文"}'), 2)


def test_what_is_left_is_done_in_its_order_with_the_same_id(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents: list[tuple[bytes, str]] = []

    def load(*given: Any) -> IngestReport:
        given[PROGRESS]("建立索引", 1, 2)
        contents.append((given[1][0].read_bytes(), other.find(f"a-{len(contents) + 1}").stage))
        return REPORT

    monkeypatch.setattr(module, "load_uploads", load)
    board = office.board()
    for number in range(1, 4):
        keep(board, new_job(f"a-{number}"), "a", bytes([number]))
    other = office.loading()
    other.open()
    office.time += SILENT + 1
    wait_for(lambda: all(job.state in ENDED for job in board.list_all()))
    assert [(job.state, job.reason) for job in board.list_all()] == [("done", None)] * 3
    assert contents == [(bytes([n]), "接着做：建立索引") for n in range(1, 4)]
    assert [job.report for job in board.list_all()] == [REPORT] * 3


def test_a_load_that_has_killed_twice_is_not_tried_again(office: Office) -> None:
    assert MOST_TRIES == 2
    once = office.leave("a", begin=True)
    twice = office.leave("b", "c", begin=True)
    never = office.leave("d", "e", "f")
    loading = office.loading()
    loading.open()
    states = [state_of(loading, job.id) for job in (once, twice, never)]
    wait_for(lambda: all(state() in ("done", "failed") for state in states))
    assert [state() for state in states] == ["done", "failed", "done"]
    assert loading.find(twice.id).reason == POISON
    wait_for(lambda: office.rows("SELECT * FROM pieces") == [])


@pytest.mark.parametrize("now", [None, replace(EDITOR, role=Role.STAFF)])
def test_what_somebody_gave_who_may_not_any_more_is_not_loaded(
    office: Office, now: Actor | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "load_uploads", lambda *_: pytest.fail("it was loaded"))
    job = office.leave("a")
    office.may = {EDITOR.name: now} if now else {}
    loading = office.loading()
    loading.open()
    wait_for(lambda: loading.find(job.id).state == "failed")
    assert "（周编）现在不能载入" in (loading.find(job.id).reason or "")
    wait_for(lambda: office.rows("SELECT asked FROM jobs") == [("",)])
    assert office.rows("SELECT * FROM pieces") == []


def test_a_load_is_cancelled_while_nobody_does_it_and_after_it_was_taken_over(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*given: Any) -> IngestReport:
        for number in range(3000):
            given[PROGRESS]("读取文件", number, 3000)
            time.sleep(0.01)
        raise AssertionError("it was not cancelled")

    monkeypatch.setattr(module, "load_uploads", load)
    left, going = office.leave("a"), office.leave("b")
    asked, loading = office.loading(), office.loading()
    assert asked.cancel(left.id).state == "waiting"
    loading.open()
    wait_for(lambda: asked.find(left.id).state == "cancelled")
    wait_for(lambda: asked.find(going.id).state == "running")
    asked.cancel(going.id)
    wait_for(lambda: asked.find(going.id).state == "cancelled")
    assert loading.find(going.id).state == "cancelled"
    wait_for(lambda: office.rows("SELECT * FROM pieces") == [])
    office.time += SILENT + 1
    assert office.board().take_over("c") == ()


# Who was only slow


def test_who_was_only_slow_stops_and_tells_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, ended, done = (threading.Event() for _ in range(3))
    seen: list[BaseException] = []

    def load(*given: Any) -> IngestReport:
        if going.is_set():
            assert done.wait(180)
            return REPORT
        going.set()
        try:
            while True:
                given[PROGRESS]("读取文件", 0, None)
                time.sleep(0.01)
        except BaseException as error:
            seen.append(error)
            raise
        finally:
            ended.set()

    monkeypatch.setattr(module, "load_uploads", load)
    slow, other = office.loading(), office.loading()
    job = slow.start(EDITOR, [("甲.txt", io.BytesIO(b"x"))])
    assert going.wait(180)
    with slow._telling:  # as if it had been halted
        office.time += SILENT + 1
        other.open()
        wait_for(lambda: other.find(job.id).stage.startswith("接着做"))
        wait_for(lambda: office.rows("SELECT tries FROM jobs") == [(2,)])
    assert ended.wait(180)
    assert [type(error) for error in seen] == [Unwanted]
    wait_for(lambda: office.rows("SELECT tries FROM jobs") == [(1,)])  # it has killed nobody
    wait_for(lambda: slow.find(job.id).state == "running")
    slow.close()
    assert other.find(job.id).state == "running"
    done.set()
    wait_for(lambda: slow.find(job.id).state == "done")
    assert slow.find(job.id).report == REPORT


def test_who_finds_nothing_taken_over_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*given: Any) -> IngestReport:
        for number in range(10):
            office.time += SILENT + 1
            given[PROGRESS]("读取文件", number, 10)
        return REPORT

    monkeypatch.setattr(module, "load_uploads", load)
    loading = office.loading()
    job = loading.start(EDITOR, [])
    wait_for(lambda: loading.find(job.id).state == "done")


def test_a_server_that_ends_leaves_its_loads_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = threading.Event()

    def load(*given: Any) -> IngestReport:
        while not going.is_set():
            given[PROGRESS]("读取文件", 0, None)
            time.sleep(0.01)
        return REPORT

    monkeypatch.setattr(module, "load_uploads", load)
    first, other = office.loading(), office.loading()
    jobs = [first.start(EDITOR, []) for _ in range(3)]
    wait_for(lambda: first.find(jobs[0].id).state == "running")
    first.cancel(jobs[2].id)
    first.close()
    told = [(job.state, job.stage) for job in office.board().list_all()]
    assert told == [("waiting", LEFT), ("waiting", LEFT), ("cancelled", "")]
    assert office.rows("SELECT tries FROM jobs ORDER BY number")[:2] == [(0,), (0,)]
    going.set()
    other.open()
    wait_for(lambda: [other.find(job.id).state for job in jobs] == ["done", "done", "cancelled"])


def test_who_took_over_waits_for_who_still_writes_to_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.uploads.AGAIN", 0.02)
    (tmp_path / "甲.txt").write_text(letter(1), encoding="utf-8")
    stages: list[str] = []
    given = [tmp_path / "甲.txt"], False, None, lambda stage, *_: stages.append(stage)
    with open_service(load_settings(tmp_path / "home")) as service:
        held = ExitStack()
        held.enter_context(service.home.writing())
        with pytest.raises(HomeBusy):
            load_uploads(service, *given)
        with ThreadPoolExecutor(1) as thread:
            waiting = thread.submit(load_uploads, service, *given, True)
            wait_for(lambda: "等另一个程序写完" in stages)
            assert not waiting.done()
            held.close()
            assert [each.status for each in waiting.result(180).files] == ["added"]


# Accounts


def test_an_account_may_still_what_it_might_then_and_may_now(tmp_path: Path, address: str) -> None:
    password = "梧桐树下-7只小麻雀儿"
    with Home.at(tmp_path, store=address) as home, closing(Accounts(home)) as accounts:
        accounts.add("管理", Role.ADMINISTRATOR, password)
        accounts.add("周编", Role.EDITOR, password)
        assert accounts.still(EDITOR) == EDITOR
        assert accounts.still(replace(EDITOR, role=Role.READER)) == replace(
            EDITOR, role=Role.READER
        )
        accounts.set_role("周编", Role.ADMINISTRATOR)
        assert accounts.still(EDITOR) == EDITOR
        accounts.set_role("周编", Role.STAFF)
        assert accounts.still(EDITOR) == replace(EDITOR, role=Role.STAFF)
        accounts.set_disabled("周编", True)
        assert accounts.still(EDITOR) is None
        assert accounts.still(replace(EDITOR, name="没有")) is None


# What keeps a home


def test_nothing_of_a_removed_reply_is_left_by_the_load_that_brought_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(module, "BEAT", 0.02)
    with open_service(load_settings(tmp_path)) as service:
        services = SimpleNamespace(of=lambda role: service)
        tokens = SimpleNamespace(still=lambda actor: actor)
        loading = Loading(services, tokens, Board(tmp_path))  # type: ignore[arg-type]
        name = (
            "关于电梯加装第7号绿萝路口护栏改造的答复.txt"  # as titles are, which stand in replies
        )
        text = letter(7).replace("所需经费", name[:-4] + "。所需经费").encode()
        job = loading.start(EDITOR, [(name, io.BytesIO(text))])
        wait_for(lambda: loading.find(job.id).state == "done")
        report = loading.find(job.id).report
        assert report
        reply_id = report.files[0].reply_id
        assert reply_id
        loading.close()
        assert service.home.audit.list_entries(limit=1)[0].name == EDITOR.name
        service.remove([reply_id])
        assert service.prove_removal(reply_id).problems == ()
        keep(Board(tmp_path), new_job("z-1"), "z", text)
        (problem,) = service.prove_removal(reply_id).problems
        assert "jobs.sqlite" in problem
        assert "正有人载入它" in problem


def test_backups_leave_loads_out_and_moves_wait_for_them(
    tmp_path: Path, postgres_library: str
) -> None:
    home = tmp_path / "home"
    with open_service(load_settings(home)) as service, closing(Board(home)) as board:
        keep(board, new_job("a-1"), "a")
        made = make_backup(service.home, tmp_path / "backup.zip")
        with zipfile.ZipFile(made.file) as archive:
            assert "jobs.sqlite" not in archive.namelist()
            assert "dafu.sqlite" in archive.namelist()
        assert count_unfinished(home) == 1
        with pytest.raises(InputError, match="还有 1 件载入没有做完"):
            carry_library(service.settings, postgres_library)
        board.tell("a", [replace(new_job("a-1"), state="done")])
        assert count_unfinished(home) == 0
    with closing(sqlite3.connect(home / "jobs.sqlite")) as file:
        assert file.execute("SELECT count(*) FROM pieces").fetchone() == (0,)
