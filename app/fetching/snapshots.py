"""Pages as they were fetched: their bytes, and beside them whence, when and by which digest.

A page is the file `fetched/HOST/NAME.html` of the home, which is loaded as any other; what is known
of it stands in the folder `.NAME` beside it, which loading passes over: `about.json`, and the
bytes of earlier versions by their digests.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from app.fetching.addresses import name_of, site_of
from app.fetching.types import Answer
from corpus.files import make_private_folder, save_bytes_atomically, save_text_atomically
from corpus.types import Field, FieldName
from corpus.web_address import FETCHED as ORIGIN

FETCHED = "fetched"
"""The folder in a home where fetched pages are kept."""

_ABOUT = "about.json"
_KEPT_HEADERS = ("content-type", "date", "etag", "last-modified")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of a page that was fetched.

    `address` is what was asked for, `found_at` where it was in the end. `file` is the name of its
    bytes' file and empty for a list, of which `links`, `doubtful` and `further` are kept instead:
    pairs of address and words, twice, and addresses. Times are ISO 8601, in UTC; `fetched` is when
    these bytes came, `checked` when the site was last asked for them. `gone` is the status by which
    the site said that they are no more, and 0 as long as it doesn't.
    """

    address: str
    found_at: str
    file: str = ""
    sha256: str = ""
    fetched: str = ""
    checked: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    gone: int = 0
    links: tuple[tuple[str, str], ...] = ()
    doubtful: tuple[tuple[str, str], ...] = ()
    further: tuple[str, ...] = ()
    run: str = ""

    @property
    def conditions(self) -> dict[str, str]:
        """The headers by which a site tells whether the page is still the same."""
        named = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
        said = ((ask, self.headers.get(key, "")) for ask, key in named.items())
        return {ask: value for ask, value in said if value and value.isascii()}


def now() -> str:
    """Return the time as snapshots note it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Snapshots:
    """The fetched pages of a home."""

    def __init__(self, home: Path) -> None:
        self.folder = home / FETCHED

    def find(self, address: str) -> Snapshot | None:
        """Return what is known of an address, None where it was never fetched."""
        return _read(self._beside(address) / _ABOUT)

    def path(self, snapshot: Snapshot) -> Path:
        """Return the file of a page's bytes."""
        return self.folder / site_of(snapshot.address).folder / snapshot.file

    def has_bytes(self, snapshot: Snapshot) -> bool:
        """Tell whether a page's bytes are there; they are not where its reply was removed."""
        return bool(snapshot.file) and self.path(snapshot).is_file()

    def keep(self, address: str, answer: Answer, ending: str, before: Snapshot | None) -> Snapshot:
        """Keep a page's new bytes, those before as an earlier version; return what is now known."""
        beside = self._beside(address)
        make_private_folder(beside)
        snapshot = Snapshot(
            address,
            answer.address,
            f"{name_of(address)}{ending}",
            hashlib.sha256(answer.content).hexdigest(),
            now(),
            now(),
            _headers(answer),
        )
        old = self.path(before) if before and self.has_bytes(before) else None
        if before and old:
            shutil.copyfile(old, beside / f"{before.sha256}{old.suffix}")
        # What is said of bytes is written last: a kill between leaves bytes to be fetched again.
        (beside / _ABOUT).unlink(missing_ok=True)
        save_bytes_atomically(self.path(snapshot), answer.content)
        self.note(snapshot)
        if old and old != self.path(snapshot):
            old.unlink(missing_ok=True)
        return snapshot

    def has_earlier(self, snapshot: Snapshot) -> bool:
        """Tell whether a page had other bytes before."""
        beside = self._beside(snapshot.address)
        return any(path.name != _ABOUT for path in beside.glob("*"))

    def note(self, snapshot: Snapshot) -> None:
        """Write down what is known of a page."""
        beside = self._beside(snapshot.address)
        make_private_folder(beside)
        text = json.dumps(asdict(snapshot), indent=1)  # ASCII: data may hold half a character
        save_text_atomically(beside / _ABOUT, text)

    def checked(self, snapshot: Snapshot, answer: Answer) -> Snapshot:
        """Note that a page was found to be as it was, and what to ask by the next time."""
        headers = {**snapshot.headers, **_headers(answer)}
        found = replace(snapshot, checked=now(), headers=headers, gone=0, found_at=answer.address)
        self.note(found)
        return found

    def _beside(self, address: str) -> Path:
        return self.folder / site_of(address).folder / f".{name_of(address)}"


def _headers(answer: Answer) -> dict[str, str]:
    return {key: answer.headers[key][:500] for key in _KEPT_HEADERS if key in answer.headers}


def _read(about: Path) -> Snapshot | None:
    """Read what is known of a page; a file that is damaged or another's says nothing."""
    try:
        told = json.loads(about.read_text(encoding="utf-8"))
        links, doubtful = (
            tuple((str(address), str(words)) for address, words in pairs)
            for pairs in (told["links"], told.get("doubtful", ()))
        )
        if Path(told["file"]).name != told["file"]:
            return None
        further = tuple(told["further"])
        return Snapshot(**{**told, "links": links, "doubtful": doubtful, "further": further})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def forget_bytes(path: Path) -> None:
    """Delete a page's bytes, and those of its earlier versions; that it was fetched stays known."""
    path.unlink(missing_ok=True)
    for earlier in _beside_file(path).glob("*"):
        if earlier.name != _ABOUT:
            earlier.unlink(missing_ok=True)


def web_fields(home: Path) -> Callable[[Path], tuple[Field, ...]]:
    """Return what tells by which web address the file of a home was fetched, as fields."""
    folder = (home / FETCHED).resolve()

    def find(path: Path) -> tuple[Field, ...]:
        if not path.is_relative_to(folder):
            return ()
        snapshot = _read(_beside_file(path) / _ABOUT)
        if snapshot is None or snapshot.file != path.name:
            return ()
        origin = f"{ORIGIN}{snapshot.fetched[:19]}+00:00"
        return (Field(FieldName.WEB_ADDRESS, snapshot.found_at, origin=origin),)

    return find


def _beside_file(path: Path) -> Path:
    return path.with_name(f".{path.stem}")
