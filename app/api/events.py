"""An answer as server-sent events, piece by piece, the whole of it at the end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Generator
from typing import Any, cast

from anyio import (
    CancelScope,
    create_memory_object_stream,
    create_task_group,
    move_on_after,
    to_thread,
)

from app.api.problems import Problem, details_of, problem_of
from app.api.rights import Caller, name_of
from app.api.shown import show
from app.generating.types import Generated
from app.types import Answer
from corpus.serialise import to_json

MEDIA_TYPE = "text/event-stream"

ALIVE = 10.0
"""Seconds after which who waits for a turn is told that the connection stands."""


async def stream_answer(
    caller: Caller, find: Callable[[], Answer], generate: bool = False
) -> AsyncIterator[str]:
    """Yield the events of an answer; who closes the stream gives their turn to the next.

    :param generate: whether the language model writes of it, which takes no turn: it computes
        elsewhere.
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
        if isinstance(found, Exception):
            yield write_event("problem", to_json(details_of(problem_of(found), caller.request)))
            return
        whole = show(caller, found)
        sources = {each["number"]: each for each in whole["citations"]}
        for quote in whole["quotes"]:
            yield write_event("quote", {**quote, "source": sources[quote["citation"]]})
        if generate:
            try:
                async with caller.turns.writing(name_of(caller.actor)):
                    async for step in _write(caller, found):
                        yield write_event("generated", show(caller, step))
            except Problem as problem:  # the quotes stand
                yield write_event("problem", to_json(details_of(problem, caller.request)))
                return
        yield write_event("answer", whole)
        yield write_event("done", {})


async def _write(caller: Caller, found: Answer) -> AsyncIterator[Generated]:
    """Yield what the language model writes; who leaves stops it."""
    steps = cast("Generator[Generated]", caller.service.generating.write(found))
    try:
        while (step := await to_thread.run_sync(next, steps, None)) is not None:
            yield step
    finally:
        with CancelScope(shield=True):  # a step under way ends first, within the model's own limits
            await to_thread.run_sync(steps.close)


def write_event(name: str, data: Any) -> str:
    """Write one event; JSON has no line breaks of its own."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
