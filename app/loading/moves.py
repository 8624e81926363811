"""Known files that are elsewhere now: a folder moved, on another PC, or under another drive.

A known file of whose place nothing is left is the same as one that is loaded now where that has
the same content; or the same name below a folder of whose known names more have the same content
than another one; or the same name and half of its text. Names alone tell nothing: folders of two
districts may both have a 001.docx.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from corpus.store.files import Files

LEAST_SHARED = 0.5
"""The part of the longer text, by whole lines, that a new version has in common with the old."""

SHORTEST_LINE = 6
"""Characters of a line that counts: 您好： stands in any letter."""

FOLDERS = 100
"""So many folders that have moved are looked through at most, those with the most files."""

TRIED = 3
"""So many known files of one name are compared at most, those with the most like paths."""


class Moves:
    """What of the files that are loaded now was loaded from another place before."""

    def __init__(self, files: Files, found: Mapping[str, str]) -> None:
        """Take what is known and what is to be loaded: each file's path and digest."""
        self._files = files
        self._there: dict[Path, bool] = {}
        known = files.digests() if found else {}
        self._new = {uri: digest for uri, digest in found.items() if uri not in known}
        self._known = known if self._new else {}
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for uri in self._known.keys() - found.keys():
            self._by_name[_parts(uri)[-1]].append(uri)
        self.same: dict[str, str] = {}
        """Where files are now whose content is the same, by where they were."""
        self.changed: dict[str, str] = {}
        """The same of files whose content has changed."""
        self._find_same()
        self._find_changed()

    def earlier(self, uri: str, texts: Iterable[str]) -> str | None:
        """Return the place that a file had before, by its texts; None where it is another one."""
        if uri not in self._new or uri in self._settled():
            return None
        candidates = [each for each in self._by_name[_parts(uri)[-1]] if self._is_free(each)]
        candidates.sort(key=lambda each: -_shared(each, uri))
        lines = _lines(texts)
        for before in candidates[:TRIED]:
            if _likeness(lines, _lines(self._files.texts(before))) >= LEAST_SHARED:
                self.changed[before] = uri
                return before
        return None

    def _settled(self) -> set[str]:
        return {*self.same.values(), *self.changed.values()}

    def _find_same(self) -> None:
        by_digest: defaultdict[str, list[str]] = defaultdict(list)
        for uri, digest in self._known.items():
            if digest is not None:
                by_digest[digest].append(uri)
        for uri, digest in self._new.items():
            if candidates := [each for each in by_digest.get(digest, ()) if self._is_free(each)]:
                self.same[max(candidates, key=lambda each: _shared(each, uri))] = uri

    def _find_changed(self) -> None:
        folders: Counter[tuple[str, str]] = Counter()
        for before, after in self.same.items():
            if shared := _shared(before, after):
                folders[_above(before, shared), _above(after, shared)] += 1
        for (old, now), same in folders.most_common(FOLDERS):
            pairs = {
                before: uri
                for uri in self._new.keys() - self._settled()
                if uri.startswith(f"{now}/")
                if (before := f"{old}{uri.removeprefix(now)}") in self._known
                and self._is_free(before)
            }
            if len(pairs) < same:
                self.changed |= pairs

    def _is_free(self, uri: str) -> bool:
        """Tell whether a known file is at its place no longer, nor found elsewhere already."""
        if uri in self.same or uri in self.changed:
            return False
        path = Path(uri)
        # From the top on: asking a server that is gone for each of its files takes minutes.
        return not all(self._is_there(each) for each in (*reversed(path.parents), path))

    def _is_there(self, path: Path) -> bool:
        if path not in self._there:
            try:
                path.lstat()
                self._there[path] = True
            except (FileNotFoundError, NotADirectoryError):
                self._there[path] = False
            except (OSError, ValueError):  # not to be looked at: it may well be there
                self._there[path] = True
        return self._there[path]


def _parts(uri: str) -> list[str]:
    return uri.split("/")


def _shared(one: str, other: str) -> int:
    """Return how many names, from the last on, two paths have in common."""
    count = 0
    for mine, theirs in zip(reversed(_parts(one)), reversed(_parts(other)), strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _above(uri: str, names: int) -> str:
    return "/".join(_parts(uri)[:-names])


def _lines(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(
        line
        for text in texts
        for each in text.split("\n")
        if len(line := each.strip()) >= SHORTEST_LINE
    )


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    longer = max(_length(one), _length(other))
    return _length(one & other) / longer if longer else 0.0


def _length(lines: Iterable[str]) -> int:
    return sum(map(len, lines))
