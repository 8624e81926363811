"""What the reading of one file may take, by its size: what takes more is no reply, or was made to.

docs/running.md holds the same figures with their reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.readers.endings import PICTURES

MIB = 1 << 20

SECONDS = 30.0
SECONDS_A_MIB = 30.0
"""Of processor time. A MiB of a table takes 1 s, of Word 20, of a PDF's text some 25."""
SCAN_SECONDS = 120.0
SCAN_SECONDS_A_MIB = 2000.0
"""Where pages may have to be recognised: one takes 12 s, twice as much with a seal, and has 15 KB
at least."""
MOST_SECONDS = 7200.0
HURRIED_SECONDS = 60.0
"""Where somebody waits for one document on the page, and others for their turn."""
PATIENCE = 5.0
"""So many times longer may it take by the clock: others compute too, and networks are slow."""

MEMORY = 2048 * MIB
MEMORY_A_BYTE = 8
"""Recognition takes 1.1 GiB, all other reading of usual files less than .2."""

OUTPUT = 64 * MIB
OUTPUT_A_BYTE = 20
"""What is read comes back with its passages, some three times the text; Word packs that tenfold."""

_SCANS = (".pdf", ".ofd", ".zip", ".eml", ".mht", ".mhtml", *PICTURES)
"""Endings of files whose pages may have to be recognised, or that may hold such files."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: seconds of processor time, bytes of memory, bytes of what is read."""

    seconds: float
    memory: int
    output: int

    @property
    def patience(self) -> float:
        """Return how many seconds it may take by the clock."""
        return PATIENCE * self.seconds


def limits_of(path: Path, hurried: bool = False) -> Limits:
    """Return what the reading of a file may take."""
    size = size_of(path)
    scanned = path.suffix.lower() in _SCANS
    least, more = (SCAN_SECONDS, SCAN_SECONDS_A_MIB) if scanned else (SECONDS, SECONDS_A_MIB)
    most = HURRIED_SECONDS if hurried else MOST_SECONDS
    return Limits(
        min(most, least + more * size / MIB),
        MEMORY + MEMORY_A_BYTE * size,
        OUTPUT + OUTPUT_A_BYTE * size,
    )


def size_of(path: Path) -> int:
    """Return how many bytes a file has; 0 where its reader will report that it has none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
