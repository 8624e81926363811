"""The vectors of passages that all over one library share, in its database: each is made once.

They lie in a schema of their own beside the library. Nothing there can't be made again, but a
vector tells of the text that it was made of, so it goes when its passage goes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np

from corpus.store.database import Connection, Database, or_replace
from corpus.store.form import Form
from corpus.store.selection import IN_KEYS, as_list
from corpus.store.store import Store
from index.models.embed import Embedder
from index.models.static import Vectors
from index.stores.encoder_input import made_by
from index.stores.keys import NONE, Keys, held

LOGGER = logging.getLogger(__name__)

VECTORS = Form(
    "共用的语义向量", Path(__file__).with_name("vectors.sql"), 0x44616656, 1, room="vectors"
)
"""Its application_id is "DafV" in ASCII."""

AT_ONCE = 2_000
"""Vectors that are fetched or given at once: 1.5 MB."""

UNUSED = 24 * 3600.0
"""Seconds after which the vectors of an encoder that nobody has asked for go, once another has read
everything. Two encoders in use over one library keep theirs."""

_TOUCHED = 3600.0
"""Seconds after which it is noted again that an encoder is in use."""


class SharedVectors:
    """The vectors of one encoder, and who reads what; to be used by one thread at a time.

    `known` are the keys, ascending, of which there were vectors when it was last followed.
    `begun` counts how often that began anew, because vectors had gone.
    """

    def __init__(
        self,
        store: Store,
        encoder: Embedder,
        database: Database,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Share the vectors of an encoder through a database beside that of the store."""
        self.store, self.database, self.now = store, database, now
        self.known: Keys = NONE
        self.begun = 0
        self._made_by, self._dimension = made_by(encoder), encoder.dimension
        self._seen: tuple[int | None, int] = (None, 0)  # the encoder's number, the last vector's
        self._touched = 0.0

    @classmethod
    def open(cls, store: Store, encoder: Embedder) -> SharedVectors:
        """Open what lies beside a shared library; create it where it is not there.

        :raises HomeError: where it can't be used, or may not be created.
        """
        return cls(store, encoder, store.database.beside(VECTORS))

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def follow(self) -> Keys:
        """See what others have made since; return the keys of that, ascending."""
        with self.database.reading() as connection:
            encoder, (_, seen) = self._find(connection), self._seen
            last = connection.execute("SELECT max(number) FROM vectors").fetchone()[0] or 0
            if encoder != self._seen[0] or last < seen:
                self.known, self.begun, seen = NONE, self.begun + 1, 0
            came = NONE
            if last > seen and encoder is not None:
                came = self.database.numbers(
                    "SELECT key AS number FROM vectors WHERE encoder = ? AND number > ?"
                    " AND number <= ?",
                    (encoder, seen, last),
                )
            self._seen = (encoder, last)
        came = np.unique(came)
        came = came[~held(self.known, came)]
        self.known = np.insert(self.known, np.searchsorted(self.known, came), came)
        return came

    def fetch(self, keys: Keys) -> tuple[Keys, Vectors]:
        """Return the vectors that are there of these passages, with their keys.

        Those of other passages, that had the same keys, are deleted, and no longer known once it is
        followed again.
        """
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT key, mark, halves FROM vectors"
                f" WHERE encoder = ? AND key IN ({IN_KEYS}) ORDER BY key",
                (self._seen[0], as_list(keys.tolist())),
            ).fetchall()
        marks = self.store.following.marks(row[0] for row in rows)
        found, halves, wrong = [], [], []
        for key, mark, row in rows:
            if key not in marks:
                continue  # it has gone since, and so will its vector
            if mark != marks[key] or len(row) != 2 * self._dimension:
                wrong.append(key)
            else:
                found.append(key)
                halves.append(row)
        vectors = np.frombuffer(b"".join(halves), "<f2").reshape(-1, self._dimension)
        if wrong:
            LOGGER.warning("共用的语义向量里有 %d 段不是这个文库的，要重新读", len(wrong))
            self.forget(np.array(wrong, np.int64))
            self._seen = (None, 0)  # so that these are no longer known
        return np.array(found, np.int64), vectors.astype(np.float32)

    def put(self, made: Mapping[int, Vectors]) -> None:
        """Give what was made of passages, by their keys; of what has gone nothing is kept."""
        with self.database.transaction() as connection:
            marks = self.store.following.marks(made)
            encoder = self.enter(connection)
            connection.executemany(
                "INSERT INTO vectors (encoder, key, mark, halves) VALUES (?, ?, ?, ?) "
                + or_replace("key, encoder", "mark", "halves"),
                [
                    (encoder, key, marks[key], vector.astype("<f2").tobytes())
                    for key, vector in made.items()
                    if key in marks
                ],
            )
        # What went before this could be seen, and was forgotten by others then, they did not see.
        if gone := marks.keys() - self.store.following.marks(marks).keys():
            forget(self.database, gone)

    def enter(self, connection: Connection) -> int:
        """Return the encoder's number, which it is given where it has none; note its use."""
        self._touched = self.now()
        row = connection.execute(
            "INSERT INTO encoders (made_by, used) VALUES (?, ?)"
            f" {or_replace('made_by', 'used')} RETURNING number",
            (self._made_by, self._touched),
        ).fetchone()
        return int(row[0])

    def note_use(self) -> None:
        """Note, once an hour, that the encoder's vectors are wanted."""
        if self._seen[0] is not None and self.now() - self._touched > _TOUCHED:
            with self.database.transaction() as connection:
                self.enter(connection)

    def forget(self, keys: Keys) -> None:
        """Delete the vectors of passages, whichever encoder made them."""
        forget(self.database, keys)

    def drop_unused(self) -> None:
        """Delete what other encoders made, of those that nobody has asked for lately."""
        unused = "made_by <> ? AND used < ?"
        values = (self._made_by, self.now() - UNUSED)
        with self.database.reading() as connection:
            if not connection.execute(f"SELECT 1 FROM encoders WHERE {unused}", values).fetchone():
                return
        with self.database.transaction() as connection:
            which = f"SELECT number FROM encoders WHERE {unused}"
            connection.execute(f"DELETE FROM vectors WHERE encoder IN ({which})", values)
            connection.execute(f"DELETE FROM encoders WHERE {unused}", values)

    def _find(self, connection: Connection) -> int | None:
        row = connection.execute(
            "SELECT number FROM encoders WHERE made_by = ?", (self._made_by,)
        ).fetchone()
        return int(row[0]) if row else None


def forget(database: Database, keys: Iterable[int]) -> None:
    """Delete the shared vectors of passages, where there are any."""
    listed = (as_list(map(int, keys)),)
    those = f"FROM vectors WHERE key IN ({IN_KEYS})"
    with database.reading() as connection:
        if not connection.execute(f"SELECT 1 {those} LIMIT 1", listed).fetchone():
            return  # others were faster; who may only read has nothing to do
    with database.transaction() as connection:
        connection.execute(f"DELETE {those}", listed)


def forget_others(database: Database, store: Store) -> None:
    """Leave no shared vector of a passage that is no longer there, nor traces of one.

    :raises HomeBusy: where somebody has been reading for half a minute, so that traces stay.
    """
    with database.transaction():  # so that nobody is about to give what is then not seen
        forget(database, list_gone(database, store))
    database.erase()


def list_gone(database: Database, store: Store) -> list[int]:
    """Return the keys of passages that are no longer there, of which vectors are shared still."""
    kept = np.unique(database.numbers("SELECT key AS number FROM vectors", ()))
    gone: list[int] = kept[~held(store.select_keys(), kept)].tolist()
    return gone
