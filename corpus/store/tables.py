"""Write single rows of the store's tables; what a load means is decided in `loading`."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from corpus.errors import UnreadableFile
from corpus.store.encoding import (
    decode_fields,
    decode_reply,
    digest,
    encode_fields,
    encode_heading_path,
    encode_parse,
    encode_redactions,
)
from corpus.store.selection import LOOKED_UP_FIELDS, year_of
from corpus.text.redact import redact
from corpus.types import Field, FieldName, ParsedReply, Reply


@dataclass(frozen=True, slots=True)
class FileLoad:
    """One reading of one file; `number` counts its readings from 1."""

    uri: str
    number: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A parsed reply on its way in, with the hashes it is compared by."""

    parsed: ParsedReply
    content_hash: str
    parse: str
    parse_hash: str

    @property
    def source(self) -> str:
        """Return where the reply comes from."""
        return self.parsed.reply.source

    @classmethod
    def of(cls, parsed: ParsedReply) -> Arrival:
        """Hash a parsed reply.

        :raises UnreadableFile: where a text holds a character that SQLite can't keep.
        :raises ValueError: where a passage is not the span of the text that it says it is.
        """
        reply = parsed.reply
        for passage in parsed.passages:
            if not passage.text or not passage.stands_in(reply):
                raise ValueError(f"{reply.source}: text[{passage.start}:{passage.end}] is another")
        try:
            content_hash = digest(reply.text, reply.question)
            parse = encode_parse(parsed)
            parse_hash = digest(content_hash, parse)
        except UnicodeEncodeError as error:
            raise UnreadableFile(reply.source, _BAD_CHARACTERS) from error
        if "\0" in reply.text:
            raise UnreadableFile(reply.source, _BAD_CHARACTERS)
        return cls(parsed, content_hash, parse, parse_hash)


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables, within a transaction that the caller has begun."""

    connection: sqlite3.Connection

    def known_source(self, arrival: Arrival, file: FileLoad) -> sqlite3.Row | None:
        """Return the source that this was when the file was last read."""
        reply = arrival.parsed.reply
        # Two searches, each by its index: with OR, SQLite reads all sources of the file.
        row: sqlite3.Row | None = self.connection.execute(
            "SELECT * FROM sources WHERE load < :load AND number IN ("
            " SELECT number FROM sources WHERE file = :file AND parse_hash = :hash UNION ALL"
            " SELECT number FROM sources WHERE file = :file AND declared_id = :id)"
            " ORDER BY parse_hash = :hash DESC, uri = :uri DESC, number LIMIT 1",
            {
                "file": file.uri,
                "load": file.number,
                "hash": arrival.parse_hash,
                "id": reply.id,
                "uri": reply.source,
            },
        ).fetchone()
        return row

    def holder(self, arrival: Arrival) -> str | None:
        """Return the id of the reply that has this content already."""
        row = self.connection.execute(
            "SELECT id FROM replies WHERE content_hash = ?", (arrival.content_hash,)
        ).fetchone()
        return None if row is None else row["id"]

    def free_id(self, arrival: Arrival) -> str:
        """Return the declared id, or where another reply has it, one made from the source."""
        reply = arrival.parsed.reply
        wanted, salt = reply.id, reply.source
        while self.connection.execute("SELECT 1 FROM replies WHERE id = ?", (wanted,)).fetchone():
            wanted = hashlib.sha256(salt.encode()).hexdigest()[:12]
            salt += arrival.content_hash
        return wanted

    def insert_reply(self, arrival: Arrival, reply_id: str) -> None:
        """Insert a reply with its looked-up values and its passages."""
        reply = arrival.parsed.reply
        self.connection.execute(
            "INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                reply_id,
                reply.text,
                reply.question,
                reply.source,
                encode_fields(reply.fields),
                encode_redactions(reply.redactions),
                reply.value(FieldName.DATE),
                year_of(reply),
                len(reply.text),
                arrival.content_hash,
                now(),
            ),
        )
        self.connection.executemany(
            "INSERT OR IGNORE INTO field_values VALUES (?, ?, ?)",
            [
                (f.name.value, redact(f.value), reply_id)
                for f in reply.fields
                if f.name in LOOKED_UP_FIELDS
            ],
        )
        self.connection.executemany(
            "INSERT INTO passages (reply_id, start, stop, heading_path, role)"
            " VALUES (?, ?, ?, ?, ?)",
            [
                (reply_id, p.start, p.end, encode_heading_path(p.heading_path), p.role.value)
                for p in arrival.parsed.passages
            ],
        )

    def delete_reply(self, reply_id: str) -> Reply:
        """Delete a reply, leaving its sources to the caller; return what it was."""
        row = self.connection.execute(
            "DELETE FROM replies WHERE id = ? RETURNING *", (reply_id,)
        ).fetchone()
        return decode_reply(row)

    def marks(self, reply_id: str) -> list[Field]:
        """Return the disclosure mark of a reply, or none."""
        fields = self._fields(reply_id)
        return [field for field in fields if field.name is FieldName.DISCLOSURE]

    def set_mark(self, reply_id: str, marks: Sequence[Field]) -> None:
        """Give a reply this disclosure mark, or none, in place of its own.

        The indexes keep marks with passages, which never change: so they get new keys.
        """
        fields = self._fields(reply_id)
        own = [field for field in fields if field.name is FieldName.DISCLOSURE]
        if [field.value for field in own] == [field.value for field in marks]:
            return
        others = (field for field in fields if field.name is not FieldName.DISCLOSURE)
        self.connection.execute(
            "UPDATE replies SET fields = ? WHERE id = ?",
            (encode_fields((*others, *marks)), reply_id),
        )
        name = FieldName.DISCLOSURE.value
        self.connection.execute(
            "DELETE FROM field_values WHERE reply_id = ? AND name = ?", (reply_id, name)
        )
        self.connection.executemany(
            "INSERT INTO field_values VALUES (?, ?, ?)",
            [(name, str(field.value), reply_id) for field in marks],
        )
        last = self.connection.execute("SELECT max(key) FROM passages").fetchone()[0]
        self.connection.execute(
            "INSERT INTO passages (reply_id, start, stop, heading_path, role)"
            " SELECT reply_id, start, stop, heading_path, role FROM passages"
            " WHERE reply_id = ? ORDER BY key",
            (reply_id,),
        )
        self.connection.execute(
            "DELETE FROM passages WHERE reply_id = ? AND key <= ?", (reply_id, last)
        )

    def _fields(self, reply_id: str) -> tuple[Field, ...]:
        row = self.connection.execute(
            "SELECT fields FROM replies WHERE id = ?", (reply_id,)
        ).fetchone()
        return decode_fields(row["fields"])

    def insert_source(
        self, arrival: Arrival, file: FileLoad, reply_id: str, parse: str | None
    ) -> None:
        """Insert a source; `parse` only where it is a duplicate of another source's reply."""
        reply = arrival.parsed.reply
        self.connection.execute(
            "INSERT INTO sources (file, uri, declared_id, parse_hash, reply_id, parse, load,"
            " loaded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                file.uri,
                reply.source,
                reply.id,
                arrival.parse_hash,
                reply_id,
                parse,
                file.number,
                now(),
            ),
        )

    def delete_source(self, number: int) -> None:
        """Delete a source, leaving its reply to the caller."""
        self.connection.execute("DELETE FROM sources WHERE number = ?", (number,))


def check_name(name: str) -> None:
    """Refuse a file name that is not text, as file systems allow.

    :raises UnreadableFile: asking for another name.
    """
    readable = name.encode("utf-8", "replace").decode()
    if readable != name:
        raise UnreadableFile(readable, "文件名有误（不是合法的文字编码），请改名后重新载入")


def now() -> str:
    """Return the time as ISO 8601, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


_BAD_CHARACTERS = "文字中有无法保存的字符（编码有误），请转存为 UTF-8 后重新载入"
