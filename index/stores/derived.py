"""SQLite files that an index keeps: what is damaged in them can be made again from the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import HomeDamaged, IndexDamaged
from corpus.store.form import Form
from corpus.store.sqlite import SqliteFile


def open_derived(path: Path, form: Form) -> SqliteFile:
    """Open such a file, or create it.

    :raises IndexDamaged: where it is damaged or of another make.
    """
    try:
        return SqliteFile(path, form)
    except HomeDamaged as error:
        raise IndexDamaged(f"{error}若文件已损坏，请运行 dafu rebuild 重建索引。") from error


@contextmanager
def as_index() -> Iterator[None]:
    """Say of a damaged file that it is an index, which can be made again."""
    try:
        yield
    except HomeDamaged as error:
        raise IndexDamaged(str(error)) from error
