"""Open the database of a library, wherever it is."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import HomeError
from corpus.files import make_private_folder
from corpus.store.database import FILE_NAME, Database
from corpus.store.sqlite import SqliteFile


def open_database(home: Path, address: str = "") -> Database:
    """Open the library of a home, or create it with the home's folder.

    :param address: of a library in PostgreSQL, where it is not in the folder.
    :raises HomeError: where it can't be used or reached, or has another format.
    """
    if not address:
        return SqliteFile(home / FILE_NAME)
    make_private_folder(home)
    try:
        from corpus.store.postgresql import Postgres
    except ImportError as error:
        raise HomeError(
            "用 PostgreSQL 存文库要另装程序库：pip install 'dafu[postgresql]'"
            "。不用的话，请去掉设置 store（DAFU_STORE）。"
        ) from error
    return Postgres(address)
