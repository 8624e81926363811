"""Files that are replaced as a whole, so that a kill leaves the old one or the new one."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

Version = tuple[int, int, int]
"""What tells one content of a file from the next: see `version_of`."""


PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
"""Modes on POSIX systems of what only its owner may read; Windows guards users' folders itself."""

PART = ".part"
"""How the name of a file ends that is being written; who was killed leaves it behind."""


def make_private_folder(path: Path) -> None:
    """Create a folder that only its owner may enter, unless it is there; with those above it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def open_private(path: str, flags: int) -> int:
    """Open a file as `open` does, for its owner alone where it is created: an `opener`."""
    return os.open(path, flags, PRIVATE_FILE)


def save_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Save what `write` writes as the file `path`, on the disk before it takes that name.

    Only its owner may read it. Nothing is left where it can't be written.
    """
    part = path.with_name(path.name + PART)
    try:
        with open(part, "wb", opener=open_private) as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
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


REPLY_ID = r"[0-9A-Za-z\u3400-\u4dbf\u4e00-\u9fff._-]{1,64}"
"""What an id may be, which stands in addresses; of dots alone, which lead elsewhere, none is."""


def id_of_source(source: str) -> str:
    """Return the id of a reply that declares none, by the file, or the row, that it came from."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def bytes_below(folder: Path) -> int:
    """Return how many bytes the files below a folder have."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def crc32_of(file: BinaryIO, length: int) -> int:
    """Return the CRC-32 of the next `length` bytes of a file, or of all it has if it has fewer."""
    found = 0
    while length and (piece := file.read(min(_PIECE, length))):
        found = zlib.crc32(piece, found)
        length -= len(piece)
    return found


_PIECE = 1 << 20


LEAST = 65_536
"""Bytes of disk that opening a database takes at most: SQLite's -shm of 32 KiB, and a -wal."""


def is_full(folder: Path) -> bool:
    """Tell whether a disk has no room even for what opening a database writes."""
    try:
        return shutil.disk_usage(folder).free < LEAST
    except OSError:
        return False


def say_trouble(error: OSError) -> str:
    """Say in Chinese what the system had to say; of what is unusual its number."""
    return _TROUBLES.get(error.errno or 0, f"系统报错 {error.errno}")


def raise_refused(error: BaseException) -> None:
    """Raise what the system refused, where that is why a library failed, not a damaged file.

    Libraries raise `OSError` too, without a number; a damaged offset is EINVAL, for it is sought.

    :raises OSError: with the system's number.
    """
    for told in (error, error.__context__):  # zipfile and pdfplumber tell it as damage
        if isinstance(told, OSError) and told.errno not in (None, 0, errno.EINVAL):
            raise told


class Misfit(ValueError):
    """Raised where a file holds something else than was expected, which it says in Chinese."""


def say_fault(error: BaseException) -> str:
    """Say in Chinese why a file can't be used: by the system, by where it is of no form, or by us.

    A library's own words are for the log alone.
    """
    if isinstance(error, OSError):
        return say_trouble(error)
    if isinstance(error, json.JSONDecodeError):
        line = f"第 {error.lineno} 行" if "\n" in error.doc else ""
        return f"{line}第 {error.colno} 个字处读不懂"
    if isinstance(error, UnicodeDecodeError):
        return f"不是 UTF-8 编码（第 {error.start} 字节处）"
    return str(error) if isinstance(error, Misfit) else "内容不合格式"


_TROUBLES = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.EEXIST: "已有同名的文件",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.EBUSY: "正被别的程序占用",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.ENOMEM: "内存不够",
    errno.EAGAIN: "系统一时腾不出资源",
    errno.EFBIG: "文件太大，超过了允许的大小",
    errno.EINVAL: "系统不接受这样的名称或做法",
    errno.ETIMEDOUT: "磁盘或网络没有回应",
    errno.ESTALE: "网络盘已断开",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ELOOP: "链接绕成了圈",
    errno.ENAMETOOLONG: "名字太长",
    errno.ENXIO: "没有这个设备",
    errno.EIO: "磁盘或网络读不出",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
}
