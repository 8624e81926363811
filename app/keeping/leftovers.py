"""What killed programs have left behind in a home."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from pathlib import Path

from corpus.errors import HomeError
from corpus.files import PART
from index.stores.legs import delete_other_folders
from index.stores.manifest import index_folders, load_manifest, write_lock

ABANDONED = 60
"""Seconds after which a file that nobody goes on writing is nobody's."""

OLD = 24 * 3600
"""The same of a test set that is being made."""


def clear_home(home: Path) -> None:
    """Delete what was being written when a program was killed; the home is held for writing."""
    for path in home.rglob(f"*{PART}"):
        _delete(path, ABANDONED)
    for path in (home / "evaluation" / "testsets").glob(".*"):
        _delete(path, OLD)


def clear_indexes(home: Path) -> None:
    """Delete indexes that a killed rebuild has left half made, unless another is writing."""
    if len(index_folders(home)) > 1:
        with suppress(HomeError), write_lock(home):
            if manifest := load_manifest(home):
                delete_other_folders(home, manifest)


def _delete(path: Path, age: int) -> None:
    with suppress(OSError):
        if time.time() - path.stat().st_mtime >= age:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
