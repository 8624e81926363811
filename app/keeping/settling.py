"""What follows a write to the library may fail, say on a full disk; the write is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from corpus.errors import HomeError
from corpus.files import say_trouble


@contextmanager
def telling_kept() -> Iterator[None]:
    """Do what follows a write, its audit and the indexes, and say where it fails that that is kept.

    :raises HomeError: for whatever fails. Damage of the indexes is one too: whoever healed it would
        have the write done once more.
    """
    try:
        yield
    except (HomeError, OSError) as error:
        said = f"{say_trouble(error)}。" if isinstance(error, OSError) else error
        raise HomeError(
            f"改动已存好，不用再做；但索引或审计没有跟上：{said}下次打开资料夹会接着补上索引。"
        ) from error
