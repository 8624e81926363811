"""What a library is kept in: a database that lends connections, and makes transactions.

All SQL of a library is written so that SQLite and PostgreSQL understand it alike: question marks
for values, `IN_LIST` for lists, ON CONFLICT, NULLS LAST. What only one of them has is a method. So
is that of what lies beside a library, wherever it is: accounts, the audit, judgments, jobs.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.store.form import Form

PATIENCE = 30
"""Seconds to wait for another's lock."""


class Row(Protocol):
    """A row, whose values are had by their columns' names or in order."""

    def keys(self) -> Iterable[str]:
        """Return the columns' names."""
        ...

    def __getitem__(self, column: Any, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


class Cursor(Protocol):
    """What a statement has found."""

    def fetchone(self) -> Any:
        """Return the next row; None where there is no other."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection as it is lent: SQL with question marks, and their values."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction has begun."""
        ...

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Cursor:
        """Run one statement."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Any:
        """Run one statement for each of these values."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Database(ABC):
    """A database, shared by threads: one of them writes at a time, the others go on reading.

    Reading sees what is committed, but the thread that is within `transaction` reads what it has
    written.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        self._idle: list[Any] = []
        self._writing = threading.RLock()
        self._writer: Any = None
        self._writing_thread: int | None = None
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection to read through.

        :raises HomeDamaged: where what is read is damaged.
        """
        with self._telling(decoding=True):
            if self._writer is not None and self._writing_thread == threading.get_ident():
                yield self._writer
                return
            connection = self._borrow()
            try:
                yield connection
            finally:
                self._give_back(connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write through the connection given: all of it is committed, or none of it.

        A transaction within another can fail alone: what it wrote is undone and the outer one
        goes on.

        :raises HomeBusy: where another has been writing for half a minute.
        :raises HomeError: where nothing can be written, say because the disk is full.
        :raises HomeDamaged: where the database is damaged.
        """
        with self._writing, self._telling(decoding=False):
            if self._writing_thread is not None and self._writer is not None:
                with scope(self._writer, ("SAVEPOINT nested",), "RELEASE nested", _UNDO_NESTED):
                    yield self._writer
                return
            writer = self._borrow()
            self._writer, self._writing_thread = writer, threading.get_ident()
            try:
                with scope(writer, self.begin, "COMMIT", ("ROLLBACK",)):
                    yield writer
            finally:
                self._writer = self._writing_thread = None
                self._give_back(writer)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Lend a connection that goes on seeing what is committed now."""
        begin = (self.begin_reading,)
        with self.reading() as connection, scope(connection, begin, "COMMIT", ("ROLLBACK",)):
            yield connection

    def close(self) -> None:
        """Close all connections; those still lent are closed when they come back."""
        self._closed = True
        self._forget_idle()

    # What SQLite and PostgreSQL do otherwise

    begin: tuple[str, ...]
    """What begins a transaction, in which nobody else can write."""

    begin_reading: str
    """What begins a transaction that sees one state, and writes nothing."""

    joined: str
    """What makes one text of a column `number`: all values, with commas between."""

    def numbers(self, sql: str, values: Sequence[Any]) -> NDArray[np.int64]:
        """Return what a query has in its one column `number`, in any order."""
        with self.reading() as connection:
            # As one text, which takes half as long as a row for each.
            found = connection.execute(f"SELECT {self.joined} FROM ({sql}) AS found", values)
            return np.fromstring(found.fetchone()[0] or "", np.int64, sep=",")

    @abstractmethod
    def newest_key(self) -> int:
        """Return the highest key that any passage was ever given; 0 where there was none."""

    @abstractmethod
    def settle(self, writing: Connection, newest_key: int) -> None:
        """End the carrying of another into this one: later keys are beyond the newest given.

        :param newest_key: the highest key that any passage was given; 0 where there are none.
        """

    @abstractmethod
    def iter_rows(self, connection: Connection, sql: str) -> Iterator[Any]:
        """Yield the rows of a query, of which not all need be in the memory, in a transaction."""

    @abstractmethod
    def iter_problems(self) -> Iterator[str]:
        """Yield, in Chinese, what the database itself finds wrong."""

    @abstractmethod
    def copy_to(self, path: Path) -> None:
        """Write all that is committed into a SQLite file, while others read and write."""

    @abstractmethod
    def erase(self) -> None:
        """Leave nothing of what was deleted.

        :raises HomeBusy: where somebody has been reading for half a minute, so that traces stay.
        """

    @property
    @abstractmethod
    def version(self) -> tuple[Any, ...]:
        """What changes whenever anything is written."""

    shared = False
    """Whether several homes, each with indexes of its own, may be over it."""

    @contextmanager
    def claim(self, name: str) -> Iterator[bool]:
        """Hold what one home at a time may do for all over this library; say whether this one may.

        The claim goes with the process.
        """
        yield True

    def claimed(self, names: Iterable[str]) -> frozenset[str]:
        """Return those of the names to which somebody has a claim, here or on another machine."""
        return frozenset()

    def beside(self, form: Form) -> Database:
        """Open what lies beside a shared library, or create it.

        :raises HomeError: where it can't be used, or may not be created.
        """
        raise NotImplementedError(form.name)  # beside a file lies a folder: see `open_database`

    @property
    def replaced(self) -> bool:
        """Whether another database stands in the place of the one that was opened."""
        return False

    @abstractmethod
    def _connect(self) -> Any:
        """Open another connection, which begins no transaction by itself."""

    @abstractmethod
    def _telling(self, *, decoding: bool) -> AbstractContextManager[None]:
        """Tell errors of the database within as errors of the home.

        :param decoding: whether a value that can't be understood tells of damage too.
        """

    def _borrow(self) -> Any:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _forget_idle(self) -> None:
        with suppress(IndexError):  # other threads borrow and give back meanwhile
            while True:
                self._idle.pop().close()

    def _give_back(self, connection: Any) -> None:
        self._idle.append(connection)
        if self._closed:  # asked afterwards, as another thread may close just now
            self._forget_idle()


_UNDO_NESTED = ("ROLLBACK TO nested", "RELEASE nested")


@contextmanager
def scope(
    connection: Connection, begin: Sequence[str], end: str, undo: tuple[str, ...]
) -> Iterator[None]:
    """Begin what is within, and end it or undo it."""
    try:
        for statement in begin:
            connection.execute(statement)
        yield
        connection.execute(end)
    except BaseException:
        if connection.in_transaction:  # some errors end it, e.g. a full disk, a lost connection
            for statement in undo:
                connection.execute(statement)
        raise


def or_replace(key: str, *columns: str) -> str:
    """Return what ends an INSERT so that the row takes the place of the one with its key."""
    renewed = ", ".join(f"{column} = excluded.{column}" for column in columns)
    return f"ON CONFLICT ({key}) DO UPDATE SET {renewed}"
