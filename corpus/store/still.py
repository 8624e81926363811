"""SQLite files in a folder that can't be written, which are read as they lie there."""

from __future__ import annotations

import os
from pathlib import Path

from corpus.errors import HomeError
from corpus.files import Version, version_of


def uri_of(path: Path) -> str:
    """Return how SQLite is to open a file that is there, as the folder's rights are.

    :raises HomeError: where what is committed can't be read without writing.
    """
    if still_version(path):
        how = "mode=ro&immutable=1"
    elif _is_writable(path) or path.with_name(f"{path.name}-shm").exists():
        how = "mode=rw"
    else:
        raise HomeError(
            f"{path} 旁边还有没有并入的日志 {log_of(path).name}，资料夹不能写入，并不进去。"
            "请把整个资料夹复制到可以写的地方再打开。"
        )
    return f"{path.absolute().as_uri()}?{how}"


def still_version(path: Path) -> Version | None:
    """Return the version of a file that nobody is writing, in a folder that can't be written.

    SQLite has nowhere to lay its lock there, and reads only what it is told does not change.
    """
    if _is_writable(path) or version_of(log_of(path)) is not None:
        return None
    return version_of(path)


def _is_writable(path: Path) -> bool:
    return os.access(path.parent, os.W_OK)


def log_of(path: Path) -> Path:
    """Return the file of what was committed and not yet put into the database."""
    return path.with_name(f"{path.name}-wal")
