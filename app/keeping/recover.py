"""Read out of a damaged library what can still be read, and make a new one of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from app.keeping.backup import DAMAGED
from app.keeping.restore import BEGUN, READY, apply_restored
from corpus.clock import now
from corpus.errors import InputError
from corpus.fields.layout import lay_out
from corpus.files import PRIVATE_FILE, make_private_folder
from corpus.serialise import shown
from corpus.store.encoding import (
    decode_parsed,
    decode_reply,
    digest,
    encode_parse,
)
from corpus.store.form import FILE_NAME, LIBRARY
from corpus.store.sqlite import SqliteFile
from corpus.store.tables import Tables
from corpus.text.passages import split_passages
from corpus.text.simplified import plain
from corpus.types import ParsedReply
from index.stores.manifest import write_lock


@shown("replies lost kept_as")
@dataclass(frozen=True, slots=True)
class Recovery:
    """What could be read out of a damaged library."""

    replies: int
    """救出了多少份答复"""
    lost: int
    """读得出编号而正文已损坏的有多少份"""
    kept_as: str
    """损坏的文库改存在哪里"""


def recover_library(folder: Path) -> Recovery:
    """Replace a home's library by what can be read of it; load the files again for the rest.

    :raises InputError: where there is none, or nothing can be read.
    :raises HomeBusy: where another process is writing.
    """
    library = folder / FILE_NAME
    if not library.is_file():
        raise InputError(f"没有文库文件 {library}。请用 dafu restore 从备份恢复。")
    with write_lock(folder):
        begun = folder / BEGUN
        shutil.rmtree(begun, ignore_errors=True)
        make_private_folder(begun)
        try:
            with closing(SqliteFile(begun / FILE_NAME, LIBRARY)) as database:
                replies, lost = _copy(library, database)
            if not replies:
                raise InputError(f"{library} 里一份答复也读不出。请用 dafu restore 从备份恢复。")
            shutil.copy(library, folder / DAMAGED)
            (folder / DAMAGED).chmod(PRIVATE_FILE)
            begun.rename(folder / READY)
        finally:
            shutil.rmtree(begun, ignore_errors=True)
        apply_restored(folder)
    return Recovery(replies, lost, str(folder / DAMAGED))


def _copy(library: Path, database: SqliteFile) -> tuple[int, int]:
    """Copy what is whole; return how many replies are, and how many are not."""
    source = sqlite3.connect(f"{library.absolute().as_uri()}?mode=ro", uri=True)
    source.row_factory = sqlite3.Row
    source.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    with closing(source), database.transaction() as connection:
        saved, lost = set(), 0
        for row in _iter_rows(source, "replies"):
            try:
                _put_reply(connection, row)
                saved.add(row["id"])
            except (ValueError, LookupError, TypeError, sqlite3.IntegrityError):
                lost += 1
        for row in _iter_rows(source, "sources"):
            if row["reply_id"] in saved:
                with suppress(ValueError, sqlite3.IntegrityError):
                    _put_source(connection, row["file"], tuple(row))
        for reply_id, uri, parse_hash in connection.execute(
            "SELECT id, source, content_hash FROM replies WHERE id NOT IN"
            " (SELECT reply_id FROM sources WHERE parse IS NULL)"
        ).fetchall():
            values = (None, uri, uri, reply_id, parse_hash, reply_id, None, 1, now())
            _put_source(connection, uri, values)
        for table in ("corrections", "changes", "removed", "bin"):
            for row in _iter_rows(source, table):
                if table in ("removed", "bin") or row["reply_id"] in saved:
                    with suppress(ValueError, sqlite3.IntegrityError):
                        _insert(connection, table, tuple(row))
    return len(saved), lost


def _put_reply(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Copy a reply that is as it was loaded, with its passages.

    :raises ValueError: where it is not.
    """
    if digest(row["text"], row["question"]) != row["content_hash"]:
        raise ValueError(row["id"])
    reply, found = decode_reply(row), decode_parsed(row)
    # Cut anew: passages stand in another table, of which any may be missing.
    passages = split_passages(
        reply.id, reply.text, (), found.fields, lay_out(plain(reply.text)).body
    )
    encode_parse(ParsedReply(found, passages))  # all of it can be written
    _insert(connection, "replies", tuple(row))
    tables = Tables(connection)
    tables.insert_values(reply.id, reply)
    tables.insert_passages(reply.id, passages)


def _put_source(connection: sqlite3.Connection, file: str, values: tuple[object, ...]) -> None:
    """Copy where a reply came from; its file will be read again when next met."""
    connection.execute("INSERT OR IGNORE INTO files VALUES (?, NULL, 1, ?)", (file, now()))
    _insert(connection, "sources", values)


def _insert(connection: sqlite3.Connection, table: str, values: tuple[object, ...]) -> None:
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)


def _iter_rows(source: sqlite3.Connection, table: str) -> Iterator[sqlite3.Row]:
    """Yield the rows that can be read: on over what is damaged, then back from the end.

    Tables without row numbers are read as far as they go.
    """
    if table not in ("replies", "sources"):
        with suppress(sqlite3.DatabaseError):
            yield from source.execute(f"SELECT * FROM {table}")
        return
    seen: set[int] = set()
    for order, compare, place, step in (("ASC", ">", 0, 1), ("DESC", "<", _FARTHEST, -1)):
        leap = 1
        while leap < _FARTHEST:
            try:
                numbers = source.execute(
                    f"SELECT rowid FROM {table} NOT INDEXED WHERE rowid {compare} ?"
                    f" ORDER BY rowid {order}",
                    (place,),
                )
                for (number,) in numbers:
                    place, leap = number, 1
                    if number not in seen:
                        seen.add(number)
                        with suppress(sqlite3.DatabaseError):
                            yield source.execute(
                                f"SELECT * FROM {table} WHERE rowid = ?", (number,)
                            ).fetchone()
                break
            except sqlite3.DatabaseError:
                place, leap = place + step * leap, leap * 2


_FARTHEST = 1 << 32
"""No library numbers its rows further."""
