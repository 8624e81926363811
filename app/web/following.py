"""Follow work in a thread of its own: how far it has come, at last what it gave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TypeVar

from corpus.bounds import bound_now, bounded, go_on
from corpus.progress import Progress

Step = tuple[str, int, int | None]
"""How far work has come: stage, done, total or None."""

Result = TypeVar("Result")

LOOK = 0.2
"""Seconds between two looks."""


def follow(
    work: Callable[[Progress], Result], *, to_the_end: bool = True
) -> Iterator[Step | Result]:
    """Give each step of the work that there is time for, then its result.

    :param to_the_end: whether the work goes on where nobody follows any more.
    """
    steps: SimpleQueue[Step] = SimpleQueue()
    left = threading.Event()

    bound = around = bound_now()
    if not to_the_end:
        bound = replace(around, wanted=lambda: not left.is_set() and around.wanted())

    def tell(stage: str, done: int, total: int | None) -> None:
        go_on()
        steps.put((stage, done, total))

    def run() -> Result:
        with bounded(bound):
            return work(tell)

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(copy_context().run, run)  # for whom it is done is known there
        try:
            while not working.done():
                try:
                    step = steps.get(timeout=LOOK)
                    while not steps.empty():
                        step = steps.get()
                    yield step
                except Empty:
                    continue
            yield working.result()
        finally:
            left.set()
