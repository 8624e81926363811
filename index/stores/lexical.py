"""The lexical leg: BM25 over the words and bigrams of passages, in tantivy.

The constants of its BM25 are tantivy's: k1 = 1.2, b = 0.75.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur, Query

from corpus.errors import HomeBusy, HomeError, IndexDamaged
from corpus.files import PRIVATE_FOLDER, Version, is_full, say_fault, version_of
from corpus.filters import ANY, Filters
from index.stores.lexical_files import COMMIT_FILE, check_files, count_removed, iter_strays
from index.stores.lexical_schema import (
    SCHEMA,
    LexicalEntry,
    LexicalField,
    LexicalTerm,
    all_of,
    any_of,
    document_of,
    entry_queries,
    filter_queries,
    term_query,
)
from index.stores.shadow import openable

__all__ = ["LexicalEntry", "LexicalField", "LexicalIndex", "LexicalTerm"]

WRITER_MEMORY = 64_000_000
"""Bytes that the writer may fill before it writes a segment."""

FREQUENCIES_KEPT = 50_000
"""Of so many tokens it is kept in how many passages they stand: each is looked up in every segment,
and most queries are made of the same ones. Some 8 MB."""


class LexicalIndex:
    """A tantivy index in a folder of its own.

    May be searched by several threads. Only one process at a time writes, and holds tantivy's
    lock from the first `add` or `remove` to `commit`; the others see what is committed, after
    `refresh`.
    """

    def __init__(self, path: Path) -> None:
        self._writer: tantivy.IndexWriter | None = None
        self._pending: set[int] = set()
        self._checked: set[tuple[str, Version | None]] = set()
        self._shadow = ExitStack()
        self.reopen(path)

    @classmethod
    def open(cls, path: Path) -> LexicalIndex:
        """Open the index in a folder, or create both.

        :raises IndexDamaged: where it is damaged or of another make.
        """
        return cls(path)

    def reopen(self, path: Path) -> None:
        """Go over to the index in another folder; what was not committed is lost."""
        self.rollback()
        version = version_of(path / COMMIT_FILE)
        with ExitStack() as shadow, _telling(path):
            path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            if version is not None:
                check_files(path, self._checked)
            index = tantivy.Index(SCHEMA, path=str(shadow.enter_context(openable(path))))
            index.config_reader(reload_policy="manual")
            index.reload()
            searcher = index.searcher()
            self._shadow.close()
            self._shadow = shadow.pop_all()
        self.path = path
        self._version = version
        self._index = index
        self._see(searcher)

    def refresh(self) -> None:
        """See what other processes have committed."""
        if version_of(self.path / COMMIT_FILE) == self._version:
            return
        if os.access(self.path, os.W_OK):
            self._reload()
        else:
            self.reopen(self.path)

    def close(self) -> None:
        """Give up what was not committed, and tantivy's lock."""
        self.rollback()
        self._shadow.close()

    @property
    def count(self) -> int:
        """Return how many passages are indexed."""
        return self._searcher.num_docs

    @property
    def version(self) -> Version | None:
        """Return what changes with every commit that is seen."""
        return self._version

    def keys(self, filters: Filters = ANY) -> NDArray[np.int64]:
        """Return the keys of allowed passages, int64 (n,), ascending; one held twice twice."""
        searcher = self._searcher
        found = self._find(searcher, all_of(filter_queries(filters)), searcher.num_docs)
        return np.sort(np.array([key for key, _ in found], np.int64))

    def document_frequency(self, field: str, token: str) -> int:
        """Return in how many passages a token stands, removed ones perhaps included."""
        known = self._frequencies  # before the searcher, see `_see`
        found = known.get((field, token))
        if found is None:
            with _telling(self.path):
                found = self._searcher.doc_freq(field, token)
            if len(known) >= FREQUENCIES_KEPT:
                known.clear()
            known[field, token] = found
        return found

    def frequent_words(self, most: int) -> dict[str, int]:
        """Return the most frequent words with the number of passages that each stands in."""
        with _telling(self.path):
            return dict(self._searcher.terms_with_prefix(LexicalField.WORDS, "", limit=most))

    def add(self, entries: Iterable[LexicalEntry]) -> None:
        """Add passages; those whose keys are known are replaced. Seen after `commit`.

        :raises HomeBusy: where another process is writing.
        """
        writer = self._open_writer()
        for entry in entries:
            if entry.key in self._pending or self._searcher.doc_freq("key", entry.key):
                writer.delete_documents_by_term("key", entry.key)
            self._pending.add(entry.key)
            writer.add_document(document_of(entry))

    def remove(self, keys: Iterable[int]) -> None:
        """Remove passages; unknown keys are passed over. Seen after `commit`.

        :raises HomeBusy: where another process is writing.
        """
        writer = self._open_writer()
        for key in keys:
            writer.delete_documents_by_term("key", int(key))

    def commit(self) -> None:
        """Put on the disk what was added and removed, and let it be seen.

        :raises HomeError: where it can't be written.
        """
        if self._writer is None:
            return
        try:
            with _telling(self.path):
                self._writer.commit()
                self._writer.wait_merging_threads()
        except IndexDamaged as error:
            raise HomeError(
                f"词语索引写不进去：{self.path}。"
                "请检查磁盘空间与权限；若仍不行，请运行 dafu rebuild。"
            ) from error
        finally:
            self._writer = None  # which gives up the lock
            self._pending.clear()
        self._reload()

    def rollback(self) -> None:
        """Forget what was added and removed since the last commit."""
        if self._writer is not None:
            self._writer.rollback()
            self._writer = None
            self._pending.clear()

    def diluted(self) -> list[int]:
        """Return the keys of the passages to be added again for removed ones to leave no trace.

        tantivy keeps the words of what was removed until it rewrites the segment, and drops a
        segment once nothing in it is left.
        """
        missing = count_removed(self.path)
        if not missing:
            return []
        with _telling(self.path):
            searcher = self._searcher
            hits = searcher.search(Query.all_query(), max(1, searcher.num_docs), count=False).hits
            addresses = [address for _, address in hits]
            keys = searcher.fast_field_values("key", addresses)
        segments: dict[int, list[tuple[int, int]]] = {}
        for key, address in zip(keys, addresses, strict=True):
            segments.setdefault(address.segment_ord, []).append((address.doc, int(key or 0)))
        gaps = {n: max(docs)[0] + 1 - len(docs) for n, docs in segments.items()}
        # What was removed from the end of a segment leaves no gap: then all are added again.
        some = sum(gaps.values()) == missing
        return sorted(key for n, docs in segments.items() if gaps[n] or not some for _, key in docs)

    def sweep(self) -> None:
        """Delete the files of segments that are no longer part of the index."""
        writer = self._open_writer()
        writer.garbage_collect_files()
        self.rollback()
        for path in iter_strays(self.path):
            with suppress(OSError):  # Windows keeps files that readers have open
                path.unlink(missing_ok=True)

    def search(
        self, terms: Iterable[LexicalTerm], k: int, filters: Filters = ANY
    ) -> list[tuple[int, float]]:
        """Return the keys and scores of the `k` best passages that filters allow, best first.

        The score (> 0) is the sum of the terms' BM25 scores; passages without any of the terms
        are not found. Equal scores stand in the order of keys.
        """
        return self._search(terms, k, filter_queries(filters))

    def scores(self, terms: Iterable[LexicalTerm], keys: Iterable[int]) -> dict[int, float]:
        """Return the scores that `search` gives these passages, without those it can't find."""
        wanted = [int(key) for key in keys]
        return dict(self._search(terms, len(wanted), [any_of("key", wanted)]))

    def holds(self, entry: LexicalEntry) -> bool:
        """Tell whether a passage is indexed under its key with all that is held of it."""
        with _telling(self.path):
            found = self._searcher.search(all_of(entry_queries(entry)), 1, count=False)
        return len(found.hits) == 1

    def _search(
        self, terms: Iterable[LexicalTerm], k: int, filters: list[Query]
    ) -> list[tuple[int, float]]:
        queries = [(Occur.Should, term_query(term)) for term in dict.fromkeys(terms)]
        if not queries:
            return []
        query = Query.boolean_query(queries)
        if filters:
            # Without a score of their own: `const_score_query` would else add 1 for each.
            query = all_of([query, *(Query.const_score_query(f, 0.0) for f in filters)])
        searcher = self._searcher
        found = self._find(searcher, query, min(k, searcher.num_docs))
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def _find(self, searcher: tantivy.Searcher, query: Query, k: int) -> list[tuple[int, float]]:
        if k <= 0:  # which tantivy answers with a panic
            return []
        with _telling(self.path):
            hits = searcher.search(query, k, count=False).hits
            keys = searcher.fast_field_values("key", [address for _, address in hits])
        return [(int(key or 0), float(score)) for key, (score, _) in zip(keys, hits, strict=True)]

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            try:
                self._writer = self._index.writer(WRITER_MEMORY, num_threads=1)
            except ValueError as error:
                raise HomeBusy(f"另一个程序正在写入索引 {self.path}。请等它结束后再试。") from error
            # A commit that was killed leaves files of names that the next one would give again.
            self._writer.garbage_collect_files()
            self.refresh()  # `add` must see what other processes have committed
        return self._writer

    def _reload(self) -> None:
        self._version = version_of(self.path / COMMIT_FILE)
        with _telling(self.path):
            self._index.reload()
            self._see(self._index.searcher())

    def _see(self, searcher: tantivy.Searcher) -> None:
        """Go over to a searcher, and only then to frequencies that none has been asked for."""
        self._searcher = searcher
        self._frequencies: dict[tuple[str, str], int] = {}


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Tell what tantivy finds damaged, its panics too, which are no exceptions of Python's."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise _damaged(path, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(path, error) from error


def _damaged(path: Path, error: BaseException) -> HomeError:
    if is_full(path.parent):
        return HomeError(f"词语索引写不进去：{path}，磁盘已满。请腾出空间后再试，文库不受影响。")
    said = f"词语索引打不开：{path}（{say_fault(error)}）。请运行 dafu rebuild 重建索引。"
    return IndexDamaged(said)
