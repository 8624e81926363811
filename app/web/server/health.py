"""Say whether the server lives, and whether it can answer: for what watches it, without secrets."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.home import Home
from corpus.errors import DafuError

LEAST_FREE = 200 << 20
"""Bytes that the home's disk must have left: with less, nothing can be loaded."""

REMEMBERED = 5.0
"""Seconds for which an answer holds: whoever asks often costs no more than whoever asks now and
then."""

UNCACHED = {"Cache-Control": "no-store"}


async def answer_health(_: Request) -> Response:
    """Say that the server lives; nothing is looked at."""
    return JSONResponse({"status": "ok"}, headers=UNCACHED)


class Readiness:
    """Tells whether questions can be answered."""

    def __init__(self, home: Home) -> None:
        self._checks: dict[str, Callable[[], None]] = {
            "store": lambda: _read_store(home),
            "engine": lambda: _lend_engine(home),
            "disk": lambda: _look_at_disk(home),
        }
        self._looking = threading.Lock()
        self._found: tuple[float, dict[str, str]] | None = None

    async def answer(self, _: Request) -> Response:
        """Answer 200 where all is well, else 503, with what is."""
        checks = await run_in_threadpool(self.look)
        ready = all(found == "ok" for found in checks.values())
        said = {"status": "ready" if ready else "unready", "checks": checks}
        return JSONResponse(said, 200 if ready else 503, headers=UNCACHED)

    def look(self) -> dict[str, str]:
        """Return for each check `ok` or `failed`; `starting` where the first look goes on."""
        found = self._found
        if found and time.monotonic() - found[0] < REMEMBERED:
            return found[1]
        if not self._looking.acquire(blocking=False):  # models take seconds to be opened
            return found[1] if found else dict.fromkeys(self._checks, "starting")
        try:
            checks = {name: _try(check) for name, check in self._checks.items()}
            self._found = time.monotonic(), checks
            return checks
        finally:
            self._looking.release()


def _try(check: Callable[[], None]) -> str:
    try:
        check()
    except (DafuError, OSError):  # why is in the log of whoever asks something
        return "failed"
    return "ok"


def _read_store(home: Home) -> None:
    with home.store.database.reading() as connection:
        connection.execute("SELECT 1 FROM replies LIMIT 1").fetchone()


def _lend_engine(home: Home) -> None:
    with home.engine():
        pass


def _look_at_disk(home: Home) -> None:
    if shutil.disk_usage(home.folder).free < LEAST_FREE:
        raise OSError
