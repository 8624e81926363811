"""Write single rows of the store's tables; what a load means is decided in `loading`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.clock import now
from corpus.errors import NotFound, UnreadableFile
from corpus.fields.disclosure import marks_in
from corpus.files import id_of_source
from corpus.store.arrival import Arrival, FileLoad, come_back
from corpus.store.corrections import correct, still_holds
from corpus.store.database import Connection, Row, or_replace
from corpus.store.encoding import (
    decode_correction,
    decode_parsed,
    dump,
    encode_fields,
    encode_findings,
    encode_lines,
    encode_redactions,
)
from corpus.store.following import note_gone
from corpus.store.selection import LOOKED_UP_FIELDS, year_of
from corpus.text.redact import redact_about
from corpus.types import Correction, Field, FieldName, Original, Passage, Reply

_IMPERSONAL = frozenset(
    {
        *(FieldName.KIND, FieldName.OUTCOME, FieldName.DISCLOSURE, FieldName.ROLE),
        *(FieldName.DATE, FieldName.ASKED, FieldName.MEDIUM),
    }
)
"""Fields of which every value is one of a few, or a date."""


def _looked_up(reply: Reply, field: Field) -> str:
    return field.value if field.name in _IMPERSONAL else redact_about(reply, field.value)


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables, within a transaction that the caller has begun."""

    connection: Connection

    def known_source(self, arrival: Arrival, file: FileLoad) -> Row | None:
        """Return the source that this was when the file was last read."""
        if file.number == 1:
            return None
        reply = arrival.parsed.reply
        # Two searches, each by its index: with OR, SQLite reads all sources of the file.
        row: Row | None = self.connection.execute(
            "SELECT * FROM sources WHERE load < ? AND number IN ("
            " SELECT number FROM sources WHERE file = ? AND parse_hash = ? UNION ALL"
            " SELECT number FROM sources WHERE file = ? AND declared_id = ?)"
            " ORDER BY parse_hash = ? DESC, uri = ? DESC, number LIMIT 1",
            (
                *(file.number, file.uri, arrival.parse_hash, file.uri, reply.id),
                *(arrival.parse_hash, reply.source),
            ),
        ).fetchone()
        return row

    def holder(self, arrival: Arrival) -> str | None:
        """Return the id of the reply that has this content already."""
        row = self.connection.execute(
            "SELECT id FROM replies WHERE content_hash = ?", (arrival.content_hash,)
        ).fetchone()
        return None if row is None else row["id"]

    def free_id(self, reply: Reply, content_hash: str) -> str:
        """Return a reply's id, or where another one has it, one made from its source."""
        wanted, salt = reply.id, reply.source
        while self.connection.execute("SELECT 1 FROM replies WHERE id = ?", (wanted,)).fetchone():
            wanted = id_of_source(salt)
            salt += content_hash
        return wanted

    def insert_reply(self, arrival: Arrival, reply_id: str, known: bool = False) -> None:
        """Insert a reply with its looked-up values and its passages.

        :param known: whether there may be corrections of it.
        """
        parsed = arrival.parsed.reply
        content = arrival.content_hash
        known = come_back(self.connection, content, reply_id) or known
        corrections = self.renew_corrections(reply_id, parsed, content) if known else ()
        reply = correct(parsed, corrections) if corrections else parsed
        self.connection.execute(
            "INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                encode_findings(parsed) if corrections else None,
            ),
        )
        self.insert_values(reply_id, reply)
        self.put_original(reply_id, arrival.parsed.original)
        self.insert_passages(reply_id, arrival.parsed.passages)

    def insert_passages(self, reply_id: str, passages: Iterable[Passage]) -> None:
        """Insert the passages of a reply."""
        self.connection.executemany(
            "INSERT INTO passages (reply_id, start, stop, heading_path, role)"
            " VALUES (?, ?, ?, ?, ?)",
            [(reply_id, p.start, p.end, dump(p.heading_path), p.role.value) for p in passages],
        )

    def rewrite(self, row: Row, parsed: Reply) -> None:
        """Write anew all that follows from what was found in a reply and what was corrected of it.

        :param row: its row of `replies`.
        """
        corrections = self.renew_corrections(parsed.id, parsed, row["content_hash"])
        reply = correct(parsed, corrections)
        self.connection.execute(
            "UPDATE replies SET fields = ?, redactions = ?, date = ?, year = ?, parsed = ?"
            " WHERE id = ?",
            (
                encode_fields(reply.fields),
                encode_redactions(reply.redactions),
                reply.value(FieldName.DATE),
                year_of(reply),
                encode_findings(parsed) if corrections else None,
                parsed.id,
            ),
        )
        for table in ("field_values", "statements_read"):
            self.connection.execute(f"DELETE FROM {table} WHERE reply_id = ?", (parsed.id,))
        self.insert_values(parsed.id, reply)
        self.renew_passages(parsed.id)

    def insert_values(self, reply_id: str, reply: Reply) -> None:
        """Insert the values that a reply is looked up by."""
        self.connection.executemany(
            "INSERT INTO field_values VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (f.name.value, _looked_up(reply, f), reply_id)
                for f in reply.fields
                if f.name in LOOKED_UP_FIELDS
            ],
        )

    def put_original(self, reply_id: str, original: Original | None) -> None:
        """Note the pages that a reply was read from, where there are any."""
        if original is not None:
            self.connection.execute(
                f"INSERT INTO originals VALUES (?, ?, ?) {_ANEW}",
                (reply_id, original.digest, encode_lines(original.lines)),
            )

    def corrections(self, reply_id: str) -> tuple[Correction, ...]:
        """Return what was corrected of a reply, in the order of the fields' names."""
        rows = self.connection.execute(
            "SELECT * FROM corrections WHERE reply_id = ? ORDER BY name", (reply_id,)
        )
        return tuple(map(decode_correction, rows))

    def renew_corrections(
        self, reply_id: str, parsed: Reply, content_hash: str
    ) -> tuple[Correction, ...]:
        """Look whether the corrections of a reply hold for what it is now, and return them."""
        renewed = tuple(
            replace(each, holds=still_holds(each, parsed, content_hash))
            for each in self.corrections(reply_id)
        )
        self.connection.executemany(
            "UPDATE corrections SET holds = ? WHERE reply_id = ? AND name = ?",
            [(int(each.holds), reply_id, each.name.value) for each in renewed],
        )
        return renewed

    def renew_passages(self, reply_id: str) -> None:
        """Give the passages of a reply new keys, so that indexes take them in anew."""
        newest = self.connection.execute(
            "SELECT max(key) FROM passages WHERE reply_id = ?", (reply_id,)
        ).fetchone()[0]
        self.connection.execute(
            "INSERT INTO passages (reply_id, start, stop, heading_path, role)"
            " SELECT reply_id, start, stop, heading_path, role FROM passages"
            " WHERE reply_id = ? ORDER BY start",
            (reply_id,),
        )
        note_gone(self.connection, reply_id, newest)
        self.connection.execute(
            "DELETE FROM passages WHERE reply_id = ? AND key <= ?", (reply_id, newest)
        )

    def copy_corrections(self, reply_id: str, other: str) -> None:
        """Give a reply that is yet to be inserted what was corrected of another."""
        if reply_id != other:
            self.connection.execute(
                "INSERT INTO corrections SELECT ?, name, correction, content_hash, corrected_at,"
                " holds FROM corrections WHERE reply_id = ?",
                (reply_id, other),
            )
            self.connection.execute(
                "INSERT INTO changes (reply_id, name, changed_at, changed_by, before, after) SELECT"
                " ?, name, changed_at, changed_by, before, after FROM changes WHERE reply_id = ?",
                (reply_id, other),
            )

    def forget_corrections(self, reply_id: str) -> None:
        """Delete the corrections of a reply that is no longer there."""
        for table in ("corrections", "changes"):
            self.connection.execute(
                f"DELETE FROM {table} WHERE reply_id = ?"
                " AND NOT EXISTS (SELECT 1 FROM replies WHERE id = ?)",
                (reply_id, reply_id),
            )

    def delete_reply(self, reply_id: str) -> Reply:
        """Delete a reply; return what was found in it, before it was corrected.

        Its sources and corrections are left to the caller.
        """
        note_gone(self.connection, reply_id)
        row = self.connection.execute(
            "DELETE FROM replies WHERE id = ? RETURNING *", (reply_id,)
        ).fetchone()
        return decode_parsed(row)

    def marks(self, reply_id: str) -> list[Field]:
        """Return the disclosure mark that was found on a reply, or none."""
        return marks_in(decode_parsed(self._row(reply_id)).fields)

    def set_mark(self, reply_id: str, marks: Sequence[Field]) -> None:
        """Give a reply this disclosure mark, or none, in place of the one that was found.

        The indexes keep marks with passages, which never change: so they get new keys.
        """
        own = self.marks(reply_id)
        if [field.value for field in own] == [field.value for field in marks]:
            return
        row = self._row(reply_id)
        parsed = decode_parsed(row)
        others = (field for field in parsed.fields if field.name is not FieldName.DISCLOSURE)
        self.rewrite(row, replace(parsed, fields=(*others, *marks)))

    def _row(self, reply_id: str) -> Row:
        row: Row = self.connection.execute(
            "SELECT * FROM replies WHERE id = ?", (reply_id,)
        ).fetchone()
        return row

    def insert_source(
        self, arrival: Arrival, file: FileLoad, reply_id: str, parse: str | None
    ) -> None:
        """Insert a source; `parse` only where it is a duplicate of another source's reply."""
        reply = arrival.parsed.reply
        self.connection.execute(
            "INSERT INTO sources (file, uri, declared_id, parse_hash, reply_id, parse, load,"
            " loaded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(file.uri, reply.source, reply.id, arrival.parse_hash),
                *(reply_id, parse, file.number, now()),
            ),
        )

    def delete_source(self, number: int) -> None:
        """Delete a source, leaving its reply to the caller."""
        self.connection.execute("DELETE FROM sources WHERE number = ?", (number,))


_ANEW = or_replace("reply_id", "digest", "lines")


def check_name(name: str) -> None:
    """Refuse a file name that is not text, as file systems allow.

    :raises UnreadableFile: asking for another name.
    """
    readable = name.encode("utf-8", "replace").decode()
    if readable != name:
        raise UnreadableFile(readable, "文件名有误（不是合法的文字编码），请改名后重新载入")


def unknown_replies(reply_ids: Iterable[str]) -> NotFound:
    """Make the error that names ids of which there is no reply."""
    return NotFound(f"没有这些编号的答复：{'、'.join(reply_ids)}。请先列出答复，再按编号取。")
