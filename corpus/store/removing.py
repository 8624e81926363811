"""What was removed from a library: enough to prove that it is gone, and nothing that it said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.clock import now
from corpus.store.database import Connection, Database, Row, or_replace
from corpus.store.loading import Loader
from corpus.store.selection import IN_LIST, as_list


@dataclass(frozen=True, slots=True)
class Removal:
    """A reply that was removed; `at` is ISO 8601, in UTC.

    `content` is the digest of its text and question, `traces` are digests of pieces of them, as
    whoever removed it made them. `erased` tells whether all that was left of it has been erased.
    """

    reply_id: str
    at: str
    content: str
    traces: str
    erased: bool


class Removals:
    """The removals of one library. A reply that is loaded again is no longer among them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, reply_id: str) -> Removal | None:
        """Return the removal of a reply; None where none of that id was removed."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT * FROM removed WHERE reply_id = ?", (reply_id,)
            ).fetchone()
            return _removal(row) if row else None

    def pending(self) -> tuple[Removal, ...]:
        """Return the removals of which something may be left, say because of a kill."""
        return self._select("erased = 0")

    def list_all(self) -> tuple[Removal, ...]:
        """Return all removals."""
        return self._select("true")

    def contents(self) -> frozenset[str]:
        """Return the digests of all that was removed."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT content_hash FROM removed")
            return frozenset(row[0] for row in rows)

    def forget_files(self) -> None:
        """Forget the names of files from which no reply is left, nor was put away."""
        with self._database.transaction() as connection:
            connection.execute(f"DELETE FROM files WHERE {_UNNEEDED}")

    def unneeded_files(self) -> tuple[str, ...]:
        """Return the files from which no reply is left, nor was put away."""
        with self._database.reading() as connection:
            rows = connection.execute(f"SELECT uri FROM files WHERE {_UNNEEDED}")
            return tuple(row[0] for row in rows)

    def remove_again(self, removals: Iterable[Removal]) -> None:
        """Remove what was removed elsewhere, and note it as it was noted there."""
        with self._database.transaction() as connection:
            for removal in removals:
                row = connection.execute(
                    "SELECT id FROM replies WHERE content_hash = ?", (removal.content,)
                ).fetchone()
                if row:
                    Loader(connection).remove(row["id"])
                connection.execute("DELETE FROM bin WHERE content_hash = ?", (removal.content,))
                insert_removal(
                    connection, removal.reply_id, removal.content, removal.at, removal.traces
                )

    def close(self, removals: Iterable[Removal]) -> None:
        """Note that nothing is left of these."""
        with self._database.transaction() as connection:
            connection.execute(
                f"UPDATE removed SET erased = 1 WHERE reply_id IN ({IN_LIST})",
                (as_list(each.reply_id for each in removals),),
            )

    def _select(self, condition: str) -> tuple[Removal, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(f"SELECT * FROM removed WHERE {condition}")
            return tuple(map(_removal, rows))


_REMOVED_ANEW = or_replace("reply_id", "content_hash", "removed_at", "traces", "erased")
"""Ends an INSERT of a removal: the id may have been another reply's, removed before."""

_UNNEEDED = (
    "uri NOT IN (SELECT file FROM sources)"
    " AND uri NOT IN (SELECT f.value FROM bin, json_each(bin.files) AS f)"
)


def note_removal(
    connection: Connection, reply_ids: Iterable[str], traces: Mapping[str, str]
) -> None:
    """Note that replies are removed, before they are."""
    connection.executemany(
        "INSERT INTO removed SELECT id, content_hash, ?, ?, 0 FROM replies WHERE id = ?"
        f" {_REMOVED_ANEW}",
        [(now(), traces.get(reply_id, ""), reply_id) for reply_id in reply_ids],
    )


def insert_removal(
    connection: Connection, reply_id: str, content: str, at: str, traces: str
) -> None:
    """Note that a reply that was not in the library's tables is removed."""
    connection.execute(
        f"INSERT INTO removed VALUES (?, ?, ?, ?, 0) {_REMOVED_ANEW}",
        (reply_id, content, at, traces),
    )


def _removal(row: Row) -> Removal:
    return Removal(
        reply_id=row["reply_id"],
        at=row["removed_at"],
        content=row["content_hash"],
        traces=row["traces"],
        erased=bool(row["erased"]),
    )
