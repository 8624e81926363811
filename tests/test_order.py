"""That no browser waits on a stream whose end crossed a call on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.web.server import order
from app.web.server.inbox import JOIN, STREAM, VISIT
from tests.loops import run_apart

END = b'data: {"msg":"close_stream"}\n\n'
DONE = b'data: {"msg":"process_completed"}\n\n'


class Browser:
    """One that hears of the end of its stream when it is told to, and leaves it then."""

    def __init__(self, *told: bytes) -> None:
        self.told = told
        self.heard: list[str] = []
        self.left = asyncio.Event()
        self.order = order.Order(self._answer)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == JOIN:
            await send({"type": "http.response.body", "body": b"{}"})
            return
        leaving = asyncio.ensure_future(receive())  # as Starlette does
        for body in self.told:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        leaving.cancel()

    async def ask(self, path: str, visit: str = "one") -> None:
        async def receive() -> Message:
            await self.left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.heard.append(f"{path} began")
                headers = dict(message["headers"])
                assert (b"cache-control" in headers) == (path == STREAM)
            elif not message.get("more_body"):
                self.heard.append(f"{path} ended")

        await self.order({"type": "http", "path": path, VISIT: visit}, receive, send)

    async def begin_stream(self) -> asyncio.Task[None]:
        stream = asyncio.create_task(self.ask(STREAM))
        await asyncio.sleep(0.01)
        return stream


def run(act: Callable[[Browser], Awaitable[None]], *told: bytes) -> list[str]:
    async def begin() -> list[str]:
        browser = Browser(*told)
        await act(browser)
        return browser.heard

    return run_apart(begin)


async def call_as_it_ends(browser: Browser) -> None:
    stream = await browser.begin_stream()
    call = asyncio.create_task(browser.ask(JOIN))
    await asyncio.sleep(0.01)
    assert browser.heard == [f"{STREAM} began"]
    browser.left.set()
    await asyncio.gather(stream, call)
    await browser.ask(JOIN)


def test_a_call_is_answered_once_the_stream_that_ends_was_left() -> None:
    heard = run(call_as_it_ends, DONE, END)
    assert sorted(heard[1:3]) == [f"{STREAM} ended", f"{JOIN} began"]
    assert heard[3:] == [f"{JOIN} ended", f"{JOIN} began", f"{JOIN} ended"]


def test_who_asks_for_the_next_stream_has_left_the_last() -> None:
    async def act(browser: Browser) -> None:
        stream = await browser.begin_stream()
        call = asyncio.create_task(browser.ask(JOIN))
        after = asyncio.create_task(browser.ask(STREAM))
        await asyncio.gather(stream, call)
        browser.left.set()
        await after

    assert run(act, DONE, END).count(f"{STREAM} ended") == 2


def test_other_visits_and_streams_that_go_on_hold_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order, "PATIENCE", 60.0)

    async def of_another(browser: Browser) -> None:
        stream = await browser.begin_stream()
        await browser.ask(JOIN, "another")
        browser.left.set()
        await stream

    assert run(of_another, DONE, END)[1:3] == [f"{JOIN} began", f"{JOIN} ended"]
    quoted = b'data: {"value":"\\"msg\\":\\"close_stream\\""}'

    async def at_once(browser: Browser) -> None:
        await browser.ask(STREAM)
        await browser.ask(JOIN)

    assert run(at_once, quoted)[1:3] == [f"{STREAM} ended", f"{JOIN} began"]


def test_a_browser_whose_leaving_is_not_seen_is_waited_for_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order, "PATIENCE", 0.05)

    async def act(browser: Browser) -> None:
        stream = await browser.begin_stream()
        await browser.ask(JOIN)
        await stream

    assert f"{JOIN} ended" in run(act, DONE, END)
