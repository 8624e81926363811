"""At work beside whoever searches: what was loaded is read bit by bit, last by the encoder."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from app.running.log import TELL
from app.settings import Settings
from app.views.statements import catch_up
from corpus.errors import DafuError, HomeBusy, HomeDamaged, HomeError, InputError
from corpus.store.store import Store
from index.models.embed import Embedder, open_encoder
from index.models.static import limit_blas_threads
from index.stores.together.worker import Standing, pause, work

if TYPE_CHECKING:
    from app.service import Service

LOGGER = logging.getLogger(__name__)

PAUSE = 20.0
"""Seconds between two looks whether anybody, in this process or another, has loaded more."""

AGAIN = 10.0
"""Seconds after which a worker that has lost the database tries to reach it again."""


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


def open_worker_encoder(settings: Settings) -> Embedder:
    """Open what a worker reads with.

    :raises InputError: where there is nothing to be shared, or nothing to read with.
    """
    if not settings.store:
        raise InputError(
            "几台机器一起读，文库要在 PostgreSQL 里，这个资料夹的在文件里。请设 store（DAFU_STORE="
            "postgresql://用户@主机/数据库），已有的文库用 dafu move 搬去；只有一台机器的，"
            "不加 --worker 就行。"
        )
    encoder = open_encoder(settings.models)
    if encoder is None:
        raise InputError("设置 encoder 是 off：不用语义模型，没有可读的。请改为 background。")
    return encoder


def work_for_all(
    settings: Settings, encoder: Embedder, goes_on: Callable[[], bool]
) -> Iterator[Standing]:
    """Read with others what a library has, as `index.stores.together.worker.work` does.

    Of the home no index is opened. Where the database is lost once it was reached, as when it is
    restarted, it is reached for again until it is there.
    """
    limit_blas_threads()
    own, reached = 0, False
    while goes_on():
        try:
            with Store.open(settings.home, settings.store) as store:
                before = own
                for standing in work(store, encoder, goes_on):
                    reached, own = True, before + standing.own
                    yield replace(standing, own=own)
        except HomeDamaged:
            raise
        except HomeError as error:
            if not reached:
                raise
            LOGGER.warning("%s %g 秒后再试。", error, AGAIN, extra=TELL)
            pause(AGAIN, goes_on)
