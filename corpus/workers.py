"""Read and parse many files, in several processes where that pays.

The processes are begun anew ("spawn"), which is what all systems can do; the first results wait
a second for that.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.parse import parse_letters
from corpus.readers import ColumnMapping, iter_documents
from corpus.types import Document, ParsedReply

Parsed = list[ParsedReply | UnreadableFile]
"""What is in one file, in its order."""

LEAST_BYTES = 3_000_000
"""Less is parsed in this process: some three seconds' work."""

MOST_PROCESSES = 4
"""Each takes some 100 MB."""

PART_BYTES = 1_000_000
"""Tables of more are read by every process, and each parses some of the rows: to read them takes a
tenth of the time."""

_TABLES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")

_Numbered = list[tuple[int, ParsedReply | UnreadableFile]]


def iter_parsed(paths: Sequence[Path], mapping: ColumnMapping | None = None) -> Generator[Parsed]:
    """Yield what is in each file, in the order of the files: the same however many processes.

    Files and rows that can't be read are yielded as `UnreadableFile`; the rest goes on.
    """
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    if processes < 2 or sum(map(_size, paths)) < LEAST_BYTES:
        for path in paths:
            yield parse_file(path, mapping)
        return
    pool = ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), initializer=_leave_interrupts
    )
    waiting: deque[tuple[Path, list[Future[_Numbered]]]] = deque()
    try:
        for path in paths:
            parts = processes if _is_long_table(path) else 1
            try:
                futures = [pool.submit(_parse_part, path, mapping, n, parts) for n in range(parts)]
            except BrokenProcessPool:
                futures = []
            waiting.append((path, futures))
            # What is parsed ahead lies in memory until it is taken.
            if len(waiting) > 2 * processes:
                yield _gather(*waiting.popleft(), mapping)
        while waiting:
            yield _gather(*waiting.popleft(), mapping)
    finally:
        pool.shutdown(cancel_futures=True)


def parse_file(path: Path, mapping: ColumnMapping | None = None) -> Parsed:
    """Return all that is in one file, parsed."""
    return [item for _, item in _parse_part(path, mapping, 0, 1)]


def _parse_part(path: Path, mapping: ColumnMapping | None, part: int, parts: int) -> _Numbered:
    """Parse every `parts`-th document of a file, beginning with number `part`."""
    documents = enumerate(iter_documents(path, mapping))
    return [
        (n, item) for n, document in documents if n % parts == part for item in _parse(document)
    ]


def _parse(document: Document | UnreadableFile) -> Sequence[ParsedReply | UnreadableFile]:
    if isinstance(document, UnreadableFile):
        return [document]
    try:
        return parse_letters(document)
    except UnreadableFile as error:
        return [error]


def _gather(
    path: Path, futures: Iterable[Future[_Numbered]], mapping: ColumnMapping | None
) -> Parsed:
    """Put the parts of a file together; where a process has died, parse it in this one."""
    with suppress(BrokenProcessPool):
        numbered = [item for future in futures for item in future.result()]
        if numbered:
            return [item for _, item in sorted(numbered, key=lambda pair: pair[0])]
    return parse_file(path, mapping)


def _is_long_table(path: Path) -> bool:
    return path.suffix.lower() in _TABLES and _size(path) > PART_BYTES


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # which its reader will report


def _leave_interrupts() -> None:
    """Leave Ctrl+C to the process that has begun this one, which then ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
