"""What lies in a watched folder now, told by names, sizes and times alone: no file is opened.

Folders are listed again and again. The events that systems give (inotify and its like) tell nothing
of what other computers write to a network drive, end silently when a watch runs out, and would have
to be followed by such a list anyway, to know what is written to the end and what happened while
nobody watched. A list of 10,000 files takes some 40 ms of processor time.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from corpus.readers import SUFFIXES

Stamp = tuple[int, int]
"""Size and time of the last change: another one tells of other content."""

UNFINISHED = ("~$", ".", "~")
"""How names begin that Office and others give to locks and to files that they are writing."""

NETWORK = frozenset(
    {"nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs"}
    | {"9p", "drvfs", "virtiofs", "fuse.sshfs", "fuse.davfs", "fuse.rclone", "ceph", "glusterfs"}
)
"""File systems that other computers write to."""


@dataclass(slots=True)
class Seen:
    """What was seen in a folder; `there` is False where the folder itself could not be listed."""

    there: bool
    files: dict[str, Stamp] = field(default_factory=dict)
    """The files that can be loaded, by their absolute paths as the store names them."""
    closed: list[str] = field(default_factory=list)
    """Folders within that could not be listed: of their files nothing is known."""

    def may_hold(self, path: str) -> bool:
        """Tell whether a file may still be there though it was not seen."""
        return any(path.startswith(f"{folder}/") for folder in self.closed) or os.path.lexists(path)


def look_into(root: Path) -> Seen:
    """List a folder with all below it; links lead elsewhere and are passed over, as in a load."""
    seen, waiting = Seen(there=True), [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if not entry.name.startswith(UNFINISHED):
                        _look_at(entry, seen, waiting)
        except OSError:
            if folder == root:
                return Seen(there=False)
            seen.closed.append(folder.as_posix())
    return seen


def _look_at(entry: os.DirEntry[str], seen: Seen, waiting: list[Path]) -> None:
    path = Path(entry.path)
    try:
        if entry.is_symlink() or (os.name == "nt" and _is_junction(entry)):
            return
        if entry.is_dir(follow_symlinks=False):
            waiting.append(path)
        elif entry.is_file(follow_symlinks=False) and path.suffix.lower() in SUFFIXES:
            status = entry.stat(follow_symlinks=False)
            if status.st_size:  # an empty one is yet to be written
                seen.files[path.as_posix()] = status.st_size, status.st_mtime_ns
    except OSError:
        seen.closed.append(path.as_posix())  # it may have gone meanwhile, or be a folder


def _is_junction(entry: os.DirEntry[str]) -> bool:
    return bool(getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0))


def is_on_network(root: Path) -> bool:
    """Tell whether a folder lies on another computer's drive, as far as the system says so."""
    if root.as_posix().startswith("//"):
        return True
    try:
        parts = psutil.disk_partitions(all=True)
    except (OSError, RuntimeError):
        return False
    holding = [part for part in parts if root.is_relative_to(part.mountpoint)]
    if not holding:
        return False
    part = max(holding, key=lambda part: len(part.mountpoint))
    return part.fstype.lower() in NETWORK or "remote" in part.opts.split(",")
