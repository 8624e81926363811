"""Work has an end: it takes so long at most, and stops for who has left, whatever the door."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import anyio
import pytest
from gradio.queueing import Queue
from mcp.client.client import Client
from starlette.types import ASGIApp

from app.access import Role
from app.actor import Actor
from app.desk.many import answer_many
from app.desk.types import Coverage
from app.mcp import http as mcp_http
from app.mcp.http import McpDoor
from app.mcp.server import Caller as Asking
from app.mcp.server import make_server
from app.patience import KINDS, Kind
from app.running import memory, threads
from app.running.jobs import Jobs, JobState
from app.running.line import Crowd, Full, Line
from app.running.rates import Rate
from app.services import Services
from app.web import Page, serve
from app.web.language import ENGLISH, say, speaking
from app.web.server import inbox, listening
from corpus.bounds import Bound, bounded, go_on
from corpus.errors import Overdue, Stopped, Unwanted
from corpus.filters import Filters
from corpus.workers import read_bounded
from tests.apis import MATTERS, ROOT, TOKENS, client_of, mount, open_library, problem_in
from tests.browsing import program_of
from tests.loops import run_apart
from tests.test_jobs import ended
from tests.test_web_routes import Caller


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with open_library(tmp_path_factory.mktemp("bounds")) as services:
        yield services


class Endless:
    """Work that goes on until it is stopped, and notes why it was."""

    def __init__(self) -> None:
        self.begun = 0
        self.stopped: list[type[Exception]] = []

    def __call__(self, *given: object, **named: object) -> Any:
        self.begun += 1
        try:
            while True:
                go_on()
                time.sleep(0.005)
        except Stopped as error:
            self.stopped.append(type(error))
            raise

    def wait(self, count: int = 1) -> list[type[Exception]]:
        """Wait until so much of it has stopped, ten seconds at most."""
        until = time.monotonic() + 10
        while len(self.stopped) < count and time.monotonic() < until:
            time.sleep(0.005)
        return self.stopped

    async def wait_to_begin(self) -> None:
        with anyio.fail_after(10):
            while not self.begun:
                await anyio.sleep(0.005)


def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every kind of work take .002 minutes."""
    monkeypatch.setattr(Kind, "seconds_of", lambda kind, role: 0.12)


# What bounds


def test_work_goes_on_while_it_is_wanted_and_has_time() -> None:
    go_on()  # bounded by nothing
    asked = iter((True, True, False))
    with bounded(Bound(wanted=lambda: next(asked))):
        go_on()
        go_on()
        with pytest.raises(Unwanted):
            go_on()
    with bounded(Bound(until=time.monotonic(), told="太久了。")):
        with pytest.raises(Overdue, match="太久了。"):
            go_on()
        with bounded(Bound()):
            go_on()  # what begins something of its own bounds it anew
        with pytest.raises(Overdue):
            go_on()
    go_on()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.told[:2])
def test_each_kind_says_what_took_too_long_and_what_to_do(kind: Kind) -> None:
    seconds = [kind.seconds_of(role) for role in Role]
    assert seconds == sorted(seconds)
    told = kind.bound(Role.READER).told
    assert f"超过 {seconds[0] / 60:g} 分钟还没有做完，已经停下。" in told
    with speaking(ENGLISH):
        assert f"{seconds[0] / 60:g} minutes" in say(Overdue(told))
    gone = kind.bound(Role.READER, lambda: False)
    assert gone.over is not kind.to_the_end


def test_turns_are_had_in_order_and_who_leaves_holds_nobody_up() -> None:
    line, order = Line(1), list[str]()
    leaves, done = threading.Event(), threading.Event()

    def wait(name: str, wanted: Callable[[], bool]) -> None:
        try:
            with bounded(Bound(wanted=wanted)), line.turn():
                order.append(name)
        except Unwanted:
            order.append(f"{name} left")
            done.set()

    always = lambda: True  # noqa: E731
    waiting = [("a", always), ("b", lambda: not leaves.is_set()), ("c", always)]
    with line.turn():
        begun = [threading.Thread(target=wait, args=each) for each in waiting]
        for number, thread in enumerate(begun, 1):
            thread.start()
            while len(line._waiting) < number:
                time.sleep(0.001)
        leaves.set()
        assert done.wait(10)
    for thread in begun:
        thread.join(10)
    assert order == ["b left", "a", "c"]
    with pytest.raises(Unwanted), bounded(Bound(wanted=lambda: False)), line.turn():
        order.append("never")
    with line.turn():
        assert order[-1] == "c"


def test_a_crowd_has_room_for_so_many_and_for_so_many_of_one() -> None:
    crowd = Crowd(most=3, of_one=2)
    with crowd.place("a"), crowd.place("a"):
        with pytest.raises(Full), crowd.place("a"):
            pass
        with crowd.place("b"), pytest.raises(Full), crowd.place("c"):
            pass
        with crowd.place("c"):
            pass
    assert not crowd._inside


# What is bounded


def stopping_after(steps: int) -> Bound:
    """A bound that ends work at that step."""
    left = iter(range(steps))
    return Bound(wanted=lambda: next(left, None) is not None)


def test_asking_stops_at_its_next_step(services: Services) -> None:
    service = services.of(Role.STAFF)
    proposal = "".join(f"{n}、建议推进{matter}。\n" for n, matter in enumerate(MATTERS, 1))
    kinds: dict[str, Callable[[], Any]] = {
        "ask": lambda: service.ask("绿萝路口护栏改造补贴多少？"),
        "cover": lambda: service.desk.cover(proposal),
        "precedents": lambda: service.precedents(proposal),
    }
    steps = {}
    for name, work in kinds.items():
        work()  # what is read and remembered at first needs no step after
        steps[name] = 0

        def count(name: str = name) -> bool:
            steps[name] += 1
            return True

        service._answers = type(service._answers)(1)  # nothing is remembered
        with bounded(Bound(wanted=count)):
            work()
        service._answers = type(service._answers)(1)
        for stop in (0, 1, steps[name] // 2, steps[name] - 1):
            with bounded(stopping_after(stop)), pytest.raises(Unwanted):
                work()
    assert steps["ask"] >= 4
    assert steps["cover"] >= 3 * steps["ask"] / 2
    assert service.pace.waiting == 0
    assert service.ask("绿萝路口护栏改造补贴多少？").quotes  # no turn was lost


def test_of_many_proposals_those_done_are_kept(services: Services, tmp_path: Path) -> None:
    for n, matter in enumerate(MATTERS, 1):
        (tmp_path / f"{n}.txt").write_text(f"关于{matter}的提案\n建议推进{matter}。", "utf-8")
    desk = services.of(Role.STAFF).desk
    bound, out = Bound(until=time.monotonic() + 1000, told="这一批超过 1 秒。"), tmp_path / "out"

    def cover(text: str, filters: Filters, seconds: float) -> Coverage:
        found = desk.cover(text, filters=filters, seconds=seconds)
        object.__setattr__(bound, "until", 0.0)  # the time is over
        return found

    with bounded(bound):
        report = answer_many(cover, [tmp_path], out)
    first, *others = report.proposals
    assert first.files
    assert {each.reason for each in others} == {"这一批超过 1 秒。"}
    assert (out / first.files[0]).is_file()


def compute(path: Path) -> None:
    while True:
        pass


def test_a_file_is_read_no_further_for_who_has_left(tmp_path: Path) -> None:
    file = tmp_path / "一.pdf"
    file.write_bytes(b"x")
    left = threading.Timer(0.3, lambda: None)
    left.start()
    began = time.monotonic()
    with bounded(Bound(wanted=left.is_alive)), pytest.raises(Unwanted):
        read_bounded(compute, file)
    bound = Bound(until=time.monotonic() + 0.3, told="太久了。")
    with bounded(bound), pytest.raises(Overdue, match="太久了。"):
        read_bounded(compute, file)
    assert time.monotonic() - began < 30


def test_a_job_is_cancelled_wherever_it_stands() -> None:
    jobs, work = Jobs(), Endless()
    number = jobs.start("一", work)
    while not work.begun:
        time.sleep(0.005)
    jobs.cancel(number)
    assert ended(jobs, number).state is JobState.CANCELLED
    with bounded(Bound(wanted=lambda: False)):  # of the click that gave the job
        assert ended(jobs, jobs.start("二", lambda progress: "好")).state is JobState.DONE


# Programs


def ask_and_leave(app: ASGIApp, path: str, token: str, body: Any, work: Endless) -> list[Any]:
    """Send a request and close the connection once it is worked on; return what was sent."""
    content, sent = json.dumps(body).encode(), []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "headers": [
            (b"host", b"dafu.test"),
            (b"authorization", f"Bearer {token}".encode()),
            (b"content-type", b"application/json"),
            (b"accept", b"application/json, text/event-stream"),
        ],
        "server": ("dafu.test", 80),
        "client": ("192.0.2.1", 1),
    }

    async def leave() -> None:
        messages = iter([{"type": "http.request", "body": content, "more_body": False}])

        async def receive() -> Any:
            for message in messages:
                return message
            await work.wait_to_begin()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        with anyio.fail_after(20):
            await app(scope, receive, send)

    run_apart(leave)
    return sent


COVERAGE = {"text": "建议在绿萝路口加装护栏。"}


@pytest.mark.parametrize(("path", "body"), [("coverage", COVERAGE), ("ask/stream", None)])
def test_a_program_that_hangs_up_stops_its_work(
    services: Services, monkeypatch: pytest.MonkeyPatch, path: str, body: Any
) -> None:
    work, service = Endless(), services.of(Role.STAFF)
    monkeypatch.setattr(service.desk, "cover", work)
    monkeypatch.setattr(service, "ask", work)
    asked = body or {"question": "护栏补贴多少？"}
    ask_and_leave(mount(services), f"{ROOT}/{path}", TOKENS[Role.STAFF], asked, work)
    assert work.wait() == [Unwanted]


def test_a_call_that_takes_too_long_is_told_so(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, service = Endless(), services.of(Role.STAFF)
    monkeypatch.setattr(service.desk, "cover", work)
    short(monkeypatch)
    client = client_of(mount(services), Role.STAFF)
    late = client.post("/coverage", json=COVERAGE)
    assert problem_in(late) == (503, "too-long")
    assert "查先例超过 0.002 分钟还没有做完" in late.json()["detail"]
    assert "删去几项诉求" in late.json()["detail"]
    assert int(late.headers["retry-after"]) > 0
    english = client.post("/coverage", json=COVERAGE, headers={"Accept-Language": "en"})
    assert "took too long and was stopped" in english.json()["detail"]
    assert work.stopped == [Overdue, Overdue]
    # Nobody waits for what does not stop by itself.
    monkeypatch.setattr(threads, "GRACE", 0.0)
    going_on = threading.Event()
    monkeypatch.setattr(service.desk, "cover", lambda *_: going_on.wait(20))
    assert problem_in(client.post("/coverage", json=COVERAGE)) == (503, "too-long")
    going_on.set()


def asked_of(tool: str, **arguments: Any) -> dict[str, Any]:
    called = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": called}


class Tokens:
    """Knows a token for each role, named as it."""

    def of_token(self, secret: str, address: str = "") -> Actor | None:
        return Actor("小王", Role(secret), address)


def test_a_model_that_hangs_up_or_cancels_stops_its_work(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Endless()
    monkeypatch.setattr(services.of(Role.READER), "search", work)
    door = McpDoor(services, Tokens())
    ask_and_leave(door, "/mcp", "reader", asked_of("search", query="护栏"), work)
    assert work.wait() == [Unwanted]
    caller = Asking(Actor("某人", Role.READER), services.of(Role.READER))
    server = make_server(lambda _: caller)

    async def cancel() -> Any:
        async with Client(server) as client:
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as calls:
                    calls.start_soon(client.call_tool, "search", {"query": "护栏"})
                    while work.begun < 2:
                        await anyio.sleep(0.005)
                    scope.cancel()
            with anyio.fail_after(10):
                while len(work.stopped) < 2:
                    await anyio.sleep(0.005)
            short(monkeypatch)
            return await client.call_tool("search", {"query": "护栏"})

    late = run_apart(cancel)
    assert late.is_error
    assert "这一步超过 0.002 分钟还没有做完" in late.content[0].text
    assert work.stopped == [Unwanted, Unwanted, Overdue]


def test_models_wait_in_no_endless_line(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp_http, "MOST_OF_ONE", 0)
    door = McpDoor(services, Tokens())
    sent = ask_and_leave(door, "/mcp", "reader", asked_of("list_facets"), Endless())
    assert sent[0]["status"] == 429
    assert dict(sent[0]["headers"])[b"retry-after"] == b"5"


def test_one_program_leaves_room_for_others(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = mount(services)
    crowd = app.routes[0].app.state.turns._crowd  # type: ignore[attr-defined]
    monkeypatch.setattr(crowd, "_of_one", 0)
    refused = client_of(app, Role.READER).post("/search", json={"query": "护栏"})
    assert problem_in(refused) == (429, "too-many")
    assert int(refused.headers["retry-after"]) > 0


# The page


@contextmanager
def serving(services: Services) -> Iterator[Page]:
    page = serve(services.of(Role.READER))
    try:
        yield page
    finally:
        page.close()


@pytest.fixture(scope="module")
def page(services: Services) -> Iterator[Page]:
    with serving(services) as page:
        yield page


@pytest.fixture
def caller(page: Page) -> Iterator[Caller]:
    with program_of(page.address) as client:
        yield Caller(page, client)


def join(caller: Caller, visit: str) -> int:
    asked = caller.function("question")
    values = caller.values(asked)
    values[0] = "绿萝路口护栏补贴多少？"
    status: int = caller.join(asked["id"], values, visit).status_code
    return status


def listen_until(caller: Caller, visit: str, enough: Callable[[], bool]) -> None:
    """Listen as the page does, and close it."""
    asked = {"session_hash": visit}
    with caller.client.stream("GET", "/gradio_api/queue/data", params=asked) as stream:
        for _ in stream.iter_lines():
            if enough():
                return


def test_who_closes_the_page_stops_what_was_begun_and_what_waits(
    services: Services, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Endless()
    monkeypatch.setattr(services.of(Role.READER), "ask", work)
    calls = 30
    assert [join(caller, "closing") for _ in range(calls)] == [200] * calls
    listen_until(caller, "closing", lambda: work.begun > 0)
    begun = work.begun
    assert begun < calls
    assert work.wait(begun) == [Unwanted] * begun
    monkeypatch.undo()
    assert join(caller, "next") == 200
    assert "护栏" in caller.read("next")
    assert work.begun == begun  # what waited was not begun


def test_who_never_listens_is_not_worked_for(
    services: Services, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "PATIENCE", 0.2)
    work = Endless()
    monkeypatch.setattr(services.of(Role.READER), "ask", work)
    assert join(caller, "deaf") == 200
    assert work.wait() == [Unwanted]


def test_a_step_that_takes_too_long_is_told_on_the_page(
    services: Services, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.of(Role.READER), "ask", Endless())
    short(monkeypatch)
    join(caller, "late")
    told = caller.read("late")
    assert "这一步超过 0.002 分钟还没有做完，已经停下。请过一会儿再试" in told
    caller.client.headers["Accept-Language"] = "en"
    join(caller, "english")
    assert "took longer than 0.002 minutes and was stopped" in caller.read("english")


def test_one_address_leaves_room_in_the_queue(
    services: Services, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "WAITING_OF_ONE", 0)
    asked = caller.function("question")
    refused = caller.join(asked["id"], caller.values(asked), "many")
    assert refused.status_code == 429
    assert "已有太多请求在排队" in refused.json()["detail"]
    assert refused.headers["retry-after"] == "15"


@pytest.mark.parametrize(("whole", "dropped"), [(True, []), (False, ["slow"])])
def test_a_call_that_is_slow_to_be_taken_outlives_the_stream_before_it(
    whole: bool, dropped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "LEAVING", 0.02)
    dropping: list[str] = []

    class Queued:
        pending_event_ids_session: ClassVar[dict[str, set[str]]] = {}
        pending_messages_per_session: ClassVar[dict[str, object]] = {}

        async def clean_events(self, session_hash: str) -> None:
            dropping.append(session_hash)

    async def visit() -> None:
        listeners = listening.Listeners(cast("Any", SimpleNamespace(_queue=Queued())))
        with listeners.listening("slow") as stream:
            listeners.expect("slow")  # a call comes while the last one's answer is sent
            stream.whole = whole
        await asyncio.sleep(0.2)  # and is taken and listened to much later

    run_apart(visit)
    assert dropping == dropped


# Memory


def test_nothing_is_kept_of_a_visit_that_has_heard_all(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "PATIENCE", 0.5)
    assert join(caller, "heard") == 200
    assert "护栏" in caller.read("heard")
    until = time.monotonic() + 10
    while time.monotonic() < until:
        kept = [each for each in gc.get_objects() if issubclass(type(each), Queue)]
        if not any("heard" in each.pending_messages_per_session for each in kept):
            break
        time.sleep(0.05)
    assert not any("heard" in each.pending_event_ids_session for each in kept)
    assert not any("heard" in each.pending_messages_per_session for each in kept)


def test_free_memory_is_given_back_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def trim(pad: int) -> int:
        asked.append(pad)
        return 1

    monkeypatch.setattr(memory, "_times", Rate(1, 60.0))
    monkeypatch.setattr(memory, "_find_trim", lambda: trim)
    assert [memory.give_back() for _ in range(3)] == [True, False, False]
    assert asked == [0]
    monkeypatch.setattr(memory, "_find_trim", lambda: None)
    assert not memory.give_back()
