"""What people corrected, change by change: who, when, and what stood there before and behind."""

from __future__ import annotations

import json
from dataclasses import dataclass

from corpus.store.database import Connection, Row
from corpus.store.encoding import dump
from corpus.types import FieldName


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One change of a field by hand, with what the reply said before it and behind it."""

    number: int
    """序号，改回时用"""
    name: FieldName
    """字段"""
    at: str
    """何时（ISO 8601，世界时）"""
    by: str
    """谁：本机的用户名"""
    before: tuple[str, ...]
    """改动前的值"""
    after: tuple[str, ...] | None
    """改动后的值；撤销更正的为 null"""


NOTE_CHANGE = (
    "INSERT INTO changes (reply_id, name, changed_at, changed_by, before, after)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
"""The columns are in the table's order, without its `number`, which is given anew."""


def note_change(connection: Connection, reply_id: str, change: FieldChange) -> None:
    """Note that somebody corrected a field; the change gets a number of its own."""
    after = None if change.after is None else dump(change.after)
    connection.execute(
        NOTE_CHANGE,
        (reply_id, change.name.value, change.at, change.by, dump(change.before), after),
    )


def list_changes(connection: Connection, reply_id: str) -> tuple[FieldChange, ...]:
    """Return the changes of a reply's fields, the last first."""
    rows = connection.execute(
        "SELECT * FROM changes WHERE reply_id = ? ORDER BY number DESC", (reply_id,)
    )
    return tuple(map(_change, rows))


def _change(row: Row) -> FieldChange:
    after = row["after"]
    return FieldChange(
        number=row["number"],
        name=FieldName(row["name"]),
        at=row["changed_at"],
        by=row["changed_by"],
        before=tuple(json.loads(row["before"])),
        after=None if after is None else tuple(json.loads(after)),
    )
