"""What accounts may now: for who was let in before, and that somebody is left who makes them."""

from __future__ import annotations

from dataclasses import replace

from app.access import Role
from app.accounts.types import Account, lower
from app.actor import Actor
from corpus.errors import InputError
from corpus.store.database import Connection, Row


def still(actor: Actor, account: Account) -> Actor | None:
    """Return somebody who was let in before as what they may be now; None: they may not come.

    That is never more than they were then.
    """
    if account.disabled:
        return None
    return replace(actor, role=lower(actor.role, account.role))


def keep_one(connection: Connection, row: Row) -> None:
    """Refuse a change of this account after which nobody could make accounts any more."""
    left = connection.execute(
        "SELECT count(*) FROM accounts WHERE role = ? AND disabled = 0", (Role.ADMINISTRATOR,)
    ).fetchone()[0]
    was = row["role"] == Role.ADMINISTRATOR and not row["disabled"]
    if was and not left:
        raise InputError(f"{row['name']} 是唯一的管理员：请先让另一个人也做管理员。")
