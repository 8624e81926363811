"""Keep two messages to the browser in order: that a stream has ended, and that a call is taken."""

from __future__ import annotations

import asyncio

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.server.inbox import BODY, ENDED, STREAM, VISIT

PATIENCE = 2.0
"""Seconds to wait for a browser that does not leave a stream which it was told has ended: a proxy
may keep from us that it has."""


class Order:
    """ASGI middleware that answers a call only where no end of a stream is on its way.

    Results come on a stream that the server closes when nothing is under way. If a call meets
    that moment, and the browser learns that the call was taken before it learns that the stream
    was closed, it waits on the closed stream for ever (Gradio 6.31). A call that was taken keeps
    the stream from being closed; so what may be on its way was sent before, and a browser that
    read it leaves the stream: until then the stream is held, and the answer to a call too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._ending: dict[str, asyncio.Event] = {}
        """By visit what is set once its stream, which was told to have ended, has been left."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on as it is, but for the time of these two."""
        if VISIT not in scope:
            await self.app(scope, receive, send)
        elif scope["path"] == STREAM:
            await self._stream(scope[VISIT], scope, receive, send)
        else:
            await self._join(scope[VISIT], scope, receive, send)

    async def _stream(self, visit: str, scope: Scope, receive: Receive, send: Send) -> None:
        left = asyncio.Event()
        if earlier := self._ending.pop(visit, None):
            earlier.set()  # who asks for the next knows that the last has ended

        async def receive_on() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect":
                left.set()
            return message

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Chromium asks a second time for what it was about to store as it left the last
                # stream, of the same address: two streams would then share what one is to tell.
                MutableHeaders(scope=message)["Cache-Control"] = "no-store"
            ends = message["type"] == BODY and not message.get("more_body", False)
            if ENDED in message.get("body", b""):
                self._ending[visit] = left
            elif ends and self._ending.get(visit) is left:
                await _wait(left)
            await send(message)

        try:
            await self.app(scope, receive_on, send_on)
        finally:
            left.set()
            if self._ending.get(visit) is left:
                del self._ending[visit]

    async def _join(self, visit: str, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_on(message: Message) -> None:
            ending = self._ending.get(visit)
            if ending and message["type"] == "http.response.start":
                await _wait(ending)
            await send(message)

        await self.app(scope, receive, send_on)


async def _wait(event: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(event.wait(), PATIENCE)
    except TimeoutError:
        return
