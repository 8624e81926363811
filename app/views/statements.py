"""Have what was loaded read for what it promises and cites, before lists of it are asked for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from app.home import Home
from corpus.errors import HomeDamaged, HomeError
from corpus.progress import Progress

LOGGER = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds of a call in which replies are read that none has read before: some 2,000 of them."""


def catch_up(
    home: Home, progress: Progress | None = None, goes_on: Callable[[], bool] | None = None
) -> int:
    """Read the replies that were loaded or changed since the last call; return how many are left.

    Where the home can't be written to now, what is kept is listed without them.

    :param goes_on: asked before each few replies whether to; None: for `PATIENCE`.
    """
    statements, until = home.store.statements, time.monotonic() + PATIENCE
    try:
        return statements.catch_up(progress, goes_on or (lambda: time.monotonic() < until))
    except HomeDamaged:
        raise
    except HomeError as error:
        LOGGER.warning("承诺和依据没有读完：%s", error)
        return statements.unread()
