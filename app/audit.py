"""Who did what, when and whence: written by whatever changes a home, read by administrators."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.actor import current
from corpus.clock import as_noted, now
from corpus.errors import InputError
from corpus.serialise import shown
from corpus.store.form import Form
from corpus.store.opening import LazyDatabase
from corpus.store.selection import as_kept

AUDIT = Form("审计文件", Path(__file__).with_name("audit.sql"), 0x44616655, 1, room="audit")
"""Its application_id is "DafU" in ASCII."""

FILE_NAME = AUDIT.file

LONGEST = 500
"""Characters of what an entry is about."""


class Action(StrEnum):
    """What can be done that is written down; the value is what it is called."""

    SIGNED_IN = "登录"
    SIGN_IN_FAILED = "登录失败"
    SIGNED_OUT = "退出"
    ACCOUNT_ADDED = "建立帐号"
    ACCOUNT_DISABLED = "停用帐号"
    ACCOUNT_ENABLED = "启用帐号"
    ROLE_CHANGED = "更改角色"
    PASSWORD_CHANGED = "更改密码"
    SESSIONS_ENDED = "结束登录"
    TOKEN_MADE = "建立令牌"
    TOKEN_ENDED = "结束令牌"
    LOADED = "载入"
    CORRECTED = "更正"
    PUT_AWAY = "移入回收站"
    PUT_BACK = "恢复"
    ERASED = "彻底删除"
    REBUILT = "重建索引"
    EXPORTED = "导出"
    JUDGED = "判断"
    ASKED = "提问"
    BACKED_UP = "备份"
    RESTORED = "从备份恢复"
    MOVED = "搬文库"


@shown("number at name role address action about")
@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done."""

    number: int
    """序号"""
    at: str
    """何时（UTC）"""
    name: str
    """谁；没有登录的为空"""
    role: str
    """以什么角色"""
    address: str
    """从哪个网络地址；在命令行为空"""
    action: str
    """做了什么"""
    about: str
    """对什么做的"""


@shown("total broken_at entries")
@dataclass(frozen=True, slots=True)
class AuditPage:
    """What was written down, as far as it was asked for."""

    total: int
    """一共有多少条记录"""
    broken_at: int | None
    """从第几条起与写下时不符；都相符的为 null"""
    entries: tuple[Entry, ...]
    """列出的记录，新的在前"""


class Audit:
    """The audit of one home; opened when first needed, shared by threads and processes."""

    def __init__(self, folder: Path, address: str = "") -> None:
        """Take a home's folder.

        :param address: of the PostgreSQL that the library is in, where it is not in the folder.
        """
        self._database = LazyDatabase(folder, address, AUDIT)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def record(self, action: Action, about: str = "") -> None:
        """Write down that whoever acts did something.

        :param about: names what it was done to, by ids and counts: no words of replies, which
            must be gone when they are removed, and no questions.
        :raises HomeError: where it can't be written.
        """
        who = current()
        about = about if len(about) <= LONGEST else about[: LONGEST - 1] + "…"
        said = (now(), who.name, str(who.role), who.address, str(action), about)
        with self._database.open().transaction() as connection:
            last = connection.execute(
                "SELECT chain FROM entries ORDER BY number DESC LIMIT 1"
            ).fetchone()
            connection.execute(
                "INSERT INTO entries (at, name, role, address, action, about, chain)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*said, _chain(last["chain"] if last else "", said)),
            )

    def list_entries(
        self,
        *,
        since: str = "",
        name: str = "",
        action: str = "",
        limit: int | None = None,
        offset: int = 0,
    ) -> tuple[Entry, ...]:
        """Return entries, the last first.

        :param since: from when on, as `check_since` returns it.
        :param name: whose; "" = anybody's.
        :param action: which, as it is called; "" = any.
        """
        most = 2**62 if limit is None else limit
        with self._database.open().reading() as connection:
            rows = connection.execute(
                "SELECT number, at, name, role, address, action, about FROM entries"
                " WHERE at >= ? AND (? = '' OR name = ?) AND (? = '' OR action = ?)"
                " ORDER BY number DESC LIMIT ? OFFSET ?",
                (*map(as_kept, (since, name, name, action, action)), most, offset),
            )
            return tuple(Entry(*row) for row in rows)

    def count(self) -> int:
        """Return how many entries there are."""
        with self._database.open().reading() as connection:
            return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])

    def find_break(self) -> int | None:
        """Return the number of the first entry that isn't as it was written; None where all are.

        One that is missing breaks the chain at the next. What was cut off the end is not seen.
        """
        before = ""
        for number, chain, said in self._walk():
            before = _chain(before, said)
            if chain != before:
                return number
        return None

    def _walk(self) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        with self._database.open().reading() as connection:
            for row in connection.execute(
                "SELECT number, chain, at, name, role, address, action, about FROM entries"
                " ORDER BY number"
            ):
                yield row["number"], row["chain"], tuple(row)[2:]


def check_since(text: str) -> str:
    """Return a day or moment of this computer's zone as the audit compares it; "" stays.

    :raises InputError: where it is none.
    """
    try:
        return as_noted(text.strip()) if text.strip() else ""
    except ValueError as error:
        raise InputError(f"日期读不懂：{text[:40]}。请写成 2026-11-01。") from error


def _chain(before: str, said: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps([before, *said], ensure_ascii=False).encode()).hexdigest()
