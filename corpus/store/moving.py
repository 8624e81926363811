"""Take a library over from another home: where its files are now, and what was removed here."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.store.database import Database
from corpus.store.loading import Loader
from corpus.store.removing import Removal


def move_sources(database: Database, before: str, after: str) -> None:
    """Write of files whose names begin in one way that they begin in another."""
    if before == after:
        return
    values = {"before": before, "after": after, "length": len(before)}
    with database.transaction() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        for table, column in (
            *(("files", "uri"), ("sources", "file")),
            *(("sources", "uri"), ("replies", "source")),
        ):
            connection.execute(
                f"UPDATE {table} SET {column} = :after || substr({column}, :length + 1)"
                f" WHERE substr({column}, 1, :length) = :before",
                values,
            )


def remove_again(database: Database, removals: Iterable[Removal]) -> None:
    """Remove what was removed elsewhere, and note it as it was noted there."""
    with database.transaction() as connection:
        for removal in removals:
            row = connection.execute(
                "SELECT id FROM replies WHERE content_hash = ?", (removal.content,)
            ).fetchone()
            if row:
                Loader(connection).remove(row["id"])
            connection.execute(
                "INSERT OR REPLACE INTO removed VALUES (?, ?, ?, ?, 0)",
                (removal.reply_id, removal.content, removal.at, removal.traces),
            )
