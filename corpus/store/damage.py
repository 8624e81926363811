"""What SQLite says of a file that it can't read or write, in words that help."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import HomeBusy, HomeDamaged, HomeError
from corpus.files import is_full
from corpus.store.form import Form


@contextmanager
def telling(form: Form, path: Path, *, decoding: bool) -> Iterator[None]:
    """Tell errors of SQLite within as errors of the home.

    :param decoding: whether a value that can't be understood tells of damage too, as it does where
        nothing but this program has written what is read.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _explain(error, form, path) from error
    except (ValueError, LookupError, TypeError) as error:
        if not decoding:
            raise
        raise HomeDamaged(
            f"{form.name}损坏：{path}（有记录读不懂：{error!r}）。{form.remedy}"
        ) from error


_CAUSES = {
    sqlite3.SQLITE_FULL: (HomeError, "写不进去：磁盘已满。请腾出空间后再试，已载入的不受影响。"),
    sqlite3.SQLITE_IOERR: (HomeError, "读写失败（{}）。请检查磁盘空间、文件大小的限制和磁盘本身。"),
    sqlite3.SQLITE_READONLY: (HomeError, "不能写入。请检查资料夹和文件的读写权限。"),
    sqlite3.SQLITE_PERM: (HomeError, "不能读写。请检查资料夹和文件的读写权限。"),
    sqlite3.SQLITE_CANTOPEN: (HomeError, "打不开。请检查路径与读写权限，看文件是否被移走。"),
    sqlite3.SQLITE_BUSY: (HomeBusy, "正被另一个程序写入。请等它结束后再试。"),
    sqlite3.SQLITE_LOCKED: (HomeBusy, "正被另一个程序写入。请等它结束后再试。"),
}
"""By SQLite's primary result code; what "{}" stands for is its name for the whole code."""

_FULL = "打不开：磁盘已满，打开也要几十 KB 的地方。请腾出空间后再试，已载入的不受影响。"


def name_of(error: sqlite3.Error) -> str:
    """Return SQLite's name of an error, for whoever is asked for help."""
    return getattr(error, "sqlite_errorname", None) or type(error).__name__


def _explain(error: sqlite3.DatabaseError, form: Form, path: Path) -> Exception:
    if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
        return error  # a fault of this program, or what its caller expects
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code == sqlite3.SQLITE_IOERR and is_full(path.parent):
        return HomeError(f"{form.name} {path} {_FULL}")
    if code in _CAUSES:
        kind, said = _CAUSES[code]
        return kind(f"{form.name} {path} {said.format(error.sqlite_errorname)}")
    what = "打不开，它已损坏，或不是本程序的文件" if code == sqlite3.SQLITE_NOTADB else "损坏"
    return HomeDamaged(f"{form.name}{what}：{path}（{name_of(error)}）。{form.remedy}")
