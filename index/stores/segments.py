"""A folder of segments and the list that names them: what is added is written, and little else.

A commit writes one file for what was added and removed, then the list, which makes it count. Small
segments are merged with those before them as they come, so that each vector is written about as
often as the number of vectors can be halved, and none of the segments is ever too large to be
written anew at once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from corpus.files import Misfit, Version, make_private_folder, save_text_atomically, version_of
from index.stores.segment import Segment, damaged, open_segment, save_segment

LIST = "segments.json"

ENDING = ".vectors"

LARGEST = 1 << 17
"""Segments do not grow beyond so many vectors by merging: written in a second or two."""

MOST_DEAD = 0.25
"""A segment of which a greater share was removed is written anew without it."""


def first_to_merge(sizes: Sequence[int]) -> int:
    """Return from which segment on all are to be made one, where the last has just come.

    Each is then larger than all behind it together, or as large as segments become.
    """
    start = len(sizes) - 1
    total = sizes[start]
    while start and sizes[start - 1] <= total and total + sizes[start - 1] <= LARGEST:
        start -= 1
        total += sizes[start]
    return start


class SegmentFolder:
    """The segments of one index on the disk. One process at a time writes, others may read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version: Version | None = None
        self._open: dict[str, tuple[Version | None, Segment]] = {}

    @property
    def changed(self) -> bool:
        """Whether another list stands there than was loaded or saved last."""
        return self._version() != self.version

    def load(self) -> tuple[Segment, ...]:
        """Return the segments that the list names, none where there is no list.

        Files that were open are not read again.

        :raises IndexDamaged: where the list or one of them is not what was written.
        """
        while True:
            version = self._version()
            try:
                names = load_names(self.path)
                found = self._open_all(names)
            except FileNotFoundError as error:
                if self._version() == version:
                    raise damaged(error.filename, error) from error
                continue  # another process has merged it, and deleted what it was
            if self._version() == version:
                self.version, self._open = version, found
                return _without_removed([segment for _, segment in found.values()])

    def save(self, segments: Sequence[Segment]) -> tuple[Segment, ...]:
        """Write those that are only in memory, have the list name all of these and no others."""
        make_private_folder(self.path)
        saved = tuple(each if each.path else save_segment(each, self._free()) for each in segments)
        paths = [segment.path for segment in saved if segment.path]
        values = {"count": sum(s.count for s in saved), "segments": [path.name for path in paths]}
        save_text_atomically(self.path / LIST, json.dumps(values, indent=1) + "\n")
        self.version = self._version()
        # As the files have them, without what was removed since.
        known = {segment.path: segment for _, segment in self._open.values()}
        self._open = {
            path.name: (version_of(path), known.get(path, segment))
            for path, segment in zip(paths, saved, strict=True)
        }
        for path in self.path.glob(f"*{ENDING}"):
            if path.name not in self._open:
                with suppress(OSError):  # Windows keeps files that readers have open
                    path.unlink(missing_ok=True)
        return saved

    def _version(self) -> Version | None:
        try:
            return version_of(self.path / LIST)
        except NotADirectoryError as error:
            raise damaged(self.path, Misfit("这里应是文件夹")) from error

    def _open_all(self, names: Sequence[str]) -> dict[str, tuple[Version | None, Segment]]:
        found = {}
        for name in names:
            version = version_of(self.path / name)
            known = self._open.get(name)
            if known is None or known[0] != version:
                known = version, open_segment(self.path / name)
            found[name] = known
        return found

    def _free(self) -> Path:
        """Return a path that no segment has, not even one whose commit was killed."""
        used = [int(p.stem) for p in self.path.glob(f"*{ENDING}") if p.stem.isdecimal()]
        return self.path / f"{max(used, default=0) + 1:06}{ENDING}"


def load_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the segments that a folder's list names, none where it has no list.

    :raises IndexDamaged: where the list can't be read.
    """
    return _load_list(folder)[0]


def count_saved(folder: Path) -> int:
    """Return how many vectors there are in a folder of segments, without opening them.

    :raises IndexDamaged: where the list can't be read.
    """
    return _load_list(folder)[1]


def _load_list(folder: Path) -> tuple[tuple[str, ...], int]:
    path = folder / LIST
    try:
        values = json.loads(path.read_text("utf-8"))
        names = tuple(str(name) for name in values["segments"])
        if any(not name.endswith(ENDING) or Path(name).name != name for name in names):
            raise ValueError(names)
        return names, int(values["count"])
    except FileNotFoundError:
        return (), 0  # whatever segments there are, the commit of the first list was killed
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise damaged(path, error) from error


def _without_removed(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Mark in each segment what those behind it have removed."""
    marked = list(segments)
    for place, segment in enumerate(segments):
        if len(segment.removes):
            marked[:place] = [each.without(segment.removes) for each in marked[:place]]
    return tuple(marked)
