"""Files that people upload: keep files of replies in the home and load them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.desk.files import check_ending
from app.keeping.backup import UPLOADS
from app.loading.reports import FileReport, IngestReport
from corpus.errors import HomeBusy, UnreadableFile
from corpus.files import make_private_folder, save_bytes_atomically
from corpus.progress import Progress
from corpus.readers import SUFFIXES, TABLES, ColumnMapping
from corpus.readers.opening import Table
from corpus.workers import look_at_tables, read_bounded

if TYPE_CHECKING:
    from app.service import Service

LARGEST_FILE = "50mb"
"""The largest file that is taken."""

AGAIN = 1.0
"""Seconds after which who is patient looks again whether another is still writing."""


def load_uploads(
    service: Service,
    files: Sequence[Path],
    replacing: bool,
    mapping: ColumnMapping | None,
    progress: Progress,
    patient: bool = False,
) -> IngestReport:
    """Keep the files in the home and load them; return the report.

    `mapping` is for the tables that have its columns. Where another is writing, who is `patient`
    waits for them, as long as it takes.

    A file of a name that is kept already takes its place where `replacing`, else it gets a
    number behind its name. Files that cannot be loaded are not kept.
    """
    folder = service.settings.home / UPLOADS
    make_private_folder(folder)
    kept: list[Path] = []
    replaced: dict[Path, bytes] = {}
    for file in files:
        check_ending(file, SUFFIXES)
        content = file.read_bytes()
        target = folder / file.name if replacing else _free_name(folder / file.name, content)
        if target.exists():
            replaced[target] = target.read_bytes()
        _write(target, content)
        kept.append(target)
    ingest = partial(_ingest_patiently, service) if patient else service.ingest
    report = _ingest(ingest, kept, mapping, progress)
    for target in kept:
        own = {entry.status for entry in report.files if _is_of(entry, target)}
        if own <= {"failed", "refused", "removed", "noted"}:
            _put_back(target, replaced.get(target))
    return report


def _ingest_patiently(
    service: Service,
    paths: Sequence[Path],
    mapping: ColumnMapping | None,
    progress: Progress,
    **given: bool,
) -> IngestReport:
    while True:
        try:
            return service.ingest(paths, mapping, progress, **given)
        except HomeBusy:
            progress("等另一个程序写完", 0, None)
            time.sleep(AGAIN)


def _ingest(
    ingest: Callable[..., IngestReport],
    files: Sequence[Path],
    mapping: ColumnMapping | None,
    progress: Progress,
) -> IngestReport:
    """Load the tables that a mapping is for by it, and the other files without."""
    mapped = [path for path in files if mapping and has_columns(path, mapping)]
    others = [path for path in files if path not in mapped]
    reports = [
        ingest(paths, columns, progress, again=True)
        for paths, columns in ((mapped, mapping), (others, None))
        if paths
    ]
    entries = [entry for report in reports for entry in report.files]
    return IngestReport(tuple(entries), sum(report.seconds for report in reports))


def _free_name(path: Path, content: bytes) -> Path:
    """Return the path with the lowest number behind its name that no other content has."""
    candidate, number = path, 1
    while candidate.exists() and candidate.read_bytes() != content:
        number += 1
        candidate = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return candidate


def _put_back(target: Path, before: bytes | None) -> None:
    if before is None:
        target.unlink(missing_ok=True)
    else:
        _write(target, before)


def _write(path: Path, content: bytes) -> None:
    save_bytes_atomically(path, content)  # who is killed leaves no half of a file, to be loaded


def _is_of(entry: FileReport, path: Path) -> bool:
    """Tell whether an entry of the report is about the file or one of its rows."""
    source = path.resolve().as_posix()
    return entry.source == source or entry.source.startswith(f"{source}#")


def has_columns(path: Path, mapping: ColumnMapping) -> bool:
    """Tell whether a file has a table with all the columns that a mapping declares."""
    declared = {name for _, names in mapping.declared() for name in names}
    return any(declared <= set(table.names) for table in tables_of(path))


def tables_of(path: Path) -> list[Table]:
    """Return the tables of a file; none where it can't be read, which loading will tell."""
    if path.suffix.lower() not in TABLES:
        return []
    try:
        return read_bounded(look_at_tables, path, hurried=True)
    except (UnreadableFile, OSError):
        return []
