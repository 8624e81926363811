"""A home that was moved or copied as a folder: its uploaded files are known at their new place."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from app.home import Home
from app.keeping.removal import UPLOADS
from corpus.errors import HomeBusy
from corpus.store.database import FILE_NAME


def follow_home(home: Home) -> None:
    """Note where uploaded files are, where the home has been elsewhere when they were uploaded.

    Otherwise nobody could open them, and removing a reply would leave its file.
    """
    uploads = home.folder.resolve() / UPLOADS
    if not uploads.is_dir():
        return
    known = home.store.files.digests()
    moved = {
        uri: target.as_posix()
        for uri in known
        if (folder := Path(uri).parent).name == UPLOADS and folder != uploads
        if (target := uploads / Path(uri).name).as_posix() not in known and target.is_file()
        if _was_home(folder.parent)
    }
    if moved:
        with suppress(HomeBusy), home.writing():  # who is writing has it before them
            home.store.files.move(moved)


def _was_home(folder: Path) -> bool:
    """Tell whether a folder has been a home: it is one still, or it is gone."""
    return not folder.exists() or (folder / FILE_NAME).exists()
