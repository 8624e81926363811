"""What was put away: kept whole, in no table that anything else reads, until it is wanted again.

A reply is taken out of all other tables at once, so that whatever looks there finds nothing of it
without having to know of this one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corpus.clock import now
from corpus.errors import NotFound
from corpus.store.database import Connection, Database
from corpus.store.encoding import decode_reply, dump
from corpus.store.loading import Loader
from corpus.store.removing import insert_removal
from corpus.store.selection import IN_LIST, as_list
from corpus.store.tables import Tables, unknown_replies
from corpus.types import Reply

KEPT = ("passages", "originals", "sources", "corrections", "changes")
"""The tables that are kept of a reply, beside its own row."""

BinRow = tuple[Any, ...]
"""A row of the table `bin`."""

_NUMBERED = {"passages": "key", "sources": "number", "changes": "number"}
"""Their columns that are given anew: no index may know a key from before."""


@dataclass(frozen=True, slots=True)
class PutAway:
    """A reply that was put away; `at` is ISO 8601, in UTC."""

    reply: Reply
    at: str


class Bin:
    """The replies of one library that were put away; shared between threads as the store is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_away(self, reply_ids: Collection[str], at: str = "") -> tuple[str, ...]:
        """Take replies out of the library, with all that is known of them; return their ids.

        :param at: when that was; now, if not given.
        :raises NotFound: naming all unknown ids; nothing is then put away.
        """
        wanted = tuple(dict.fromkeys(reply_ids))
        with self._database.transaction() as connection:
            rows = {id: _select(connection, "replies", "id", id) for id in wanted}
            if unknown := [id for id, found in rows.items() if not found]:
                raise unknown_replies(unknown)
            for id, (row,) in rows.items():
                kept = {name: _select(connection, name, "reply_id", id) for name in KEPT}
                files = sorted({source["file"] for source in kept["sources"]})
                connection.execute("DELETE FROM bin WHERE reply_id = ?", (id,))
                connection.execute(
                    "INSERT INTO bin VALUES (?, ?, ?, ?, ?)",
                    (id, row["content_hash"], at or now(), dump(files), dump([row, kept])),
                )
                Loader(connection).remove(id)
        return wanted

    def bring_back(self, reply_ids: Collection[str]) -> tuple[str, ...]:
        """Put replies back as they were; return their ids, which are others where those are taken.

        :raises NotFound: naming all that were not put away; nothing is then brought back.
        """
        with self._database.transaction() as connection:
            return tuple(_put_back(connection, *each) for each in _find(connection, reply_ids))

    def list_all(self) -> tuple[PutAway, ...]:
        """Return what was put away, the last first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT kept, put_away_at FROM bin ORDER BY put_away_at DESC, reply_id"
            )
            return tuple(
                PutAway(decode_reply(json.loads(row["kept"])[0]), row["put_away_at"])
                for row in rows
            )

    def find(self, reply_ids: Iterable[str]) -> dict[str, Reply]:
        """Return the replies of these ids that were put away."""
        wanted = set(reply_ids)
        return {each.reply.id: each.reply for each in self.list_all() if each.reply.id in wanted}

    def put_away_before(self, at: str) -> tuple[str, ...]:
        """Return the ids of replies that were put away before a time."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT reply_id FROM bin WHERE put_away_at < ? ORDER BY reply_id", (at,)
            )
            return tuple(row[0] for row in rows)

    def rows(self) -> tuple[BinRow, ...]:
        """Return all that was put away, for another library to put away again."""
        with self._database.reading() as connection:
            return tuple(tuple(row) for row in connection.execute("SELECT * FROM bin"))

    def put_away_again(self, rows: Iterable[BinRow]) -> None:
        """Put away what was put away elsewhere, as it was there; all else that was is kept."""
        with self._database.transaction() as connection:
            for row in rows:
                found = connection.execute(
                    "SELECT id FROM replies WHERE content_hash = ?", (row[1],)
                ).fetchone()
                if found:
                    self.put_away([found["id"]], row[2])
                elif not connection.execute(
                    "SELECT 1 FROM bin WHERE content_hash = ? OR reply_id = ?", (row[1], row[0])
                ).fetchone():
                    connection.execute("INSERT INTO bin VALUES (?, ?, ?, ?, ?)", row)

    def contents(self) -> frozenset[str]:
        """Return the digests of all that was put away."""
        with self._database.reading() as connection:
            return frozenset(row[0] for row in connection.execute("SELECT content_hash FROM bin"))

    def drop(self, reply_ids: Collection[str], traces: Mapping[str, str]) -> tuple[str, ...]:
        """Remove for good what was put away; return the ids.

        :param traces: what `removals` is to keep of each.
        :raises NotFound: naming all that were not put away; nothing is then removed.
        """
        with self._database.transaction() as connection:
            for id, row, _ in _find(connection, reply_ids):
                insert_removal(connection, id, row["content_hash"], now(), traces.get(id, ""))
                connection.execute(  # so that whoever loads them again has it again
                    "UPDATE files SET hash = NULL WHERE uri IN"
                    " (SELECT f.value FROM bin, json_each(bin.files) AS f WHERE bin.reply_id = ?)",
                    (id,),
                )
                connection.execute("DELETE FROM bin WHERE reply_id = ?", (id,))
        return tuple(dict.fromkeys(reply_ids))


Values = dict[str, Any]
"""A row by its columns' names."""


def _select(connection: Connection, table: str, column: str, value: str) -> list[Values]:
    rows = connection.execute(f"SELECT * FROM {table} WHERE {column} = ?", (value,))
    return [dict(row) for row in rows]


def _find(
    connection: Connection, reply_ids: Collection[str]
) -> list[tuple[str, Values, dict[str, list[Values]]]]:
    """Return what was put away: each id, the reply's own row, and those of the other tables.

    :raises NotFound: naming all that were not.
    """
    rows = connection.execute(
        f"SELECT reply_id, kept FROM bin WHERE reply_id IN ({IN_LIST})", (as_list(reply_ids),)
    )
    found = {row["reply_id"]: json.loads(row["kept"]) for row in rows}
    if unknown := [id for id in reply_ids if id not in found]:
        raise NotFound(f"回收站里没有这些编号的答复：{'、'.join(unknown)}。用 dafu bin 查看。")
    return [(id, *found[id]) for id in dict.fromkeys(reply_ids)]


def _put_back(
    connection: Connection, reply_id: str, row: Values, kept: dict[str, list[Values]]
) -> str:
    tables, reply = Tables(connection), decode_reply(row)
    new_id = tables.free_id(reply, row["content_hash"])
    _insert(connection, "replies", {**row, "id": new_id})
    for source in kept["sources"]:
        connection.execute(
            "INSERT INTO files VALUES (?, NULL, 1, ?) ON CONFLICT DO NOTHING",
            (source["file"], now()),
        )
    for table in KEPT:
        for each in kept[table]:
            numbered = _NUMBERED.get(table)
            values = {name: value for name, value in each.items() if name != numbered}
            _insert(connection, table, {**values, "reply_id": new_id})
    tables.insert_values(new_id, reply)
    connection.execute("DELETE FROM bin WHERE reply_id = ?", (reply_id,))
    return new_id


def _insert(connection: Connection, table: str, values: Values) -> None:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))
