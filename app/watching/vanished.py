"""Files that are no longer where they were: told once they have been gone for a while."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Lost:
    """Files that vanished, and the replies that stand in no other file."""

    files: tuple[str, ...]
    reply_ids: tuple[str, ...]


class Vanished:
    """What has vanished of watched folders; a file that comes back has not."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._told: set[str] = set()

    @property
    def waits(self) -> bool:
        """Whether anything has vanished that was not told yet."""
        return bool(self._since)

    @property
    def paths(self) -> Collection[str]:
        """What has vanished and was not told yet."""
        return self._since.keys()

    def note(self, paths: Iterable[str]) -> None:
        """Note files that are not where they were."""
        for path in paths:
            if path not in self._told:
                self._since.setdefault(path, time.monotonic())

    def note_back(self, paths: Collection[str]) -> None:
        """Note the files that are there."""
        self._told.difference_update(paths)
        self._since = {path: at for path, at in self._since.items() if path not in paths}

    def forget_below(self, root: Path) -> None:
        """Take back what was noted of a folder that is itself gone."""
        self._since = {
            path: at for path, at in self._since.items() if not Path(path).is_relative_to(root)
        }

    def has_settled(self, settle: float) -> bool:
        """Tell whether all have been gone for some seconds."""
        return all(time.monotonic() - since >= settle for since in self._since.values())

    def find_lost(self, held: Mapping[str, frozenset[str]]) -> Lost:
        """Return what was lost, by the replies that each file holds.

        A reply that another file holds as well, as after a renaming, is not.
        """
        gone = self._since.keys() | self._told
        left = {id for path, ids in held.items() if path not in gone for id in ids}
        lost = {path: held.get(path, frozenset()) - left for path in sorted(self._since)}
        files = tuple(path for path, ids in lost.items() if ids)
        return Lost(files, tuple(sorted({id for ids in lost.values() for id in ids})))

    def settle(self) -> tuple[str, ...]:
        """Count all as told; return them."""
        done = tuple(self._since)
        self._told.update(done)
        self._since.clear()
        return done
