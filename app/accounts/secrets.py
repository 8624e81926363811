"""Secrets that are given to browsers and programs: sessions, which end soon, and tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from app.access import Role
from app.accounts.types import Session, Token, lower
from app.actor import Actor
from corpus.errors import InputError, NotFound
from corpus.store.database import Database

PREFIX = "dafu_"
"""How tokens begin, so that scanners for leaked secrets and people know them."""

NOTED = timedelta(minutes=1)
"""A use is noted again only so long after the last: it costs a write."""

LONGEST_LABEL = 100

Clock = Callable[[], datetime]


class Sessions:
    """Browsers in which somebody is signed in."""

    def __init__(self, database: Database, now: Clock, idle: timedelta, whole: timedelta) -> None:
        """Take how long a session lasts unused, and in all."""
        self._database = database
        self._now = now
        self._idle = idle
        self._whole = whole

    def begin(self, account: int, address: str) -> str:
        """Begin a session for an account, by its number; return its secret."""
        secret, now = secrets.token_urlsafe(32), self._now()
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM sessions WHERE used < ? OR made < ?",
                (_write(now - self._idle), _write(now - self._whole)),
            )
            connection.execute(
                "INSERT INTO sessions (digest, account, address, made, used)"
                " VALUES (?, ?, ?, ?, ?)",
                (digest(secret), account, address, _write(now), _write(now)),
            )
        return secret

    def find(self, secret: str, address: str, noting: bool = True) -> Actor | None:
        """Return who is signed in by a secret, and note that it is used; None where nobody is."""
        now = self._now()
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT s.used, a.name, a.role FROM sessions AS s"
                " JOIN accounts AS a ON a.number = s.account"
                " WHERE s.digest = ? AND s.used >= ? AND s.made >= ? AND a.disabled = 0",
                (digest(secret), _write(now - self._idle), _write(now - self._whole)),
            ).fetchone()
        if row is None:
            return None
        if noting and now - datetime.fromisoformat(row["used"]) >= NOTED:
            self._note(digest(secret), now)
        return Actor(row["name"], Role(row["role"]), address)

    def list_all(self, account: int) -> tuple[Session, ...]:
        """Return the sessions of an account that have not ended, the last used first."""
        now = self._now()
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT digest, address, made, used FROM sessions"
                " WHERE account = ? AND used >= ? AND made >= ? ORDER BY used DESC, digest",
                (account, _write(now - self._idle), _write(now - self._whole)),
            )
            return tuple(Session(*row) for row in rows)

    def end(self, account: int | None = None, named: str | None = None) -> None:
        """End the sessions of an account, or the one of a digest, or that where both are given."""
        which, values = _where(account=account, digest=named)
        with self._database.transaction() as connection:
            connection.execute(f"DELETE FROM sessions {which}", values)

    def _note(self, named: str, now: datetime) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE sessions SET used = ? WHERE digest = ?", (_write(now), named)
            )


class Tokens:
    """What programs show instead of a password."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    def make(self, account: int, label: str, role: Role, until: datetime) -> str:
        """Make a token of an account, by its number; return its secret, which nothing else tells.

        :raises InputError: where the label is blank or too long, or `until` has passed.
        """
        label, now = " ".join(label.split()), self._now()
        if not label or len(label) > LONGEST_LABEL:
            raise InputError(f"请写明令牌的用途，最多 {LONGEST_LABEL} 个字。")
        if until <= now:
            raise InputError("令牌的截止时间已经过去。")
        secret = PREFIX + secrets.token_urlsafe(32)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO tokens (digest, account, label, role, made, until)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (digest(secret), account, label, role, _write(now), _write(until)),
            )
        return secret

    def find(self, secret: str, address: str) -> Actor | None:
        """Return in whose name a program acts; None where the token is none or has ended."""
        now = self._now()
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT t.number, t.used, t.role, a.name, a.role AS most FROM tokens AS t"
                " JOIN accounts AS a ON a.number = t.account"
                " WHERE t.digest = ? AND t.until > ? AND a.disabled = 0",
                (digest(secret), _write(now)),
            ).fetchone()
        if row is None:
            return None
        if row["used"] is None or now - datetime.fromisoformat(row["used"]) >= NOTED:
            with self._database.transaction() as connection:
                connection.execute(
                    "UPDATE tokens SET used = ? WHERE number = ?", (_write(now), row["number"])
                )
        return Actor(row["name"], lower(Role(row["role"]), Role(row["most"])), address)

    def list_all(self, account: int | None = None) -> tuple[Token, ...]:
        """Return the tokens of an account, or all; those that have ended as well."""
        which, values = _where(account=account)
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT t.number, a.name, t.label, t.role, t.made, t.until, t.used FROM tokens AS t"
                f" JOIN accounts AS a ON a.number = t.account {which} ORDER BY t.number",
                values,
            )
            return tuple(
                Token(number, name, label, Role(role), made, until, used)
                for number, name, label, role, made, until, used in rows
            )

    def end(self, number: int, account: int | None = None) -> None:
        """End a token, for good.

        :param account: whose it must be; None: anybody's.
        :raises NotFound: where there is none of that number.
        """
        which, values = _where(number=number, account=account)
        with self._database.transaction() as connection:
            ended = connection.execute(
                f"DELETE FROM tokens {which} RETURNING number", values
            ).fetchall()
        if not ended:
            raise NotFound(f"没有编号为 {number} 的令牌。")


def _where(**wanted: object) -> tuple[str, tuple[object, ...]]:
    """Return the condition that columns have these values, None being any, and the values."""
    given = {column: value for column, value in wanted.items() if value is not None}
    which = " AND ".join(f"{column} = ?" for column in given)
    return f"WHERE {which}" if given else "", tuple(given.values())


def form_key(database: Database) -> bytes:
    """Return the key that forms are marked by, which is made the first time."""
    made = secrets.token_hex(32)
    with database.transaction() as connection:
        connection.execute(
            "INSERT INTO form_keys (number, key) VALUES (1, ?) ON CONFLICT DO NOTHING", (made,)
        )
        kept = connection.execute("SELECT key FROM form_keys WHERE number = 1").fetchone()
    return bytes.fromhex(kept["key"])


def read_bearer(authorization: str) -> str:
    """Return the token that an Authorization header holds by RFC 6750; "" where it holds none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def digest(secret: str) -> str:
    """Return what is kept of a secret: 256 random bits need neither salt nor a slow digest."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _write(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
