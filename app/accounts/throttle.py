"""Slow down whoever guesses passwords, and nobody else.

Failures are counted for an account and an address together, for an address, and for an account.
Those of an account alone, from wherever, never keep its owner out: they count only where somebody
asks from an address at which the account has not been signed in before.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable

from corpus.errors import DafuError
from corpus.store.database import Database

FREE_TOGETHER, FREE_OF_ADDRESS, FREE_OF_ACCOUNT = 5, 30, 50
"""Failures without a wait: of an account from an address, of an address, of an account."""

FIRST, LONGEST = 15.0, 900.0
"""Seconds to wait after the next failure, which each further one doubles, and at most."""

FORGOTTEN = 3600.0
"""Seconds after which failures no longer count."""


class TooManyFailures(DafuError):
    """Somebody has to wait before they may try again, `seconds` long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"登录失败的次数太多，请 {seconds} 秒后再试。"
            if seconds <= 90
            else f"登录失败的次数太多，请 {math.ceil(seconds / 60)} 分钟后再试。"
        )
        self.seconds = seconds


class Throttle:
    """Counts failures beside the accounts, so that all processes and restarts know of them."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def check(self, key: str, address: str, known: bool) -> None:
        """Refuse an attempt that comes too soon after others.

        :param key: the account with its password, see `guessed_at`; there may be no such account.
        :param known: whether the account has been signed in from that address before.
        :raises TooManyFailures: saying how long to wait.
        """
        now, wait = self._now(), 0.0
        with self._database.reading() as connection:
            for counted, free in _counted(key, address, known):
                row = connection.execute(
                    "SELECT number, last FROM failures WHERE counted = ?", (counted,)
                ).fetchone()
                if row and now - row["last"] < FORGOTTEN and row["number"] >= free:
                    pause = min(LONGEST, FIRST * 2.0 ** min(row["number"] - free, 10))
                    wait = max(wait, row["last"] + pause - now)
        if wait > 0:
            raise TooManyFailures(int(wait) + 1)

    def is_known(self, account: int, address: str) -> bool:
        """Tell whether an account, by its number, has been signed in from an address."""
        with self._database.reading() as connection:
            asked = "SELECT 1 FROM places WHERE account = ? AND address = ?"
            return bool(connection.execute(asked, (account, address)).fetchone())

    def note_place(self, account: int, address: str) -> None:
        """Note that an account was signed in from an address."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO places (account, address) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (account, address),
            )

    def note_failure(self, key: str, address: str) -> None:
        """Count a failure for all that it counts for."""
        now = self._now()
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM failures WHERE last < ?", (now - FORGOTTEN,))
            connection.executemany(
                "INSERT INTO failures (counted, number, last) VALUES (?, 1, ?)"
                " ON CONFLICT (counted) DO UPDATE"
                " SET number = failures.number + 1, last = excluded.last",
                [(counted, now) for counted, _ in _counted(key, address, known=False)],
            )

    def forget(self, key: str, address: str) -> None:
        """Begin anew for an account that was signed in from an address."""
        together = _counted(key, address, known=True)[0][0]
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM failures WHERE counted = ?", (together,))


def guessed_at(name: str, kept: str) -> str:
    """Return what wrong passwords count for: they were of this one, and of none that follows.

    :param name: the account's, as it is compared.
    :param kept: what is kept of the password; "" where there is no such account.
    """
    return f"{name}\0{kept}"


def _counted(key: str, address: str, known: bool) -> list[tuple[str, int]]:
    """Return what a failure counts for, with the failures that are free."""
    together = (_digest("together", key, address), FREE_TOGETHER)
    if known:
        return [together]
    apart = (
        (_digest("address", address), FREE_OF_ADDRESS),
        (_digest("account", key), FREE_OF_ACCOUNT),
    )
    return [together, *apart]


def _digest(*parts: str) -> str:
    """Return a name of bounded length: what is typed as an account may be a password."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
