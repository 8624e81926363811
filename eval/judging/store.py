"""Judgments and pools, in a database of their own beside the library."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.clock import now
from corpus.errors import NotFound
from corpus.store.database import Connection, Database, Row
from corpus.store.encoding import digest
from corpus.store.opening import open_database
from corpus.store.selection import IN_LIST, as_kept, as_list
from eval.data.topics import Topic
from eval.judging.form import JUDGMENTS
from eval.judging.pool import Item, Judgment, Origin, Place, Pool


class JudgmentStore:
    """What was judged in one home, and what is to be judged.

    May be shared between threads and opened by several processes: each call that writes is one
    transaction, which a kill leaves done or undone.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, home: Path, address: str = "") -> JudgmentStore:
        """Open the judgments of a home folder, or create both.

        :param address: of the PostgreSQL that the library is in, where it is not in the folder.
        :raises HomeError: where they can't be used, or are of another format.
        """
        return cls(open_database(home, address, JUDGMENTS))

    @property
    def replaced(self) -> bool:
        """Whether the file is gone, or another stands in its place."""
        return self._database.replaced

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def __enter__(self) -> JudgmentStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Judgments

    def judge(self, topic: Topic, place: Place, judge: str, grade: int, origin: Origin) -> None:
        """Keep what a judge says of a place, instead of what the judge has said of it before."""
        with self._database.transaction() as connection:
            about = _put_topic(connection, topic), _put_place(connection, place), as_kept(judge)
            connection.execute(
                "DELETE FROM judgments WHERE query_id = ? AND place = ? AND judge = ?", about
            )
            connection.execute(
                "INSERT INTO judgments (query_id, place, judge, origin, grade, made)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*about, origin, grade, now()),
            )

    def withdraw(self, topic: Topic, place: Place, judge: str) -> None:
        """Forget what a judge has said of a place, if anything."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM judgments WHERE judge = ?"
                " AND query_id = (SELECT id FROM queries WHERE text = ?)"
                " AND place = (SELECT number FROM places WHERE reply_id = ? AND start = ?"
                " AND stop = ? AND content_hash = ?)",
                (
                    *(as_kept(judge), as_kept(topic.text)),
                    *(place.reply_id, place.start, place.end, place.content),
                ),
            )

    def judgments(self, judge: str | None = None) -> tuple[Judgment, ...]:
        """Return all judgments, or those of one judge, in the order they were made."""
        which, values = ("", ()) if judge is None else ("WHERE j.judge = ?", (as_kept(judge),))
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT j.judge, j.grade, j.origin, j.made, q.id AS query_id, q.text AS query, p.*"
                " FROM judgments AS j JOIN queries AS q ON q.id = j.query_id"
                f" JOIN places AS p ON p.number = j.place {which} ORDER BY j.number",
                values,
            )
            return tuple(
                Judgment(
                    topic=Topic(row["query_id"], row["query"]),
                    place=_place(row),
                    judge=row["judge"],
                    grade=row["grade"],
                    origin=Origin(row["origin"]),
                    made=row["made"],
                )
                for row in rows
            )

    def forget(self, contents: Collection[str]) -> None:
        """Leave no words of replies with these digests; what was judged still counts as done."""
        if not contents:
            return
        with self._database.transaction() as connection:
            rows = connection.execute(
                f"SELECT number, start, stop FROM places WHERE content_hash IN ({IN_LIST})",
                (as_list(contents),),
            ).fetchall()
            connection.executemany(
                "UPDATE places SET text = ? WHERE number = ?",
                [("＊" * (row["stop"] - row["start"]), row["number"]) for row in rows],
            )
        self._database.erase()

    # Pools

    def add_pool(
        self,
        name: str,
        settings: Mapping[str, Any],
        pooled: Iterable[tuple[Topic, Sequence[Place]]],
    ) -> int:
        """Keep what is to be judged, query by query; return the pool's number.

        A query whose text is known keeps the id it has; an id that another query has is followed
        by a digest of the text.
        """
        with self._database.transaction() as connection:
            number: int = connection.execute(
                "INSERT INTO pools (name, made, settings) VALUES (?, ?, ?) RETURNING number",
                (as_kept(name), now(), json.dumps(settings, ensure_ascii=False)),
            ).fetchone()[0]
            for position, (topic, places) in enumerate(pooled):
                query_id = _put_topic(connection, topic)
                connection.executemany(
                    "INSERT INTO pool_items (pool, position, query_id, place)"
                    " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    [
                        (number, position, query_id, _put_place(connection, place))
                        for place in places
                    ],
                )
            return number

    def delete_pool(self, number: int) -> None:
        """Delete a pool; what was judged stays."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM pools WHERE number = ?", (number,))

    def pools(self) -> tuple[Pool, ...]:
        """Return the pools, newest first."""
        with self._database.reading() as connection:
            done: dict[int, list[tuple[str, int]]] = {}
            for row in connection.execute(
                "SELECT i.pool, j.judge, count(*) FROM pool_items AS i JOIN judgments AS j"
                " ON j.query_id = i.query_id AND j.place = i.place AND j.origin = ?"
                " GROUP BY i.pool, j.judge ORDER BY count(*) DESC, j.judge",
                (Origin.JUDGING,),
            ):
                done.setdefault(row[0], []).append((row[1], row[2]))
            rows = connection.execute(
                "SELECT p.*, count(i.number) AS items, count(DISTINCT i.query_id) AS queries"
                " FROM pools AS p LEFT JOIN pool_items AS i ON i.pool = p.number"
                " GROUP BY p.number ORDER BY p.number DESC"
            )
            return tuple(
                Pool(
                    number=row["number"],
                    name=row["name"],
                    made=row["made"],
                    settings=json.loads(row["settings"]),
                    queries=row["queries"],
                    items=row["items"],
                    done=tuple(done.get(row["number"], ())),
                )
                for row in rows
            )

    def open_items(self, pool: int, judge: str) -> tuple[int, ...]:
        """Return the numbers of the items that a judge has yet to judge of a pool.

        Queries come in the order of the pool; the places of each are shuffled, for each judge
        otherwise, and always alike.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT i.position, i.number FROM pool_items AS i WHERE i.pool = ?"
                " AND NOT EXISTS (SELECT 1 FROM judgments AS j"
                " WHERE j.query_id = i.query_id AND j.place = i.place AND j.judge = ?)",
                (pool, judge),
            ).fetchall()
        shuffled = sorted((position, digest(judge, str(n)), n) for position, n in rows)
        return tuple(number for _, _, number in shuffled)

    def item(self, number: int) -> Item:
        """Return one item of a pool.

        :raises NotFound: where its pool was deleted.
        """
        with self._database.reading() as connection:
            row = connection.execute(f"{_ITEM} WHERE i.number = ?", (number,)).fetchone()
        if row is None:
            raise NotFound("这一批已被删除，请重新选择要判断的一批。")
        return _item(row)

    def last_item(self, pool: int, judge: str) -> Item | None:
        """Return what a judge judged last of a pool."""
        with self._database.reading() as connection:
            row = connection.execute(
                f"{_ITEM} JOIN judgments AS j ON j.query_id = i.query_id AND j.place = i.place"
                " WHERE i.pool = ? AND j.judge = ? ORDER BY j.number DESC LIMIT 1",
                (pool, judge),
            ).fetchone()
        return None if row is None else _item(row)


_ITEM = (
    "SELECT i.number AS item, q.id AS query_id, q.text AS query, p.*"
    " FROM pool_items AS i JOIN queries AS q ON q.id = i.query_id"
    " JOIN places AS p ON p.number = i.place"
)


def _put_topic(connection: Connection, topic: Topic) -> str:
    """Return the id of a query, which it is given where it is new."""
    text = as_kept(topic.text)
    known = connection.execute("SELECT id FROM queries WHERE text = ?", (text,)).fetchone()
    if known:
        return str(known[0])
    taken = connection.execute("SELECT 1 FROM queries WHERE id = ?", (topic.id,)).fetchone()
    query_id = f"{topic.id}-{digest(text)[:8]}" if taken else topic.id
    connection.execute("INSERT INTO queries VALUES (?, ?)", (query_id, text))
    return query_id


def _put_place(connection: Connection, place: Place) -> int:
    key = (place.reply_id, place.start, place.end, place.content)
    connection.execute(
        "INSERT INTO places (reply_id, start, stop, content_hash, text)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (*key, place.text),
    )
    row = connection.execute(
        "SELECT number FROM places"
        " WHERE reply_id = ? AND start = ? AND stop = ? AND content_hash = ?",
        key,
    ).fetchone()
    return int(row[0])


def _place(row: Row) -> Place:
    return Place(row["reply_id"], row["start"], row["stop"], row["text"], row["content_hash"])


def _item(row: Row) -> Item:
    return Item(row["item"], Topic(row["query_id"], row["query"]), _place(row))
