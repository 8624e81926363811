"""Open a home, and finish what was broken off in it."""

from __future__ import annotations

from app.home import Home
from app.keeping.adapting import finish_adaptation
from app.keeping.leftovers import clear_indexes
from app.keeping.moving import follow_home
from app.keeping.removal import empty_old, finish_removals
from app.keeping.restore import finish_restore
from app.settings import Settings
from corpus.temporary import clear_temporary


def enter_home(settings: Settings) -> Home:
    """Open a home, and finish what was broken off in it; HomeError where it can't be used."""
    clear_temporary()
    home = Home(settings)
    finish_restore(settings.home)
    _ = home.store  # a home that can't be used is told at once
    finish_adaptation(settings.home)
    clear_indexes(settings.home)
    follow_home(home)
    finish_removals(home)
    empty_old(home)
    return home
