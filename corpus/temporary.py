"""Folders in the system's temporary one: deleted after use, or by the next start after a kill."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "dafu-"
"""How the names of our folders in the temporary folder begin."""

LOCK = ".held"
"""The file in each of them that is locked for as long as it is used."""

OLD = 24 * 3600
"""Seconds after which a folder without such a file is nobody's: a reader's, or just made. Whoever
was killed just then is known by the number in the name."""


@contextmanager
def hold_folder(kind: str) -> Iterator[Path]:
    """Give a new folder in the temporary one, which is deleted afterwards, or after a kill."""
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{kind}-{os.getpid()}-")).resolve()
    lock = FileLock(folder / LOCK, thread_local=False)  # given back by whichever thread
    lock.acquire()
    try:
        yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def keep_together() -> None:
    """Have all that libraries put aside from now on lie in one such folder, until the program ends.

    Theirs would else stay after a kill: who writes a workbook puts each of its sheets aside.
    """
    held = ExitStack()
    with suppress(OSError):  # a full disk: reading needs nothing put aside
        tempfile.tempdir = str(held.enter_context(hold_folder("run")))
        atexit.register(held.close)


def clear_temporary() -> None:
    """Delete the folders that programs of ours have left which no longer run."""
    place = Path(tempfile.gettempdir())
    if place.name.startswith(PREFIX):  # our own
        place = place.parent
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.is_dir() and not folder.is_symlink() and _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    if not (folder / LOCK).is_file():
        return time.time() - folder.stat().st_mtime > OLD or _is_orphan(folder)
    try:
        with FileLock(folder / LOCK, timeout=0):
            return True
    except Timeout:
        return False


def _is_orphan(folder: Path) -> bool:
    from psutil import pid_exists  # seldom needed

    maker = folder.name.split("-")[-2]
    return maker.isdecimal() and not pid_exists(int(maker)) and not any(folder.iterdir())
