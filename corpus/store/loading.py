"""Put parsed replies into the store, so that loading again changes only what has changed.

A source (a file, or a row of a table) is known again by its content, else by the id it declares.
No two replies have the same text and question: the first source is the reply's own, the others
are recorded as duplicates, and one of them takes over when the first changes or goes. What was
corrected by hand follows both: the source whose text changes, and the text that lives on.
Whatever the order, the reply carries the strictest disclosure mark of all its sources; when the
source of that mark goes, it holds until the others have been read again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.clock import now
from corpus.fields.disclosure import marks_in, strictest_field
from corpus.store.arrival import Arrival, FileLoad
from corpus.store.database import Connection, Row
from corpus.store.encoding import decode_fields, decode_parse
from corpus.store.tables import Tables
from corpus.types import Field, ParsedReply, Reply

Status = Literal["added", "replaced", "unchanged", "duplicate"]


@dataclass(frozen=True, slots=True)
class PutResult:
    """What became of one source, and the reply it now belongs to."""

    source: str
    status: Status
    reply_id: str


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of each source in a file, in its order, and which replies went with it.

    `removed` holds the ids of replies whose rows are no longer in the file.
    """

    results: tuple[PutResult, ...]
    removed: tuple[str, ...]


class Loader:
    """Load files within a transaction that the caller has begun."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.tables = Tables(connection)
        self.unsettled: set[str] = set()

    def begin_file(self, uri: str) -> FileLoad:
        """Begin to read a file; until `finish_file` it counts as unread."""
        row = self.connection.execute(
            "INSERT INTO files VALUES (?, NULL, 1, ?)"
            " ON CONFLICT (uri) DO UPDATE SET hash = NULL, load = files.load + 1 RETURNING load",
            (uri, now()),
        ).fetchone()
        return FileLoad(uri, row["load"])

    def finish_file(self, file: FileLoad, file_hash: str | None) -> tuple[str, ...]:
        """End the reading of a file; return the ids of replies that went with its lost rows."""
        self.connection.execute(
            "UPDATE files SET hash = ?, loaded_at = ? WHERE uri = ?", (file_hash, now(), file.uri)
        )
        lost = self.connection.execute(
            "SELECT number, reply_id, parse FROM sources WHERE file = ? AND load < ?",
            (file.uri, file.number),
        ).fetchall()
        own = [source["reply_id"] for source in lost if source["parse"] is None]
        for source in lost:
            if source["parse"] is not None:
                self._read_again(source["reply_id"])
        # First, so that no row takes over a reply that is itself lost.
        for source in lost:
            self.tables.delete_source(source["number"])
        for reply_id in own:
            self._promote_duplicates(self.tables.delete_reply(reply_id))
            self.tables.forget_corrections(reply_id)
        self.connection.executemany(
            "UPDATE files SET hash = NULL WHERE uri = ?", [(uri,) for uri in self.unsettled]
        )
        return tuple(own)

    def put(self, parsed: ParsedReply, file: FileLoad) -> PutResult:
        """Put one reply of a file in place.

        :raises UnreadableFile: where its text can't be stored.
        """
        arrival = Arrival.of(parsed)
        known = self.tables.known_source(arrival, file)
        if known is None:
            return self._place(arrival, file)
        if known["parse_hash"] == arrival.parse_hash:
            return self._keep(arrival, known, file)
        self.tables.delete_source(known["number"])
        if known["parse"] is None:
            return self._change(arrival, known["reply_id"], file)
        self._read_again(known["reply_id"])
        return self._place(arrival, file)

    def remove(self, reply_id: str) -> None:
        """Remove a reply and all sources of it; their files will be read again when next met."""
        self.connection.execute(
            "UPDATE files SET hash = NULL"
            " WHERE uri IN (SELECT file FROM sources WHERE reply_id = ?)",
            (reply_id,),
        )
        self.connection.execute("DELETE FROM sources WHERE reply_id = ?", (reply_id,))
        self.tables.delete_reply(reply_id)
        self.tables.forget_corrections(reply_id)

    def _place(self, arrival: Arrival, file: FileLoad) -> PutResult:
        """Record a new source: as a duplicate where its content is known, else with its reply."""
        holder = self.tables.holder(arrival)
        if holder is not None:
            return self._duplicate(arrival, file, holder)
        reply_id = self.tables.free_id(arrival.parsed.reply, arrival.content_hash)
        self.tables.insert_reply(arrival, reply_id)
        self.tables.insert_source(arrival, file, reply_id, None)
        return PutResult(arrival.source, "added", reply_id)

    def _keep(self, arrival: Arrival, known: Row, file: FileLoad) -> PutResult:
        """Record that a source was seen again; it may stand in another row than before."""
        self.connection.execute(
            "UPDATE sources SET uri = ?, declared_id = ?, load = ? WHERE number = ?",
            (arrival.source, arrival.parsed.reply.id, file.number, known["number"]),
        )
        if known["parse"] is None:
            self.connection.execute(
                "UPDATE replies SET source = ? WHERE id = ?", (arrival.source, known["reply_id"])
            )
            self._mark(known["reply_id"], marks_in(arrival.parsed.reply.fields))
            self.tables.put_original(known["reply_id"], arrival.parsed.original)
        return PutResult(arrival.source, "unchanged", known["reply_id"])

    def _change(self, arrival: Arrival, reply_id: str, file: FileLoad) -> PutResult:
        """Put new content into a reply whose own source has changed."""
        holder = self.tables.holder(arrival)
        old = self.tables.delete_reply(reply_id)
        if holder is not None and holder != reply_id:
            duplicate = self._duplicate(arrival, file, holder)
            self._promote_duplicates(old)
            self.tables.forget_corrections(reply_id)
            return duplicate
        self.tables.insert_reply(arrival, reply_id, known=True)
        if holder is None:
            self._promote_duplicates(old)
        else:  # only its fields have changed, and its duplicates stay
            self._mark(reply_id, marks_in(arrival.parsed.reply.fields))
        self.tables.insert_source(arrival, file, reply_id, None)
        return PutResult(arrival.source, "replaced", reply_id)

    def _duplicate(self, arrival: Arrival, file: FileLoad, holder: str) -> PutResult:
        """Record a source whose content another reply has."""
        self.tables.insert_source(arrival, file, holder, arrival.parse)
        self._mark(holder, [*self.tables.marks(holder), *marks_in(arrival.parsed.reply.fields)])
        return PutResult(arrival.source, "duplicate", holder)

    def _promote_duplicates(self, old: Reply) -> None:
        """Give the duplicates of a reply that has gone one of their own."""
        duplicates = self.connection.execute(
            "SELECT * FROM sources WHERE reply_id = ? ORDER BY number", (old.id,)
        ).fetchall()
        if not duplicates:
            return
        first = duplicates[0]
        bare = Reply(first["declared_id"], old.text, first["uri"], question=old.question)
        arrival = Arrival.of(decode_parse(first["parse"], bare))
        reply_id = self.tables.free_id(arrival.parsed.reply, arrival.content_hash)
        self.tables.copy_corrections(reply_id, old.id)
        self.tables.insert_reply(arrival, reply_id, known=True)
        self.connection.execute(
            "UPDATE sources SET reply_id = ? WHERE reply_id = ?", (reply_id, old.id)
        )
        self.connection.execute(
            "UPDATE sources SET parse = NULL WHERE number = ?", (first["number"],)
        )
        self._mark(reply_id, [*marks_in(arrival.parsed.reply.fields), *marks_in(old.fields)])
        self._read_again(reply_id)

    def _mark(self, reply_id: str, marks: Sequence[Field]) -> None:
        """Give a reply the strictest disclosure mark of these and of its duplicates."""
        for source in self.connection.execute(
            "SELECT parse FROM sources WHERE reply_id = ? AND parse IS NOT NULL", (reply_id,)
        ):
            marks = [*marks, *marks_in(decode_fields(json.loads(source["parse"])["fields"]))]
        self.tables.set_mark(reply_id, strictest_field(marks))

    def _read_again(self, reply_id: str) -> None:
        """Have the files of a reply read when next met: its mark may no longer be theirs."""
        self.unsettled.update(
            row["file"]
            for row in self.connection.execute(
                "SELECT file FROM sources WHERE reply_id = ?", (reply_id,)
            )
        )
