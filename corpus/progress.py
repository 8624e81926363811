"""How far long work has come: what it is told to, and what takes it where nobody watches."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Called with a stage in Chinese, how much of it is done, and how much there is (None: unknown)."""


def say_nothing(stage: str, done: int, total: int | None) -> None:
    """Take progress, and leave it."""
