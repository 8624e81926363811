"""The files that replies came from: which are known, what came of each, and where each is now.

Of files with pages it is known too where on them each line of a reply stands.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.files import id_of_source
from corpus.store.database import Connection, Database
from corpus.store.encoding import decode_lines, dump
from corpus.types import Original


class Files:
    """The files of a library's replies; shared between threads as the store is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def digests(self) -> dict[str, str | None]:
        """Return all known files by their paths, each with what it was when it was last read.

        That is None where it is to be read again whatever it holds.
        """
        with self._database.reading() as connection:
            rows = connection.execute("SELECT uri, hash FROM files")
            return {row["uri"]: row["hash"] for row in rows}

    def texts(self, file: str) -> tuple[str, ...]:
        """Return the texts of the replies that came from a file."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT r.text FROM sources AS s JOIN replies AS r ON r.id = s.reply_id"
                " WHERE s.file = ?",
                (file,),
            )
            return tuple(row["text"] for row in rows)

    def replies(self) -> dict[str, frozenset[str]]:
        """Return the ids of the replies that each file holds; one reply may stand in several."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        with self._database.reading() as connection:
            for row in connection.execute("SELECT DISTINCT file, reply_id FROM sources"):
                found[row["file"]].add(row["reply_id"])
        return {file: frozenset(ids) for file, ids in found.items()}

    def of(self, reply_id: str) -> tuple[str, ...]:
        """Return the files that a reply was loaded from: its own first, then its duplicates'."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT file FROM sources WHERE reply_id = ? ORDER BY parse IS NOT NULL, number",
                (reply_id,),
            )
            return tuple(row["file"] for row in rows)

    def original(self, reply_id: str) -> tuple[Path, Original] | None:
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

    def move(self, moved: Mapping[str, str]) -> None:
        """Note where known files are now, by where they were; their replies keep their ids.

        :param moved: to places of which no file is known.
        """
        with self._database.transaction() as connection:
            for before, after in moved.items():
                connection.execute(
                    "INSERT INTO files SELECT ?, hash, load, loaded_at FROM files WHERE uri = ?",
                    (after, before),
                )
                _move_sources(connection, before, after)
                connection.execute("DELETE FROM files WHERE uri = ?", (before,))
            _move_in_bin(connection, moved)


def _move_sources(connection: Connection, before: str, after: str) -> None:
    for row in connection.execute("SELECT * FROM sources WHERE file = ?", (before,)).fetchall():
        source = _moved(dict(row), before, after)
        connection.execute(
            "UPDATE sources SET file = ?, uri = ?, declared_id = ? WHERE number = ?",
            (source["file"], source["uri"], source["declared_id"], source["number"]),
        )
        if source["parse"] is None:
            connection.execute(
                "UPDATE replies SET source = ? WHERE id = ?", (source["uri"], source["reply_id"])
            )


def _move_in_bin(connection: Connection, moved: Mapping[str, str]) -> None:
    for row in connection.execute("SELECT reply_id, files, kept FROM bin").fetchall():
        files = json.loads(row["files"])
        if moved.keys().isdisjoint(files):
            continue
        reply, kept = json.loads(row["kept"])
        kept["sources"] = [
            _moved(source, source["file"], moved.get(source["file"], source["file"]))
            for source in kept["sources"]
        ]
        own = (source["uri"] for source in kept["sources"] if source["parse"] is None)
        reply["source"] = next(own, reply["source"])
        connection.execute(
            "UPDATE bin SET files = ?, kept = ? WHERE reply_id = ?",
            (
                dump([moved.get(file, file) for file in files]),
                dump([reply, kept]),
                row["reply_id"],
            ),
        )


def _moved(source: dict[str, Any], before: str, after: str) -> dict[str, Any]:
    """Return a row of `sources` of a file that is elsewhere now.

    An id that was made of the path is made of the new one: by it a changed file is known again.
    """
    uri = after + source["uri"].removeprefix(before)
    own = source["declared_id"] == id_of_source(source["uri"])
    declared = id_of_source(uri) if own else source["declared_id"]
    return {**source, "file": after, "uri": uri, "declared_id": declared}
