"""Read and parse files in processes of their own, so that none can harm this one or the others.

Whatever a file does to its reader, it is reported and the rest goes on: its worker is watched,
killed where it takes too much, and replaced. Short plain texts alone are read here: they can't
hurt, and a process takes as long to begin as to parse a thousand of them.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import TypeVar

from corpus.errors import Remark, UnreadableFile
from corpus.readers import ColumnMapping
from corpus.readers.sniff import sniff
from corpus.types import Document
from corpus.workers.crew import MOST_PROCESSES, Crew, prepare_one
from corpus.workers.jobs import (
    Numbered,
    Parsed,
    draw_original,
    look_at_tables,
    parse_file,
    parse_files,
    parse_part,
    read_documents,
    take_original,
)
from corpus.workers.limits import limits_of, size_of

__all__ = [
    "Parsed",
    "draw_original",
    "iter_parsed",
    "iter_read",
    "look_at_tables",
    "parse_file",
    "prepare",
    "read_bounded",
    "read_documents",
    "read_whole",
    "take_original",
]

T = TypeVar("T")

LEAST_BYTES = 6_000_000
"""Less is parsed by one process: some three seconds' work, of which another would take a third to
begin."""

HERE_BYTES = 1_500_000
"""Of less, short plain texts are parsed here: that takes less than a worker takes to begin."""

PART_BYTES = 1_000_000
"""Tables of more are read by every process, and each parses some of the rows: to read them takes a
tenth of the time."""

_TABLES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")

_PLAIN = (".txt", ".md", ".markdown")
_PLAIN_BYTES = 30_000
_PLAIN_CHARACTERS = 10_000
"""So much plain text takes a tenth of a second: three times what most replies have."""

IN_ONE_JOB = 20
"""So many short plain texts are read in one job, a twentieth of a second's work: else to ask and to
watch a worker would take a third of it."""

_LOOKED_AT = 1_000
"""Files that are looked at to tell whether a worker will be needed."""


def iter_parsed(
    paths: Sequence[Path], mapping: ColumnMapping | None = None
) -> Generator[list[Parsed]]:
    """Yield what is in each file, in the order of the files: the same however many processes.

    Short plain texts that follow each other come together, so that a job and a transaction are for
    several; each other file comes alone. Files and rows that can't be read are yielded as
    `UnreadableFile`; the rest goes on. Closed early, it waits for nothing.
    """
    size = sum(map(size_of, paths))
    processes = 1 if size < LEAST_BYTES else min(os.cpu_count() or 1, MOST_PROCESSES)
    # A worker that one file needs reads the others too: one process alone imports the parser.
    here = size < HERE_BYTES and not _need_worker(paths)
    waiting: deque[Callable[[], list[Parsed]]] = deque()
    with Crew() as crew, ThreadPoolExecutor(processes) as threads:
        try:
            for group in _iter_groups(paths):
                if here and all(map(_is_harmless, group)):
                    waiting.append(partial(parse_files, group[0], group[1:], mapping))
                elif len(group) > 1:
                    together = threads.submit(_parse_together, crew, group, mapping)
                    waiting.append(partial(_result, together))
                else:
                    path = group[0]
                    parts = processes if _is_long_table(path) else 1
                    futures = [
                        threads.submit(crew.read, parse_part, path, mapping, n, parts)
                        for n in range(parts)
                    ]
                    waiting.append(partial(_gather, futures))
                # What is parsed ahead lies in memory until it is taken.
                if len(waiting) > 2 * processes:
                    yield waiting.popleft()()
            while waiting:
                yield waiting.popleft()()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            crew.stop()


def iter_read(paths: Iterable[Path]) -> Generator[tuple[Path, list[Document | UnreadableFile]]]:
    """Yield the documents of each file, unparsed, in the order of the files.

    As in `iter_parsed`, a file that takes too much is one `UnreadableFile`.
    """
    waiting: deque[tuple[Path, Future[list[Document | UnreadableFile]]]] = deque()
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    with Crew() as crew, ThreadPoolExecutor(processes) as threads:
        try:
            for path in paths:
                waiting.append((path, threads.submit(_read, crew, path)))
                if len(waiting) > 2 * processes:
                    yield _take(*waiting.popleft())
            while waiting:
                yield _take(*waiting.popleft())
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            crew.stop()


def read_bounded(
    function: Callable[..., T], path: Path, *arguments: object, hurried: bool = False
) -> T:
    """Return what a function makes of a file, called as `function(path, *arguments)` in a worker.

    The function stands in a module; what it returns can be pickled.

    :param hurried: whether somebody waits for it on the page.
    :raises UnreadableFile: where reading takes too much, or fails.
    """
    with Crew(hurried) as crew:
        return crew.read(function, path, *arguments, limits=limits_of(path, hurried))


def read_whole(path: Path, hurried: bool = False) -> list[Document]:
    """Return the documents of a file of which all must be read, in a worker.

    :param hurried: whether somebody waits for it on the page.
    :raises UnreadableFile: where any of it can't be read; what was left out on purpose is no such.
    """
    items = read_bounded(read_documents, path, hurried=hurried)
    for item in items:
        if isinstance(item, UnreadableFile) and not isinstance(item, Remark):
            raise item
    return [item for item in items if isinstance(item, Document)]


def prepare(paths: Iterable[Path]) -> None:
    """Begin a worker, where these files will need one, while the caller does something else."""
    if _need_worker(islice(paths, _LOOKED_AT)):
        prepare_one()


def _read(crew: Crew, path: Path) -> list[Document | UnreadableFile]:
    if _is_harmless(path):
        return read_documents(path)
    return crew.read(read_documents, path)


def _take(
    path: Path, future: Future[list[Document | UnreadableFile]]
) -> tuple[Path, list[Document | UnreadableFile]]:
    try:
        return path, future.result()
    except UnreadableFile as error:
        return path, [error]


def _need_worker(paths: Iterable[Path]) -> bool:
    return any(size_of(path) > _PLAIN_BYTES or path.suffix.lower() not in _PLAIN for path in paths)


def _iter_groups(paths: Iterable[Path]) -> Iterator[list[Path]]:
    """Yield files that are read together: short plain texts that follow each other."""
    for short, run in groupby(paths, _is_short):
        while group := list(islice(run, IN_ONE_JOB if short else 1)):
            yield group


def _parse_together(
    crew: Crew, paths: Sequence[Path], mapping: ColumnMapping | None
) -> list[Parsed]:
    """Parse files in one job; each in one of its own where that fails, to tell which it was."""
    with suppress(UnreadableFile):
        return crew.read(parse_files, paths[0], paths[1:], mapping)
    return [_parse_alone(crew, path, mapping) for path in paths]


def _parse_alone(crew: Crew, path: Path, mapping: ColumnMapping | None) -> Parsed:
    try:
        return crew.read(parse_file, path, mapping)
    except UnreadableFile as error:
        return [error]


def _gather(futures: Sequence[Future[Numbered]]) -> list[Parsed]:
    """Put the parts of a file together; where one fails, nothing of the file was read."""
    try:
        numbered = [item for future in futures for item in _result(future)]
    except UnreadableFile as error:
        return [[error]]
    return [[item for _, item in sorted(numbered, key=lambda pair: pair[0])]]


def _result(future: Future[T]) -> T:
    """Wait for a result; not without end: on Windows nobody could interrupt that."""
    while wait((future,), timeout=0.5).not_done:
        pass
    return future.result()


def _is_short(path: Path) -> bool:
    return path.suffix.lower() in _PLAIN and 0 < size_of(path) <= _PLAIN_BYTES


def _is_harmless(path: Path) -> bool:
    """Tell whether a file is a plain text so short that no reader can be harmed by it."""
    if not _is_short(path):
        return False
    try:
        text = path.read_bytes().decode("utf-8")
        return len(text) <= _PLAIN_CHARACTERS and sniff(path) is None
    except (OSError, UnicodeDecodeError, UnreadableFile):
        return False


def _is_long_table(path: Path) -> bool:
    return path.suffix.lower() in _TABLES and size_of(path) > PART_BYTES
