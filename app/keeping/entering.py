"""Open a home: finish what was broken off in it, and know its own files at a new place."""

from __future__ import annotations

from pathlib import Path

from app.home import Home
from app.keeping.adapting import finish_adaptation
from app.keeping.backup import OWN
from app.keeping.leftovers import clear_indexes
from app.keeping.removal import empty_old, finish_removals
from app.keeping.restore import finish_restore
from app.settings import Settings
from corpus.errors import HomeDamaged, HomeError
from corpus.store.form import FILE_NAME
from corpus.temporary import clear_temporary


def enter_home(settings: Settings) -> Home:
    """Open a home, and finish what was broken off in it; HomeError where it can't be used."""
    clear_temporary()
    home = Home(settings)
    finish_restore(settings.home)
    _ = home.store  # a home that can't be used is told at once
    finish_adaptation(settings.home)
    clear_indexes(settings.home)
    _follow_home(home)
    finish_removals(home)
    empty_old(home)
    return home


def _follow_home(home: Home) -> None:
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
