"""A SQLite file of a home: its format, its connections and its transactions."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import HomeBusy, HomeDamaged, HomeError
from corpus.files import PRIVATE_FILE, Version, make_private_folder, say_trouble, version_of
from corpus.store.damage import telling
from corpus.store.still import log_of, still_version, uri_of

FILE_NAME = "dafu.sqlite"

PATIENCE = 30
"""Seconds to wait for another's lock."""


@dataclass(frozen=True, slots=True)
class Form:
    """What kind of file it is: its name in Chinese, and the SQL that creates its tables.

    `application` is SQLite's application_id, `version` its user_version in every file that this
    program writes. `upgrades` bring older files to it when they are opened: the last one those of
    the version before, the one before it those of the version before that. `remedy` is what to do
    where the file is damaged. `companions` are patterns of what stands beside it only where it has
    been: there it is not created anew.
    """

    name: str
    schema: Path
    application: int
    version: int
    upgrades: tuple[Path, ...] = ()
    remedy: str = "请从备份恢复（dafu restore）。"
    companions: tuple[str, ...] = ()

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
    "请用 dafu restore 从备份恢复（资料夹的 backups 里有自动备份）；没有备份的，"
    "用 dafu recover 救出还能读的答复。",
    ("manifest.json", "index-*", "backups/*.zip"),
)
"""The replies of a home; its application_id is "Dafu" in ASCII."""


class Database:
    """One SQLite file, shared by threads: one of them writes at a time, the others go on reading.

    Reading sees what is committed, but the thread that is within `transaction` reads what it has
    written. In a folder that can't be written it is read as it lies there.
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
        self._file: int | None = None
        self._still: Version | None = None
        try:
            make_private_folder(path.parent)
            self._create_file()
            with self.reading() as connection:
                self._check_or_create(connection)
        except (sqlite3.Error, OSError) as error:
            self.close()
            said = say_trouble(error) if isinstance(error, OSError) else error
            raise HomeError(
                f"{form.name}打不开：{path}（{said}）。请检查路径与读写权限。"
            ) from error
        except HomeError:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to read through.

        :raises HomeDamaged: where what is read is damaged.
        """
        with telling(self.form, self.path):
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

        :raises HomeError: where the disk is full or can't be written.
        :raises HomeDamaged: where the file is damaged.
        """
        with self._writing, telling(self.form, self.path, decoding=False):
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

    def copy_to(self, path: Path) -> None:
        """Write all that is committed into another file, while others go on reading and writing."""
        with self.reading() as connection, closing(sqlite3.connect(path)) as copy:
            connection.backup(copy)

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

    def close(self) -> None:
        """Close all connections; those still lent are closed when they come back."""
        self._closed = True
        self._forget_idle()

    def _borrow(self) -> sqlite3.Connection:
        if self._still and self._still != still_version(self.path):
            self._forget_idle()  # whoever may write has written, which these would not see
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _forget_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

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
