"""Who reads which passages: what one has taken nobody else reads, until it has given up or died."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import numpy as np

from corpus.errors import HomeError
from corpus.store.database import or_replace
from index.models.static import Vectors
from index.stores.encoder_input import BATCH
from index.stores.keys import NONE, Keys, held
from index.stores.texts import IndexedText, read_indexed
from index.stores.together.state import Together

CLAIM = 128
"""Passages that are taken at once: 2.5 seconds of the bundled encoder. What a worker that dies has
taken and not given is read again."""

EXPIRY = 600.0
"""Seconds after which others read what one has taken and says nothing more of, though its
connection stands: a process that was halted. Whose connection has gone has lost it at once."""

Embed = Callable[[Mapping[int, IndexedText]], Vectors]
"""Makes vectors of passages, in their order, float32 (n, dimension)."""


def always() -> bool:
    """Go on."""
    return True


class Claims:
    """What one of those who read together has `taken`: keys, in the order they are read in."""

    def __init__(self, together: Together, worker: str) -> None:
        self.together = together
        self._shared, self._worker = together.shared, worker
        self.taken: Keys = NONE
        self._said = 0.0

    def take(self) -> int:
        """Take the newest passages that nobody has read nor taken; return how many.

        They take the place of what was taken before.

        :raises HomeError: where the connection by which others know this one has gone.
        """
        shared, now = self._shared, self._shared.now()
        database = shared.database
        with database.transaction() as connection:
            # Nobody else is here now, so what was taken and read is known to the last.
            self.together.follow_reading()
            encoder = shared.enter(connection)
            rows = connection.execute("SELECT worker, encoder, keys, taken FROM claims").fetchall()
            living = database.claimed([self._worker, *(row["worker"] for row in rows)])
            if self._worker not in living:
                raise HomeError("与 PostgreSQL 的连接断过，别的机器已接着读。请再运行一次。")
            others: list[int] = []
            readers = 1
            for worker, by, keys, taken in rows:
                if worker not in living or now - taken > EXPIRY:
                    connection.execute("DELETE FROM claims WHERE worker = ?", (worker,))
                elif by == encoder and worker != self._worker:
                    others += json.loads(keys)
                    readers += 1
            missing = self.together.missing
            last = missing[-(CLAIM + len(others)) :]
            free = last[~held(np.unique(np.array(others, np.int64)), last)]
            # Less towards the end, so that nobody waits long for who was the last to take.
            fair = max(BATCH, (len(missing) - len(others)) // (2 * readers))
            chosen = free[-min(CLAIM, fair) :][::-1]
            connection.execute(
                "INSERT INTO claims (worker, encoder, keys, taken) VALUES (?, ?, ?, ?) "
                + or_replace("worker", "encoder", "keys", "taken"),
                (self._worker, encoder, json.dumps(chosen.tolist()), now),
            )
        self.taken, self._said = chosen, now
        return len(chosen)

    def read(self, embed: Embed, goes_on: Callable[[], bool] = always) -> int:
        """Read what was taken, the newest first, and give what was made of it; return how much.

        What was read is given when this is stopped, by an error or by `goes_on`, asked between
        batches.
        """
        made: dict[int, Vectors] = {}
        batch = self.taken.tolist()
        try:
            for start in range(0, len(batch), BATCH):
                if not goes_on():
                    break
                self._renew()
                indexed = read_indexed(self._shared.store, batch[start : start + BATCH])
                made.update(zip(indexed, embed(indexed), strict=True))
        finally:
            if made:
                self._shared.put(made)
        return len(made)

    def _renew(self) -> None:
        """Say that what was taken is still being read."""
        now = self._shared.now()
        if now - self._said > EXPIRY / 4:
            with self._shared.database.transaction() as connection:
                connection.execute(
                    "UPDATE claims SET taken = ? WHERE worker = ?", (now, self._worker)
                )
            self._said = now

    def drop(self) -> None:
        """Leave to others what was taken."""
        with self._shared.database.transaction() as connection:
            connection.execute("DELETE FROM claims WHERE worker = ?", (self._worker,))


@contextmanager
def claiming(together: Together) -> Iterator[Claims]:
    """Be one of those who read together; what was taken goes with the process at the latest."""
    name = secrets.token_hex(8)
    with together.shared.database.claim(name):
        claims = Claims(together, name)
        try:
            yield claims
        finally:
            with suppress(HomeError):  # the connection has gone, and so has the claim
                claims.drop()
