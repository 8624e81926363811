"""In how many passages each token stands: what BM25 weighs it by, and Milvus does not tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.store.database import Connection
from corpus.store.form import Form
from corpus.store.selection import IN_LIST, as_list
from index.stores.derived import as_index, open_derived
from index.stores.lexical_schema import LexicalField
from index.stores.milvus.weights import tokens_of
from index.text.segment import Tokens

FORM = Form(
    "词频",
    Path(__file__).with_name("counts.sql"),
    0x44666377,
    1,
    remedy="请运行 dafu rebuild 重建索引。",
)
"""Its application_id is "Dfcw" in ASCII."""

_NUMBERS = {field: number for number, field in enumerate(LexicalField)}


class Counted(NamedTuple):
    """The tokens of one passage, and of what stands around it."""

    key: int
    text: Tokens
    context: Tokens


class TokenCounts:
    """The counts of one home, in SQLite. May be shared between threads.

    What is added and removed is on the disk at once. Passages are counted once, whatever a kill
    leaves undone.
    """

    def __init__(self, path: Path) -> None:
        """Open the counts in a file, or create it.

        :raises IndexDamaged: where it is damaged or of another make.
        """
        self._database = open_derived(path, FORM)
        self._count: int | None = None

    def reopen(self, path: Path) -> None:
        """Go over to another file."""
        before, self._database = self._database, open_derived(path, FORM)
        self._count = None
        before.close()

    def refresh(self) -> None:
        """See what other processes have written."""
        self._count = None

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def count(self) -> int:
        """Return how many passages are counted."""
        if self._count is None:
            with self._reading() as connection:
                row = connection.execute("SELECT count(*) FROM counted").fetchone()
            self._count = int(row[0])
        return self._count

    def keys(self) -> NDArray[np.int64]:
        """Return the keys of the passages that are counted, ascending, int64 (n,)."""
        with as_index():
            return np.sort(self._database.numbers("SELECT key AS number FROM counted", ()))

    def document_frequency(self, field: str, token: str) -> int:
        """Return in how many passages a token stands."""
        return self.document_frequencies([(field, token)])[0]

    def document_frequencies(self, tokens: Sequence[tuple[str, str]]) -> list[int]:
        """Return in how many passages each of these tokens stands, given with their fields."""
        with self._reading() as connection:
            rows = (
                connection.execute(_HOW_MANY, (_NUMBERS[LexicalField(field)], token)).fetchone()
                for field, token in tokens
            )
            return [int(row[0]) if row else 0 for row in rows]

    def frequent_words(self, most: int) -> dict[str, int]:
        """Return the most frequent words with the number of passages that each stands in."""
        with self._reading() as connection:
            rows = connection.execute(_FREQUENT, (_NUMBERS[LexicalField.WORDS], most))
            return dict(rows.fetchall())

    def add(self, passages: Iterable[Counted]) -> None:
        """Count passages; those that are counted are passed over."""
        given = {each.key: each for each in passages}
        with as_index(), self._database.transaction() as connection:
            known = _held(connection, given)
            fresh = [each for key, each in given.items() if key not in known]
            connection.executemany(_MORE, _rows(fresh))
            connection.executemany("INSERT INTO counted VALUES (?)", [(e.key,) for e in fresh])
        self._count = None

    def remove(self, passages: Iterable[Counted]) -> None:
        """Count passages no longer; those that are not counted are passed over."""
        given = {each.key: each for each in passages}
        with as_index(), self._database.transaction() as connection:
            gone = [given[key] for key in _held(connection, given)]
            rows = _rows(gone)
            connection.executemany(_LESS, [(number, *token) for *token, number in rows])
            connection.executemany(_NONE_LEFT, [token for *token, _ in rows])
            connection.execute(f"DELETE FROM counted WHERE key IN ({IN_LIST})", (_keys(gone),))
        self._count = None

    def erase(self) -> None:
        """Leave nothing in the file of what was removed."""
        self._database.erase()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with as_index(), self._database.reading() as connection:
            yield connection


_HOW_MANY = "SELECT passages FROM counts WHERE field = ? AND token = ?"
_FREQUENT = (
    "SELECT token, passages FROM counts WHERE field = ? ORDER BY passages DESC, token LIMIT ?"
)
_MORE = (
    "INSERT INTO counts VALUES (?, ?, ?)"
    " ON CONFLICT (field, token) DO UPDATE SET passages = passages + excluded.passages"
)
_LESS = "UPDATE counts SET passages = passages - ? WHERE field = ? AND token = ?"
_NONE_LEFT = "DELETE FROM counts WHERE field = ? AND token = ? AND passages <= 0"


def _rows(passages: Sequence[Counted]) -> list[tuple[int, str, int]]:
    held: Counter[tuple[int, str]] = Counter()
    for each in passages:
        for field, tokens in tokens_of(each.text, each.context).items():
            number = _NUMBERS[field]
            held.update((number, token) for token in set(tokens))
    return [(number, token, times) for (number, token), times in sorted(held.items())]


def _held(connection: Connection, keys: Iterable[int]) -> list[int]:
    sql = f"SELECT key FROM counted WHERE key IN ({IN_LIST})"
    return [row[0] for row in connection.execute(sql, (as_list(list(keys)),))]


def _keys(passages: Sequence[Counted]) -> str:
    return as_list([each.key for each in passages])
