"""The collection of a library's passages: one row holds what both legs know of a passage."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from corpus.errors import HomeError, IndexDamaged
from corpus.filters import FILTER_FIELDS
from index.stores.keys import Keys
from index.stores.manifest import REMEDY
from index.stores.milvus.client import Client, CollectionGone
from index.stores.milvus.directory import NAME
from index.stores.milvus.filtering import MOST_BYTES, MOST_VALUES

Vectors = NDArray[np.float32]

WRITTEN = 500
"""Rows that are sent at once, some 3 MB, and held back at most."""

ASKED = 5_000
"""Keys that are asked for or deleted at once."""

MOST_FOUND = 16_384
"""Milvus finds no more in one search."""

FLUSHED = 1_000
"""So many rows written make a segment with an index of its own worth while."""

GRAPH = {"M": 16, "efConstruction": 200}
"""Of the index of vectors, HNSW."""

PREFIX = f"{NAME}_"


def new_name() -> str:
    """Return a name for a collection that nobody has used."""
    return PREFIX + uuid4().hex[:12]


class Rows:
    """The passages in one collection, and those that are about to be written.

    A row is written once both legs have given their part of it, and again as it was wherever it is
    given again: a key is never given to another passage.
    """

    def __init__(self, client: Client, name: str) -> None:
        """Take a collection that is there."""
        self.client = client
        self.count = 0
        self.current: Callable[[], str | None] = lambda: None
        self._writing = threading.RLock()
        self._words: dict[int, dict[str, Any]] = {}
        self._vectors: dict[int, Vectors] = {}
        self._gone: set[int] = set()
        self._unflushed = 0
        self.reopen(name)

    @classmethod
    def create(cls, client: Client, name: str, dimension: int) -> Rows:
        """Make a new collection."""
        _create(client, name, dimension)
        return cls(client, name)

    def reopen(self, name: str) -> None:
        """Go over to another collection; what was not committed is lost."""
        self.rollback()
        self.name = name
        self.client.call("load_collection", name)
        self.look()

    def look(self) -> None:
        """Count what is there."""
        found = self._call("query", "", output_fields=["count(*)"], consistency_level="Strong")
        self.count = int(found[0]["count(*)"])

    def keys(self, expression: str = "") -> Keys:
        """Return the keys that an expression allows, ascending, int64 (n,)."""
        batches = self.client.iter_batches(
            collection_name=self.name,
            filter=expression,
            output_fields=["key"],
            batch_size=ASKED,
            consistency_level="Strong",
        )
        return np.sort(np.array([row["key"] for rows in batches for row in rows], np.int64))

    def read(self, keys: Sequence[int] | Keys, *fields: str) -> dict[int, dict[str, Any]]:
        """Return fields of rows; unknown keys are left out."""
        wanted = list(map(int, keys))
        found = {}
        for start in range(0, len(wanted), ASKED):
            some = wanted[start : start + ASKED]
            named = {"output_fields": list(fields), "consistency_level": "Strong"}
            for row in self._call("get", some, **named):
                found[int(row["key"])] = row
        return found

    def search(
        self, field: str, vector: Any, k: int, expression: str, **params: Any
    ) -> list[tuple[int, float]]:
        """Return the keys and scores of the `k` best, best first, equal ones in order of keys."""
        k = min(k, self.count, MOST_FOUND)
        if k <= 0:
            return []
        (hits,) = self._call(
            "search",
            [vector],
            expression,
            anns_field=field,
            limit=k,
            search_params={"metric_type": "IP", "params": params},
        )
        found = [(int(hit["key"]), float(hit["distance"])) for hit in hits]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def add_words(self, rows: Mapping[int, dict[str, Any]]) -> None:
        """Add what the lexical leg holds of passages."""
        with self._writing:
            self._words.update(rows)
            self._gone -= rows.keys()
            self._write_whole()

    def add_vectors(self, keys: Iterable[int], vectors: Vectors) -> None:
        """Add what the dense leg holds of passages."""
        with self._writing:
            self._vectors.update(zip(map(int, keys), vectors, strict=True))
            self._gone.difference_update(self._vectors)
            self._write_whole()

    def remove(self, keys: Iterable[int]) -> None:
        """Remove passages; unknown keys are passed over."""
        with self._writing:
            for key in map(int, keys):
                self._words.pop(key, None)
                self._vectors.pop(key, None)
                self._gone.add(key)

    def commit(self) -> None:
        """Write what was added and removed; what only one leg has given is forgotten."""
        with self._writing:
            self._write_whole(least=1)
            gone = sorted(self._gone)
            for start in range(0, len(gone), ASKED):
                self.client.call("delete", self.name, ids=gone[start : start + ASKED])
            self.rollback()
            if self._unflushed >= FLUSHED:
                self.client.call("flush", self.name)
                self._unflushed = 0
            self.look()

    def rollback(self) -> None:
        """Forget what was added and removed, and not yet written."""
        with self._writing:
            self._words.clear()
            self._vectors.clear()
            self._gone.clear()

    def erase(self) -> None:
        """Have the server write anew what holds removed passages; it does when it finds time."""
        self.client.call("flush", self.name)
        self.client.call("compact", self.name)

    def _call(self, method: str, *given: Any, **named: Any) -> Any:
        """Call a method on the collection; where it was made anew, on that which has its place."""
        try:
            return self.client.call(method, self.name, *given, **named)
        except CollectionGone as error:
            name = self.current()
            if name is None or name == self.name:
                raise IndexDamaged(
                    f"Milvus {self.client.place.where} 里索引的集合不见了。{REMEDY}"
                ) from error
            self.reopen(name)
            return self.client.call(method, name, *given, **named)

    def _write_whole(self, least: int = WRITTEN) -> None:
        whole = [key for key in self._words if key in self._vectors]
        while len(whole) >= least:
            some, whole = whole[:WRITTEN], whole[WRITTEN:]
            rows = [{"key": key, "dense": self._vectors[key], **self._words[key]} for key in some]
            self.client.call("upsert", self.name, rows)
            for key in some:
                del self._words[key], self._vectors[key]
            self._unflushed += len(some)


def drop_others(client: Client, kept: str) -> Iterator[str]:
    """Drop all collections of this program's but one, and yield their names.

    Killed rebuilds have left them behind.
    """
    for name in client.call("list_collections"):
        if name.startswith(PREFIX) and name != kept:
            client.call("drop_collection", name)
            yield name


def _create(client: Client, name: str, dimension: int) -> None:
    library = client.library
    kinds = library.DataType
    schema = library.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", kinds.INT64, is_primary=True)
    schema.add_field("dense", kinds.FLOAT_VECTOR, dim=dimension)
    schema.add_field("sparse", kinds.SPARSE_FLOAT_VECTOR)
    schema.add_field("reply_id", kinds.VARCHAR, max_length=MOST_BYTES)
    schema.add_field("year", kinds.INT64)
    for field in FILTER_FIELDS.values():
        schema.add_field(
            str(field),
            kinds.ARRAY,
            element_type=kinds.VARCHAR,
            max_capacity=MOST_VALUES,
            max_length=MOST_BYTES,
        )
    indexes = library.MilvusClient.prepare_index_params()
    indexes.add_index("dense", index_type="HNSW", metric_type="IP", params=GRAPH)
    indexes.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    for plain in ("reply_id", "year"):
        indexes.add_index(plain, index_type="INVERTED")
    client.call("create_collection", name, schema=schema, consistency_level="Session")
    client.call("create_index", name, indexes, sync=False)  # what is empty need not be waited for
    for listed in FILTER_FIELDS.values():
        more = library.MilvusClient.prepare_index_params()
        more.add_index(str(listed), index_type="INVERTED")
        try:
            client.call("create_index", name, more, sync=False)
        except HomeError:
            return  # Milvus Lite has no index of lists; filters are right without, only slower
