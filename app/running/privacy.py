"""Who may read a home: its owner alone, on systems that know modes of files."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from app.running.log import TELL
from corpus.files import PRIVATE_FILE, PRIVATE_FOLDER

LOGGER = logging.getLogger(__name__)

USUAL = (0o755, 0o775)
"""Modes that folders get where nobody has decided anything, as earlier versions' homes did. Whoever
opens a home on purpose gives it another, such as 0750 with a group of its own."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private(home: Path) -> None:
    """Close a home to all but its owner, unless somebody has chosen who may read it."""
    if os.name != "posix" or not home.is_dir():
        return
    with suppress(OSError):  # another user's, or a read-only disk
        mode = stat.S_IMODE(home.stat().st_mode)
        if mode in USUAL:
            home.chmod(PRIVATE_FOLDER)
            LOGGER.warning("资料夹 %s 原来本机的别人也能读，已改为只有您能读。", home, extra=TELL)
            _close(home.rglob("*"))
        elif mode == PRIVATE_FOLDER:
            _close(path for folder in home.glob("index-*") for path in folder.rglob("*"))


def _close(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            if path.lstat().st_mode & _OTHERS and not path.is_symlink():
                path.chmod(PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)
