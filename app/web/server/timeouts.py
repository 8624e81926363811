"""Wait for nobody without end: for what a request sends, and for what answers it."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.server.inbox import UPLOAD
from app.web.server.refusals import refuse

SENDING, UPLOADING = 30.0, 1800.0
"""Seconds in which a call and an upload must have come: 1 GB at 5 Mbit/s takes half an hour."""

ANSWERING = 120.0
"""Seconds after which an answer must have begun: each but an upload begins within one or two, for
what takes long is done in the queue and told on a stream."""

SLOW, LATE = (
    "发送得太慢，没有收完。请检查网络后再试。",
    "太久没有答复，这一步没有做成。请过一会儿再试。",
)


class Timeouts:
    """ASGI middleware that gives up on a request that takes too long to come or to be answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass all on, with a look at the clock."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        clock, began = asyncio.get_running_loop().time, False
        uploads = scope["path"].rstrip("/") == UPLOAD
        until = clock() + (UPLOADING if uploads else SENDING)
        whole = False

        async def receive_in_time() -> Message:
            nonlocal whole
            if whole:
                return await receive()  # which tells when they leave
            async with asyncio.timeout_at(until):
                message = await receive()
            whole = not message.get("more_body", False)
            return message

        async def send_on(message: Message) -> None:
            nonlocal began
            began = True
            deadline.reschedule(None)
            await send(message)

        try:
            async with asyncio.timeout(UPLOADING if uploads else ANSWERING) as deadline:
                await self.app(scope, receive_in_time, send_on)
        except TimeoutError:
            if not began:
                status, words = (503, LATE) if whole else (408, SLOW)
                await refuse(status, words, wait=30)(scope, receive, send)
