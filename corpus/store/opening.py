"""Open the database of a library, or of what lies beside it, wherever that is."""

from __future__ import annotations

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


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise HomeError(
            "用 PostgreSQL 存文库要另装程序库：pip install 'dafu[postgresql]'"
            "。不用的话，请去掉设置 store（DAFU_STORE）。"
        ) from error
