"""What PostgreSQL says when it can't do something, in words that help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from corpus.errors import DafuError, HomeBusy, HomeDamaged, HomeError, UnreadableFile


@contextmanager
def telling_refusals(where: str, *, decoding: bool) -> Iterator[None]:
    """Tell errors of PostgreSQL within as errors of the home.

    :param where: which database it is, in Chinese.
    :param decoding: whether a value that can't be understood tells of damage, as it does where
        nothing but this program has written what is read.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _explain(error, where) from error
    except (ValueError, LookupError, TypeError) as error:
        if not decoding:
            raise
        raise HomeDamaged(
            f"{where}里的文库损坏（有记录读不懂：{error!r}）。请数据库管理员从备份恢复。"
        ) from error


_BUSY = "正被另一个程序写入。请等它结束后再试。"
_GONE = (
    "连不上，或连接断了（{}）。请检查地址、用户和密码，数据库建了没有（createdb），服务器开着没有。"
)

_CAUSES: tuple[tuple[type[psycopg.Error], type[DafuError], str], ...] = (
    (errors.LockNotAvailable, HomeBusy, _BUSY),
    (errors.DeadlockDetected, HomeBusy, _BUSY),
    (errors.SerializationFailure, HomeBusy, _BUSY),
    (errors.QueryCanceled, HomeBusy, "太忙，没有在服务器所限的时间里做完。请稍后再试。"),
    (errors.DiskFull, HomeError, "写不进去：服务器的磁盘已满。请数据库管理员腾出空间。"),
    (errors.InsufficientPrivilege, HomeError, "不让这样做（{}）。请数据库管理员给足权限。"),
    (errors.ReadOnlySqlTransaction, HomeError, "只能读，是从库或只读的。请改用主库的地址。"),
    (errors.DataCorrupted, HomeDamaged, "损坏（{}）。请数据库管理员从备份恢复。"),
    (errors.IndexCorrupted, HomeDamaged, "的索引损坏（{}）。请数据库管理员运行 REINDEX。"),
    (psycopg.OperationalError, HomeError, _GONE),
    (psycopg.InterfaceError, HomeError, _GONE),
)
"""What is told of each error; the first that fits."""


def _explain(error: psycopg.Error, where: str) -> Exception:
    if isinstance(error, errors.ProgramLimitExceeded):
        return UnreadableFile(
            where, "有一个值太长（路径、编号、标题等超过了 PostgreSQL 索引的 2,700 字节），没有存入"
        )
    for cause, kind, said in _CAUSES:
        if isinstance(error, cause):
            return kind(f"{where}{said.format(_first_line(error))}")
    return error  # a fault of this program, or what its caller expects


def _first_line(error: psycopg.Error) -> str:
    return str(error.diag.message_primary or error).strip().partition("\n")[0]
