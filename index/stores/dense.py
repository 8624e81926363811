"""The dense leg: search by inner product over the passages' vectors."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexMismatch
from index.stores.keys import NONE, Keys
from index.stores.near import find_near
from index.stores.rows import Vectors
from index.stores.segment import Segment, combine, living_keys
from index.stores.segments import MOST_DEAD, SegmentFolder, first_to_merge

MOST_EXACT = 2_000
"""Up to so many vectors every one is scored; only beyond do codes say which."""

DEARER_EXACT = 4.0
"""How many times as long a vector takes that is scored exactly as one that the codes are asked for.
The codes find what is not allowed as well, so n/w times as many must be asked of them where w of n
vectors are allowed; scoring all w takes no longer as long as w² is no more than that makes of n."""

LEAST_CANDIDATES = 1_000
"""So many at least of what the codes take for nearest are scored exactly. Of the 100 nearest among
100,000 passages (replies, news, statutes; 384 dimensions; titles and messages as queries) 99.94 %
are then found, with 500 99.6 %, with 2,000 99.98 %."""


class DenseIndex:
    """The vectors of passages by their keys, in segments: in memory and in a folder.

    May be searched by several threads while one of them adds and removes. What is added and
    removed is found at once, and stands in the folder after `commit`.
    """

    def __init__(self, path: Path, dimension: int) -> None:
        self.dimension = dimension
        self._writing = threading.RLock()
        self.reopen(path)

    @classmethod
    def open(cls, path: Path, dimension: int) -> DenseIndex:
        """Open the index in a folder; where there is none yet, it is empty.

        :raises IndexDamaged: where a file is damaged.
        :raises IndexMismatch: where it is of another dimension.
        """
        return cls(path, dimension)

    def reopen(self, path: Path) -> None:
        """Go over to the index in another folder; what was not committed is lost."""
        folder = SegmentFolder(path)
        with self._writing:
            self._load(folder)

    def refresh(self) -> None:
        """See what other processes have committed."""
        with self._writing:
            if self.outdated and not self._changed:
                self._load(self._folder)

    @property
    def outdated(self) -> bool:
        """Whether another process has committed since."""
        return self._folder.changed

    @property
    def count(self) -> int:
        """Return how many passages are indexed."""
        return sum(segment.count for segment in self._segments)

    def keys(self) -> Keys:
        """Return the keys of all passages, ascending, int64 (n,)."""
        return living_keys(self._segments)

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """Return which of the keys are indexed."""
        held = np.zeros(len(keys), np.bool_)
        for segment in self._segments:
            held |= segment.find(keys)[0]
        return held

    def add(self, keys: Sequence[int] | Keys, vectors: Vectors) -> None:
        """Add vectors, float32 (n, dimension); those whose keys are known are replaced."""
        # Of a key given twice the last vector counts, hence the look from behind.
        unique, last = np.unique(np.asarray(keys, np.int64)[::-1], return_index=True)
        if not len(unique):
            return
        added = Segment.of(unique, np.ascontiguousarray(vectors[::-1][last], np.float32))
        with self._writing:
            self._remove(unique)
            kept, fresh = self._parted()
            fresh = (*fresh, added)
            start = first_to_merge([segment.size for segment in fresh])
            self._segments = (*kept, *fresh[:start], _merged(fresh[start:]))

    def remove(self, keys: Iterable[int]) -> None:
        """Remove passages; unknown keys are passed over."""
        with self._writing:
            self._remove(np.unique(np.fromiter(keys, np.int64)))

    def search(
        self, vector: Vectors, k: int, allowed: Keys | None = None
    ) -> list[tuple[int, float]]:
        """Return the keys and scores of the `k` best of the allowed passages, best first.

        The score is the inner product with `vector`, float32 (dimension,): the cosine of unit
        vectors, exact to 1e-3 as vectors are kept in half precision. `allowed`, ascending, None
        allows any passage. Equal scores stand in the order of keys. In large indexes one in a
        thousand of the best is missed, see LEAST_CANDIDATES.

        :raises IndexDamaged: where what is read is damaged.
        """
        vector = np.asarray(vector, np.float32)
        segments = self._segments  # which do not change; who adds puts others in their place
        may = _allowed(segments, allowed)
        wanted = sum(int(np.count_nonzero(each)) for each in may)
        k = min(k, wanted)
        if k <= 0:
            return []
        least = max(LEAST_CANDIDATES, 4 * k)
        most = MOST_EXACT
        if allowed is not None:
            most = max(most, int(math.sqrt(least * sum(map(len, may)) / DEARER_EXACT)))
        least = wanted if wanted <= most else least
        near = find_near(segments, vector, least, may, wanted)
        if sum(map(len, near)) < k:
            near = [np.flatnonzero(each) for each in may]
        found = [(s, some) for s, some in zip(segments, near, strict=True) if len(some)]
        scores = np.concatenate([segment.take(some) for segment, some in found]) @ vector
        keys = np.concatenate([segment.keys[some] for segment, some in found])
        best = np.lexsort((keys, -scores))[:k]
        return list(zip(keys[best].tolist(), scores[best].tolist(), strict=True))

    def vectors(self, keys: Sequence[int] | Keys) -> Vectors:
        """Return the vectors of these keys, float32 (n, dimension); unknown ones are zero.

        :raises IndexDamaged: where what is read is damaged.
        """
        wanted = np.asarray(keys, np.int64)
        found = np.zeros((len(wanted), self.dimension), np.float32)
        for segment in self._segments:
            held, positions = segment.find(wanted)
            if len(positions):
                found[held] = segment.take(positions)
        return found

    def commit(self) -> None:
        """Put on the disk what was added and removed."""
        with self._writing:
            if self._changed:
                self._save(MOST_DEAD)

    def erase(self) -> None:
        """Put it on the disk, and leave no vector there that was removed."""
        with self._writing:
            if self._changed or any(s.dead is not None or len(s.removes) for s in self._segments):
                self._save(0.0)

    def rollback(self) -> None:
        """Forget what was added and removed since the last commit."""
        with self._writing:
            if self._changed:
                self._load(self._folder)

    @property
    def path(self) -> Path:
        """Return the folder."""
        return self._folder.path

    @property
    def _changed(self) -> bool:
        return bool(len(self._removed) or self._parted()[1])

    def _load(self, folder: SegmentFolder) -> None:
        segments = folder.load()
        for segment in segments:
            if (found := segment.rows.halves.shape[1]) != self.dimension:
                raise IndexMismatch(
                    f"向量索引 {folder.path} 是 {found} 维的，现在的模型是 {self.dimension} 维。"
                    "请运行 dafu rebuild 重建索引。"
                )
        self._folder, self._segments, self._removed = folder, segments, NONE

    def _remove(self, keys: Keys) -> None:
        kept, _ = self._parted()
        held = [keys[segment.find(keys)[0]] for segment in kept]
        self._removed = np.unique(np.concatenate([self._removed, *held]))
        marked = (segment.without(keys) for segment in self._segments)
        self._segments = tuple(each for each in marked if each.path or each.count)

    def _save(self, most_dead: float) -> None:
        """Write what came, with the segments before it that it is to be merged with."""
        kept, fresh = self._parted()
        size = sum(segment.size for segment in fresh) + len(self._removed)
        start = first_to_merge([*(segment.size for segment in kept), size])
        before = tuple(
            _merged([s]) if len(s.keys) - s.count > most_dead * len(s.keys) else s
            for s in kept[:start]
        )
        last = (*kept[start:], *fresh, self._nothing())
        removed = np.unique(np.concatenate([self._removed, *(s.removes for s in last)]))
        needed = sum((s.needs(removed) for s in before), np.zeros(len(removed), np.bool_))
        segments = (*before, _merged(last, removed[needed]))
        self._segments = self._folder.save([s for s in segments if s.size])
        self._removed = NONE

    def _nothing(self) -> Segment:
        return Segment.of(NONE, np.zeros((0, self.dimension), np.float32))

    def _parted(self) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
        """Return the segments that are in the folder, and those behind them that are not."""
        place = sum(segment.path is not None for segment in self._segments)
        return self._segments[:place], self._segments[place:]


def _allowed(segments: Sequence[Segment], allowed: Keys | None) -> list[NDArray[np.bool_]]:
    """Return which vectors of each segment are there and allowed."""
    if allowed is not None and len(allowed) > MOST_EXACT:
        # A table is read faster than so many keys are looked up in each segment.
        last = max(int(allowed[-1]), *(int(s.keys[-1]) if len(s.keys) else 0 for s in segments), 0)
        table = np.zeros(last + 1, np.bool_)
        table[allowed] = True
        may = [table[segment.keys] for segment in segments]
    elif allowed is not None:
        may = [np.zeros(len(segment.keys), np.bool_) for segment in segments]
        for some, segment in zip(may, segments, strict=True):
            some[segment.find(allowed)[1]] = True
        return may
    else:
        may = [np.ones(len(segment.keys), np.bool_) for segment in segments]
    for some, segment in zip(may, segments, strict=True):
        if segment.dead is not None:
            some &= ~segment.dead
    return may


def _merged(segments: Sequence[Segment], removes: Keys | None = None) -> Segment:
    """Return one segment of several; of one alone, without what was removed of it.

    :param removes: what it removes from those before it, all that they did if not given.
    """
    if removes is None:
        removes = np.unique(np.concatenate([segment.removes for segment in segments]))
    return combine(segments, removes)
