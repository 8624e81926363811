"""What has changed in a library since a moment: what an index follows it by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.store.database import Connection, Database
from corpus.store.selection import IN_KEYS, as_list
from corpus.types import PassageRole


@dataclass(frozen=True, slots=True)
class Moment:
    """The highest key, and the number of the last removal, that there had been; 0 before any."""

    key: int = 0
    removal: int = 0


BEGINNING = Moment()


@dataclass(frozen=True, slots=True)
class Changes:
    """The keys, ascending, of the passages of substance that came since a moment, and that went.

    What came and went again is only among the latter. `until` is the last change among them.
    """

    came: NDArray[np.int64]
    went: NDArray[np.int64]
    until: Moment


class Following:
    """What tells how one library has changed; shared between threads as the store is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last_removal(self) -> int:
        """Return the number of the last removal; 0 where there was none."""
        with self._database.reading() as connection:
            return int(connection.execute("SELECT max(number) FROM gone").fetchone()[0] or 0)

    def since(self, moment: Moment = BEGINNING) -> Changes:
        """Return what has changed since a moment, in a time that grows with that alone.

        Since the beginning all passages of substance that are there have come.
        """
        with self._database.reading() as connection:
            # First what went: what comes and goes between the two is then seen the next time.
            removal = connection.execute("SELECT max(number) FROM gone").fetchone()[0] or 0
        went = self._database.numbers(
            "SELECT key AS number FROM gone WHERE number > ? AND number <= ?",
            (moment.removal, removal),
        )
        came = self._database.numbers(
            "SELECT key AS number FROM passages WHERE key > ? AND role = ?",
            (moment.key, PassageRole.SUBSTANCE.value),
        )
        came.sort()
        until = Moment(int(came[-1]) if len(came) else moment.key, max(removal, moment.removal))
        return Changes(came, np.sort(went), until)

    def marks(self, keys: Iterable[int]) -> dict[int, int]:
        """Return a mark of each passage by its key, of 64 bits with a sign; unknown ones lack.

        It tells a passage from another that was given the same key, as after an old backup came:
        it says which text the passage stands in and where, so it is the same in every copy of a
        library. It tells nothing of the text to who does not know it.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT p.key, r.content_hash, p.start, p.stop FROM passages AS p"
                " JOIN replies AS r ON r.id = p.reply_id"
                f" WHERE p.key IN ({IN_KEYS})",
                (as_list(map(int, keys)),),
            )
            return {key: _mark(f"{content} {start} {stop}") for key, content, start, stop in rows}


def _mark(place: str) -> int:
    digest = hashlib.blake2b(place.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def note_gone(connection: Connection, reply_id: str, newest: int = 2**63 - 1) -> None:
    """Note that passages of a reply, those up to a key, are about to go."""
    connection.execute(
        "INSERT INTO gone (key) SELECT key FROM passages"
        " WHERE reply_id = ? AND key <= ? AND role = ? ORDER BY key",
        (reply_id, newest, PassageRole.SUBSTANCE.value),
    )
