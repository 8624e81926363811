"""What ends a command that goes on until it is told to stop: Ctrl+C and SIGTERM."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

Leave = Callable[[Any, int, FrameType | None], None]
"""Takes what would have handled a signal, the signal's number and the frame."""


@contextmanager
def handling(leave: Leave) -> Iterator[None]:
    """Have both signals handled otherwise, and then as before."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    for each, usual in before.items():
        signal.signal(each, partial(leave, usual))
    try:
        yield
    finally:
        for each, usual in before.items():
            signal.signal(each, usual)
