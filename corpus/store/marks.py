"""What tells a passage from another that was given the same key, as after an old backup came."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from corpus.store.database import Database
from corpus.store.selection import IN_KEYS, as_list


def read_marks(database: Database, keys: Iterable[int]) -> dict[int, int]:
    """Return a mark of each passage by its key, of 64 bits with a sign; unknown keys are left out.

    The mark says which text the passage stands in and where, so it is the same in every copy of a
    library. It tells nothing of the text to who does not know it.
    """
    with database.reading() as connection:
        rows = connection.execute(
            "SELECT p.key, r.content_hash, p.start, p.stop FROM passages AS p"
            " JOIN replies AS r ON r.id = p.reply_id"
            f" WHERE p.key IN ({IN_KEYS})",
            (as_list(map(int, keys)),),
        )
        return {key: _mark(f"{content} {start} {stop}") for key, content, start, stop in rows}


def _mark(place: str) -> int:
    digest = hashlib.blake2b(place.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
