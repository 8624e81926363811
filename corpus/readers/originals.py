"""The file that a reply was read from, found again: as it lies, or within an archive or a mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from corpus.errors import Remark, UnreadableFile
from corpus.files import digest_file
from corpus.readers import iter_members
from corpus.readers.members import Allowance
from corpus.readers.sniff import sniff

Result = TypeVar("Result")


def use_original(path: Path, digest: str, use: Callable[[Path], Result]) -> Result | None:
    """Return what `use` makes of the file with this SHA-256; None where it is not there.

    It is `path` itself or a file within it, which then lies in a temporary place.
    """
    return _use(path, digest, use, Allowance())


def _use(
    path: Path, digest: str, use: Callable[[Path], Result], allowance: Allowance
) -> Result | None:
    if digest_file(path) == digest:
        return use(path)
    found: list[Result] = []

    def look(member: Path) -> Iterator[UnreadableFile]:
        result = _use(member, digest, use, allowance)
        if result is not None:
            found.append(result)
            yield Remark(path.as_posix(), "")  # so that no more is unpacked

    with suppress(UnreadableFile):
        for _ in iter_members(path, sniff(path), allowance, look):
            if found:
                break
    return found[0] if found else None
