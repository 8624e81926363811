"""The files of a tantivy index, looked at without tantivy: whole, and free of what was removed."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

from corpus.files import Misfit, Version, crc32_of, version_of

COMMIT_FILE = "meta.json"
"""The file that tantivy replaces with every commit."""

_END = struct.Struct("<II")
_MAGIC = 1337
"""Each file of a segment ends in its footer, JSON, the footer's length, and this number."""


def check_files(folder: Path, known: set[tuple[str, Version | None]]) -> None:
    """Check the CRC-32 that tantivy writes into each file's footer and never looks at again.

    A flipped bit would else end the process: tantivy trusts what it has written.

    :param known: files that were checked before, which are passed over; those checked are added.
    :raises ValueError: naming a file that is not as it was written.
    """
    kept = _load_segments(folder).keys()
    for path in sorted(folder.glob("*.*")):
        if path.name.partition(".")[0] not in kept:
            continue  # tantivy's own lists and locks, and what is being written
        told = path.name, version_of(path)
        if told not in known:
            try:
                if not _is_whole(path):
                    raise Misfit(f"{path.name} 的内容与写入时不同")
            except FileNotFoundError:
                continue  # another process has just replaced it
            known.add(told)


_ID_LENGTH = 32
"""The names of segments are UUIDs in hexadecimal digits."""


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file:
        length = path.stat().st_size - _END.size
        if length < 0:
            return False
        file.seek(length)
        footer_length, magic = _END.unpack(file.read(_END.size))
        length -= footer_length
        if magic != _MAGIC or length < 0:
            return False
        file.seek(length)
        try:
            expected = json.loads(file.read(footer_length))["crc"]
        except (ValueError, LookupError, TypeError):
            return False
        file.seek(0)
        return bool(crc32_of(file, length) == expected)


def count_removed(folder: Path) -> int:
    """Count the removed passages whose words still stand in the index, until it is rewritten."""
    return sum(_load_segments(folder).values())


def iter_strays(folder: Path) -> Iterator[Path]:
    """Yield the files of segments that the index no longer has."""
    kept = _load_segments(folder).keys()
    for path in folder.glob("*.*"):
        segment = path.name.partition(".")[0]
        if len(segment) == _ID_LENGTH and segment not in kept:
            yield path


def _load_segments(folder: Path) -> dict[str, int]:
    """Load how many removed passages each segment still holds, by its id.

    :raises ValueError: where the list of segments can't be read.
    """
    path = folder / COMMIT_FILE
    try:
        return {
            str(each["segment_id"]).replace("-", ""): int(
                (each["deletes"] or {"num_deleted_docs": 0})["num_deleted_docs"]
            )
            for each in json.loads(path.read_text("utf-8"))["segments"]
        }
    except (LookupError, TypeError, AttributeError) as error:
        raise Misfit(f"{path.name} 读不懂") from error
