"""The log: what was done, how long it took and how much came of it, in the home and the terminal.

Modules log through `logging.getLogger(__name__)`; what the log is written to is decided at the
entry points. Questions aren't logged unless the setting `log_questions` says so.
"""

from __future__ import annotations

import io
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from app.installed import PACKAGES
from corpus.files import PRIVATE_FOLDER, open_private

LARGEST = 1_000_000
KEPT = 3
"""Bytes of a file of the log, and how many full ones are kept beside the one that is written."""

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


class _HomeFile(RotatingFileHandler):
    """Write to the log of a home; where that can't be done, do without it."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            log_file(home), maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True
        )
        self.setFormatter(OneLine(FORM))

    def _open(self) -> io.TextIOWrapper:
        # The home itself is made by the store alone.
        Path(self.baseFilename).parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        return open(self.baseFilename, "a", encoding="utf-8", opener=open_private)

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: a full disk or a home that is read only stops no work."""


@contextmanager
def timed(logger: logging.Logger, what: str) -> Iterator[list[str]]:
    """Log how long the body took, with what it has put on the list that it gets.

    What fails is not logged: the error is told where it is caught.
    """
    began = time.perf_counter()
    told: list[str] = []
    yield told
    logger.info("%s", "，".join([what, f"{time.perf_counter() - began:.3f} 秒", *told]))
