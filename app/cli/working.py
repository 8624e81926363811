"""What a worker says while it reads for all homes over a library, and how it is stopped."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from app.cli.output import print_note
from app.cli.signals import handling

if TYPE_CHECKING:
    from index.stores.together.worker import Standing

TELL_EVERY = 30.0
"""Seconds between two words of how far it is."""

WINDOW = 20
"""By so many words before it is told how fast all are: ten minutes."""


def read_for_all(home: Path | None, once: bool) -> None:
    """Read with others until all is read, or it is stopped.

    :param once: whether to end when all is read, else more is waited for.
    """
    from app.encoding import open_worker_encoder, work_for_all
    from app.settings import load_settings

    settings = load_settings(home)
    encoder = open_worker_encoder(settings)
    print_note(f"与别的机器一起读（语义模型 {encoder.name}）。按 Ctrl+C 停下，读过的都留着。")
    telling = Telling(once)
    with stopping() as goes_on:
        for standing in work_for_all(settings, encoder, goes_on):
            if said := telling.say(standing):
                print_note(said)
            if once and standing.read == standing.passages:
                break
    last = telling.last
    if last and not (once and last.read == last.passages):
        print_note("已停下：读过的都已存入文库，没读完的由别的机器接着读，或下次再读。")


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Yield whether to go on: until Ctrl+C or SIGTERM. A second one ends it where it stands."""
    came: list[int] = []

    def leave(usual: Any, number: int, frame: FrameType | None) -> None:
        if came:
            raise KeyboardInterrupt
        came.append(number)

    with handling(leave), suppress(KeyboardInterrupt):
        yield lambda: not came


class Telling:
    """Says now and then how far all are, how fast, and how long it will take."""

    def __init__(self, once: bool, now: Callable[[], float] = time.monotonic) -> None:
        self._once, self._now = once, now
        self._past: deque[tuple[float, int]] = deque(maxlen=WINDOW)
        self._waiting = False
        self.last: Standing | None = None

    def say(self, standing: Standing) -> str:
        """Return what is to be said; nothing where it was said a short while ago."""
        first, self.last = self.last is None, standing
        now, read, passages = self._now(), standing.read, standing.passages
        if read == passages:
            said = "" if self._waiting else self._say_read(standing)
            self._waiting = True
            return said
        if not (first or self._waiting or now - self._past[-1][0] >= TELL_EVERY):
            return ""
        if self._waiting:
            self._past.clear()  # while there was nothing to read nobody was slow
        self._waiting = False
        self._past.append((now, read))
        said = f"全库读过 {read:,} / {passages:,} 段"
        began, before = self._past[0]
        if now > began and read > before:
            speed = (read - before) / (now - began)
            said += (
                f"，本机读了 {standing.own:,} 段；各机器共每秒 {speed:,.0f} 段，"
                f"还要约{say_duration((passages - read) / speed)}"
            )
        return f"{said}。"

    def _say_read(self, standing: Standing) -> str:
        then = "" if self._once else "有新载入的就接着读。"
        return f"都读完了：全库 {standing.passages:,} 段，本机读了 {standing.own:,} 段。{then}"


def say_duration(seconds: float) -> str:
    """Say in Chinese how long something takes, to two units."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "不到一分钟"
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "天"), (hours, "小时"), (minutes, "分钟")]
    while not parts[0][0]:
        parts.pop(0)
    return " " + " ".join(f"{number} {unit}" for number, unit in parts[:2] if number)
