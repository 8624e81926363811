"""Accounts of one library: who may sign in, and as what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.access import Role
from app.accounts import passwords
from app.accounts.form import ACCOUNTS
from app.accounts.secrets import Sessions, Tokens, digest, form_key
from app.accounts.standing import keep_one, still
from app.accounts.throttle import Throttle, guessed_at
from app.accounts.types import WORDS, Account, Session, Token, lower, read_account
from app.actor import Actor, acting
from app.audit import Action
from app.home import Home
from corpus.errors import InputError, NotFound
from corpus.store.database import Database, Row
from corpus.store.opening import open_database
from corpus.store.selection import as_kept

TOKEN_DAYS = 365
"""How long a token lasts where nobody says, and at most."""

_NAME = re.compile(r"[\w.@-]{1,64}")

REFUSED = "用户名或密码不对，或帐号已停用。"
"""The same for all that may be wrong: nobody is told which names there are."""


def _now() -> datetime:
    return datetime.now(UTC)


class Accounts:
    """The accounts of a home, in a database of their own; shared by threads and processes.

    What is done by these is written to the home's audit.
    """

    def __init__(self, home: Home, now: Callable[[], datetime] = _now) -> None:
        """Open the accounts of a home; they are created where there are none.

        :raises HomeError: where they can't be used or are of another format.
        """
        settings = home.settings
        self._database: Database = open_database(home.folder, settings.store, ACCOUNTS)
        self._audit = home.audit
        self._now = now
        self._sessions = Sessions(
            self._database,
            now,
            timedelta(minutes=settings.session_idle_minutes),
            timedelta(hours=settings.session_hours),
        )
        self._tokens = Tokens(self._database, now)
        self._throttle = Throttle(self._database, lambda: now().timestamp())

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @property
    def form_key(self) -> bytes:
        """What the forms that are given out are marked by, the same in all processes."""
        return form_key(self._database)

    # People

    def list_all(self) -> tuple[Account, ...]:
        """Return all accounts, by name."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT * FROM accounts ORDER BY key")
            return tuple(map(read_account, rows))

    def get(self, name: str) -> Account:
        """Return an account; NotFound where there is none of that name."""
        return read_account(self._row(name))

    @property
    def has_administrator(self) -> bool:
        """Whether anybody can sign in who may make accounts."""
        return any(a.role.administers and not a.disabled for a in self.list_all())

    def add(self, name: str, role: Role, password: str) -> Account:
        """Make an account.

        :raises InputError: where the name can't be one or is taken, or the password is weak.
        """
        name = as_written(name)
        if not _NAME.fullmatch(name):
            raise InputError("用户名只能有文字、数字和 . _ - @，最多 64 个字符。")
        passwords.check_password(password, name)
        values = name, _key(name), role, passwords.hash_password(password), self._stamp()
        with self._database.transaction() as connection:
            added = connection.execute(
                "INSERT INTO accounts (name, key, role, password, made) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (key) DO NOTHING RETURNING number",
                values,
            ).fetchone()
        if not added:
            raise InputError(f"已经有叫 {name} 的帐号。")
        self._audit.record(Action.ACCOUNT_ADDED, f"{name}，{WORDS[role]}")
        return self.get(name)

    def set_role(self, name: str, role: Role) -> Account:
        """Give an account another role, at once, also where it is signed in.

        :raises NotFound: where there is none of that name.
        :raises InputError: where nobody could make accounts any more.
        """
        row = self._row(name)
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE accounts SET role = ? WHERE number = ?", (role, row["number"])
            )
            keep_one(connection, row)
        was, now = WORDS[Role(row["role"])], WORDS[role]
        self._audit.record(Action.ROLE_CHANGED, f"{row['name']}，{was} → {now}")
        return self.get(name)

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password, and end all of its sessions.

        :raises NotFound: where there is none of that name.
        :raises InputError: where the password is weak.
        """
        row = self._row(name)
        passwords.check_password(password, row["name"])
        self._keep_password(row["number"], password)
        self._sessions.end(row["number"])
        self._audit.record(Action.PASSWORD_CHANGED, row["name"])

    def change_password(self, actor: Actor, old: str, new: str) -> None:
        """Give one's own account another password, and end all of its sessions.

        :raises TooManyFailures: where the old one was given wrongly too often.
        :raises InputError: where the old one is wrong or the new one is weak.
        """
        row = self._row(actor.name)
        key = guessed_at(row["key"], row["password"])
        self._throttle.check(key, actor.address, known=True)
        if not passwords.is_password(old, row["password"]):
            self._throttle.note_failure(key, actor.address)
            raise InputError("原来的密码不对。")
        self.set_password(actor.name, new)

    def set_disabled(self, name: str, disabled: bool) -> Account:
        """Keep an account from being used, sessions and tokens ended; or let it be used again.

        :raises NotFound: where there is none of that name.
        :raises InputError: where nobody could make accounts any more.
        """
        row = self._row(name)
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE accounts SET disabled = ? WHERE number = ?", (int(disabled), row["number"])
            )
            keep_one(connection, row)
            if disabled:
                for table in ("sessions", "tokens"):
                    connection.execute(f"DELETE FROM {table} WHERE account = ?", (row["number"],))
        action = Action.ACCOUNT_DISABLED if disabled else Action.ACCOUNT_ENABLED
        self._audit.record(action, row["name"])
        return self.get(name)

    # Browsers

    def sign_in(self, name: str, password: str, address: str) -> str:
        """Sign somebody in; return the secret of the new session.

        :raises TooManyFailures: where too many attempts failed; nothing is then looked at.
        :raises InputError: in the same words and time whatever is wrong.
        """
        row = self._find(_key(name))
        kept = row["password"] if row else ""
        key = guessed_at(_key(name), kept)
        known = bool(row and self._throttle.is_known(row["number"], address))
        self._throttle.check(key, address, known)
        right = passwords.is_password(password, kept or passwords.kept_of_nobody())
        if not row or not right or row["disabled"]:
            self._throttle.note_failure(key, address)
            # A name that nobody has may be a password typed into the wrong box.
            self._record(
                Action.SIGN_IN_FAILED, Actor(row["name"] if row else "", Role.READER, address)
            )
            raise InputError(REFUSED)
        self._throttle.forget(key, address)
        if passwords.is_outdated(row["password"]):
            self._keep_password(row["number"], password)
        self._throttle.note_place(row["number"], address)
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE accounts SET signed_in = ? WHERE number = ?", (self._stamp(), row["number"])
            )
        secret = self._sessions.begin(row["number"], address)
        self._record(Action.SIGNED_IN, Actor(row["name"], Role(row["role"]), address))
        return secret

    def session(self, secret: str, address: str = "", *, noting: bool = True) -> Actor | None:
        """Return who is signed in by a secret; None where the session ended or never was.

        :param address: where it is used now.
        :param noting: whether this is a use that keeps it from ending: a page that lies open isn't.
        """
        return self._sessions.find(secret, address, noting)

    def sign_out(self, secret: str, address: str = "") -> None:
        """End a session, if it goes on."""
        actor = self.session(secret, address)
        self._sessions.end(named=digest(secret))
        if actor:
            self._record(Action.SIGNED_OUT, actor)

    def sessions_of(self, name: str) -> tuple[Session, ...]:
        """Return the sessions of an account, the last used first."""
        return self._sessions.list_all(self._row(name)["number"])

    def end_sessions(self, name: str, named: str | None = None) -> None:
        """End all sessions of an account, or the one of a digest."""
        row = self._row(name)
        self._sessions.end(row["number"], named)
        self._audit.record(Action.SESSIONS_ENDED, row["name"])

    # Programs

    def make_token(
        self, name: str, label: str, role: Role | None = None, until: datetime | None = None
    ) -> str:
        """Make a token for a program that acts in somebody's name; return its secret, once.

        :param role: at most the account's own, which it is where None is given.
        :param until: with a time zone; `TOKEN_DAYS` from now at most, which it is by default.
        :raises NotFound: where there is no account of that name.
        :raises InputError: where the label is blank, or the time has passed or is too far away.
        """
        row = self._row(name)
        most = self._now() + timedelta(days=TOKEN_DAYS)
        if until is not None and until > most + timedelta(days=1):
            raise InputError(f"令牌最长用 {TOKEN_DAYS} 天。")
        allowed = lower(role or Role(row["role"]), Role(row["role"]))
        secret = self._tokens.make(row["number"], label, allowed, until or most)
        self._audit.record(Action.TOKEN_MADE, f"{row['name']}，{label}，{WORDS[allowed]}")
        return secret

    def of_token(self, secret: str, address: str = "") -> Actor | None:
        """Return in whose name a program acts; None where the token ended or never was."""
        return self._tokens.find(secret, address)

    def still(self, actor: Actor) -> Actor | None:
        """Return somebody who came before as what they may be now; None where they may not."""
        row = self._find(_key(actor.name))
        return still(actor, read_account(row)) if row else None

    def tokens_of(self, name: str | None = None) -> tuple[Token, ...]:
        """Return the tokens of an account, or all, in the order they were made."""
        return self._tokens.list_all(None if name is None else self._row(name)["number"])

    def end_token(self, number: int, name: str | None = None) -> None:
        """End a token, by its number; NotFound where there is none, or it is another's."""
        self._tokens.end(number, None if name is None else self._row(name)["number"])
        self._audit.record(Action.TOKEN_ENDED, str(number))

    def _find(self, key: str) -> Row | None:
        with self._database.reading() as connection:
            row: Row | None = connection.execute(
                "SELECT * FROM accounts WHERE key = ?", (as_kept(key),)
            ).fetchone()
            return row

    def _row(self, name: str) -> Row:
        if row := self._find(_key(name)):
            return row
        raise NotFound(f"没有叫 {name[:64]} 的帐号。")

    def _keep_password(self, number: int, password: str) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE accounts SET password = ? WHERE number = ?",
                (passwords.hash_password(password), number),
            )

    def _record(self, action: Action, actor: Actor) -> None:
        with acting(actor):
            self._audit.record(action)

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="seconds")


def as_written(name: str) -> str:
    """Return the name of an account as it is kept."""
    return unicodedata.normalize("NFKC", name.strip())


def _key(name: str) -> str:
    return as_written(name).casefold()
