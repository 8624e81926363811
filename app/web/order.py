"""Keep apart two messages to the browser that Gradio's client must see in their order."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAUSE = 0.03
"""Seconds between taking a click in and saying so."""


class Order:
    """ASGI middleware that answers `queue/join` a moment after the click was taken in.

    Results come on a stream that the server closes when nothing is under way. If a click meets
    that moment, and the browser learns that the click was taken in before it learns that the stream
    was closed, it waits on the closed stream forever (Gradio 6.31). Once taken in, a click keeps
    the stream from being closed, so only what was written before can be on its way.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on as it is, that one answer later."""
        if scope["type"] != "http" or not scope["path"].endswith("/queue/join"):
            await self.app(scope, receive, send)
            return

        async def send_later(message: Message) -> None:
            if message["type"] == "http.response.start":
                await asyncio.sleep(PAUSE)
            await send(message)

        await self.app(scope, receive, send_later)
