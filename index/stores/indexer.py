"""Bring both legs and the texts to what the store holds, and make them anew.

Passages never change and keys are never given again, so each is up to date exactly when it holds
the keys of the store. `followed` tells how far they are; where it can't be trusted, keys are
compared.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

import numpy as np

from corpus.progress import Progress
from corpus.store.following import Moment
from corpus.store.store import Store
from index.models.embed import Embedder
from index.stores.entries import iter_entries
from index.stores.followed import Followed, forget_followed, load_followed, save_followed
from index.stores.keys import NONE, Keys, held
from index.stores.legs import Legs, delete_other_folders
from index.stores.lexical_schema import LexicalEntry
from index.stores.manifest import Manifest, Stamp, save_manifest
from index.stores.seam import Indexes
from index.stores.texts import IndexedText, make_readables, read_indexed
from index.text.segment import Segmenter

BATCH = 1000
"""Passages that are read, segmented and embedded at once."""

COMMIT_SECONDS = 60.0
"""How often long work is put on the disk; a kill loses no more of it than this."""


@dataclass(frozen=True, slots=True)
class CatchUp:
    """How many passages had to be added to or removed from a leg."""

    added: int
    removed: int


class Indexer:
    """Keep the two legs of a home at what its store holds.

    Only one at a time may write, see `index.stores.manifest.write_lock`.
    """

    legs: Indexes

    behind = False
    """Whether something was left to another home, which is at it."""

    def __init__(
        self, store: Store, legs: Indexes, embedder: Embedder, segmenter: Segmenter
    ) -> None:
        self.store = store
        self.legs = legs
        self.embedder = embedder
        self.segmenter = segmenter
        self._committed = 0.0
        # Up to where the next commit will have followed the store; None where that isn't known.
        self._until: Moment | None = None
        # What was noted when all were last known to hold as many passages as it says.
        self._sure: Followed | None = None

    @property
    def overtakes_store(self) -> bool:
        """Whether the indexes know of passages that the store has never had."""
        newest, followed = self.store.newest_key(), load_followed(self.legs.folder)
        if followed is None:
            return _last(self.legs.dense.keys()) > newest
        until = followed.until
        return until.key > newest or until.removal > self.store.following.last_removal()

    def is_up_to_date(self) -> bool:
        """Look whether all hold what they should, and there is nothing to follow."""
        self._sure = None
        until = self._followed()
        if until is None:
            return False
        changes = self.store.following.since(until)
        return not len(changes.came) and not len(changes.went)

    def catch_up(self, progress: Progress | None = None) -> CatchUp:
        """Add to each leg what it lacks, and remove from both what the store no longer holds.

        A kill at any moment leaves two legs that open, and the next call does the rest.
        """
        self.legs.refresh()  # another process may have written since they were opened
        return self._follow(progress)

    @contextmanager
    def keeping_up(self) -> Iterator[Callable[[], None]]:
        """Index while a load goes on: what is yielded, called after each file, adds what is new.

        It adds whole batches, so that parsing, which other processes do, is not waited for. The
        rest is for `catch_up`, as is what the load has removed.
        """
        self.legs.refresh()
        self._until = self._followed()
        newest = self._until.key if self._until else _last(self._held())
        self._committed = time.monotonic()

        def keep_up() -> None:
            nonlocal newest  # keys grow, and are never given again
            keys = self.store.select_keys(after=newest)
            for stop in range(BATCH, len(keys) + 1, BATCH):
                self._add_batch(keys[stop - BATCH : stop], (NONE,) * 3)
                newest = int(keys[stop - 1])

        with self._committing():
            yield keep_up

    def erase(self, progress: Progress | None = None) -> None:
        """Leave no trace of removed passages in the indexes; takes as long as indexing many anew.

        :raises HomeBusy: where another process is reading the texts.
        """
        self.catch_up()
        keys = np.array(self.legs.lexical.diluted(), np.int64)
        try:
            for start in range(0, len(keys), BATCH):
                if progress:
                    progress("清除痕迹", start, len(keys))
                self.legs.lexical.add(self._iter_entries(keys[start : start + BATCH]))
            self.legs.commit()
        except BaseException:
            self.legs.rollback()
            raise
        self.legs.erase()

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make both legs anew from the store; until that is done the old ones stay."""
        rebuild(self.legs.home, self.store, self.embedder, self.segmenter, progress)
        self.legs.refresh()

    def _iter_entries(self, keys: Keys) -> Iterator[LexicalEntry]:
        indexed = read_indexed(self.store, keys.tolist())
        replies = (each.reply for each in indexed.values())
        yield from iter_entries(zip(replies, make_readables(indexed), strict=True), self.segmenter)

    def _follow(self, progress: Progress | None) -> CatchUp:
        """Bring these very legs to what the store holds, even if the manifest names others."""
        self._until = self._followed()
        if self._until is None:
            return self._follow_keys(progress)
        changes = self.store.following.since(self._until)
        gone = changes.went[changes.went <= self._until.key]
        if not len(changes.came) and not len(changes.went):
            return CatchUp(0, 0)
        with self._committing():
            if len(changes.went):
                self.legs.remove(changes.went)
            self._until = replace(self._until, removal=changes.until.removal)
            self._add(changes.came, (NONE,) * 3, progress)
        return CatchUp(len(changes.came), len(gone))

    def _follow_keys(self, progress: Progress | None) -> CatchUp:
        """Do the same by comparing all keys."""
        forget_followed(self.legs.folder)
        changes = self.store.following.since()
        wanted = changes.came
        known = self.legs.held_keys()
        gone = np.setdiff1d(reduce(np.union1d, known), wanted)
        missing = np.setdiff1d(wanted, reduce(np.intersect1d, known))
        with self._committing():
            if len(gone):
                self.legs.remove(gone)
            self._add(missing, known, progress)
            self._until = changes.until
        return CatchUp(len(missing), len(gone))

    def _followed(self) -> Moment | None:
        """Return up to where these legs have followed the store; None where that isn't sure."""
        followed, legs = load_followed(self.legs.folder), self.legs
        held = {legs.lexical.count, legs.dense.count}
        if followed is None or followed != self._sure:  # as another process may have written it
            held.add(legs.texts.count)  # for which SQLite reads a list of all
        if held == {0}:
            return Moment(0, self.store.following.last_removal())
        if followed is None or held != {followed.passages}:
            return None
        self._sure = followed
        return followed.until

    def _held(self) -> Keys:
        return reduce(np.union1d, self.legs.held_keys())

    @contextmanager
    def _committing(self) -> Iterator[None]:
        """Commit what is done within; where it fails, what was not yet committed is forgotten."""
        try:
            yield
            self._commit()
        except BaseException:
            self.legs.rollback()
            raise

    def _commit(self) -> None:
        self.legs.commit()
        if self._until is not None:
            self._sure = Followed(self._until, self.legs.dense.count)
            save_followed(self.legs.folder, self._sure)
        self._committed = time.monotonic()

    def _add(self, missing: Keys, known: Sequence[Keys], progress: Progress | None) -> None:
        """Add passages, each to those that do not know it."""
        self._committed = time.monotonic()
        for start in range(0, len(missing), BATCH):

            def told(done: int, start: int = start) -> None:
                if progress:
                    progress("建立索引", start + done, len(missing))

            self._add_batch(missing[start : start + BATCH], known, told)

    def _add_batch(
        self, keys: Keys, known: Sequence[Keys], told: Callable[[int], None] = lambda _: None
    ) -> None:
        in_texts, in_lexical, in_dense = known
        indexed = read_indexed(self.store, keys.tolist())
        dense = {key: indexed[key] for key in _others(keys, in_dense)}
        with ThreadPoolExecutor(1) as beside:  # for most of embedding lets go of the interpreter
            written = beside.submit(self._add_words, indexed, keys, in_texts, in_lexical)
            embedded = [each.embedded for each in dense.values()]
            vectors = self.embedder.embed_passages(embedded, told)
            written.result()
        if dense:
            self.legs.dense.add(list(dense), vectors)
        told(len(keys))
        if self._until is not None:
            self._until = replace(self._until, key=int(keys[-1]))
        if time.monotonic() - self._committed > COMMIT_SECONDS:
            self._commit()

    def _add_words(
        self, indexed: Mapping[int, IndexedText], keys: Keys, in_texts: Keys, in_lexical: Keys
    ) -> None:
        readables = {each.key: each for each in make_readables(indexed)}
        # First: a passage that both legs hold has its text, whenever this is killed.
        texts = [readables[key] for key in _others(keys, in_texts)]
        if texts:
            self.legs.texts.add(texts)
        lexical = [(indexed[key].reply, readables[key]) for key in _others(keys, in_lexical)]
        if lexical:
            self.legs.lexical.add(iter_entries(lexical, self.segmenter))


def _last(keys: Keys) -> int:
    return int(keys[-1]) if len(keys) else 0


def rebuild(
    home: Path,
    store: Store,
    embedder: Embedder,
    segmenter: Segmenter,
    progress: Progress | None = None,
) -> None:
    """Make the indexes of a home anew from its store, whatever state the old ones are in.

    The new ones are made beside the old ones, which a kill leaves as they were.
    """
    manifest = Manifest.new(home, stamp_of(embedder, segmenter))
    try:
        legs = Legs(home, manifest)
        try:
            Indexer(store, legs, embedder, segmenter)._follow(progress)
        finally:
            legs.close()
        save_manifest(home, manifest)
    except BaseException:  # half an index is of no use, and the disk may be full
        shutil.rmtree(home / manifest.folder, ignore_errors=True)
        raise
    delete_other_folders(home, manifest)


def stamp_of(embedder: Embedder, segmenter: Segmenter) -> Stamp:
    """Return what indexes must have been made with to be searched with these."""
    return Stamp(embedder.name, embedder.dimension, segmenter.fingerprint)


def _others(keys: Keys, known: Keys) -> list[int]:
    """Return those of `keys` that are not among the sorted `known`."""
    others: list[int] = keys[~held(known, keys)].tolist()
    return others
