"""An answer as server-sent events, piece by piece, the whole of it at the end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from anyio import create_memory_object_stream, create_task_group, move_on_after

from app.api.problems import details_of, problem_of
from app.api.rights import Caller
from app.api.shown import show
from app.types import Answer
from corpus.serialise import to_json

MEDIA_TYPE = "text/event-stream"

ALIVE = 10.0
"""Seconds after which who waits for a turn is told that the connection stands."""


async def stream_answer(caller: Caller, find: Callable[[], Answer]) -> AsyncIterator[str]:
    """Yield the events of an answer; who closes the stream gives their turn to the next.

    Whatever else is known of an answer becomes events of its own between `quote` and `answer`.
    """
    yield write_event("started", {})
    send, receive = create_memory_object_stream[Answer | Exception](1)

    async def work() -> None:
        try:
            await send.send(await caller.read(find))
        except Exception as error:
            await send.send(error)

    async with create_task_group() as tasks, send, receive:
        tasks.start_soon(work)
        found: Answer | Exception | None = None
        while found is None:
            with move_on_after(ALIVE):
                found = await receive.receive()
            if found is None:
                yield ": waiting\n\n"
        for event in _iter_events(caller, found):
            yield event


def _iter_events(caller: Caller, found: Answer | Exception) -> Iterator[str]:
    if isinstance(found, Exception):
        yield write_event("problem", to_json(details_of(problem_of(found), caller.request)))
        return
    whole = show(caller, found)
    sources = {each["number"]: each for each in whole["citations"]}
    for quote in whole["quotes"]:
        yield write_event("quote", {**quote, "source": sources[quote["citation"]]})
    yield write_event("answer", whole)
    yield write_event("done", {})


def write_event(name: str, data: Any) -> str:
    """Write one event; JSON has no line breaks of its own."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
