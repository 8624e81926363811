"""Files that are replaced as a whole, so that a kill leaves the old one or the new one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

Version = tuple[int, int, int]
"""What tells one content of a file from the next: see `version_of`."""


def save_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Save what `write` writes as the file `path`, on the disk before it takes that name."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    if os.name == "posix":  # Windows has no handle for folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def save_bytes_atomically(path: Path, content: bytes) -> None:
    """Save bytes, as `save_atomically` does."""

    def write(file: BinaryIO) -> None:
        file.write(content)

    save_atomically(path, write)


def save_text_atomically(path: Path, text: str) -> None:
    """Save a text as UTF-8, as `save_atomically` does."""
    save_bytes_atomically(path, text.encode())


def version_of(path: Path) -> Version | None:
    """Return what changes whenever a file is replaced; None where there is no file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
