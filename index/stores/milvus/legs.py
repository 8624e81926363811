"""The two legs of a library on Milvus, with what stays in each home: texts and counts of tokens."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import HomeError
from corpus.files import make_private_folder, version_of
from corpus.filters import ANY, Filters
from corpus.store.following import Moment
from corpus.store.store import Store
from index.stores.followed import FILE_NAME, Followed, load_followed, save_followed
from index.stores.keys import Keys
from index.stores.legs import TEXTS, delete_other_folders
from index.stores.lexical_schema import LexicalEntry, LexicalField
from index.stores.manifest import Manifest, Stamp, load_manifest, save_manifest
from index.stores.milvus.binding import begin_collection, check_library, new_manifest, open_rows
from index.stores.milvus.client import Client, CollectionGone
from index.stores.milvus.counts import TokenCounts
from index.stores.milvus.dense import MilvusDense
from index.stores.milvus.directory import Directory
from index.stores.milvus.lexical import MilvusLexical
from index.stores.milvus.rows import Rows
from index.stores.milvus.weights import MEANS, measure_means
from index.stores.place import Place
from index.stores.texts import Texts

COUNTS = "counts.sqlite"

LOOKED_EVERY = 5.0
"""Seconds after which it is looked again what other homes have written to Milvus."""


class MilvusLegs:
    """The lexical and the dense index on Milvus, and the texts, that a home uses.

    Several homes over one library use the same collection; each has its own texts and counts.
    """

    def __init__(self, home: Path, manifest: Manifest, directory: Directory, rows: Rows) -> None:
        """Open what is in the manifest's folder, or create it, beside rows that are there."""
        self.home = home
        self.manifest = manifest
        self.directory = directory
        self.rows = rows
        make_private_folder(self.folder)
        self.texts = Texts(self.folder / TEXTS)
        self.counts = TokenCounts(self.folder / COUNTS)
        self.lexical = MilvusLexical(rows, self.counts, self.means)
        self._means: tuple[str, Mapping[LexicalField, float]] = "", MEANS
        self.dense = MilvusDense(rows, manifest.stamp.dimension)
        self._looked = time.monotonic()
        rows.current = self._current
        self._see()

    @property
    def folder(self) -> Path:
        """The folder of what stays in the home."""
        return self.home / self.manifest.folder

    @classmethod
    def open(cls, home: Path, stamp: Stamp, place: Place, store: Store) -> MilvusLegs:
        """Open the indexes of a home's library; where it has none yet, create empty ones.

        :raises HomeError: where the server can't be used, or holds another library.
        :raises IndexMismatch: where they were made otherwise than `stamp` says.
        """
        client = Client(place)
        try:
            directory = Directory(client)
            shared = directory.load_manifest() or begin_collection(directory, stamp)
            shared.check(stamp)
            rows = open_rows(client, shared)
            named = _name(place, shared)
            manifest = load_manifest(home)
            if manifest is None or manifest.place != named:
                check_library(rows, store)
            if manifest is None or not manifest.place:
                manifest = Manifest.new(home, stamp)  # the home's own indexes are of no use here
            manifest.check(stamp)
            if manifest.place != named:
                manifest = replace(manifest, place=named)
                make_private_folder(home)
                save_manifest(home, manifest)
            return cls(home, manifest, directory, rows)
        except BaseException:
            client.close()
            raise

    @classmethod
    def begin(cls, home: Path, stamp: Stamp, place: Place, store: Store) -> MilvusLegs:
        """Make new, empty indexes beside those that there are; `take_over` puts them in use.

        :raises HomeError: where the server can't be used, or holds another library.
        """
        client = Client(place)
        try:
            directory = Directory(client)
            shared = directory.load_manifest()
            if shared is not None and not _is_known(home, _name(place, shared)):
                with suppress(CollectionGone):  # which is mended by what follows
                    check_library(Rows(client, shared.folder), store)
            new = new_manifest(stamp)
            rows = Rows.create(client, new.folder, stamp.dimension)
            manifest = replace(Manifest.new(home, stamp), place=_name(place, new))
            return cls(home, manifest, directory, rows)
        except BaseException:
            client.close()
            raise

    def take_over(self) -> None:
        """Make these the indexes of the library, and of this home."""
        shared = replace(self.manifest, folder=self.rows.name)
        self.directory.save_manifest(shared)
        save_manifest(self.home, self.manifest)

    def discard(self) -> None:
        """Give up new indexes that were not taken over."""
        with suppress(HomeError):  # else the next rebuild drops it
            self.rows.client.call("drop_collection", self.rows.name)
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def refresh(self, now: bool = False) -> None:
        """See what other processes have written here, and other homes to Milvus.

        :param now: whether Milvus is asked even if it was a moment ago.
        :raises IndexMismatch: where they were made anew with another model or segmentation.
        """
        if now or time.monotonic() > self._looked + LOOKED_EVERY:
            shared = self.directory.load_manifest()
            if shared is None or shared.folder == self.rows.name:
                self.rows.look()
            else:
                shared.check(self.manifest.stamp)
                self.rows.reopen(shared.folder)
            self._looked = time.monotonic()
        manifest = load_manifest(self.home)
        if manifest is not None and manifest.folder != self.manifest.folder and manifest.place:
            manifest.check(self.manifest.stamp)
            self.manifest = manifest
            self.texts.reopen(self.folder / TEXTS)
            self.counts.reopen(self.folder / COUNTS)
        self.counts.refresh()
        self._see()

    def find_near(
        self,
        vector: NDArray[np.float32],
        k: int,
        allowed: Keys | None = None,
        filters: Filters = ANY,
    ) -> list[tuple[int, float]]:
        """Return what the dense leg finds; the server filters."""
        return self.dense.search(vector, k, filters=filters)

    def held_keys(self) -> tuple[Keys, ...]:
        """Return the keys that the texts, the lexical and the dense leg hold, each ascending."""
        there = self.rows.keys()
        return np.intersect1d(self.texts.keys(), self.counts.keys()), there, there

    def followed_here(self) -> Followed | None:
        """Return how far texts and counts have followed the store; None where it isn't sure."""
        return _sure(load_followed(self.folder), {self.texts.count, self.counts.count})

    def followed_there(self) -> Followed | None:
        """Return the same of what is on Milvus."""
        return _sure(self.directory.load_followed(self.rows.name), {self.rows.count})

    def note_here(self, until: Moment) -> None:
        """Note how far texts and counts are."""
        save_followed(self.folder, Followed(until, self.texts.count))
        self._see()

    def note_there(self, until: Moment) -> None:
        """Note how far what is on Milvus is; to be called by who alone may write there."""
        self.directory.save_followed(self.rows.name, Followed(until, self.rows.count))
        self._see()

    def means(self) -> Mapping[LexicalField, float]:
        """Return the mean lengths that the collection's lexical vectors are made with."""
        if self._means[0] != self.rows.name:
            noted = self.directory.load_means(self.rows.name)
            if noted is None and not self.rows.count:
                return MEANS  # they may be measured yet
            self._means = self.rows.name, noted or MEANS
        return self._means[1]

    def note_means(self, entries: Iterable[LexicalEntry]) -> None:
        """Measure them, where nothing was written yet; to be called by who alone may write."""
        if not self.rows.count and self.directory.load_means(self.rows.name) is None:
            self.directory.save_means(self.rows.name, measure_means(entries))

    def commit(self) -> None:
        """Write to Milvus what was added and removed; the rest is on the disk at once."""
        self.rows.commit()

    def rollback(self) -> None:
        """Forget what was not committed."""
        self.rows.rollback()

    def remove(self, keys: Keys) -> None:
        """Remove passages from both legs."""
        self.rows.remove(keys.tolist())

    def erase(self) -> None:
        """Leave nothing of removed passages in the home; Milvus clears up when it finds time.

        :raises HomeBusy: where another process is reading the texts.
        """
        self.texts.erase()
        self.counts.erase()
        self.rows.erase()
        delete_other_folders(self.home, self.manifest)

    def iter_remains(self) -> Iterator[str]:
        """Yield what may be left of removed passages."""
        yield (
            f"检索索引在 Milvus（{self.rows.client.place.where}）里：移除的段落已查不到，但它的"
            "存储、日志和备份里何时清干净，由服务器的设置决定，这里查不到。请 Milvus 管理员处理。"
        )

    def close(self) -> None:
        """Give up what was not committed, the connection and all files."""
        self.rollback()
        self.texts.close()
        self.counts.close()
        self.rows.client.close()

    def _current(self) -> str | None:
        """Return which collection is the library's now."""
        shared = self.directory.load_manifest()
        return shared.folder if shared else None

    def _see(self) -> None:
        noted = version_of(self.folder / FILE_NAME) or (0, 0, 0)
        self.lexical.version = (hash(noted), self.rows.count, hash(self.rows.name))


def _is_known(home: Path, named: str) -> bool:
    """Tell whether a home has used this collection before."""
    try:
        manifest = load_manifest(home)
    except HomeError:
        return False
    return manifest is not None and manifest.place == named


def _name(place: Place, shared: Manifest) -> str:
    return f"{place.where} {shared.folder}"


def _sure(followed: Followed | None, held: set[int]) -> Followed | None:
    if held == {0}:
        return Followed(Moment(), 0)
    return followed if followed and held == {followed.passages} else None
