"""Which replies came from which files, to tell those that are left without any."""

from __future__ import annotations

from collections import defaultdict

from corpus.store.database import Database


def replies_by_file(database: Database) -> dict[str, frozenset[str]]:
    """Return the ids of the replies that each file holds; one reply may stand in several."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    with database.reading() as connection:
        for row in connection.execute("SELECT DISTINCT file, reply_id FROM sources"):
            found[row["file"]].add(row["reply_id"])
    return {file: frozenset(ids) for file, ids in found.items()}
