"""A segment: the vectors that were added together, in one file that is written once.

What is removed later stays in its file, marked as removed by the segment behind it that removed
it, until segments are merged.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from corpus.files import Misfit, save_atomically, say_fault
from index.stores.keys import NONE, Keys, find
from index.stores.rows import Halves, Positions, Rows, Vectors, sums_of


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Vectors by their keys, which ascend, and the keys that it removes from segments before it.

    `dead` says which of its own were removed since, None where none were. `path` is None of one
    that is only in memory.
    """

    keys: Keys
    rows: Rows
    removes: Keys
    dead: NDArray[np.bool_] | None = None
    path: Path | None = None

    @classmethod
    def of(cls, keys: Keys, vectors: Vectors) -> Segment:
        """Make a segment of vectors, float32 (n, dimension), whose keys ascend."""
        return cls(keys, Rows.of(vectors), np.zeros(0, np.int64))

    @property
    def count(self) -> int:
        """How many of its vectors were not removed."""
        return len(self.keys) - (0 if self.dead is None else int(np.count_nonzero(self.dead)))

    @property
    def size(self) -> int:
        """How much there is to be written of it when it is merged."""
        return self.count + len(self.removes)

    def living(self) -> Positions:
        """Return the positions of all that were not removed."""
        return np.arange(len(self.keys)) if self.dead is None else np.flatnonzero(~self.dead)

    def needs(self, keys: Keys) -> NDArray[np.bool_]:
        """Return which of the keys stand in its file, so that their removal must be remembered."""
        return replace(self, dead=None).find(keys)[0]

    def find(self, keys: Keys) -> tuple[NDArray[np.bool_], Positions]:
        """Return which of the keys it holds, not removed, and the positions of these."""
        held, positions = find(self.keys, keys)
        if self.dead is not None and len(self.keys):
            held &= ~self.dead[positions]
        return held, positions[held]

    def without(self, keys: Keys) -> Segment:
        """Return the segment with these keys removed; the same where it holds none of them."""
        _, positions = self.find(keys)
        if not len(positions):
            return self
        dead = np.zeros(len(self.keys), np.bool_) if self.dead is None else self.dead.copy()
        dead[positions] = True
        return replace(self, dead=dead)

    def take(self, positions: Positions) -> Vectors:
        """Return vectors, float32 (n, dimension).

        :raises IndexDamaged: where one is not what was written.
        """
        with self._telling():
            return self.rows.take(positions)

    def read(self, positions: Positions) -> Halves:
        """Return vectors as they are kept, float16 (n, dimension).

        :raises IndexDamaged: where one is not what was written.
        """
        with self._telling():
            return self.rows.read(positions)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            raise damaged(self.path, error) from error


def living_keys(segments: Iterable[Segment]) -> Keys:
    """Return the keys of segments that were not removed, ascending, int64 (n,)."""
    return np.sort(np.concatenate([NONE, *(each.keys[each.living()] for each in segments)]))


def combine(segments: Sequence[Segment], removes: Keys) -> Segment:
    """Make one segment of the vectors of several that were not removed.

    :param removes: what it is to remove from those before it.
    """
    living = [segment.living() for segment in segments]
    keys = np.concatenate([s.keys[some] for s, some in zip(segments, living, strict=True)])
    # Held against their sums, so that damage is not written again with a sum that is right.
    halves = np.concatenate([s.read(some) for s, some in zip(segments, living, strict=True)])
    order = np.argsort(keys, kind="stable")
    return Segment(keys[order], Rows(np.ascontiguousarray(halves[order])), removes)


def damaged(path: Path | None, error: Exception) -> IndexDamaged:
    """Make the error that says of a file of vectors that it is damaged."""
    return IndexDamaged(
        f"向量索引打不开：{path}（{say_fault(error)}）。请运行 dafu rebuild 重建索引。"
    )


_HEAD = struct.Struct("<8sIQQQQI4x")
"""Mark, dimension, how many keys, how many that are removed, bytes of codes, place of the rows,
and the CRC-32 of the head and of all that stands before the rows."""
_MARK = b"dafu-seg"
_ALIGNED = 64


def save_segment(segment: Segment, path: Path) -> Segment:
    """Write a segment without removed vectors to a file, and open it from there."""
    halves = np.ascontiguousarray(segment.rows.halves)
    codes: bytes = b""
    if segment.rows.coded:
        codes = faiss.serialize_index(segment.rows.codes).tobytes()
    arrays = (segment.keys, segment.removes, sums_of(halves))
    before = b"".join([array.tobytes() for array in arrays]) + codes
    place = -(-(_HEAD.size + len(before)) // _ALIGNED) * _ALIGNED
    said = (
        *(_MARK, halves.shape[1], len(segment.keys), len(segment.removes), len(codes)),
        place,
    )
    head = _HEAD.pack(*said, zlib.crc32(before, zlib.crc32(_HEAD.pack(*said, 0))))

    def write(file: BinaryIO) -> None:
        file.write((head + before).ljust(place, b"\0"))
        file.write(halves.data if halves.size else b"")

    save_atomically(path, write)
    return open_segment(path)


def open_segment(path: Path) -> Segment:
    """Open a segment in a file; its vectors are mapped, all else is read.

    :raises IndexDamaged: where it is not what was written.
    :raises FileNotFoundError: where there is none.
    """
    try:
        with path.open("rb") as file:
            *said, expected = _HEAD.unpack(file.read(_HEAD.size))
            mark, dimension, count, removed, coded, place = said
            sizes = (8 * count, 8 * removed, 8 * count, coded)
            length = place + 2 * count * dimension
            if mark != _MARK or sum(sizes) > place or path.stat().st_size != length:
                raise Misfit("文件不完整")
            before = file.read(sum(sizes))
        if zlib.crc32(before, zlib.crc32(_HEAD.pack(*said, 0))) != expected:
            raise Misfit("内容与写入时不同")
        keys, removes, sums = _cut(before, sizes[:3])
        halves = _map(path, place, count, dimension)
        codes = _read_codes(before[-coded:]) if coded else None
        rows = Rows(halves, sums.view(np.uint64), codes)
        return Segment(keys.view(np.int64), rows, removes.view(np.int64), path=path)
    except FileNotFoundError:
        raise
    except DAMAGE as error:
        raise damaged(path, error) from error


DAMAGE = (ValueError, OSError, MemoryError, OverflowError, struct.error, RuntimeError)
"""What Python, NumPy and FAISS raise where a file is damaged: its head may say anything."""


def _cut(content: bytes, sizes: Sequence[int]) -> list[Any]:
    places = np.cumsum([0, *sizes])
    held = np.frombuffer(content, np.uint8)
    # Copies, which do not keep all that was read.
    return [held[a:b].copy() for a, b in pairwise(places)]


def _read_codes(content: bytes) -> faiss.IndexPQFastScan:
    reader = faiss.PyCallbackIOReader(io.BytesIO(content).read)  # type: ignore[attr-defined]
    codes = faiss.read_index(reader)
    if not isinstance(codes, faiss.IndexPQFastScan):
        raise ValueError(type(codes).__name__)
    return codes


def _map(path: Path, place: int, count: int, dimension: int) -> Halves:
    if not count:
        return np.zeros((0, dimension), np.float16)
    return np.asarray(np.memmap(path, np.float16, "r", place, (count, dimension)))
