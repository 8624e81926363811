"""The dense leg: search by inner product over the passages' vectors."""

from __future__ import annotations

import os
import struct
import threading
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged, IndexMismatch
from corpus.files import crc32_of, save_atomically, version_of
from index.stores.rows import Positions, VectorRows, Vectors

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

        :raises IndexDamaged: where the file is damaged.
        :raises IndexMismatch: where it is of another dimension.
        """
        return cls(path, dimension)

    def reopen(self, path: Path) -> None:
        """Go over to the index in another file; what was not committed is lost."""
        version = version_of(path)
        keys, rows = np.zeros(0, np.int64), VectorRows(self.dimension)
        if version is not None:
            keys, rows = _load(path)
        if rows.dimension != self.dimension:
            raise IndexMismatch(
                f"向量索引 {path} 是 {rows.dimension} 维的，现在的模型是 {self.dimension} 维。"
                "请运行 dafu rebuild 重建索引。"
            )
        with self._lock:
            self.path = path
            self._version = version
            self._keys, self._rows = keys, rows
            self._order: Positions | None = None
            self._changed = False

    def refresh(self) -> None:
        """See what other processes have committed."""
        if version_of(self.path) != self._version and not self._changed:
            self.reopen(self.path)

    @property
    def count(self) -> int:
        """Return how many passages are indexed."""
        return len(self._keys)

    def keys(self) -> Keys:
        """Return the keys of all passages, ascending, int64 (n,)."""
        with self._lock:
            return np.sort(self._keys)

    def add(self, keys: Sequence[int] | Keys, vectors: Vectors) -> None:
        """Add vectors, float32 (n, dimension); those whose keys are known are replaced."""
        # Of a key given twice the last vector counts, hence the look from behind.
        unique, last = np.unique(np.asarray(keys, np.int64)[::-1], return_index=True)
        rows = np.ascontiguousarray(vectors[::-1][last], np.float32)
        with self._lock:
            if len(unique):
                self._remove(unique)
                self._rows.append(rows)
                self._change(np.concatenate([self._keys, unique]))

    def remove(self, keys: Iterable[int]) -> None:
        """Remove passages; unknown keys are passed over."""
        with self._lock:
            self._remove(np.fromiter(keys, np.int64))

    def search(
        self, vector: Vectors, k: int, allowed: Keys | None = None
    ) -> list[tuple[int, float]]:
        """Return the keys and scores of the `k` best of the allowed passages, best first.

        The score is the inner product with `vector`, float32 (dimension,): the cosine of unit
        vectors, exact to 1e-3 as vectors are kept in half precision. `allowed` None allows any
        passage. Equal scores stand in the order of keys. In large indexes one in a thousand of
        the best is missed, see `index.stores.rows`.
        """
        with self._lock:
            within = None if allowed is None else self._known(np.asarray(allowed, np.int64))[1]
            k = min(k, self.count if within is None else len(within))
            if k <= 0:
                return []
            near = self._rows.near(np.asarray(vector, np.float32), k, within)
            scores = self._rows.take(near) @ vector
            keys = self._keys[near]
        best = np.lexsort((keys, -scores))[:k]
        return list(zip(keys[best].tolist(), scores[best].tolist(), strict=True))

    def vectors(self, keys: Sequence[int] | Keys) -> Vectors:
        """Return the vectors of these keys, float32 (n, dimension); unknown ones are zero."""
        found = np.zeros((len(keys), self.dimension), np.float32)
        with self._lock:
            known, positions = self._known(np.asarray(keys, np.int64))
            found[known] = self._rows.take(positions)
        return found

    def commit(self) -> None:
        """Put on the disk what was added and removed."""
        if self._changed:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            save_atomically(self.path, self._write)
            self._version = version_of(self.path)
            self._changed = False

    def rollback(self) -> None:
        """Forget what was added and removed since the last commit."""
        if self._changed:
            self.reopen(self.path)

    def _write(self, file: BinaryIO) -> None:
        summed = _Summed(file)
        np.save(summed, self._keys, allow_pickle=False)
        self._rows.write(summed)  # type: ignore[arg-type]
        file.write(_SUM.pack(_MARK, summed.sum))

    def _known(self, keys: Keys) -> tuple[NDArray[np.bool_], Positions]:
        """Return which of the keys are known, and the positions of their rows."""
        if not self.count:
            return np.zeros(len(keys), np.bool_), np.zeros(0, np.int64)
        if self._order is None:
            self._order = np.argsort(self._keys, kind="stable")
        places = np.searchsorted(self._keys, keys, sorter=self._order)
        positions = self._order[np.minimum(places, self.count - 1)]
        known = self._keys[positions] == keys
        return known, positions[known]

    def _remove(self, keys: Keys) -> None:
        _, positions = self._known(np.unique(keys))
        if len(positions):
            self._rows.remove(positions)
            self._change(np.delete(self._keys, positions))

    def _change(self, keys: Keys) -> None:
        self._keys, self._order, self._changed = keys, None, True


def _load(path: Path) -> tuple[Keys, VectorRows]:
    try:
        with path.open("rb") as file:
            _check_sum(file)
            keys = np.load(file, allow_pickle=False)
            rows = VectorRows.read(file)
    except DAMAGE as error:
        raise IndexDamaged(
            f"向量索引打不开：{path}（{error}）。请运行 dafu rebuild 重建索引。"
        ) from error
    if len(keys) != len(rows):
        raise IndexDamaged(f"向量索引 {path} 不完整。请运行 dafu rebuild 重建索引。")
    return keys, rows


DAMAGE = (ValueError, TypeError, EOFError, OSError, MemoryError, SyntaxError, OverflowError)
"""What NumPy and FAISS raise where a file is damaged: its head may say anything."""

_SUM = struct.Struct("<8sI")
_MARK = b"dafu-sum"
"""At the end of a file: this mark, and the CRC-32 of all that stands before."""


class _Summed:
    """A file that knows the CRC-32 of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sum = 0

    def write(self, content: bytes) -> int:
        self.sum = zlib.crc32(content, self.sum)
        return self._file.write(content)


def _check_sum(file: BinaryIO) -> None:
    """Check a whole file, and go back to its beginning; an earlier version wrote no sum.

    :raises ValueError: where it is not what was written.
    """
    length = file.seek(0, os.SEEK_END) - _SUM.size
    if length < 0:
        raise ValueError("文件不完整")
    file.seek(length)
    mark, expected = _SUM.unpack(file.read(_SUM.size))
    file.seek(0)
    if mark != _MARK:
        return
    if crc32_of(file, length) != expected:
        raise ValueError("内容与写入时不同")
    file.seek(0)
