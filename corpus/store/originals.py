"""The files that replies were read from, and where on their pages each line stands."""

from __future__ import annotations

from pathlib import Path

from corpus.store.database import Database
from corpus.store.encoding import decode_lines
from corpus.types import Original


class Originals:
    """The pages of a library's replies; shared between threads as the store is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, reply_id: str) -> tuple[Path, Original] | None:
        """Return the file that a reply was read from and its pages; None where none are known."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT o.digest, o.lines, s.file FROM originals AS o"
                " JOIN sources AS s ON s.reply_id = o.reply_id AND s.parse IS NULL"
                " WHERE o.reply_id = ?",
                (reply_id,),
            ).fetchone()
        if row is None:
            return None
        return Path(row["file"]), Original(row["digest"], decode_lines(row["lines"]))

    def files(self, reply_id: str) -> tuple[str, ...]:
        """Return the files that a reply was loaded from: its own first, then its duplicates'."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT file FROM sources WHERE reply_id = ? ORDER BY parse IS NOT NULL, number",
                (reply_id,),
            )
            return tuple(row["file"] for row in rows)
