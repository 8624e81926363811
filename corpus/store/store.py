"""The truth of a home: which replies are loaded, from where, and cut into which passages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.filters import ANY, FILTER_FIELDS, Filters
from corpus.store import selection
from corpus.store.bin import Bin
from corpus.store.correcting import Corrections
from corpus.store.database import Database
from corpus.store.encoding import decode_reply
from corpus.store.files import Files
from corpus.store.following import Following
from corpus.store.listing import (
    NEWEST,
    NEWEST_FIRST,
    Order,
    ReplyPage,
    Wanted,
    Word,
    count_facets,
    list_page,
)
from corpus.store.loading import FileResult, Loader, PutResult
from corpus.store.opening import open_database
from corpus.store.problems import iter_problems
from corpus.store.removing import Removals, note_removal
from corpus.store.selection import IN_KEYS, IN_LIST, Condition, MeanLengths, StoreStats, as_list
from corpus.store.statements import Statements
from corpus.store.tables import check_name, unknown_replies
from corpus.types import FieldName, ParsedReply, Passage, PassageRole, Reply


class Store:
    """The replies of one library, in SQLite or PostgreSQL.

    May be shared between threads and opened by several processes: one writes at a time, the
    others go on reading what is committed.
    """

    def __init__(self, database: Database) -> None:
        """Keep replies in a database."""
        self.database = database
        self.corrections = Corrections(database)
        self.removals = Removals(database)
        self.bin = Bin(database)
        self.files = Files(database)
        self.following = Following(database)
        self.statements = Statements(database)

    @classmethod
    def open(cls, home: Path, address: str = "") -> Store:
        """Open the store in a home folder, or create both.

        :param address: of a library in PostgreSQL, where it is not in the folder.
        :raises HomeError: where it can't be used or reached, or has another format.
        """
        return cls(open_database(home, address))

    def close(self) -> None:
        """Close the store."""
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Loading

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all that is written within at once, or where an error leaves it, nothing."""
        with self.database.transaction():
            yield

    def unchanged_source(self, file: str, file_hash: str) -> bool:
        """Tell whether the file was loaded with this very content, so that it needs no reading.

        :raises UnreadableFile: where its name can't be stored.
        """
        check_name(file)
        with self.database.reading() as connection:
            return bool(
                connection.execute(
                    "SELECT count(*) FROM files WHERE uri = ? AND hash = ?", (file, file_hash)
                ).fetchone()[0]
            )

    def put_file(
        self, file: str, file_hash: str | None, parsed: Iterable[ParsedReply]
    ) -> FileResult:
        """Put all replies of one file in place; replies of rows it no longer has are removed.

        All of it is one transaction. With `file_hash` None the file will be read again when next
        met (say because some rows could not be read).

        :raises UnreadableFile: where its name or a text can't be stored; nothing of the file is
            then changed.
        """
        check_name(file)
        with self.database.transaction() as connection:
            loader = Loader(connection)
            load = loader.begin_file(file)
            results = tuple(loader.put(reply, load) for reply in parsed)
            return FileResult(results, loader.finish_file(load, file_hash))

    def put(self, parsed: ParsedReply, file_hash: str) -> PutResult:
        """Put in place the reply of a file that holds just this one."""
        return self.put_file(parsed.reply.source, file_hash, [parsed]).results[0]

    def remove(
        self, reply_ids: Collection[str], traces: Mapping[str, str] | None = None
    ) -> tuple[str, ...]:
        """Remove replies with all their duplicates, until their files are loaded again.

        Return the ids, each once, in the order given.

        :param traces: what `removals` is to keep of each, to tell it where it still stands.
        :raises NotFound: naming all unknown ids; nothing is then removed.
        """
        wanted = tuple(dict.fromkeys(reply_ids))
        with self.database.transaction() as connection:
            known = self.replies(wanted)
            if unknown := [id for id in wanted if id not in known]:
                raise unknown_replies(unknown)
            note_removal(connection, wanted, traces or {})
            for reply_id in wanted:
                Loader(connection).remove(reply_id)
        return wanted

    # Replies and passages

    def reply(self, reply_id: str) -> Reply:
        """Return one reply.

        :raises NotFound: where there is none of that id.
        """
        found = self.replies([reply_id])
        if not found:
            raise unknown_replies([reply_id])
        return found[reply_id]

    def replies(self, reply_ids: Iterable[str]) -> dict[str, Reply]:
        """Return the replies of these ids; unknown ids are left out."""
        with self.database.reading() as connection:
            rows = connection.execute(
                f"SELECT * FROM replies WHERE id IN ({IN_LIST})", (as_list(reply_ids),)
            )
            return {row["id"]: decode_reply(row) for row in rows}

    def replies_with_content(self, hashes: Iterable[str]) -> dict[str, str]:
        """Return the ids of replies by `corpus.store.encoding.digest(text, question)`.

        Digests, unlike ids, are the same wherever a reply was loaded from; unknown ones are left
        out.
        """
        with self.database.reading() as connection:
            rows = connection.execute(
                f"SELECT content_hash, id FROM replies WHERE content_hash IN ({IN_LIST})",
                (as_list(hashes),),
            )
            return {row["content_hash"]: row["id"] for row in rows}

    def passages(self, keys: Iterable[int]) -> dict[int, Passage]:
        """Return the passages of these keys; unknown keys are left out."""
        with self.database.reading() as connection:
            rows = connection.execute(
                f"SELECT * FROM passages WHERE key IN ({IN_KEYS})", (as_list(map(int, keys)),)
            )
            return selection.decode_passages(connection, rows.fetchall())

    def passages_of(self, reply_id: str) -> dict[int, Passage]:
        """Return all passages of a reply by their keys, in text order.

        :raises NotFound: where there is no reply of that id.
        """
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM passages WHERE reply_id = ? ORDER BY start", (reply_id,)
            )
            found = selection.decode_passages(connection, rows.fetchall())
        if not found:
            self.reply(reply_id)
        return found

    def sources(self, reply_id: str) -> tuple[str, ...]:
        """Return where a reply was loaded from: its own source first, then its duplicates'."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT uri FROM sources WHERE reply_id = ? ORDER BY parse IS NOT NULL, number",
                (reply_id,),
            )
            return tuple(row["uri"] for row in rows)

    # What filters allow

    def select_keys(self, filters: Filters = ANY, after: int = 0) -> NDArray[np.int64]:
        """Return the keys beyond `after` of allowed passages of substance, ascending, int64."""
        condition = Condition.of(filters)
        replies = f"SELECT r.id FROM replies AS r WHERE {condition.sql}"
        within = "" if filters.empty else f"AND reply_id IN ({replies})"
        sql = "SELECT key AS number FROM passages WHERE key > ? AND role = ?"
        values = (after, PassageRole.SUBSTANCE.value, *condition.values)
        return np.sort(self.database.numbers(f"{sql} {within}", values))

    def reply_ids(self, filters: Filters = ANY) -> tuple[str, ...]:
        """Return the ids of all allowed replies, newest first."""
        condition = Condition.of(filters)
        with self.database.reading() as connection:
            rows = connection.execute(
                f"SELECT r.id FROM replies AS r WHERE {condition.sql} ORDER BY {NEWEST_FIRST}",
                condition.values,
            )
            return tuple(row[0] for row in rows)

    def newest_key(self) -> int:
        """Return the highest key that any passage was ever given; 0 where there was none."""
        return self.database.newest_key()

    def holders(self, field: FieldName, values: Collection[str]) -> tuple[str, ...]:
        """Return the ids of the replies one of whose values of a field is among these."""
        if not values:
            return ()
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT reply_id FROM field_values"
                f" WHERE name = ? AND value IN ({IN_LIST}) ORDER BY reply_id",
                (field.value, as_list(values)),
            )
            return tuple(row[0] for row in rows)

    def list_replies(
        self,
        filters: Filters = ANY,
        text: str = "",
        limit: int = 50,
        offset: int = 0,
        order: Order = NEWEST,
        words: Sequence[Word] = (),
    ) -> ReplyPage:
        """Return a page of the allowed replies, by default newest first, those without a date last.

        Each word of `text` must stand in the id or in a field; fields with personal data and the
        reply's text are not looked at. `words` must be there too, as whoever gives them knows.
        """
        wanted = Wanted(filters, (*(Word((word,)) for word in text.split()), *words))
        with self.database.reading() as connection:
            return list_page(connection, wanted, order, limit, offset)

    def facets(self, filters: Filters = ANY) -> dict[str, tuple[tuple[str, int], ...]]:
        """Count the allowed replies by each value of each filter (`agencies`, `regions`, …).

        Most frequent first. Replies without a disclosure mark count under UNMARKED.
        """
        return self.count_facets(dict.fromkeys(FILTER_FIELDS, Wanted(filters)))

    def count_facets(self, wanted: Mapping[str, Wanted]) -> dict[str, tuple[tuple[str, int], ...]]:
        """Count as `facets` does, for each filter those replies that are wanted for it."""
        with self.database.reading() as connection:
            return count_facets(connection, wanted)

    def values(self, field: FieldName, filters: Filters = ANY) -> tuple[tuple[str, int], ...]:
        """Count the allowed replies by each value of one field, as `facets` does."""
        with self.database.reading() as connection:
            return selection.count_values(connection, field, Condition.of(filters))

    def years(
        self, filters: Filters = ANY, words: Sequence[Word] = ()
    ) -> tuple[tuple[int, int], ...]:
        """Count the allowed replies of each year, in ascending order."""
        with self.database.reading() as connection:
            return selection.count_years(connection, Wanted(filters, tuple(words)).condition)

    def stats(self, filters: Filters = ANY) -> StoreStats:
        """Count what the filters allow."""
        with self.database.reading() as connection:
            return selection.count_all(connection, filters)

    def mean_lengths(self) -> MeanLengths:
        """Return the mean lengths of what is searched; 0 where nothing is loaded."""
        with self.database.reading() as connection:
            return selection.measure_lengths(connection)

    def iter_problems(self) -> Iterator[str]:
        """Yield, in Chinese, what is wrong with the store itself; nothing where all is well."""
        yield from self.database.iter_problems()
        with self.database.reading() as connection:
            yield from iter_problems(connection)
