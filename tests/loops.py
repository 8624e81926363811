"""Asynchronous work of tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

import anyio

Result = TypeVar("Result")


def run_apart(work: Callable[..., Awaitable[Result]], *given: object) -> Result:
    """Run asynchronous work in a thread of its own.

    Playwright keeps a loop running in the thread of the tests, in which no other can be begun.
    """
    context = copy_context()
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: context.run(lambda: anyio.run(work, *given))).result()
