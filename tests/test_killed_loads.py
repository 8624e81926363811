"""Servers that are killed, halted or ended while they load: what they were given is loaded."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.access import Role
from app.api.board import SILENT
from app.api.loading_jobs import POISON
from app.home import Home
from app.keeping.job_file import JOBS, count_unfinished
from corpus.store.opening import open_database
from tests.homes import letter
from tests.test_several import NAME, PASSWORD, Servers, opened
from tests.test_several import wait_for as wait_within

pytestmark = pytest.mark.slow

FILES, ROWS = 12, 24
"""So many that a load is not over before somebody can kill who does it."""


@pytest.fixture(autouse=True)
def _read_no_deeper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the servers leave out the encoder, which reads beside a load and is no part of it."""
    monkeypatch.setenv("DAFU_ENCODER", "off")


def wait_for(true: Callable[[], bool]) -> None:
    wait_within(true, 600, pause=0.1)  # to ask more often would hold up who answers


def rows_of(file: int) -> bytes:
    first = file * ROWS
    rows = [
        {"编号": f"r{number}", "答复内容": letter(number)} for number in range(first, first + ROWS)
    ]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


@contextmanager
def serving(folder: Path, address: str, number: int) -> Iterator[tuple[Servers, str]]:
    """Serve a library that is empty; yield the servers and an editor's token."""
    with opened(folder / "home 0", address) as accounts:
        accounts.add("管理", Role.ADMINISTRATOR, PASSWORD)
        accounts.add(NAME, Role.EDITOR, PASSWORD)
        token = accounts.make_token(NAME, "载入")
    with ExitStack() as stack:
        servers = Servers(folder, address, number)
        stack.callback(servers.close)
        for each in range(number):
            servers.wait(each)
        yield servers, token


def let_silence_pass(folder: Path) -> None:
    """Have those who hold loads, all killed, be silent for as long as is taken for their end."""
    with (
        closing(open_database(folder / "home 0", "", JOBS)) as database,
        database.transaction() as connection,
    ):
        connection.execute("UPDATE jobs SET beat = beat - ? WHERE ended = 0", (SILENT,))


class Asking:
    """A program that gives two loads to one server, and asks any how they are."""

    def __init__(self, servers: Servers, token: str, at: int) -> None:
        self.servers, self.token, self.at = servers, token, at
        with servers.client(at, token) as program:
            sent = [("files", (f"{n}.jsonl", rows_of(n))) for n in range(FILES)]
            self.large = program.post("/api/v1/replies", files=sent).json()["id"]
            files = {"files": ("末.txt", letter(FILES * ROWS).encode())}
            self.waiting = program.post("/api/v1/replies", files=files).json()["id"]

    def told(self, at: int | None = None) -> dict[str, Any]:
        """Return all jobs by their ids, as a server tells."""
        with self.servers.client(at, self.token) as program:
            try:
                jobs = program.get("/api/v1/jobs").json()["jobs"]
            except httpx.ReadError:
                return {}  # of a server that is being killed
        return {job["id"]: job for job in jobs}

    def has_begun(self) -> bool:
        """Tell whether who was given the files has loaded some of them, and others not."""
        job = self.told(self.at).get(self.large, {"state": "waiting", "done": 0})
        assert job["state"] in ("waiting", "running")
        return bool(job["state"] == "running" and job["done"])

    def wait_for_end(self, at: int | None = None) -> list[Any]:
        """Return both jobs, once they have ended."""
        ended: list[Any] = []  # of one answer: another server may be a second behind

        def have_ended() -> bool:
            told = self.told(at)
            ended[:] = [told[id] for id in (self.large, self.waiting) if id in told]
            return [job["state"] in ("done", "failed") for job in ended] == [True, True]

        wait_for(have_ended)
        return ended


def check(folder: Path, address: str, jobs: list[Any]) -> None:
    """Make sure that all was loaded once, by one server, in the name of who gave it."""
    assert [job["state"] for job in jobs] == ["done", "done"]
    assert [job["by"] for job in jobs] == [NAME, NAME]
    large, small = (job["report"]["files"] for job in jobs)
    assert {each["status"] for each in large} <= {"added", "unchanged", "duplicate"}
    assert [each["status"] for each in small] == ["added"]
    with Home.at(folder / "home 0", store=address) as home:
        assert len(home.store.reply_ids()) == FILES * ROWS + 1
        assert list(home.store.iter_problems()) == []
        loads = [e for e in home.audit.list_entries() if e.action == "载入"]
        assert [(entry.name, entry.role) for entry in loads] == [(NAME, "editor")] * 2
        assert home.audit.find_break() is None
    with closing(open_database(folder / "home 0", address, JOBS)) as database:

        def count(what: str) -> int:
            with database.reading() as connection:
                return int(connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])

        wait_for(lambda: count("jobs WHERE ended = 0") == 0)
        assert count("pieces") == 0


def test_what_a_killed_server_held_is_loaded_by_another(
    tmp_path: Path, postgres_library: str
) -> None:
    from tests.postgres import empty

    empty(postgres_library)
    with serving(tmp_path, postgres_library, 3) as (servers, token):
        asking = Asking(servers, token, at=1)
        wait_for(asking.has_begun)
        servers.kill(1)
        stages: set[str] = set()

        def is_taken() -> bool:
            told = asking.told()
            stages.update(job["stage"] for job in told.values())
            return bool(told[asking.large]["stage"].startswith("接着做"))

        wait_for(is_taken)
        assert any("服务中断了" in stage for stage in stages), stages
        jobs = asking.wait_for_end()
        assert list(asking.told()) == [asking.large, asking.waiting]
        assert all(asking.wait_for_end(at) == jobs for at in (0, 2))
        check(tmp_path, postgres_library, jobs)


def test_a_server_that_was_only_halted_leaves_its_load_to_who_took_it_over(
    tmp_path: Path, postgres_library: str
) -> None:
    from tests.postgres import empty

    empty(postgres_library)
    with serving(tmp_path, postgres_library, 2) as (servers, token):
        asking = Asking(servers, token, at=1)
        wait_for(asking.has_begun)
        servers.processes[1].send_signal(signal.SIGSTOP)
        try:
            wait_for(lambda: asking.told(0)[asking.large]["stage"].startswith("接着做"))
        finally:
            servers.processes[1].send_signal(signal.SIGCONT)
        jobs = asking.wait_for_end(0)
        assert asking.wait_for_end(1) == jobs
        time.sleep(2)  # in which the other would tell what it did, had it gone on
        assert list(asking.told(1).values()) == jobs
        check(tmp_path, postgres_library, jobs)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_the_next_start_of_a_home_goes_on_with_its_loads(tmp_path: Path, end: int) -> None:
    with serving(tmp_path, "", 1) as (servers, token):
        asking = Asking(servers, token, at=0)
        wait_for(asking.has_begun)
        servers.processes[0].send_signal(end)
        servers.processes[0].wait()
        if end == signal.SIGKILL:
            let_silence_pass(tmp_path)
        assert count_unfinished(tmp_path / "home 0") == 2
        servers.start_again(0)
        check(tmp_path, "", asking.wait_for_end())


def test_what_somebody_gave_who_was_disabled_since_is_not_gone_on_with(tmp_path: Path) -> None:
    with serving(tmp_path, "", 1) as (servers, token):
        asking = Asking(servers, token, at=0)
        wait_for(asking.has_begun)
        servers.kill(0)
        let_silence_pass(tmp_path)
        with opened(tmp_path / "home 0", "") as accounts:
            accounts.set_disabled(NAME, True)
            asking.token = accounts.make_token("管理", "看")
        servers.start_again(0)
        jobs = asking.wait_for_end()
        assert [job["state"] for job in jobs] == ["failed", "failed"]
        assert all(f"（{NAME}）现在不能载入" in job["reason"] for job in jobs)
        wait_for(lambda: count_unfinished(tmp_path / "home 0") == 0)
        text = letter(FILES * ROWS).split("\n")[2].encode()
        wait_for(lambda: not any(text in p.read_bytes() for p in tmp_path.rglob("jobs.sqlite*")))


def test_a_load_whose_server_was_killed_twice_is_not_begun_again(tmp_path: Path) -> None:
    with serving(tmp_path, "", 1) as (servers, token):
        asking = Asking(servers, token, at=0)
        wait_for(asking.has_begun)
        servers.kill(0)
        let_silence_pass(tmp_path)
        servers.start_again(0)
        wait_for(lambda: asking.told()[asking.large]["stage"].startswith("接着做："))
        servers.kill(0)
        let_silence_pass(tmp_path)
        servers.start_again(0)
        large, small = asking.wait_for_end()
        assert (large["state"], large["reason"]) == ("failed", POISON)
        assert small["state"] == "done"
        with Home.at(tmp_path / "home 0") as home:
            assert 0 < len(home.store.reply_ids()) < FILES * ROWS  # what was loaded stays
