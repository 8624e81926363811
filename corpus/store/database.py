"""A SQLite file of a home: its format, its connections and its transactions."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import HomeError


def iter_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield, in Chinese, what is wrong with the store; nothing where all is well."""
    for row in connection.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield f"文库文件损坏：{row[0]}。请从备份恢复，或换一个资料夹重新装入。"
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield f"文库中表 {row[0]} 的第 {row[1]} 行没有所属的 {row[2]}。请重新装入。"
    for row in connection.execute(
        # The last passage of each reply, so that no text is measured for every passage.
        "SELECT p.key, r.id FROM replies AS r JOIN (SELECT key, reply_id, max(stop) AS stop"
        " FROM passages GROUP BY reply_id) AS p ON p.reply_id = r.id"
        " WHERE p.stop > r.characters OR r.characters <> length(r.text)"
    ):
        yield f"文库中第 {row[0]} 段超出了答复 {row[1]} 的正文。请重新装入这份答复。"
    for row in connection.execute(
        "SELECT id FROM replies WHERE id NOT IN (SELECT reply_id FROM sources WHERE parse IS NULL)"
    ):
        yield f"文库中答复 {row[0]} 没有来源。请用 dafu remove 移除后重新装入。"


FILE_NAME = "dafu.sqlite"

PATIENCE = 30
"""Seconds to wait for another's lock."""


@dataclass(frozen=True, slots=True)
class Form:
    """What kind of file it is: its name in Chinese, and the SQL that creates its tables.

    `application` is SQLite's application_id, `version` its user_version in every file that this
    program writes. `upgrades` bring older files to it when they are opened: the last one those of
    the version before, the one before it those of the version before that.
    """

    name: str
    schema: Path
    application: int
    version: int
    upgrades: tuple[Path, ...] = ()

    def upgrade_from(self, version: int) -> Path | None:
        """Return what brings a file of this version to the next one, None where nothing does."""
        place = version - self.version
        return self.upgrades[place] if -len(self.upgrades) <= place < 0 else None


LIBRARY = Form(
    "文库",
    Path(__file__).with_name("schema.sql"),
    0x44616675,
    2,
    (Path(__file__).with_name("schema_1_to_2.sql"),),
)
"""The replies of a home; its application_id is "Dafu" in ASCII."""


class Database:
    """One SQLite file, shared by threads: one of them writes at a time, the others go on reading.

    Reading sees what is committed, but the thread that is within `transaction` reads what it has
    written.
    """

    def __init__(self, path: Path, form: Form = LIBRARY) -> None:
        """Open the file, or create it with its folder.

        :raises HomeError: where it is no database of this program's format, or can't be written.
        """
        self.path = path
        self.form = form
        self._idle: list[sqlite3.Connection] = []
        self._writing = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._writing_thread: int | None = None
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self.reading() as connection:
                self._check_or_create(connection)
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise HomeError(
                f"{form.name}打不开：{path}（{error}）。请检查路径与读写权限。"
            ) from error
        except HomeError:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to read through."""
        if self._writer is not None and self._writing_thread == threading.get_ident():
            yield self._writer
            return
        connection = self._borrow()
        try:
            yield connection
        finally:
            self._give_back(connection)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write through the connection given: all of it is committed, or none of it.

        A transaction within another can fail alone: what it wrote is undone and the outer one
        goes on.
        """
        with self._writing:
            if self._writing_thread is not None and self._writer is not None:
                with _scope(self._writer, "SAVEPOINT inner", "RELEASE inner", _UNDO_INNER):
                    yield self._writer
                return
            writer = self._borrow()
            self._writer, self._writing_thread = writer, threading.get_ident()
            try:
                with _scope(writer, "BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",)):
                    yield writer
            finally:
                self._writer = self._writing_thread = None
                self._give_back(writer)

    def close(self) -> None:
        """Close all connections; those still lent are closed when they come back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _borrow(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def _connect(self) -> sqlite3.Connection:
        # Threads hand connections on to each other, hence no check of the thread.
        connection = sqlite3.connect(
            self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        # 16 MB, not 2: of 100,000 passages a search reads 500 rows from all over the file.
        connection.execute("PRAGMA cache_size = -16000")
        # FULL, for keys must not be given again after a power cut: the indexes may know them.
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _check_or_create(self, connection: sqlite3.Connection) -> None:
        form = self.form
        if _pragma(connection, "user_version") == 0 and not _tables(connection):
            _log_ahead(connection)
            with self.transaction() as writer:
                if not _tables(writer):  # another process may have been faster
                    _run(writer, form.schema)
                    writer.execute(f"PRAGMA application_id = {form.application}")
                    writer.execute(f"PRAGMA user_version = {form.version}")
        if _pragma(connection, "application_id") != form.application:
            raise HomeError(f"{self.path} 不是答复的{form.name}。请换一个资料夹，或移走这个文件。")
        while form.upgrade_from(_pragma(connection, "user_version")):
            with self.transaction() as writer:
                version = _pragma(writer, "user_version")
                if script := form.upgrade_from(version):  # another process may have been faster
                    _run(writer, script)
                    writer.execute(f"PRAGMA user_version = {version + 1}")
        if (found := _pragma(connection, "user_version")) != form.version:
            raise HomeError(
                f"{form.name} {self.path} 的格式是第 {found} 版，本程序只认第 {form.version} 版。"
                "请用相应版本的程序，或换一个资料夹重新装入。"
            )


_UNDO_INNER = ("ROLLBACK TO inner", "RELEASE inner")


@contextmanager
def _scope(
    connection: sqlite3.Connection, begin: str, end: str, undo: tuple[str, ...]
) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute(end)
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back on some errors, e.g. a full disk
            for statement in undo:
                connection.execute(statement)
        raise


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Let others read while one writes, for good: SQLite keeps this mode in the file."""
    # SQLite does not wait for a lock to change the mode of a file: two who create it at the same
    # moment would both fail.
    for waited in range(PATIENCE * 100):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or waited == PATIENCE * 100 - 1:
                raise
            time.sleep(0.01)
        else:
            return


def _run(writer: sqlite3.Connection, script: Path) -> None:
    """Run the statements of a file; `executescript` would end the transaction."""
    for statement in script.read_text("utf-8").split(";\n"):
        writer.execute(statement)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _tables(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
