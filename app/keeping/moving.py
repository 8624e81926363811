"""A home that was moved or copied as a folder: its own files are known at their new place."""

from __future__ import annotations

from pathlib import Path

from app.home import Home
from app.keeping.backup import OWN
from corpus.errors import HomeDamaged, HomeError
from corpus.store.form import FILE_NAME


def follow_home(home: Home) -> None:
    """Note where a home's own files are, where it has been elsewhere when they were loaded.

    Otherwise nobody could open them, and removing a reply would leave its file.
    """
    here = home.folder.resolve()
    if home.store.database.shared:
        return  # where another home is over the same library, files of that name may be its own
    if not any((here / name).is_dir() for name in OWN):
        return
    known = home.store.files.digests()
    moved = {
        uri: target.as_posix()
        for uri in known
        for name in OWN
        if (parts := uri.rpartition(f"/{name}/"))[0] and Path(parts[0]) != here
        if (target := here / name / parts[2]).as_posix() not in known and target.is_file()
        if _was_home(Path(parts[0]))
    }
    if moved:
        try:
            with home.writing():
                home.store.files.move(moved)
        except HomeDamaged:
            raise
        except HomeError:
            pass  # who is writing has it before them; where nobody can, it can be read all the same


def _was_home(folder: Path) -> bool:
    """Tell whether a folder has been a home: it is one still, or it is gone."""
    return not folder.exists() or (folder / FILE_NAME).exists()
