"""Members: files within a file, each read as if it lay in a folder of that name."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from corpus.errors import UnreadableFile
from corpus.types import Document

Item = Document | UnreadableFile


@dataclass(slots=True)
class Allowance:
    """What may still be unpacked of one file, whatever it holds; shared by all within it."""

    bytes: int = 1 << 30
    """A GiB unpacked is more than an office PC has room for beside its work."""
    members: int = 10_000
    depth: int = 2
    """How deep files may still lie in one another: a letter in a mail in an archive."""

    def within(self) -> bool:
        """Tell whether there is room for one more file."""
        return self.bytes > 0 and self.members > 0

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Allow less depth to what is read meanwhile, of a file within another."""
        self.depth -= 1
        try:
            yield
        finally:
            self.depth += 1


Read = Callable[[Path], Iterator[Item]]
"""Reads one file, of which `source` is then its temporary place."""


def read_member(
    name: str, data: bytes, source: str, allowance: Allowance, read: Read
) -> Iterator[Item]:
    """Read a member from its bytes; its source is `source#name`, as a row's is `source#row`."""
    with tempfile.TemporaryDirectory(prefix="dafu-") as folder:
        place = Path(folder).resolve() / f"member{PurePosixPath(name).suffix.lower()}"
        place.write_bytes(data)
        with allowance.deeper():
            yield from renamed(read(place), place, f"{source}#{name}")


def renamed(items: Iterable[Item], place: Path, source: str) -> Iterator[Item]:
    """Give what was read from a temporary place the source that it came from."""
    old = place.as_posix()
    for item in items:
        name = source + item.source.removeprefix(old)
        if isinstance(item, Document):
            yield replace(item, source=name)
        else:
            yield type(item)(name, item.reason)
