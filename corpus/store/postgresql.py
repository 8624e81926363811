"""A library in PostgreSQL: the same tables as in a SQLite file, through the same SQL.

What lies beside a library in files of their own has schemas of their own here: that of the library,
with the form's room behind its name. So one may be written to while another is, each table has its
own name, and who may read replies need not read accounts.

A server of its own, its backups and its log are its administrator's; see docs/scale.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.errors import HomeDamaged, HomeError
from corpus.store.carrying import carry
from corpus.store.database import PATIENCE, Connection, Database, scope
from corpus.store.form import LIBRARY, Form
from corpus.store.postgresql_connection import (
    PostgresConnection,
    say_where,
    translate_schema,
    translate_script,
)
from corpus.store.refusals import telling_refusals
from corpus.store.selection import as_list
from corpus.store.sqlite import SqliteFile

_SESSION = f"""
SET lock_timeout = '{PATIENCE}s';
SET work_mem = '64MB';
SET jit = off;
SET tcp_keepalives_idle = {PATIENCE};
SET tcp_keepalives_interval = 10;
SET tcp_keepalives_count = 3
"""
"""Of each connection: how long a lock is waited for; memory for what filters leave out, of which
the usual 4 MB make a loop over all replies; nothing compiled for a query of milliseconds; and a
loader whose machine has died is found out, so that its lock goes."""

_ROOM = ";\nSELECT set_config('search_path', quote_ident(current_schema() || '_{}'), false)"
"""Of each connection to what lies beside a library: the schema that has the form's room."""

_FETCHED = 1000
"""Rows that are fetched at once where not all are to be in the memory."""


class Postgres(Database):
    """One library in a PostgreSQL database, or what lies beside it.

    Several programs on several machines may open it.
    """

    # The row is everybody's lock for writing, and tells that something was written.
    begin = ("BEGIN", "UPDATE dafu_library SET written = written + 1")
    begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    joined = "string_agg(CAST(number AS TEXT), ',')"

    shared = True

    def __init__(self, address: str, form: Form = LIBRARY) -> None:
        """Open a library, or create one where the database's first schema has no tables.

        :param address: a URI or parameters, as libpq takes them.
        :param form: of what lies beside the library, where it is not the library itself.
        :raises HomeError: where the server can't be reached, or what is there is no library.
        """
        super().__init__(form)
        self._address = address
        self.where = say_where(address)
        try:
            with self.reading() as connection:
                self._check_or_create(connection)
        except BaseException:
            self.close()
            raise

    def newest_key(self) -> int:
        """Return the highest key that any passage was ever given; 0 where there was none."""
        with self.reading() as connection:
            last, called = connection.execute(
                "SELECT last_value, is_called FROM passages_key_seq"
            ).fetchone()
            return int(last) if called else 0

    def settle(self, writing: Connection, newest_key: int) -> None:
        """End the carrying of another into this one: later keys are beyond the newest given."""
        for table, column in writing.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND is_identity = 'YES'"
        ).fetchall():
            largest = writing.execute(f"SELECT max({column}) FROM {table}").fetchone()[0] or 0
            newest = newest_key if table == "passages" else largest
            sequence = f"{table}_{column}_seq"
            writing.execute(f"SELECT setval('{sequence}', ?, ?)", (max(newest, 1), newest > 0))
        writing.execute(f"ANALYZE {', '.join(_tables(writing))}")

    def iter_rows(self, connection: Connection, sql: str) -> Iterator[Any]:
        """Yield the rows of a query, of which not all need be in the memory, in a transaction."""
        connection.execute(f"DECLARE carried CURSOR FOR {sql}")
        while rows := connection.execute(f"FETCH {_FETCHED} FROM carried").fetchall():
            yield from rows
        connection.execute("CLOSE carried")

    def iter_problems(self) -> Iterator[str]:
        """Yield nothing: PostgreSQL tells of damage when it reads, and keeps references itself."""
        return iter(())

    def copy_to(self, path: Path) -> None:
        """Write all that is committed into a SQLite file, while others read and write."""
        # Beside other files of a home it is not that home's library which was lost.
        with closing(SqliteFile(path, replace(self.form, companions=()))) as file:
            carry(self, file)

    def erase(self) -> None:
        """Write all tables anew, without what was deleted.

        The server's log, its archive and its backups may hold it still.

        :raises HomeBusy: where somebody has been reading for half a minute, so that traces stay.
        """
        with self.reading() as connection:
            connection.execute(f"VACUUM (FULL) {', '.join(_tables(connection))}")

    @contextmanager
    def claim(self, name: str) -> Iterator[bool]:
        """Hold what one home at a time may do for all over this library; say whether this one may.

        The claim goes with the process, by the connection.
        """
        with self._telling(decoding=False):
            connection = self._connect()
        with closing(connection):
            with self._telling(decoding=False):
                row: Any = connection.execute(_CLAIM, (LIBRARY.application, name)).fetchone()
            try:
                yield bool(row[0])
            finally:
                connection.let_go()

    def claimed(self, names: Iterable[str]) -> frozenset[str]:
        """Return those of the names to which somebody has a claim, here or on another machine."""
        with self.reading() as connection:
            rows = connection.execute(_CLAIMED, (as_list(names), LIBRARY.application))
            return frozenset(row[0] for row in rows)

    def beside(self, form: Form) -> Postgres:
        """Open what lies beside the library, or create it.

        :raises HomeError: where it can't be used, or may not be created.
        """
        return Postgres(self._address, form)

    @property
    def version(self) -> tuple[Any, ...]:
        """What changes whenever anything is written."""
        with self.reading() as connection:
            return tuple(connection.execute("SELECT written FROM dafu_library").fetchone())

    def _telling(self, *, decoding: bool) -> AbstractContextManager[None]:
        return telling_refusals(self.where, decoding=decoding)

    def _borrow(self) -> PostgresConnection:
        with suppress(IndexError):
            while True:
                connection: PostgresConnection = self._idle.pop()
                if connection.is_alive:
                    return connection
                connection.close()  # the server was restarted
        return self._connect()

    def _give_back(self, connection: PostgresConnection) -> None:
        if connection.is_idle:
            super()._give_back(connection)
        else:
            connection.close()  # broken, or left in the middle

    def _connect(self) -> PostgresConnection:
        return _connect(self._address, self.form)

    def _check_or_create(self, connection: Connection) -> None:
        (encoding,) = connection.execute("SHOW server_encoding").fetchone()
        if encoding != "UTF8":
            raise HomeError(
                f"{self.where}的编码是 {encoding}，文库要用 UTF8。"
                "请用 createdb -E UTF8 -T template0 另建数据库。"
            )
        form = self.form
        if not _is_library(connection):
            with scope(connection, ("BEGIN", _CREATING), "COMMIT", ("ROLLBACK",)):
                if not _is_library(connection):  # another program may have been faster
                    _create(connection, self.where, form)
        version = _version(connection)
        while form.upgrade_from(version):
            with scope(connection, ("BEGIN", _CREATING), "COMMIT", ("ROLLBACK",)):
                version = _upgrade(connection, form)
        if version != form.version:
            raise HomeDamaged(
                f"{self.where}里{form.name}的格式是第 {version} 版，"
                f"本程序只认第 {form.version} 版。请用相应版本的程序，或换一个数据库重新载入。"
            )


def has_library(address: str, form: Form = LIBRARY) -> bool:
    """Tell whether there is a library, or what lies beside it, of whatever format; create none.

    :raises HomeError: where the server can't be reached.
    """
    with (
        telling_refusals(say_where(address), decoding=False),
        closing(_connect(address, form)) as connection,
    ):
        return _is_library(connection)


def _connect(address: str, form: Form) -> PostgresConnection:
    room = _ROOM.format(form.room) if form.room else ""
    return PostgresConnection.open(address, _SESSION + room)


_CLAIM = "SELECT pg_try_advisory_lock(?, hashtext(current_schema() || '.' || ?))"

_CLAIMED = (
    "SELECT n.value FROM json_each(?) AS n JOIN pg_locks AS l ON l.locktype = 'advisory'"
    " AND l.granted AND l.classid::bigint = ? AND l.objsubid = 2"
    " AND l.objid::bigint = (hashtext(current_schema() || '.' || n.value)::bigint & 4294967295)"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""Which locks of `_CLAIM` somebody holds; PostgreSQL shows both of its numbers without sign."""

_CREATING = f"SELECT pg_advisory_xact_lock({LIBRARY.application})"
"""One program at a time looks whether there is a library, and creates it."""


def _is_library(connection: Connection) -> bool:
    return "dafu_library" in _tables(connection)


def _create(connection: Connection, where: str, form: Form) -> None:
    """Create the tables of a library, or those of what lies beside it with their schema.

    :raises HomeError: where there are others, or there is no place for them.
    """
    if form.room and (named := connection.execute("SHOW search_path").fetchone()[0]):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {named}")
    if connection.execute("SELECT current_schema()").fetchone()[0] is None:
        raise HomeError(f"{where}里没有 search_path 所指的模式，或没有使用它的权限。")
    if _tables(connection):
        raise HomeError(
            f"{where}里有别的表，不是答复的{form.name}。请另建一个空的数据库（createdb）给文库专用。"
        )
    for statement in translate_schema(form.schema.read_text("utf-8")):
        connection.execute(statement)
    _take_no_samples(connection)
    connection.execute(
        "CREATE TABLE dafu_library (version BIGINT NOT NULL, written BIGINT NOT NULL)"
    )
    connection.execute("INSERT INTO dafu_library VALUES (?, 0)", (form.version,))


def _version(connection: Connection) -> int:
    return int(connection.execute("SELECT version FROM dafu_library").fetchone()[0])


def _upgrade(connection: Connection, form: Form) -> int:
    """Bring the tables one version on, unless another program was faster; return which it is."""
    version = _version(connection)
    if script := form.upgrade_from(version):
        for statement in translate_script(script.read_text("utf-8")):
            connection.execute(statement)
        _take_no_samples(connection)
        version += 1
        connection.execute("UPDATE dafu_library SET version = ?", (version,))
    return version


def _take_no_samples(connection: Connection) -> None:
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND data_type IN ('text', 'bytea')"
    ).fetchall():
        if column not in _COUNTED and (table, column) != ("field_values", "name"):
            connection.execute(f"ALTER TABLE {table} ALTER {column} SET STATISTICS 0")


_COUNTED = frozenset({"id", "reply_id", "role", "date", "due", "content_hash", "grammar"})
"""Columns whose values the planner may keep samples of: of all others these would outlast what was
deleted, where nobody can erase them."""


def _tables(connection: Connection) -> list[str]:
    rows = connection.execute(
        "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
        " ORDER BY tablename"
    )
    return [row[0] for row in rows]
