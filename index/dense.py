"""The dense leg: exact search by inner product over the passages' vectors, in FAISS."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexMismatch
from index.files import save_atomically, version_of

Vectors = NDArray[np.float32]
Keys = NDArray[np.int64]


class DenseIndex:
    """The vectors of passages by their keys, in memory and in one file.

    May be searched by several threads while one of them adds and removes. What is added and
    removed is found at once, and stands in the file after `commit`.
    """

    def __init__(self, path: Path, dimension: int) -> None:
        self.dimension = dimension
        self._lock = threading.Lock()
        self._changed = False
        self.reopen(path)

    @classmethod
    def open(cls, path: Path, dimension: int) -> DenseIndex:
        """Open the index in a file; where there is none yet, it is empty.

        :raises IndexMismatch: where the file is damaged or of another dimension.
        """
        return cls(path, dimension)

    def reopen(self, path: Path) -> None:
        """Go over to the index in another file; what was not committed is lost."""
        version = version_of(path)
        index = _empty(self.dimension) if version is None else _load(path)
        if index.d != self.dimension:
            raise IndexMismatch(
                f"向量索引 {path} 是 {index.d} 维的，现在的模型是 {self.dimension} 维。"
                "请运行 dafu rebuild 重建索引。"
            )
        with self._lock:
            self.path = path
            self._version = version
            self._index = index
            self._changed = False

    def refresh(self) -> None:
        """See what other processes have committed."""
        if version_of(self.path) != self._version and not self._changed:
            self.reopen(self.path)

    @property
    def count(self) -> int:
        """Return how many passages are indexed."""
        return int(self._index.ntotal)

    def keys(self) -> Keys:
        """Return the keys of all passages, ascending, int64 (n,)."""
        with self._lock:
            return np.sort(self._keys())

    def add(self, keys: Sequence[int] | Keys, vectors: Vectors) -> None:
        """Add vectors, float32 (n, dimension); those whose keys are known are replaced."""
        # Of a key given twice the last vector counts, hence the look from behind.
        unique, last = np.unique(np.asarray(keys, np.int64)[::-1], return_index=True)
        rows = np.ascontiguousarray(vectors[::-1][last], np.float32)
        with self._lock:
            if len(unique):
                self._remove(unique)
                self._index.add_with_ids(rows, unique)
                self._changed = True

    def remove(self, keys: Iterable[int]) -> None:
        """Remove passages; unknown keys are passed over."""
        with self._lock:
            self._remove(np.fromiter(keys, np.int64))

    def search(
        self, vector: Vectors, k: int, allowed: Keys | None = None
    ) -> list[tuple[int, float]]:
        """Return the keys and scores of the `k` best of the allowed passages, best first.

        The score is the inner product with `vector`, float32 (dimension,): the cosine of unit
        vectors. `allowed` None allows any passage. Equal scores stand in the order of keys.
        """
        with self._lock:
            k = min(k, self._index.ntotal if allowed is None else len(allowed))
            if k <= 0:
                return []
            chosen = None if allowed is None else _only(allowed)
            scores, keys = self._index.search(_row(vector), k, params=chosen)
        found = [
            (int(key), float(score))
            for key, score in zip(keys[0], scores[0], strict=True)
            if key != -1  # with which FAISS fills up what it did not find
        ]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def vectors(self, keys: Sequence[int] | Keys) -> Vectors:
        """Return the vectors of these keys, float32 (n, dimension); unknown ones are zero."""
        wanted = np.asarray(keys, np.int64)
        found = np.zeros((len(wanted), self.dimension), np.float32)
        with self._lock:
            known = np.isin(wanted, self._keys())
            if known.any():
                found[known] = self._index.reconstruct_batch(wanted[known])
        return found

    def commit(self) -> None:
        """Put on the disk what was added and removed."""
        if self._changed:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Through Python's file: FAISS can't open names beyond ASCII on Windows.
            save_atomically(self.path, self._write)
            self._version = version_of(self.path)
            self._changed = False

    def rollback(self) -> None:
        """Forget what was added and removed since the last commit."""
        if self._changed:
            self.reopen(self.path)

    def _write(self, file: BinaryIO) -> None:
        writer = faiss.PyCallbackIOWriter(file.write)  # type: ignore[attr-defined]
        faiss.write_index(self._index, writer)

    def _keys(self) -> Keys:
        keys: Keys = faiss.vector_to_array(self._index.id_map)
        return keys

    def _remove(self, keys: Keys) -> None:
        known = keys[np.isin(keys, self._keys())]
        if len(known):
            self._index.remove_ids(faiss.IDSelectorBatch(known))
            self._changed = True


def _empty(dimension: int) -> faiss.IndexIDMap2:
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))


def _load(path: Path) -> faiss.IndexIDMap2:
    try:
        with path.open("rb") as file:
            reader = faiss.PyCallbackIOReader(file.read)  # type: ignore[attr-defined]
            index = faiss.read_index(reader)
    except (RuntimeError, OSError) as error:
        raise IndexMismatch(
            f"向量索引打不开：{path}（{error}）。请运行 dafu rebuild 重建索引。"
        ) from error
    if not isinstance(index, faiss.IndexIDMap2):
        raise IndexMismatch(f"向量索引 {path} 不是本程序所建。请运行 dafu rebuild 重建索引。")
    return index


def _only(allowed: Keys) -> faiss.SearchParameters:
    selector = faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))
    return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]


def _row(vector: Vectors) -> Vectors:
    return np.ascontiguousarray(vector, np.float32).reshape(1, -1)
