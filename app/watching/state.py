"""What of watched folders was loaded: kept in the home, so that a restart reads no file again.

Names of files may tell of persons whose replies are removed later; only digests of them are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from app.watching.folders import Stamp
from corpus.files import save_text_atomically
from corpus.workers.jobs import PARSE_FORMAT

FILE_NAME = "watched.json"


class Loaded:
    """The stamps with which files were loaded; one file of the home."""

    def __init__(self, home: Path) -> None:
        """Read what is kept; what can't be read, or is of another parser, counts as nothing."""
        self._path = home / FILE_NAME
        self._stamps: dict[str, Stamp] = {}
        self._held: set[str] = set()
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            if kept["format"] == PARSE_FORMAT:
                self._stamps = {name: (size, at) for name, (size, at) in kept["files"].items()}
                self._held = set(kept["held"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # then files are read once more, which finds them unchanged

    def changed(self, files: Mapping[str, Stamp]) -> dict[str, Stamp]:
        """Return those of the files that were not loaded as they are now."""
        return {
            path: stamp for path, stamp in files.items() if self._stamps.get(_name(path)) != stamp
        }

    def may_be(self, paths: Iterable[str], stamps: Collection[Stamp]) -> bool:
        """Tell whether any of the files had such a stamp, which a renaming keeps, or may have."""
        had = (self._stamps.get(_name(path)) for path in paths)
        return bool(stamps) and any(stamp is None or stamp in stamps for stamp in had)

    def keep_known(self, known: Iterable[str]) -> None:
        """Forget files that the library had replies of and no longer has: it is an earlier one."""
        lost = self._held - set(map(_name, known))
        self._held -= lost
        self._stamps = {name: stamp for name, stamp in self._stamps.items() if name not in lost}

    def note(self, files: Mapping[str, Stamp], known: Collection[str]) -> None:
        """Keep that files were loaded as they were; of the `known` ones the library has replies."""
        names = {_name(path): path for path in files}
        self._stamps |= {name: files[path] for name, path in names.items()}
        self._held -= names.keys()
        self._held |= {name for name, path in names.items() if path in known}
        self._save()

    def forget(self, paths: Iterable[str]) -> None:
        """Forget files that are gone: should they come back, they are loaded."""
        names = set(map(_name, paths)) & self._stamps.keys()
        self._held -= names
        for name in names:
            del self._stamps[name]
        if names:
            self._save()

    def _save(self) -> None:
        kept = {"format": PARSE_FORMAT, "files": self._stamps, "held": sorted(self._held)}
        save_text_atomically(self._path, json.dumps(kept, separators=(",", ":")))


def _name(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:24]
