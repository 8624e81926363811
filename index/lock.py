"""One writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import HomeBusy, HomeError

FILE_NAME = "write.lock"


@contextmanager
def write_lock(home: Path) -> Iterator[None]:
    """Keep all others from writing to a home, in this process and in others; readers go on.

    The lock goes with the process, so a kill leaves none behind.

    :raises HomeBusy: where another is writing.
    :raises HomeError: where the home can't be written to.
    """
    lock = FileLock(home / FILE_NAME, timeout=0)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise HomeBusy(f"另一个程序正在写入资料夹 {home}。请等它结束后再试。") from error
    except OSError as error:
        raise HomeError(f"资料夹 {home} 不能写入（{error}）。请检查读写权限。") from error
    try:
        yield
    finally:
        lock.release()
