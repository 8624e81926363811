"""What has changed in a library since a moment: what an index follows it by."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.types import PassageRole


@dataclass(frozen=True, slots=True)
class Moment:
    """The highest key, and the number of the last removal, that there had been; 0 before any."""

    key: int = 0
    removal: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """The keys, ascending, of the passages of substance that came since a moment, and that went.

    What came and went again is only among the latter. `until` is the last change among them.
    """

    came: NDArray[np.int64]
    went: NDArray[np.int64]
    until: Moment


def last_moment(connection: sqlite3.Connection) -> Moment:
    """Return the last key and the last removal that there have been."""
    rows = connection.execute("SELECT name, seq FROM sqlite_sequence")
    last = {name: int(number) for name, number in rows}
    return Moment(last.get("passages", 0), last.get("gone", 0))


def changes_since(connection: sqlite3.Connection, since: Moment) -> Changes:
    """Return what has changed since a moment, in a time that grows with that alone."""
    # First what went: what comes and goes between the two statements is then seen the next time.
    removal, went = connection.execute(
        "SELECT max(number), group_concat(key) FROM gone WHERE number > ?", (since.removal,)
    ).fetchone()
    came = connection.execute(
        "SELECT group_concat(key) FROM passages WHERE key > ? AND role = ?",
        (since.key, PassageRole.SUBSTANCE),
    ).fetchone()[0]
    keys = _as_keys(came)
    until = Moment(int(keys[-1]) if len(keys) else since.key, removal or since.removal)
    return Changes(keys, _as_keys(went), until)


def _as_keys(joined: str | None) -> NDArray[np.int64]:
    return np.sort(np.fromstring(joined or "", np.int64, sep=","))
