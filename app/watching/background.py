"""Watch folders beside a page that is being served."""

from __future__ import annotations

import logging
import threading

from app.service import Service
from app.watching.watcher import Watcher

LOGGER = logging.getLogger(__name__)


class BackgroundWatching:
    """A thread in which the folders of the setting `watch` are watched, until it is closed."""

    def __init__(self, service: Service) -> None:
        """Take the Service of somebody who may load.

        :raises InputError: where one of the folders can't be watched.
        """
        self._watcher = Watcher(service, service.settings.watch)
        self._thread = threading.Thread(target=self._work, name="watching", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the file that is being loaded."""
        self._watcher.close()
        self._thread.join()

    def _work(self) -> None:
        try:
            self._watcher.run()
        except Exception as error:  # nobody waits for this thread, so nobody would be told
            LOGGER.error("watching failed", exc_info=error)
