"""SQLite in a file: FTS5 by words, sqlite-vec by vectors, both in one statement.

apsw brings an SQLite that loads extensions, which Python's own often can't.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from tools.peers.peer import FOUND, Material, PeerQuery, Search, Tokens

RRF = 60
"""The constant of reciprocal rank fusion, that of sqlite-vec's own example of a hybrid search."""

WORDS = f"SELECT rowid AS key FROM words WHERE words MATCH ? ORDER BY rank LIMIT {FOUND}"
VECTORS = (
    f"SELECT rowid AS key FROM vectors WHERE embedding MATCH ? AND k = {FOUND} ORDER BY distance"
)
BOTH = f"""
WITH by_words AS (SELECT key, row_number() OVER () AS place, 0 AS leg FROM ({WORDS})),
     by_vectors AS (SELECT key, row_number() OVER () AS place, 1 AS leg FROM ({VECTORS}))
SELECT key FROM (SELECT * FROM by_words UNION ALL SELECT * FROM by_vectors)
GROUP BY key ORDER BY sum(1.0 / ({RRF} + place)) DESC, min(leg) LIMIT {FOUND}
"""
"""Of passages that are as far up in one leg each, that of the words goes first."""


class Sqlite:
    """FTS5's BM25 has k1 1.2 and b 0.75; sqlite-vec looks at every vector."""

    distributions = ("apsw", "sqlite-vec")
    modules = ("apsw", "sqlite_vec")

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Index tokens, without keeping them besides, and vectors."""
        apsw: Any = importlib.import_module("apsw")
        sqlite_vec: Any = importlib.import_module("sqlite_vec")
        tokens = Tokens()
        base = apsw.Connection(str(folder / "passages.db"))
        base.enable_load_extension(True)
        base.load_extension(sqlite_vec.loadable_path())
        dimension = material.vectors.shape[1]
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("CREATE VIRTUAL TABLE words USING fts5(tokens, content = '')")
        base.execute(
            "CREATE VIRTUAL TABLE vectors USING "
            f"vec0(embedding float[{dimension}] distance_metric=cosine)"
        )
        with base:  # one transaction
            base.executemany(
                "INSERT INTO words (rowid, tokens) VALUES (?, ?)",
                zip(material.keys, map(tokens.joined, material.texts), strict=True),
            )
            base.executemany(
                "INSERT INTO vectors (rowid, embedding) VALUES (?, ?)",
                zip(material.keys, map(_as_blob, material.vectors), strict=True),
            )

        def any_of(asked: PeerQuery) -> str:
            return " OR ".join(f'"{token}"' for token in tokens(asked.text))

        def find(statement: str, *given: Any) -> list[int]:
            return [key for (key,) in base.execute(statement, given)]

        return {
            "lexical": lambda asked: find(WORDS, any_of(asked)),
            "dense": lambda asked: find(VECTORS, _as_blob(asked.vector)),
            "fused": lambda asked: find(BOTH, any_of(asked), _as_blob(asked.vector)),
        }


def _as_blob(vector: Any) -> bytes:
    return bytes(vector.astype("float32").tobytes())
