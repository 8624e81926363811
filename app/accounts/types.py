"""What is known of accounts, and of the secrets given to browsers and programs."""

from __future__ import annotations

from dataclasses import dataclass

from app.access import Role
from corpus.serialise import shown
from corpus.store.database import Row


@shown("name role disabled made signed_in")
@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    name: str
    """用户名"""
    role: Role
    """角色：reader 只读、staff 工作人员、editor 编辑、administrator 管理员"""
    disabled: bool
    """是否已停用"""
    made: str
    """何时建立"""
    signed_in: str | None
    """上次登录；没有登录过的为 null"""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which somebody is signed in."""

    digest: str
    """Names the session; nobody can sign in with it."""
    address: str
    made: str
    used: str


@shown("number account label role made until used")
@dataclass(frozen=True, slots=True)
class Token:
    """What a program shows instead of a password."""

    number: int
    """编号"""
    account: str
    """谁的"""
    label: str
    """用途"""
    role: Role
    """角色，不高于用户自己的"""
    made: str
    """何时建立"""
    until: str
    """到何时为止"""
    used: str | None
    """上次使用；没有用过的为 null"""


@shown("accounts")
@dataclass(frozen=True, slots=True)
class AccountList:
    """The accounts of a home."""

    accounts: tuple[Account, ...]
    """帐号，按用户名"""


@shown("tokens")
@dataclass(frozen=True, slots=True)
class TokenList:
    """Tokens that were made."""

    tokens: tuple[Token, ...]
    """令牌，按编号"""


WORDS = {
    Role.READER: "只读",
    Role.STAFF: "工作人员",
    Role.EDITOR: "编辑",
    Role.ADMINISTRATOR: "管理员",
}
"""What roles are called."""


def lower(one: Role, other: Role) -> Role:
    """Return the role that may less."""
    return min(one, other, key=lambda role: role.rank)


def read_account(row: Row) -> Account:
    """Read an account from its row."""
    return Account(
        row["name"], Role(row["role"]), bool(row["disabled"]), row["made"], row["signed_in"]
    )
