"""The folder of uploaded files: its own of each process, deleted at its end; and its bounds."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import gradio as gr
import gradio.blocks
from gradio.context import LocalContext
from gradio.utils import get_upload_folder

from app.access import Role
from corpus.files import make_private_folder
from corpus.temporary import LOCK, hold_folder

HOURS_KEPT = 4
"""After so many hours a file goes at the latest: a page may have been open since."""


@cache
def upload_folder() -> Path:
    """Return this process's own folder of uploaded files, deleted at its end; in it one a role.

    Gradio takes the folder from the environment alone, and its default one is shared by all
    users of the machine.
    """
    held = ExitStack()
    folder = held.enter_context(hold_folder("page"))  # the next start deletes it after a kill
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    atexit.register(held.close)
    return folder


def is_within(path: Any, folder: Path) -> bool:
    """Tell whether what a call names as a file's path is of a file in the folder, or nothing."""
    if not isinstance(path, str):
        return path is None
    try:
        # An address such as http://… is relative here, so it is refused as well.
        return os.path.isabs(path) and Path(os.path.realpath(path)).is_relative_to(folder)
    except (OSError, ValueError):  # a name with a null character
        return False


class Visits:
    """Which uploaded files each visit has used, so that they go when it ends.

    May be shared between threads. Files that no visit used go by their age.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._used: defaultdict[str, set[str]] = defaultdict(set)

    def use(self, visit: str, path: str) -> None:
        """Note that a visit uses a file."""
        with self._lock:
            self._used[visit].add(os.path.realpath(path))

    def end(self, visit: str) -> None:
        """Delete the files that this visit alone has used."""
        with self._lock:
            paths = self._used.pop(visit, set())
            others = set().union(*self._used.values())
        for path in paths - others:
            if is_within(path, self.folder):
                Path(path).unlink(missing_ok=True)
        self.sweep()

    def sweep(self) -> None:
        """Delete files that are old: uploads that were broken off, and exports, are of no visit."""
        oldest = time.time() - HOURS_KEPT * 3600
        for file in list(self.folder.rglob("*")):
            with suppress(OSError):  # another was quicker
                if file.name != LOCK and file.is_file() and file.stat().st_mtime < oldest:
                    file.unlink()


@cache
def visits(role: Role) -> Visits:
    """Return the visits to this process's page for a role, which reaches no other role's files."""
    folder = upload_folder() / role.value
    make_private_folder(folder)
    return Visits(folder)


_FOLDERS: WeakKeyDictionary[gr.Blocks, str] = WeakKeyDictionary()


def keep_files_of(blocks: gr.Blocks, folder: Path) -> None:
    """Have what events of a page give out kept where that page may send files from.

    Gradio makes a component anew where an event updates it, and then asks the environment again,
    which knows but one folder for the pages of all roles.
    """
    _FOLDERS[blocks] = str(folder)
    gradio.blocks.get_upload_folder = _folder_here  # type: ignore[attr-defined]


def _folder_here() -> str:
    blocks = LocalContext.blocks.get(None)
    return _FOLDERS.get(blocks) or get_upload_folder() if blocks else get_upload_folder()


@contextmanager
def building_in(folder: Path) -> Iterator[None]:
    """Have what is built within keep its uploaded files in a folder: Gradio asks where then."""
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    try:
        yield
    finally:
        os.environ["GRADIO_TEMP_DIR"] = str(upload_folder())
