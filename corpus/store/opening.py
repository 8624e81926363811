"""Open the database of a library, or of what lies beside it, wherever that is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import HomeError
from corpus.files import make_private_folder
from corpus.store.database import Database
from corpus.store.form import LIBRARY, Form
from corpus.store.sqlite import SqliteFile


def open_database(home: Path, address: str = "", form: Form = LIBRARY) -> Database:
    """Open the library of a home, or create it with the home's folder.

    :param address: of a library in PostgreSQL, where it is not in the folder.
    :param form: of what lies beside the library, where it is not the library itself.
    :raises HomeError: where it can't be used or reached, or has another format.
    """
    if not address:
        return SqliteFile(home / form.file, form)
    make_private_folder(home)
    with _telling():
        from corpus.store.postgresql import Postgres
    return Postgres(address, form)


def has_database(home: Path, address: str, form: Form) -> bool:
    """Tell whether there is what `open_database` would otherwise create.

    :raises HomeError: where its server can't be reached.
    """
    if not address:
        return (home / form.file).is_file()
    with _telling():
        from corpus.store.postgresql import has_library
    return has_library(address, form)


class LazyDatabase:
    """What `open_database` opens, when first needed and anew where another took its place.

    Shared between threads.
    """

    def __init__(self, home: Path, address: str, form: Form) -> None:
        """Name it; see `open_database`."""
        self._where = home, address, form
        self._opening = threading.Lock()
        self._database: Database | None = None

    @property
    def exists(self) -> bool:
        """Whether `open` would create nothing."""
        return self._database is not None or has_database(*self._where)

    def open(self) -> Database:
        """Return it.

        :raises HomeError: see `open_database`.
        """
        with self._opening:
            if self._database is not None and self._database.replaced:
                self._database.close()
                self._database = None
            if self._database is None:
                self._database = open_database(*self._where)
            return self._database

    def close(self) -> None:
        """Close it; who needs it again opens it again."""
        with self._opening:
            if self._database:
                self._database.close()
            self._database = None


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise HomeError(
            "用 PostgreSQL 存文库要另装程序库：pip install 'dafu[postgresql]'"
            "。不用的话，请去掉设置 store（DAFU_STORE）。"
        ) from error
