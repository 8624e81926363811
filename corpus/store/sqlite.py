"""A library, or whatever else a home keeps in a database, as a SQLite file."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import HomeBusy, HomeDamaged, HomeError
from corpus.files import (
    PRIVATE_FILE,
    Version,
    is_full,
    make_private_folder,
    say_trouble,
    version_of,
)
from corpus.store.damage import name_of, telling
from corpus.store.database import PATIENCE, Connection, Database
from corpus.store.form import LIBRARY, Form
from corpus.store.still import log_of, still_version, uri_of

if TYPE_CHECKING:
    from contextlib import _GeneratorContextManager


class SqliteFile(Database):
    """One SQLite file; several processes may open it.

    In a folder that can't be written it is read as it lies there.
    """

    begin = ("BEGIN IMMEDIATE",)
    begin_reading = "BEGIN"
    joined = "group_concat(number)"

    if TYPE_CHECKING:  # what is lent can do more than any database's

        def reading(self) -> _GeneratorContextManager[sqlite3.Connection]:
            """Lend a connection to read through."""

        def transaction(self) -> _GeneratorContextManager[sqlite3.Connection]:
            """Write through the connection given."""

    def __init__(self, path: Path, form: Form = LIBRARY) -> None:
        """Open the file, or create it with its folder.

        :raises HomeError: where it is no database of this program's format, or can't be written.
        """
        super().__init__(form)
        self.path = path
        self._file: int | None = None
        self._still: Version | None = None
        try:
            make_private_folder(path.parent)
            self._create_file()
            with self.reading() as connection:
                self._check_or_create(connection)
        except (sqlite3.Error, OSError) as error:
            self.close()
            said = say_trouble(error) if isinstance(error, OSError) else name_of(error)
            raise HomeError(
                f"{form.name}打不开：{path}（{said}）。请检查路径与读写权限。"
            ) from error
        except HomeError:
            self.close()
            raise

    def newest_key(self) -> int:
        """Return the highest key that any passage was ever given; 0 where there was none."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT seq FROM sqlite_sequence WHERE name = 'passages'"
            ).fetchone()
            return int(row[0]) if row else 0

    def settle(self, writing: Connection, newest_key: int) -> None:
        """End the carrying of another into this one: later keys are beyond the newest given."""
        if not newest_key:
            return  # for all other keys SQLite has counted what was written
        writing.execute("DELETE FROM sqlite_sequence WHERE name = 'passages'")
        writing.execute("INSERT INTO sqlite_sequence VALUES ('passages', ?)", (newest_key,))

    def iter_rows(self, connection: Connection, sql: str) -> Iterator[Any]:
        """Yield the rows of a query, of which not all need be in the memory, in a transaction."""
        return iter(connection.execute(sql))

    def iter_problems(self) -> Iterator[str]:
        """Yield, in Chinese, what SQLite finds wrong with the file."""
        with self.reading() as connection:
            for row in connection.execute("PRAGMA integrity_check"):
                if row[0] != "ok":
                    yield (
                        f"文库文件 {self.path.name} 损坏（{row[0]}）。"
                        "请用 dafu restore 从备份恢复，或用 dafu recover 救出还读得出的答复。"
                    )
            for row in connection.execute("PRAGMA foreign_key_check"):
                yield f"文库中表 {row[0]} 的第 {row[1]} 行没有所属的 {row[2]}。请重新装入。"

    def copy_to(self, path: Path) -> None:
        """Write all that is committed into another file, while others go on reading and writing.

        :raises OSError: where the disk does not take what is written of the other file.
        :raises HomeError: of either file, as where the other can't be opened.
        """
        with self.reading() as connection:
            copy_into(path, connection)

    def erase(self) -> None:
        """Leave nothing of what was deleted, neither in the file nor in the log beside it.

        :raises HomeBusy: where somebody has been reading for half a minute: the log is kept.
        """
        with self.reading() as connection:
            connection.execute("VACUUM")
            if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise HomeBusy(f"另一个程序正在读 {self.path}，删去的内容还在它的日志里。")

    @property
    def replaced(self) -> bool:
        """Whether another file stands in the place of the one that was opened."""
        version = version_of(self.path)
        return self._file is not None and (version is None or version[0] != self._file)

    @property
    def version(self) -> tuple[Version | None, ...]:
        """What changes whenever anything is written."""
        return tuple(map(version_of, (self.path, log_of(self.path))))

    def _telling(self, *, decoding: bool) -> AbstractContextManager[None]:
        return telling(self.form, self.path, decoding=decoding)

    def _create_file(self) -> None:
        """Create the file, empty, for nobody else to read; SQLite takes its mode for its log too.

        :raises HomeDamaged: where it has been there, by what stands beside it.
        """
        exists = self.path.exists()
        if not exists or not self.path.stat().st_size:
            beside = (*self.form.companions, log_of(self.path).name)
            if any(True for pattern in beside for _ in self.path.parent.glob(pattern)):
                found = "是空的" if exists else "不见了"
                raise HomeDamaged(
                    f"{self.form.name}文件{found}：{self.path}，同一资料夹里还有它的索引、"
                    f"备份或日志。{self.form.remedy}要另建文库，请换一个资料夹。"
                )
        if not exists:
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))
        version = version_of(self.path)
        self._file = version[0] if version else None

    def _borrow(self) -> Any:
        if self._still and self._still != still_version(self.path):
            self._forget_idle()  # whoever may write has written, which these would not see
        return super()._borrow()

    def _connect(self) -> sqlite3.Connection:
        # Threads hand connections on to each other, hence no check of the thread. A file that is
        # gone must not be created anew while somebody works with it.
        self._still = still_version(self.path)
        connection = sqlite3.connect(
            uri_of(self.path),
            uri=True,
            timeout=PATIENCE,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        # 16 MB, not 2: of 100,000 passages a search reads 500 rows from all over the file.
        connection.execute("PRAGMA cache_size = -16000")
        # FULL, for keys must not be given again after a power cut: the indexes may know them.
        connection.execute("PRAGMA synchronous = FULL")
        # What is deleted is overwritten, so that nobody finds it in the file.
        connection.execute("PRAGMA secure_delete = ON")
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
            raise HomeDamaged(
                f"{self.path} 不是答复的{form.name}。请换一个资料夹，或移走这个文件。"
            )
        while form.upgrade_from(_pragma(connection, "user_version")):
            with self.transaction() as writer:
                version = _pragma(writer, "user_version")
                if script := form.upgrade_from(version):  # another process may have been faster
                    _run(writer, script)
                    writer.execute(f"PRAGMA user_version = {version + 1}")
        if (found := _pragma(connection, "user_version")) != form.version:
            raise HomeDamaged(
                f"{form.name} {self.path} 的格式是第 {found} 版，本程序只认第 {form.version} 版。"
                "请用相应版本的程序，或换一个资料夹重新装入。"
            )


def copy_into(path: Path, connection: sqlite3.Connection) -> None:
    """Write all that is committed into another file, while others go on reading and writing.

    :raises OSError: where the disk does not take what is written of the other file.
    :raises sqlite3.OperationalError: of either file, as where the other can't be opened.
    """
    try:
        with closing(sqlite3.connect(path)) as copy:
            connection.backup(copy)
    except sqlite3.OperationalError as error:
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        if full or error.sqlite_errorcode in _WRITING:
            full = full or is_full(path.parent)
            raise OSError(errno.ENOSPC if full else errno.EIO, name_of(error)) from error
        raise


_WRITING = (
    *(sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE),
    *(sqlite3.SQLITE_IOERR_DIR_FSYNC, sqlite3.SQLITE_IOERR_CLOSE),
)
"""Codes of what only befalls a file that is written, as the copy is and the database is not."""


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
