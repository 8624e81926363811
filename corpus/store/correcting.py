"""Correct fields by hand, take that back, and list what wants looking at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from corpus.clock import now
from corpus.errors import InputError
from corpus.store.changes import FieldChange, list_changes, note_change
from corpus.store.corrections import EXPECTED, find_doubts
from corpus.store.database import Connection, Database, Row, or_replace
from corpus.store.encoding import (
    decode_correction,
    decode_parsed,
    decode_reply,
    encode_correction,
)
from corpus.store.listing import NEWEST_FIRST
from corpus.store.selection import IN_LIST, as_list
from corpus.store.tables import Tables, unknown_replies
from corpus.types import UNSURE, Correction, Disclosure, FieldName, Kind, Reply


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Some replies of a longer list, each with what was corrected of it; `total` counts it all."""

    total: int
    replies: tuple[tuple[Reply, tuple[Correction, ...]], ...]


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """How many of the replies that wanted looking at have been looked at: `done` of `total`."""

    done: int
    total: int


class Corrections:
    """What people corrected in the replies of one library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def correct(
        self, reply_id: str, values: Mapping[FieldName, tuple[str, ...]], by: str = ""
    ) -> None:
        """Give fields of a reply these values, whatever was found; no values: there is none.

        Values are kept as they are.

        :param by: who does.

        :raises NotFound: where there is no reply of that id.
        """
        with self._database.transaction() as connection:
            row = _find(connection, reply_id)
            parsed = decode_parsed(row)
            made = [
                Correction(name, given, parsed.values(name), now(), row["content_hash"])
                for name, given in values.items()
            ]
            shown = decode_reply(row)
            for c in made:
                change = FieldChange(0, c.name, c.at, by, shown.values(c.name), c.values)
                note_change(connection, reply_id, change)
            connection.executemany(
                f"INSERT INTO corrections VALUES (?, ?, ?, ?, ?, 1) {_ANEW}",
                [(reply_id, c.name.value, encode_correction(c), c.content, c.at) for c in made],
            )
            Tables(connection).rewrite(row, parsed)

    def undo(self, reply_id: str, names: Collection[FieldName] = (), by: str = "") -> None:
        """Take back the corrections of these fields, of all where none is named.

        :param by: who does.

        :raises NotFound: where there is no reply of that id.
        :raises InputError: where nothing of it was corrected.
        """
        with self._database.transaction() as connection:
            row = _find(connection, reply_id)
            wanted = as_list(name.value for name in names or FieldName)
            undone = connection.execute(
                f"DELETE FROM corrections WHERE reply_id = ? AND name IN ({IN_LIST})"
                " RETURNING name",
                (reply_id, wanted),
            ).fetchall()
            if not undone:
                raise InputError(f"答复 {reply_id} 没有可以撤销的更正。")
            shown = decode_reply(row)
            for name in sorted(FieldName(each["name"]) for each in undone):
                change = FieldChange(0, name, now(), by, shown.values(name), None)
                note_change(connection, reply_id, change)
            Tables(connection).rewrite(row, decode_parsed(row))

    def history(self, reply_id: str) -> tuple[FieldChange, ...]:
        """Return what was changed of a reply, the last change first."""
        with self._database.reading() as connection:
            return list_changes(connection, reply_id)

    def found(self, reply_id: str) -> Reply:
        """Return a reply as it was read, before any correction.

        :raises NotFound: where there is none of that id.
        """
        with self._database.reading() as connection:
            return decode_parsed(_find(connection, reply_id))

    def of(self, reply_ids: Iterable[str]) -> dict[str, tuple[Correction, ...]]:
        """Return what was corrected of these replies, in the order of the fields' names."""
        with self._database.reading() as connection:
            return _read(connection, reply_ids)

    def doubtful(self, limit: int, offset: int = 0) -> ReviewPage:
        """Return a page of the replies that `find_doubts` has doubts of, newest first."""
        return self._page(_DOUBTFUL, limit, offset)

    def corrected(self, limit: int, offset: int = 0) -> ReviewPage:
        """Return a page of the replies of which anything was corrected, newest first."""
        return self._page("r.parsed IS NOT NULL", limit, offset)

    def progress(self) -> ReviewProgress:
        """Say how far looking at doubtful replies has come."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT * FROM replies WHERE parsed IS NOT NULL").fetchall()
            corrections = _read(connection, [row["id"] for row in rows])
            done = sum(
                bool(find_doubts(decode_parsed(row), ()))
                and not find_doubts(decode_reply(row), corrections[row["id"]])
                for row in rows
            )
            return ReviewProgress(done, done + _count(connection, _DOUBTFUL))

    def _page(self, condition: str, limit: int, offset: int) -> ReviewPage:
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT r.* FROM replies AS r WHERE {condition}"
                f" ORDER BY {NEWEST_FIRST} LIMIT ? OFFSET ?",
                (limit, offset),
            ).fetchall()
            corrections = _read(connection, [row["id"] for row in rows])
            listed = ((decode_reply(row), corrections.get(row["id"], ())) for row in rows)
            return ReviewPage(_count(connection, condition), tuple(listed))


def _lacks(*names: FieldName) -> str:
    listed = ", ".join(f"'{name.value}'" for name in names)
    return f"r.id NOT IN (SELECT reply_id FROM field_values WHERE name IN ({listed}))"


def _has(name: FieldName, value: str) -> str:
    return (
        "r.id IN (SELECT reply_id FROM field_values"
        f" WHERE name = '{name.value}' AND value = '{value}')"
    )


def _unsettled(name: FieldName, condition: str) -> str:
    return (
        f"({condition} AND NOT EXISTS (SELECT 1 FROM corrections AS c"
        f" WHERE c.reply_id = r.id AND c.name = '{name.value}' AND c.holds = 1))"
    )


_DOUBTFUL = " OR ".join(
    [
        *(_unsettled(name, _lacks(name)) for name in EXPECTED if name is not FieldName.TITLE),
        _unsettled(FieldName.TITLE, _lacks(FieldName.TITLE, FieldName.MATTER_TITLE)),
        _unsettled(FieldName.KIND, _lacks(FieldName.KIND)),
        _unsettled(FieldName.KIND, _has(FieldName.KIND, Kind.OTHER)),
        _unsettled(FieldName.DISCLOSURE, _has(FieldName.DISCLOSURE, Disclosure.UNCLEAR)),
        _unsettled(FieldName.MEDIUM, _has(FieldName.MEDIUM, UNSURE)),
        "r.id IN (SELECT reply_id FROM corrections WHERE holds = 0)",
    ]
)
"""`find_doubts` in SQL, on the table `replies AS r`."""


_ANEW = or_replace("reply_id, name", "correction", "content_hash", "corrected_at", "holds")


def _find(connection: Connection, reply_id: str) -> Row:
    row: Row | None = connection.execute(
        "SELECT * FROM replies WHERE id = ?", (reply_id,)
    ).fetchone()
    if row is None:
        raise unknown_replies([reply_id])
    return row


def _read(connection: Connection, reply_ids: Iterable[str]) -> dict[str, tuple[Correction, ...]]:
    rows = connection.execute(
        f"SELECT * FROM corrections WHERE reply_id IN ({IN_LIST}) ORDER BY reply_id, name",
        (as_list(reply_ids),),
    )
    found: dict[str, tuple[Correction, ...]] = {}
    for row in rows:
        found[row["reply_id"]] = (*found.get(row["reply_id"], ()), decode_correction(row))
    return found


def _count(connection: Connection, condition: str) -> int:
    return int(
        connection.execute(f"SELECT count(*) FROM replies AS r WHERE {condition}").fetchone()[0]
    )
