"""What is looked at, and what was found of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.settings import Settings
from corpus.serialise import shown


class State(StrEnum):
    """How it stands: as it should, to be looked after, or so that Dafu can't work."""

    FINE = "正常"
    ATTENTION = "留意"
    WRONG = "不行"


@shown("name state found remedy")
@dataclass(frozen=True, slots=True)
class Finding:
    """What one check has found."""

    name: str
    """查的是什么"""
    state: State
    """正常、留意或不行（不能工作）"""
    found: str
    """查到了什么"""
    remedy: str = ""
    """该怎么办；正常则为空"""


@shown("version at works findings")
@dataclass(frozen=True, slots=True)
class Checkup:
    """All that was found; holds neither texts of replies nor secrets."""

    version: str
    """Dafu 的版本"""
    at: str
    """何时查的"""
    findings: tuple[Finding, ...]
    """逐项的结果"""

    @property
    def works(self) -> bool:
        """能不能工作：没有一项是“不行”"""
        return all(finding.state is not State.WRONG for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at: a home, which may not be there, and its settings, where they can be read.

    :ivar fault: why the settings can't be read, without any of their values.
    """

    home: Path
    settings: Settings | None
    fault: str = ""


Check = Callable[[Patient], Finding]
"""Look at one thing, changing nothing; what it raises is told as a fault of that one thing."""


def fine(name: str, found: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(name, State.FINE, found)


def attention(name: str, found: str, remedy: str) -> Finding:
    """Return that something wants looking after, though Dafu works."""
    return Finding(name, State.ATTENTION, found, remedy)


def wrong(name: str, found: str, remedy: str) -> Finding:
    """Return that Dafu can't work like this."""
    return Finding(name, State.WRONG, found, remedy)


def say_bytes(number: float) -> str:
    """Return a size as people say it."""
    for unit in ("B", "KB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if number >= 100 or unit == "B" else f"{number:.1f} {unit}"
