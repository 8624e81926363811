"""Finding: the files below what was named, none of which is opened yet.

Whatever lies there stops nothing: links, loops of them, devices, and names that are no text.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.errors import Unopened, UnreadableFile
from corpus.files import say_trouble
from corpus.readers.endings import SUFFIXES, say_unsupported

MOST_BYTES = 500 << 20
"""Larger files than 500 MiB are no replies, and would not fit an office PC's memory."""

_LEFT_OVER = re.compile(
    r"[.]|~[$]|~.*[.]tmp$|(?:ehthumbs_vista|ehthumbs|thumbs)[.]db$|desktop[.]ini$"
    r"|(?:__MACOSX|@eaDir|[$]RECYCLE[.]BIN|System Volume Information)$",
    re.IGNORECASE,
)
_SPECIAL = "不是普通文件（是设备、管道或套接字），没有打开；请只给出文件或文件夹"
_LOOP = "链接绕成了圈，找不到文件；请改正链接"


def iter_paths(
    paths: Iterable[Path], follow_links: bool = False
) -> Iterator[Path | UnreadableFile]:
    """Yield the files to read, absolute, each once; folders are walked in sorted order.

    What systems and programs leave in folders (`is_left_over`) is passed over in silence. What
    can't be read is yielded as a report: a named path that does not exist, a file of another
    format, what is no file, a link within a folder.

    :param follow_links: whether links are followed that lead to what was named, or below it.
    """
    found = list(map(_resolve, paths))
    walk = _Walk([path for path in found if isinstance(path, Path)], follow_links)
    for path in found:
        if isinstance(path, Path):
            yield from walk.files(path)
        else:
            yield path


def is_left_over(name: str) -> bool:
    """Tell whether nobody put a file or folder of that name there.

    Hidden ones, locks and drafts of Office (`~$…`), pictures of what a folder holds (`Thumbs.db`),
    how it is shown, what was deleted from it.
    """
    return _LEFT_OVER.match(name) is not None


def check_file(path: Path) -> None:
    """Check that a path is that of a file that can be opened: a device may never end.

    :raises UnreadableFile: where it is none, is empty, or too large.
    :raises OSError: where the system does not tell.
    """
    source = path.as_posix()
    try:
        status = path.stat()
    except FileNotFoundError:
        raise Unopened(source, "没有这个文件；请检查路径") from None
    if not stat.S_ISREG(status.st_mode):
        is_folder = stat.S_ISDIR(status.st_mode)
        raise UnreadableFile(source, "是文件夹，不是文件；请检查路径" if is_folder else _SPECIAL)
    if status.st_size == 0:
        raise UnreadableFile(source, "文件是空的（0 字节）；请重新取得这个文件")
    if status.st_size > MOST_BYTES:
        raise UnreadableFile(
            source,
            f"文件有 {status.st_size >> 20:,} MB，最多 {MOST_BYTES >> 20} MB，太大；请拆分后再导入",
        )


def _resolve(named: Path) -> Path | UnreadableFile:
    """Return where a named path is."""
    kind: type[UnreadableFile] = Unopened
    try:
        return named.resolve(strict=True)
    except FileNotFoundError:
        reason = "没有这个文件或文件夹；请检查路径"
    except OSError as error:
        reason = f"打不开（{say_trouble(error)}）；请检查路径"
    except (RuntimeError, ValueError):  # how Python 3.11 and 3.12 tell of a loop; a zero in a name
        kind = UnreadableFile
        reason = _LOOP if os.path.islink(named) else "路径有误；请检查路径"
    name = _readable(os.path.abspath(named))
    shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
    return kind(shown, reason)


_LONGEST_SHOWN = 300


class _Walk:
    """Goes through folders, each file and folder once."""

    def __init__(self, roots: list[Path], follow_links: bool) -> None:
        self._roots = roots
        self._follow_links = follow_links
        self._seen: set[Path] = set()

    def files(self, root: Path) -> Iterator[Path | UnreadableFile]:
        waiting = [root]
        while waiting:
            path = waiting.pop()
            if path in self._seen:
                continue
            self._seen.add(path)
            if not path.is_dir():
                yield _look_at(path)
                continue
            try:
                with os.scandir(path) as entries:
                    names = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                reason = f"打不开文件夹（{say_trouble(error)}），里面的没有读；请检查权限"
                yield UnreadableFile(_readable(path), reason)
                continue
            folders: list[Path] = []
            for entry in names:
                if is_left_over(entry.name):
                    continue
                found = self._enter(entry, path)
                if isinstance(found, UnreadableFile):
                    yield found
                elif found.is_dir():
                    folders.append(found)
                elif found not in self._seen:
                    self._seen.add(found)
                    yield _look_at(found)
            waiting += reversed(folders)

    def _enter(self, entry: os.DirEntry[str], folder: Path) -> Path | UnreadableFile:
        """Return where an entry of a folder is, which is elsewhere only for a link that may be."""
        path = folder / entry.name
        if not entry.is_symlink() and not (entry.is_dir() and _is_junction(path)):
            return path
        if not self._follow_links:
            return UnreadableFile(
                _readable(path),
                "跳过：是链接，没有跟随；请给出它指向的文件，或加 --follow-links"
                "（只跟随指向所给文件夹之内的链接）",
            )
        target = _resolve(path)
        if isinstance(target, UnreadableFile):
            return UnreadableFile(_readable(path), f"链接指向的文件打不开：{target.reason}")
        if not any(target.is_relative_to(root) for root in self._roots):
            return UnreadableFile(
                _readable(path), "跳过：链接指到所给的文件夹之外，没有跟随；请直接给出那个文件"
            )
        return target


def _look_at(path: Path) -> Path | UnreadableFile:
    """Return a file that may be opened, else the report on it."""
    readable = _readable(path)
    if readable != path.as_posix():
        return UnreadableFile(readable, "文件名有误（不是合法的文字编码），请改名后重新载入")
    suffix = path.suffix.lower()
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return UnreadableFile(readable, _SPECIAL)
    except OSError as error:
        return Unopened(readable, f"打不开文件（{say_trouble(error)}）；请检查文件权限和路径")
    return path if suffix in SUFFIXES else UnreadableFile(readable, say_unsupported(suffix))


def _is_junction(path: Path) -> bool:
    """Tell whether a folder of Windows leads to another, which is no symbolic link there."""
    return os.name == "nt" and path.resolve() != path


def _readable(path: Path | str) -> str:
    """Return a path as text; file systems allow names that are none."""
    return Path(path).as_posix().encode("utf-8", "replace").decode()
