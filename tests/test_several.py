"""Several processes over one library in PostgreSQL, as behind a proxy: what one knows all know."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from app.access import Role
from app.accounts import Accounts
from app.accounts.throttle import FREE_TOGETHER
from app.actor import Actor
from app.api import loading_jobs
from app.api.board import Board
from app.api.loading_jobs import Loading
from app.api.told import LoadingJob
from app.home import Home
from app.loading.reports import FileReport, IngestReport
from app.service import open_service
from app.settings import load_settings
from corpus.errors import NotFound
from eval.judging.pool import Origin
from tests.homes import letter, write_letters
from tests.test_sign_in import mark_of
from tests.test_web_routes import Caller

PROGRESS = 4
"""Which parameter of `load_uploads` is told how far it is."""

ROOT = Path(__file__).resolve().parents[1]

NAME, PASSWORD = "周编", "梧桐树下-7只小麻雀儿"


# Loads, told by one process to the others


@pytest.fixture
def loadings(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Loading, Loading]]:
    """Those of two processes, quick to tell, with a service that is never asked."""
    monkeypatch.setattr(loading_jobs, "BEAT", 0.02)
    services, tokens = SimpleNamespace(of=lambda role: None), SimpleNamespace(still=lambda who: who)
    with ExitStack() as stack:
        made = (Loading(services, tokens, Board(tmp_path, address)) for _ in range(2))  # type: ignore[arg-type]
        # Closed with their threads, which would open a board's database anew.
        one, other = (stack.enter_context(closing(each)) for each in made)
        yield one, other


def wait_for(true: Callable[[], bool], seconds: float = 30, pause: float = 0.02) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(pause)


def begin(loading: Loading) -> LoadingJob:
    return loading.start(Actor(NAME, Role.EDITOR), [])


def test_a_load_is_seen_and_cancelled_at_another_process(
    loadings: tuple[Loading, Loading], monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*given: Any) -> IngestReport:
        for number in range(1000):
            given[PROGRESS]("读取文件", number, 1000)
            time.sleep(0.01)
        raise AssertionError("it was not cancelled")

    monkeypatch.setattr(loading_jobs, "load_uploads", load)
    one, other = loadings
    job = begin(one)
    assert [each.id for each in other.list_all().jobs] == [job.id]
    wait_for(lambda: other.find(job.id).done > 0)
    assert other.cancel(job.id).state == "running"
    wait_for(lambda: other.find(job.id).state == "cancelled")
    assert one.find(job.id).state == "cancelled"
    with pytest.raises(NotFound):
        other.find("nowhere-1")


def test_the_report_of_a_load_is_read_at_another_process(
    loadings: tuple[Loading, Loading], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FileReport("/甲\ud83d.txt", "added", "甲"), FileReport("/乙.txt", "failed", None, "坏")
    monkeypatch.setattr(loading_jobs, "load_uploads", lambda *_: IngestReport(files, 0.5))
    one, other = loadings
    job = begin(one)
    wait_for(lambda: other.find(job.id).state == "done")
    report = other.find(job.id).report
    assert report
    assert [(each.source, each.status) for each in report.files] == [
        ("/甲?.txt", "added"),
        ("/乙.txt", "failed"),
    ]


# Three servers


class Servers:
    """Servers of one library, and a proxy's part: each request goes to the next that is there."""

    def __init__(self, folder: Path, address: str, number: int) -> None:
        self._address = address
        self.homes = [folder / f"home {each}" for each in range(number)]
        self.ports = [free_port() for _ in self.homes]
        self.processes = [self._start(each) for each in range(number)]
        self._next = count()
        self._clients: list[httpx.Client] = []

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        port = str(self.ports[number])
        options = ("--port", port, "--host-name", "dafu.test", "--proxy-headers", "127.0.0.1")
        return subprocess.Popen(
            [*(sys.executable, "-m", "app", "serve", "--no-open"), *options],
            env={**os.environ, "DAFU_STORE": self._address, "DAFU_HOME": str(self.homes[number])},
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
        )

    def wait(self, number: int) -> None:
        def serves() -> bool:
            assert self.processes[number].poll() is None
            with socket.socket() as asked:
                return asked.connect_ex(("127.0.0.1", self.ports[number])) == 0

        wait_for(serves, 120)

    def kill(self, number: int) -> None:
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait()

    def start_again(self, number: int) -> None:
        self.processes[number] = self._start(number)
        self.wait(number)

    def close(self) -> None:
        for client in self._clients:
            client.close()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)

    def client(self, at: int | None = None, token: str = "") -> httpx.Client:
        """Return a browser that asks at the proxy, which sends it round or to one server alone."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx.Client(
            base_url="http://dafu.test",
            transport=Proxy(self.ports, self._next, at),
            headers=headers,
            timeout=60,
        )
        self._clients.append(client)
        return client


class Proxy(httpx.BaseTransport):
    """Passes requests on; where a server can't be reached, to the next, as proxies do."""

    def __init__(self, ports: list[int], turn: Iterator[int], at: int | None) -> None:
        self._ports, self._turn, self._at = ports, turn, at
        # Nothing is encrypted here: to read who vouches for keys takes longer than to ask.
        self._through = httpx.HTTPTransport(verify=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = [*request.headers.raw, (b"X-Forwarded-For", b"10.0.0.7")]
        for _ in self._ports:
            turn = next(self._turn) if self._at is None else self._at
            port = self._ports[turn % len(self._ports)]
            there = request.url.copy_with(host="127.0.0.1", port=port)
            body = {"stream": request.stream, "extensions": request.extensions}
            passed = httpx.Request(request.method, there, headers=headers, **body)  # type: ignore[arg-type]
            try:
                return self._through.handle_request(passed)
            except httpx.ConnectError:
                if self._at is not None:
                    raise
        raise httpx.ConnectError("no server")

    def close(self) -> None:
        self._through.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def opened(home: Path, address: str) -> Iterator[Accounts]:
    with Home.at(home, store=address) as opened, closing(Accounts(opened)) as accounts:
        yield accounts


def sign_in(browser: httpx.Client, password: str = PASSWORD) -> int:
    form = {"mark": mark_of(browser.get("/sign-in")), "name": NAME, "password": password}
    return browser.post("/sign-in", data=form).status_code


def is_signed_in(browser: httpx.Client) -> bool:
    return browser.get("/account").status_code == 200


def rate(browser: httpx.Client, question: str) -> None:
    """Ask on the page and click 👍 at what was found first."""
    caller = Caller(SimpleNamespace(entrance="/"), browser)  # type: ignore[arg-type]
    asked = caller.function("question")
    values = caller.values(asked)
    values[0] = question
    assert caller.join(asked["id"], values, "visit").status_code == 200
    shown = r'data-reply=\\"([^"\\]+)\\" data-start=\\"(\d+)\\" data-end=\\"(\d+)\\"'
    found = re.search(r"class=\\\"rate\\\"[^>]*? " + shown, caller.read("visit"))
    assert found
    (answer,) = (
        id for id, part in caller.parts.items() if part["props"].get("elem_id") == "answer"
    )
    like = next(c for c in caller.config["dependencies"] if [answer, "like"] in c["targets"])
    event = {"reply": found[1], "start": int(found[2]), "end": int(found[3]), "rate": "up"}
    assert caller.join(like["id"], [None], "visit", event_data=event).status_code == 200
    assert "已记下" in json.dumps(caller.read("visit")).encode().decode("unicode_escape")


class Load:
    """What goes on meanwhile: people ask, sign in and load; what was acknowledged is kept."""

    def __init__(self, servers: Servers, token: str) -> None:
        self.signed_in: list[httpx.Client] = []
        self.jobs: dict[str, str] = {}
        self.loaded: list[str] = []
        self.answers = 0
        self.unforeseen: list[str] = []
        self._servers, self._token = servers, token
        self._going = True
        works = (self._ask, self._sign_in, self._load)
        self._threads = [threading.Thread(target=self._repeat, args=(work,)) for work in works]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._going = False
        for thread in self._threads:
            thread.join()
        assert self.unforeseen == []

    def _repeat(self, work: Callable[[int], None]) -> None:
        for number in count(100):
            if not self._going:
                return
            try:
                work(number)
            except (httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError):
                pass  # the server was killed meanwhile: nothing was acknowledged
            except BaseException as error:
                self.unforeseen.append(repr(error))
                return

    def _ask(self, number: int) -> None:
        with self._servers.client(token=self._token) as program:
            found = program.post(
                "/api/v1/ask", json={"question": f"电梯加装第{number}号完成多少？"}
            )
            assert found.status_code == 200, found.text
            self.answers += 1
        time.sleep(0.2)

    def _sign_in(self, number: int) -> None:
        browser = self._servers.client()
        assert sign_in(browser) == 303
        self.signed_in.append(browser)
        time.sleep(0.5)

    def _load(self, number: int) -> None:
        with self._servers.client(token=self._token) as program:
            files = {"files": (f"{number}.txt", letter(number).encode())}
            given = program.post("/api/v1/replies", files=files)
            assert given.status_code == 202, given.text
            job = given.json()["id"]
            self.jobs[job] = ""
            for _ in range(100):
                told = program.get(f"/api/v1/jobs/{job}").json()
                self.jobs[job] = told["state"]
                if told["state"] not in ("waiting", "running"):
                    break
                time.sleep(0.1)
            if told["state"] == "done":
                self.loaded += [file["reply_id"] for file in told["report"]["files"]]
        time.sleep(0.2)


@pytest.fixture
def servers(tmp_path: Path, postgres_library: str) -> Iterator[Servers]:
    from tests.postgres import empty

    empty(postgres_library)
    letters = write_letters(tmp_path / "letters", range(8))
    with open_service(load_settings(tmp_path / "first", store=postgres_library)) as service:
        service.ingest([letters])
    with opened(tmp_path / "first", postgres_library) as accounts:
        accounts.add("管理", Role.ADMINISTRATOR, PASSWORD)
        accounts.add(NAME, Role.EDITOR, PASSWORD)
    servers = Servers(tmp_path, postgres_library, 3)
    for number in range(3):
        servers.wait(number)
    yield servers
    servers.close()


@pytest.mark.slow
def test_three_servers_know_the_same_and_one_that_is_killed_loses_nothing(
    servers: Servers, tmp_path: Path, postgres_library: str
) -> None:
    with opened(tmp_path / "first", postgres_library) as accounts:
        token = accounts.make_token(NAME, "载入")
    browser = servers.client()
    assert sign_in(browser) == 303  # the form is of one server, and sent to another
    assert all(is_signed_in(browser) for _ in range(3))
    with servers.client(at=2) as third:
        third.cookies = browser.cookies
        rate(third, "电梯加装年内完成多少？")

    load = Load(servers, token)
    wait_for(lambda: bool(load.loaded and load.signed_in and load.answers), 60)
    servers.kill(1)
    answers, signed_in = load.answers, len(load.signed_in)
    wait_for(lambda: load.answers > answers + 2 and len(load.signed_in) > signed_in, 60)
    servers.start_again(1)
    load.end()

    with servers.client(token=token) as program:
        for reply_id in load.loaded:
            assert program.get(f"/api/v1/replies/{reply_id}").status_code == 200
        jobs = {job["id"] for job in program.get("/api/v1/jobs").json()["jobs"]}
        assert load.jobs.keys() <= jobs
        assert set(load.jobs.values()) <= {"done", "waiting", "running", "failed"}
    for each in (browser, *load.signed_in[:3], *load.signed_in[-3:]):
        assert all(is_signed_in(each) for _ in range(3))
    with Home.at(tmp_path / "first", store=postgres_library) as home:
        assert [j.origin for j in home.judgments.judgments()] == [Origin.FEEDBACK]
        assert home.audit.find_break() is None
        actions = [entry.action for entry in home.audit.list_entries()]
        assert actions.count("登录") >= len(load.signed_in) + 1
        assert actions.count("载入") >= len(load.loaded) + 1
        assert list(home.store.iter_problems()) == []

    # Signing out, changing a password and guessing hold at all servers at once.
    leaving = load.signed_in[0]
    form = {"mark": mark_of(leaving.get("/account"))}
    assert leaving.post("/sign-out", data=form).status_code == 303
    kept = load.signed_in[1].cookies
    with opened(tmp_path / "first", postgres_library) as accounts:
        accounts.set_password(NAME, PASSWORD + "新")
    for at in range(3):
        with servers.client(at) as other:
            other.cookies = kept
            assert not is_signed_in(other)
    browser.cookies.clear()
    assert [sign_in(browser, "不是这个") for _ in range(FREE_TOGETHER + 1)] == [
        *[401] * FREE_TOGETHER,
        429,
    ]
