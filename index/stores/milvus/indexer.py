"""Bring a home's texts, and what is on Milvus, to what the store holds.

Each has a note of how far it is: a home's own on its disk, Milvus's beside the passages there. One
home at a time writes to Milvus; the others keep up their own part and leave it the rest, since it
follows the same store. Whatever is written twice is the same row.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import reduce
from pathlib import Path

import numpy as np

from corpus.errors import HomeBusy
from corpus.progress import Progress
from corpus.store.following import Moment
from corpus.store.store import Store
from index.models.embed import Embedder
from index.stores.entries import iter_entries
from index.stores.followed import Followed, forget_followed
from index.stores.indexer import BATCH, CatchUp, Indexer, stamp_of
from index.stores.keys import Keys
from index.stores.legs import delete_other_folders
from index.stores.milvus.counts import Counted
from index.stores.milvus.legs import MilvusLegs
from index.stores.milvus.rows import drop_others
from index.stores.place import Place
from index.stores.texts import IndexedText, Readable, make_readables
from index.text.segment import Segmenter

CLAIM = "index"
"""What who writes to Milvus claims of the store, so that no other home does."""


class MilvusIndexer(Indexer):
    """Keep a home's texts and counts, and both legs on Milvus, at what its store holds."""

    legs: MilvusLegs

    def __init__(
        self, store: Store, legs: MilvusLegs, embedder: Embedder, segmenter: Segmenter
    ) -> None:
        super().__init__(store, legs, embedder, segmenter)
        self._mine = False

    @property
    def overtakes_store(self) -> bool:
        """Whether the indexes know of passages that the store has never had."""
        newest, removal = self.store.newest_key(), self.store.following.last_removal()
        moments = self._moments()
        known = [each for each in moments if each is not None]
        if len(known) < len(moments):
            held = self.legs.texts.keys() if moments[0] is None else self.legs.rows.keys()
            known.append(Moment(int(held[-1]) if len(held) else 0, 0))
        return any(each.key > newest or each.removal > removal for each in known)

    def is_up_to_date(self) -> bool:
        """Look whether all hold what they should, and there is nothing to follow."""
        since = _first(*self._moments())
        if since is None:
            return False
        changes = self.store.following.since(since)
        return not len(changes.came) and not len(changes.went)

    def catch_up(self, progress: Progress | None = None) -> CatchUp:
        """Add what each part lacks, and remove what the store no longer holds.

        Where another home is writing to Milvus, that part is left to it, see `behind`.
        """
        with self._claiming():
            return self._follow(progress)

    @contextmanager
    def keeping_up(self) -> Iterator[Callable[[], None]]:
        """Index while a load goes on: what is yielded, called after each file, adds what is new."""
        with self._claiming():
            self._follow(None)
            assert self._until is not None
            newest = self._until.key
            self._committed = time.monotonic()

            def keep_up() -> None:
                nonlocal newest  # keys grow, and are never given again
                keys = self.store.select_keys(after=newest)
                for stop in range(BATCH, len(keys) + 1, BATCH):
                    self._add_batch(keys[stop - BATCH : stop], _nothing_known())
                    newest = int(keys[stop - 1])

            with self._committing():
                yield keep_up

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make all anew from the store; until that is done the old ones stay."""
        place = self.legs.rows.client.place
        rebuild_on(place, self.legs.home, self.store, self.embedder, self.segmenter, progress)
        self.legs.refresh(now=True)

    def fill(self, progress: Progress | None) -> None:
        """Bring new indexes, of which nobody knows yet, to what the store holds."""
        self._mine = True
        self._follow(progress)

    @contextmanager
    def _claiming(self) -> Iterator[None]:
        with self.store.database.claim(CLAIM) as mine:
            self._mine = mine
            try:
                self.legs.refresh(now=True)  # others may have written since they were opened
                yield
            finally:
                self._mine = False
        self.behind = not mine and not self.is_up_to_date()

    def _moments(self) -> tuple[Moment | None, Moment | None]:
        """Return up to where the home's part, and Milvus's, have followed the store."""
        empty = Moment(0, self.store.following.last_removal())
        here, there = self.legs.followed_here(), self.legs.followed_there()
        return _until(here, empty), _until(there, empty)

    def _follow(self, progress: Progress | None) -> CatchUp:
        here, there = self._moments()
        since = _first(here, there) if self._mine else here
        if since is None:
            return self._follow_keys(progress)
        changes = self.store.following.since(since)
        self._until = replace(since, removal=changes.until.removal)
        if not len(changes.came) and not len(changes.went):
            return CatchUp(0, 0)
        in_texts = _up_to(changes.came, here)
        on_milvus = _up_to(changes.came, there) if self._mine else changes.came
        gone = changes.went[changes.went <= since.key]
        with self._committing():
            self._remove(changes.went, changes.went if self._mine else changes.went[:0])
            self._measure(changes.came)
            self._add(changes.came, (in_texts, on_milvus, on_milvus), progress)
        return CatchUp(len(changes.came), len(gone))

    def _follow_keys(self, progress: Progress | None) -> CatchUp:
        """Do the same by comparing all keys."""
        forget_followed(self.legs.folder)
        changes = self.store.following.since()
        wanted = changes.came
        held = [self.legs.texts.keys(), self.legs.counts.keys()]
        on_milvus = self.legs.rows.keys() if self._mine else wanted
        in_texts = reduce(np.intersect1d, held)
        gone = np.setdiff1d(reduce(np.union1d, held), wanted)
        gone_there = np.setdiff1d(on_milvus, wanted)
        missing = np.setdiff1d(wanted, np.intersect1d(in_texts, on_milvus))
        self._until = None
        with self._committing():
            self._remove(gone, gone_there)
            self._measure(missing)
            self._add(missing, (in_texts, on_milvus, on_milvus), progress)
            self._until = changes.until
        return CatchUp(len(missing), len(np.union1d(gone, gone_there)))

    def _measure(self, keys: Keys) -> None:
        """Measure mean lengths of a sample, as large as a batch, of what is to be added."""
        if self._mine and len(keys):
            self.legs.note_means(self._iter_entries(keys[:: -(-len(keys) // BATCH)]))

    def _remove(self, here: Keys, there: Keys) -> None:
        for start in range(0, len(here), BATCH):
            some = here[start : start + BATCH].tolist()
            held = self.legs.texts.read(some)
            self.legs.counts.remove(self._counted(held.values()))  # of the texts that go next
            self.legs.texts.remove(some)
        if len(there):
            self.legs.remove(there)

    def _counted(self, readables: Iterable[Readable]) -> Iterator[Counted]:
        cut = self.segmenter.segment_normalised
        return (Counted(each.key, cut(each.text), cut(each.context)) for each in readables)

    def _add_batch(
        self, keys: Keys, known: Sequence[Keys], told: Callable[[int], None] = lambda _: None
    ) -> None:
        if not self._mine:
            known = known[0], keys, keys
        super()._add_batch(keys, known, told)

    def _add_words(
        self, indexed: Mapping[int, IndexedText], keys: Keys, in_texts: Keys, in_lexical: Keys
    ) -> None:
        readables = {each.key: each for each in make_readables(indexed)}
        here = set(np.setdiff1d(keys, in_texts).tolist()) & readables.keys()
        there = set(np.setdiff1d(keys, in_lexical).tolist()) & readables.keys()
        wanted = [(indexed[key].reply, readables[key]) for key in sorted(here | there)]
        entries = list(iter_entries(wanted, self.segmenter))
        self.legs.texts.add([readables[key] for key in sorted(here)])
        self.legs.counts.add(Counted(e.key, e.text, e.context) for e in entries if e.key in here)
        if there:
            self.legs.note_means(entries)
        self.legs.lexical.add(entry for entry in entries if entry.key in there)

    def _commit(self) -> None:
        self.legs.commit()
        if self._until is not None:
            self.legs.note_here(self._until)
            if self._mine:
                self.legs.note_there(self._until)
        self._committed = time.monotonic()


def rebuild_on(
    place: Place,
    home: Path,
    store: Store,
    embedder: Embedder,
    segmenter: Segmenter,
    progress: Progress | None = None,
) -> None:
    """Make the indexes of a library anew on Milvus, and this home's own part of them.

    The new ones are made beside the old ones, which a kill leaves as they were.

    :raises HomeBusy: where another home is writing to Milvus.
    """
    with store.database.claim(CLAIM) as mine:
        if not mine:
            raise HomeBusy(f"另一个资料夹正在写入 Milvus（{place.where}）。请等它结束后再试。")
        legs = MilvusLegs.begin(home, stamp_of(embedder, segmenter), place, store)
        try:
            MilvusIndexer(store, legs, embedder, segmenter).fill(progress)
            legs.take_over()
        except BaseException:  # half an index is of no use
            legs.discard()
            raise
        for dropped in drop_others(legs.rows.client, legs.rows.name):
            legs.directory.forget(dropped)
        legs.close()
    delete_other_folders(home, legs.manifest)


def _until(followed: Followed | None, empty: Moment) -> Moment | None:
    if followed is None:
        return None
    return followed.until if followed.passages else empty


def _first(here: Moment | None, there: Moment | None) -> Moment | None:
    """Return what both have followed the store up to; None where that isn't known."""
    if here is None or there is None:
        return None
    return Moment(min(here.key, there.key), min(here.removal, there.removal))


def _up_to(keys: Keys, moment: Moment | None) -> Keys:
    return keys[:0] if moment is None else keys[keys <= moment.key]


def _nothing_known() -> tuple[Keys, Keys, Keys]:
    none: Keys = np.zeros(0, np.int64)
    return none, none, none
