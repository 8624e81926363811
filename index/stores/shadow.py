"""A folder that can't be written, opened by what must write a lock into the folder it reads."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.temporary import hold_folder


@contextmanager
def openable(folder: Path) -> Iterator[Path]:
    """Give the folder itself, or where it can't be written another with links to its files.

    Locks are not among them: those of the other folder are its own.
    """
    if os.access(folder, os.W_OK):
        yield folder
        return
    with hold_folder("index") as shadow:
        for path in folder.iterdir():
            if path.suffix == ".lock":
                continue
            try:
                (shadow / path.name).symlink_to(path.resolve())
            except OSError:  # a system, or a disk, that knows no links
                shutil.copy(path, shadow)
        yield shadow
