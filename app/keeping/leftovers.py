"""What killed programs have left behind in a home."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from pathlib import Path

from corpus.files import PART

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
    _delete(home / "model-new", 0)


def _delete(path: Path, age: int) -> None:
    with suppress(OSError):
        if time.time() - path.stat().st_mtime >= age:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
