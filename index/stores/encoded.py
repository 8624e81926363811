"""What the encoder has made of passages so far: it reads slowly, so it follows behind the legs."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.errors import HomeError, IndexDamaged, IndexMismatch
from corpus.progress import Progress
from corpus.store.following import Moment
from corpus.store.store import Store
from index.models.embed import Embedder
from index.models.static import Vectors
from index.stores.dense import DenseIndex
from index.stores.encoder_input import BATCH, encoded_text, made_by
from index.stores.followed import Followed, load_followed, save_followed
from index.stores.keys import NONE, Keys
from index.stores.manifest import hold_lock
from index.stores.segment import living_keys
from index.stores.segments import SegmentFolder, count_saved
from index.stores.texts import IndexedText, read_indexed
from index.stores.together.sharing import Sharing
from index.stores.work import Work

LOGGER = logging.getLogger(__name__)

COMMIT_SECONDS = 30.0
"""How often long work is put on the disk; a kill loses no more of it than this."""

LOCK_NAME = "encode.lock"

FOLDERS = "encoded-*"
"""The folders of vectors in a home; one is kept, that of the encoder that read last."""

Result = TypeVar("Result")


def count_encoded(home: Path) -> int:
    """Return of how many passages of a home vectors are kept, without opening any model.

    Where the encoder was changed, those of the one before count until the new one has read any.
    """
    return max(map(_count, home.glob(FOLDERS)), default=0)


def encoded_keys(home: Path) -> Keys:
    """Return the keys of the passages that `count_encoded` counts, ascending."""
    path = max(home.glob(FOLDERS), key=_count, default=None)
    try:
        return living_keys(SegmentFolder(path).load()) if path else NONE
    except IndexDamaged:
        return NONE


def _count(folder: Path) -> int:
    try:
        return count_saved(folder)
    except IndexDamaged:
        return 0  # it will be made anew


def delete_encoded(home: Path) -> None:
    """Have all passages of a home read anew."""
    for path in home.glob(FOLDERS):
        _delete(path)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)  # Windows keeps files that readers have open
    else:
        path.unlink(missing_ok=True)  # as earlier versions have left it


def _path(home: Path, encoder: Embedder) -> Path:
    return home / f"encoded-{made_by(encoder)}"


class EncodedIndex:
    """The vectors that an encoder has made of a home's passages, by their keys.

    They need not be those of all passages, nor of passages that are still there: a key is never
    given again. May be shared between threads. One process at a time writes the folder; what others
    have read they keep in memory. What is found damaged is read anew.
    """

    def __init__(self, home: Path, encoder: Embedder) -> None:
        """Open the vectors of this encoder; begin without any where there are none, or damaged."""
        self.home = home
        self.encoder = encoder
        self._path = _path(home, encoder)
        self._writing = threading.Lock()
        self._index = self._open()
        self._unsaved: dict[int, Vectors] = {}
        self._sharing: Sharing | None = None
        self._alone = ""  # why nothing is shared, as was said last

    def _open(self) -> DenseIndex:
        try:
            return DenseIndex.open(self._path, self.encoder.dimension)
        except IndexMismatch as error:
            LOGGER.warning("编码器读过的段落要重新读：%s", error)
            _delete(self._path)
            return DenseIndex.open(self._path, self.encoder.dimension)

    def _reopen(self) -> None:
        """Go over to what stands in the folder, with what was read here and is not there yet."""
        self._index = self._open()
        known = set(self._index.keys().tolist())
        self._unsaved = {k: v for k, v in self._unsaved.items() if k not in known}
        if self._unsaved:
            self._index.add(list(self._unsaved), np.stack(list(self._unsaved.values())))

    def _reading(self, read: Callable[[DenseIndex], Result]) -> Result:
        """Read from the index; where it proves to be damaged, go on with what can be made anew."""
        index = self._index
        try:
            return read(index)
        except IndexDamaged as error:
            with self._writing:
                if self._index is index:  # else another thread was faster
                    LOGGER.warning("编码器读过的段落要重新读：%s", error)
                    _delete(self._path)
                    self._reopen()
            return read(self._index)

    @property
    def count(self) -> int:
        """Return of how many passages there are vectors."""
        return self._index.count

    def keys(self) -> Keys:
        """Return their keys, ascending, int64 (n,)."""
        return self._index.keys()

    def refresh(self) -> None:
        """See what other processes have committed, without losing what was read here."""
        with self._writing:
            if self._index.outdated:
                self._reopen()

    def aim(self, query: str) -> Vectors:
        """Return what passages are compared with to find this query, float32 (dimension,)."""
        aimed: Vectors = self.encoder.embed_queries([query])[0]
        return aimed

    def search(
        self, aimed: Vectors, k: int, allowed: Keys | None = None
    ) -> list[tuple[int, float]]:
        """Return the keys of the `k` nearest of the allowed passages, with their cosines."""
        return self._reading(lambda index: index.search(aimed, k, allowed))

    def vectors(self, keys: Sequence[int] | Keys) -> Vectors:
        """Return the vectors of these keys, float32 (n, dimension); of what was not read, zeros."""
        return self._reading(lambda index: index.vectors(keys))

    def cosines(self, aimed: Vectors, keys: Sequence[int]) -> NDArray[np.float64]:
        """Return the cosines of passages with a query, float64 (n,); NaN of those not yet read."""
        vectors = self.vectors(keys)
        cosines: NDArray[np.float64] = (vectors @ aimed).astype(np.float64)
        cosines[~vectors.any(axis=1)] = np.nan
        return cosines

    def compare(self, aimed: Vectors, texts: Sequence[str]) -> Vectors:
        """Read any texts, and return their cosines with a query, float32 (n,); nothing is kept."""
        cosines: Vectors = self.encoder.embed_passages(texts) @ aimed
        return cosines

    def read(self, passages: Mapping[int, IndexedText]) -> Vectors:
        """Read passages, by their keys; return what was made of them, and keep it in memory."""
        vectors = self.encoder.embed_passages([encoded_text(each) for each in passages.values()])
        self.keep(list(passages), vectors)
        return vectors

    def keep(self, keys: Sequence[int] | Keys, vectors: Vectors) -> None:
        """Keep what this encoder has made of passages, here or elsewhere, in memory."""
        with self._writing:
            self._index.add(keys, vectors)
            self._unsaved.update(zip(map(int, keys), vectors, strict=True))

    def missing(self, wanted: Keys) -> Keys:
        """Return those of the wanted keys, ascending, whose passages were not read yet."""
        return wanted[~self._index.holds(wanted)]

    def catch_up(
        self,
        store: Store,
        progress: Progress | None = None,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> int:
        """Read all passages that were not read yet, the newest first; return how many were.

        Over a library that several homes share, what others have read is taken from them, and what
        they are reading is left to them. What was read is kept when this is stopped, by an error or
        by `goes_on`, asked between batches; a kill loses half a minute.

        :raises HomeBusy: where another process is reading them.
        """
        with self._locked():
            self.refresh()
            came, until = self._follow(store)
            work = Work(self, self.missing(came), progress, COMMIT_SECONDS)
            try:
                work.tell()
                if not (store.database.shared and self._catch_up_together(store, work, goes_on)):
                    self._catch_up_alone(store, work, goes_on)
            finally:
                self.commit()
            if not len(self.missing(came)) and self._path.is_dir():
                save_followed(self._path, Followed(until, self.count))
            return work.done

    def _catch_up_alone(self, store: Store, work: Work, goes_on: Callable[[], bool]) -> None:
        missing = self.missing(work.wanted)[::-1].tolist()
        for start in range(0, len(missing), BATCH):
            if not goes_on():
                break
            self.read(read_indexed(store, missing[start : start + BATCH]))
            work.tell()

    def _catch_up_together(self, store: Store, work: Work, goes_on: Callable[[], bool]) -> bool:
        """Read with all over the same library; return whether that was possible."""
        try:
            self._sharing = self._sharing or Sharing(store, self.encoder)
            self._sharing.catch_up(self, work, self.read, goes_on)
        except IndexMismatch:
            raise
        except HomeError as error:  # say this home's user may only read the library
            self._leave()
            if self._alone != str(error):
                self._alone = str(error)
                LOGGER.warning("读过的段落没能与别的资料夹共用，先自己读：%s", error)
            return False
        return True

    def _leave(self) -> None:
        sharing, self._sharing = self._sharing, None
        if sharing:
            sharing.close()

    def _follow(self, store: Store) -> tuple[Keys, Moment]:
        """Forget what went since all was read, and return what came, and up to which moment."""
        followed = load_followed(self._path)
        if followed and followed.passages <= self.count:
            changes = store.following.since(followed.until)
            self._forget(changes.went)
            return changes.came, changes.until
        changes = store.following.since()
        self._forget(np.setdiff1d(self.keys(), changes.came))
        return changes.came, changes.until

    def forget_others(self, store: Store) -> None:
        """Forget the vectors of passages that are no longer there, in the folder too.

        :raises HomeBusy: where another process is reading passages.
        """
        with self._locked():
            self.refresh()
            self._forget(np.setdiff1d(self.keys(), store.select_keys()))
            self.commit()
            self._index.erase()

    def close(self) -> None:
        """Keep what was read here while searching, unless another process is reading."""
        self._leave()
        if self._unsaved:
            try:
                with self._locked():
                    self.refresh()
                    self.commit()
            except HomeError:
                pass  # it will read these passages too, or nothing can be written here

    def _forget(self, keys: Keys) -> None:
        with self._writing:
            self._index.remove(keys)
            for key in keys.tolist():
                self._unsaved.pop(key, None)

    def commit(self) -> None:
        """Put on the disk what was read."""
        with self._writing:
            self._index.commit()
            self._unsaved.clear()
        for other in self.home.glob(FOLDERS):
            if other != self._path:
                _delete(other)  # of another encoder

    def _locked(self) -> AbstractContextManager[None]:
        """Keep other processes from writing the file."""
        busy = f"另一个程序正在理解资料夹 {self.home} 的段落。请等它结束后再试。"
        return hold_lock(self.home, LOCK_NAME, busy)
