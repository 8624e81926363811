"""What follows a write to the library may fail, say on a full disk; the write is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.audit import Action
from app.home import Home
from corpus.errors import DafuError, HomeError
from corpus.files import say_trouble

if TYPE_CHECKING:
    from index.engine import Engine


@contextmanager
def telling_kept(home: Home, engine: Engine, action: Action, about: str) -> Iterator[None]:
    """Have the indexes follow a write, audit it, and say where either fails that it is kept.

    Neither waits for the other. Whoever uses the engine next indexes what could not be.

    :raises HomeError: for whatever fails. Damage of the indexes is one too: whoever healed it would
        have the write done once more.
    """
    try:
        try:
            yield
        except BaseException:
            engine.leave()
            raise
        finally:
            home.audit.record(action, about)
    except (DafuError, OSError) as error:
        said = f"{say_trouble(error)}。" if isinstance(error, OSError) else error
        raise HomeError(
            f"改动已存好，不用再做；但索引或审计没有跟上：{said}下次提问会接着补上索引。"
        ) from error


def settle(home: Home, engine: Engine, action: Action, about: str) -> None:
    """Have the indexes follow a write, and the encoder where it reads at once; see `telling_kept`.

    :raises HomeError: as there.
    """
    with telling_kept(home, engine, action, about):
        engine.indexer.catch_up()
        if engine.encoded and home.settings.encoder == "at-once":
            engine.encoded.catch_up(engine.store)
