"""At work beside whoever searches: what was loaded is read bit by bit, last by the encoder."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from app.views.statements import catch_up
from corpus.errors import DafuError, HomeBusy

if TYPE_CHECKING:
    from app.service import Service

LOGGER = logging.getLogger(__name__)

PAUSE = 20.0
"""Seconds between two looks whether anybody, in this process or another, has loaded more."""


class BackgroundEncoding:
    """A thread in which what was loaded is read, last by the encoder, until it is closed."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="encoding", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the batch that is being read, and keep what was."""
        self._ended.set()
        self._thread.join()

    def _go_on(self) -> bool:
        self._service.pace.give_way()
        return not self._ended.is_set()

    def _work(self) -> None:
        while not self._ended.is_set():
            try:
                catch_up(self._service.home, goes_on=self._go_on)
                read = self._service.encode(goes_on=self._go_on)
            except HomeBusy:
                pass  # another process reads
            except DafuError as error:
                LOGGER.warning("没能理解段落：%s", error)
            except Exception as error:  # nobody waits for this thread, so nobody would be told
                LOGGER.error("encoding failed", exc_info=error)
            else:
                if read:
                    LOGGER.info("理解了 %d 段", read)
            self._ended.wait(PAUSE)
