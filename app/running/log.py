"""The log: what was done, how long it took and how much came of it, in the home and the terminal.

Modules log through `logging.getLogger(__name__)`; what the log is written to is decided at the
entry points. Questions aren't logged unless the setting `log_questions` says so.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import TextIO

from filelock import FileLock

from app.running.installed import PACKAGES
from corpus.files import PRIVATE_FILE, PRIVATE_FOLDER, open_private

LARGEST = 1_000_000
KEPT = 3
"""Bytes of a file of the log, and how many full ones are kept beside the one that is written."""

LOCK_NAME = "log.lock"

PATIENCE = 1.0
"""Seconds that a record waits for others'; then it is left out."""

FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_file(home: Path) -> Path:
    """Return where the log of a home is written."""
    return home / "logs" / "dafu.log"


@contextmanager
def logging_to(home: Path | None, *, verbose: bool = False) -> Iterator[None]:
    """Write what Dafu's packages log to the home's file, and with `verbose` to standard error.

    Without `verbose` standard error gets errors alone. Nothing is written where there is no home.
    """
    handlers: list[logging.Handler] = [_Terminal(verbose)]
    if home is not None:
        handlers.append(_HomeFile(home))
    loggers = [logging.getLogger(name) for name in PACKAGES]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.INFO)
        for handler in handlers:
            logger.addHandler(handler)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
            for handler in handlers:
                logger.removeHandler(handler)
        for handler in handlers:
            handler.close()


class OneLine(logging.Formatter):
    """Write a message in one line, its personal data masked: names of files hold anything."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Replace control characters, which could make lines of their own, and halves of pairs."""
        from corpus.text.redact import redact  # which takes a tenth of a second to import

        plain = super().formatMessage(record).translate(_CONTROLS)
        return redact(plain.encode("utf-8", "replace").decode())


_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029), "�")


TELL = {"tell": True}
"""As `extra` of a record: it is told in the terminal too, as a sentence."""


class _Terminal(logging.StreamHandler[TextIO]):
    """Write to standard error what is wrong and what is to be told; with `verbose` all of it."""

    def __init__(self, verbose: bool) -> None:
        super().__init__(sys.stderr)
        self._least = logging.INFO if verbose else logging.ERROR
        self.setFormatter(OneLine(FORM))

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= self._least or hasattr(record, "tell")

    def format(self, record: logging.LogRecord) -> str:
        return record.getMessage() if hasattr(record, "tell") else super().format(record)


class _HomeFile(logging.Handler):
    """Write to the log of a home; where that can't be done, do without it.

    Several processes write to it, one at a time, and none holds it open between two records: what
    is open can't be put aside on Windows, and elsewhere who had it open would write to it on.
    """

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = home
        self._file = log_file(home)
        self._turn = FileLock(home / LOCK_NAME, timeout=PATIENCE, mode=PRIVATE_FILE)
        self.setFormatter(OneLine(FORM))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, whatever becomes of it: a full disk stops no work, nor does a lock."""
        if not self._home.is_dir():
            return  # the home itself is made by the store alone
        try:
            line = f"{self.format(record)}\n".encode()
            self._file.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            with self._turn:
                if self._file.is_file() and self._file.stat().st_size + len(line) > LARGEST:
                    with suppress(OSError):  # who looks at it on Windows holds it: it grows on
                        self._put_aside()
                with open(self._file, "ab", opener=open_private) as file:
                    file.write(line)
        except Exception:  # Timeout of the lock among them
            self.handleError(record)

    def _put_aside(self) -> None:
        names = [
            self._file,
            *(self._file.with_name(f"{self._file.name}.{n + 1}") for n in range(KEPT)),
        ]
        for older, newer in reversed(list(pairwise(names))):
            if older.is_file():
                os.replace(older, newer)

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing."""


@contextmanager
def timed(logger: logging.Logger, what: str) -> Iterator[list[str]]:
    """Log how long the body took, with what it has put on the list that it gets.

    What fails is not logged: the error is told where it is caught.
    """
    began = time.perf_counter()
    told: list[str] = []
    yield told
    logger.info("%s", "，".join([what, f"{time.perf_counter() - began:.3f} 秒", *told]))
