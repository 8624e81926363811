"""Take a library over from another home: what was removed here, and what was put away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from corpus.store.bin import Bin
from corpus.store.database import Database
from corpus.store.loading import Loader
from corpus.store.removing import REMOVED_ANEW, Removal

BinRow = tuple[Any, ...]
"""A row of the table `bin`."""


def read_bin(database: Database) -> tuple[BinRow, ...]:
    """Return what was put away, for `put_away_again`."""
    with database.reading() as connection:
        return tuple(tuple(row) for row in connection.execute("SELECT * FROM bin"))


def put_away_again(database: Database, rows: Iterable[BinRow]) -> None:
    """Put away what was put away elsewhere, as it was there; all else that was is kept."""
    with database.transaction() as connection:
        for row in rows:
            found = connection.execute(
                "SELECT id FROM replies WHERE content_hash = ?", (row[1],)
            ).fetchone()
            if found:
                Bin(database).put_away([found["id"]], row[2])
            elif not connection.execute(
                "SELECT 1 FROM bin WHERE content_hash = ? OR reply_id = ?", (row[1], row[0])
            ).fetchone():
                connection.execute("INSERT INTO bin VALUES (?, ?, ?, ?, ?)", row)


def remove_again(database: Database, removals: Iterable[Removal]) -> None:
    """Remove what was removed elsewhere, and note it as it was noted there."""
    with database.transaction() as connection:
        for removal in removals:
            row = connection.execute(
                "SELECT id FROM replies WHERE content_hash = ?", (removal.content,)
            ).fetchone()
            if row:
                Loader(connection).remove(row["id"])
            connection.execute("DELETE FROM bin WHERE content_hash = ?", (removal.content,))
            connection.execute(
                f"INSERT INTO removed VALUES (?, ?, ?, ?, 0) {REMOVED_ANEW}",
                (removal.reply_id, removal.content, removal.at, removal.traces),
            )
