"""Start an application within another one, and end it with that one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.types import ASGIApp, Message

PATIENCE = 10.0
"""Seconds that an application has to end."""


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[None]:
    """Have an application run; one that knows no start and end runs as it is.

    In a task of its own: who starts it need not be who ends it.

    :raises RuntimeError: where it can't be started.
    """
    told: asyncio.Queue[Message] = asyncio.Queue()
    answered: asyncio.Queue[Message] = asyncio.Queue()

    async def run() -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        with suppress(Exception):  # it knows no lifespan, as the protocol lets it say, or said why
            await app(scope, told.get, answered.put)
        await answered.put({"type": "ended"})

    task = asyncio.create_task(run())
    await told.put({"type": "lifespan.startup"})
    answer = await answered.get()
    if answer["type"] == "lifespan.startup.failed":
        raise RuntimeError(answer.get("message", ""))
    try:
        yield
    finally:
        await told.put({"type": "lifespan.shutdown"})
        done, _ = await asyncio.wait([task], timeout=PATIENCE)
        if not done:
            task.cancel()
