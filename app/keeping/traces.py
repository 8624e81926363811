"""Traces of a removed text: digests of pieces of it, by which any file can be searched for them.

The text itself is not kept. Of pieces spread over it, as they stand in UTF-8, UTF-16, GB 18030 and
JSON's escapes, a weak digest is kept, which can be computed at every byte of a file, and a strong
one, salted, which tells whether it is this piece indeed. Who knows a piece can find it said by
them; nobody can read it out of them.
"""

from __future__ import annotations

import json
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

LENGTH = 12
"""Characters of a piece: as many in a row stand in another text only where one quotes the other."""

PIECES = 16
"""How many pieces of a text are kept at most."""

VARIETY = 7
"""Different characters that a piece has at least: lines of dots stand in any text."""

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "escapes")

_BASE = np.uint32(0x01000193)  # odd, so that it has an inverse among the 32-bit numbers
_INVERSE = np.uint32(pow(0x01000193, -1, 1 << 32))
_CHUNK = 1 << 20
_LONGEST_MEMBER = 1 << 31
"""Bytes of a compressed file's member that are looked at."""


def make_traces(texts: Iterable[str]) -> str:
    """Return the traces of texts, as JSON."""
    salt = secrets.token_bytes(16)
    pieces = []
    for piece in dict.fromkeys(piece for text in texts for piece in _pieces(text)):
        forms = {encoded for name in ENCODINGS if (encoded := _encode(piece, name))}
        pieces.append([[len(f), _weak(f), _strong(f, salt)] for f in sorted(forms)])
    return json.dumps({"salt": salt.hex(), "pieces": pieces}, separators=(",", ":"))


def _pieces(text: str) -> list[str]:
    """Return pieces spread evenly over a text, none of them over the end of a line."""
    starts = [
        start
        for line_start, line in _lines(text)
        for start in range(line_start, line_start + len(line) - LENGTH + 1)
    ]
    chosen = starts[:: max(1, len(starts) // PIECES)][:PIECES]
    pieces = (text[start : start + LENGTH] for start in chosen)
    return [piece for piece in pieces if len(set(piece)) >= VARIETY]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _encode(piece: str, name: str) -> bytes:
    if name == "escapes":
        return json.dumps(piece).strip('"').encode()
    return piece.encode(name, "ignore")


def _strong(content: bytes, salt: bytes) -> str:
    return blake2b(content, digest_size=8, key=salt).hexdigest()


def _weak(content: bytes) -> int:
    return int(_roll(np.frombuffer(content, np.uint8), [len(content)])[len(content)][0])


def _roll(content: NDArray[np.uint8], widths: Iterable[int]) -> dict[int, NDArray[np.uint32]]:
    """Return for each width the digest of as many bytes from each place on."""
    powers, inverses = _powers(max(_CHUNK, 1 << len(content).bit_length()))
    sums = np.zeros(len(content) + 1, np.uint32)
    np.cumsum(content * powers[: len(content)], dtype=np.uint32, out=sums[1:])
    return {
        width: (sums[width:] - sums[:-width]) * inverses[: max(0, len(content) - width + 1)]
        for width in widths
        if width <= len(content)
    }


@lru_cache(2)
def _powers(count: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return so many powers of the base and of its inverse, from 0 on."""
    rows = np.array([[1], [1]], np.uint32).repeat(count, axis=1)
    rows[:, 1:] = np.array([[_BASE], [_INVERSE]])
    powers, inverses = np.cumprod(rows, axis=1, dtype=np.uint32)
    return powers, inverses


@dataclass
class Search:
    """What is looked for, and how much was looked at; `found` holds (text, number of the piece)."""

    traces: Sequence[str]
    bytes_read: int = 0
    _forms: dict[int, dict[int, list[tuple[bytes, str, tuple[int, int]]]]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        """Read the traces: by width, by weak digest, what may be found."""
        for text, encoded in enumerate(self.traces):
            if not encoded:
                continue
            values = json.loads(encoded)
            salt = bytes.fromhex(values["salt"])
            for number, forms in enumerate(values["pieces"]):
                for width, weak, strong in forms:
                    by_weak = self._forms.setdefault(width, {})
                    by_weak.setdefault(weak, []).append((salt, strong, (text, number)))
        self._tables = {width: _table(by_weak) for width, by_weak in self._forms.items()}

    @property
    def longest(self) -> int:
        """The most bytes that a piece has."""
        return max(self._forms, default=0)

    def in_bytes(self, content: bytes) -> set[tuple[int, int]]:
        """Return the pieces that stand in these bytes."""
        found: set[tuple[int, int]] = set()
        for width, rolled in _roll(np.frombuffer(content, np.uint8), self._forms).items():
            high, weaks = self._tables[width]
            near = np.flatnonzero(high[rolled >> np.uint32(16)])
            for place in near[np.isin(rolled[near], weaks)].tolist():
                window = content[place : place + width]
                for salt, strong, piece in self._forms[width][int(rolled[place])]:
                    if piece not in found and _strong(window, salt) == strong:
                        found.add(piece)
        return found

    def in_file(self, path: Path) -> set[tuple[int, int]]:
        """Return the pieces that stand in a file, or in what a zip of any kind holds compressed.

        :raises OSError: where it can't be read.
        """
        with path.open("rb") as file:
            found = self._in_stream(file)
        if zipfile.is_zipfile(path):
            try:
                with zipfile.ZipFile(path) as archive:
                    for info in archive.infolist():
                        with archive.open(info) as member:
                            found |= self._in_stream(member)
            except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError):
                pass  # damaged or with a password: what can be read was
        return found

    def _in_stream(self, file: IO[bytes]) -> set[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        kept = b""
        read = 0
        while read < _LONGEST_MEMBER and (chunk := file.read(_CHUNK)):
            read += len(chunk)
            found |= self.in_bytes(kept + chunk)
            kept = (kept + chunk)[-self.longest :]
        self.bytes_read += read
        return found


def _table(by_weak: Mapping[int, object]) -> tuple[NDArray[np.bool_], NDArray[np.uint32]]:
    """Return which upper halves of weak digests are wanted, and the digests."""
    weaks = np.array(sorted(by_weak), np.uint32)
    high = np.zeros(1 << 16, np.bool_)
    high[weaks >> np.uint32(16)] = True
    return high, weaks
