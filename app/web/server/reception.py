"""Have each request answered by the page of whoever makes it, and by no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.guest import GUEST, Guest
from app.web.server.counting import note_role
from app.web.server.rooms import Rooms

OPEN = ("/gradio_api/queue/data", "/gradio_api/heartbeat/")
"""Answers that stay open: each piece is sent only to who is still signed in."""


class Reception:
    """ASGI application that knows who comes, and passes them on to the page of their role."""

    def __init__(
        self, rooms: Rooms, greet: Callable[[Scope], Guest | None], refused: ASGIApp
    ) -> None:
        """Take the pages.

        :param greet: tells who makes a request; None: nobody who may.
        :param refused: answers who may not.
        """
        self.rooms = rooms
        self._greet = greet
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request with its guest."""
        guest = await run_in_threadpool(self._greet, scope)
        if guest is None:
            await self._refused(scope, receive, send)
            return
        note_role(scope, str(guest.actor.role))
        room = await self.rooms.of(guest.actor.role)
        if scope["path"].startswith(OPEN):
            receive, send = _watch(guest, receive, send)
        await room({**scope, GUEST: guest}, receive, send)


def _watch(guest: Guest, receive: Receive, send: Send) -> tuple[Receive, Send]:
    """End an answer that stays open once its guest has gone, as if they had closed it."""
    left = asyncio.Event()

    async def receive_until() -> Message:
        asked, ended = asyncio.ensure_future(receive()), asyncio.ensure_future(left.wait())
        try:
            await asyncio.wait((asked, ended), return_when=asyncio.FIRST_COMPLETED)
            return {"type": "http.disconnect"} if left.is_set() else await asked
        finally:
            asked.cancel()
            ended.cancel()

    async def send_while(message: Message) -> None:
        if left.is_set():
            return
        if message.get("body") and not await run_in_threadpool(guest.stays):
            message = {"type": "http.response.body", "body": b""}
            left.set()
        await send(message)

    return receive_until, send_while
