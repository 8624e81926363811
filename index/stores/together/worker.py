"""One of any number of workers that read a library for all homes over it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass

from corpus.store.store import Store
from index.models.embed import Embedder
from index.stores.encoder_input import encoded_text
from index.stores.together.claims import always, claiming
from index.stores.together.shared import SharedVectors
from index.stores.together.state import Together

LOOK_EVERY = 5.0
"""Seconds between two looks where nothing is left to read."""

LOOK_SOON = 1.0
"""The same where nothing is left but what others are reading."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a worker is: what it has read itself, and what all have, of how many passages."""

    own: int
    read: int
    passages: int


def work(
    store: Store, encoder: Embedder, goes_on: Callable[[], bool] = always
) -> Generator[Standing, None, None]:
    """Read batch by batch what nobody else reads, and yield how far that is, before each.

    Where nothing is left for this worker it looks again after a while, for more may be loaded, and
    others may die; so it ends only where whoever asks has enough, or `goes_on`, asked between
    batches, says so. What was read of what it has taken is then given, and the rest left to others.

    :raises HomeError: where the database can't be reached or written to.
    """
    own = 0
    with closing(SharedVectors.open(store, encoder)) as shared:
        together = Together(shared)
        with claiming(together) as claims:
            while goes_on():
                together.follow()
                taken = claims.take() if len(together.missing) else 0
                yield Standing(own, together.read, together.passages)
                if taken:
                    own += claims.read(
                        lambda passages: encoder.embed_passages(
                            [encoded_text(each) for each in passages.values()]
                        ),
                        goes_on,
                    )
                else:
                    pause(LOOK_SOON if len(together.missing) else LOOK_EVERY, goes_on)


def pause(seconds: float, goes_on: Callable[[], bool]) -> None:
    """Wait so long, or until `goes_on` says otherwise."""
    until = time.monotonic() + seconds
    while goes_on() and time.monotonic() < until:
        time.sleep(0.1)
