"""Load files into the store: read, parse, put, one transaction a file."""

from __future__ import annotations

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.reports import FileReport, IngestReport
from corpus.errors import Remark, UnreadableFile
from corpus.parse import PARSE_FORMAT
from corpus.progress import Progress
from corpus.readers import ColumnMapping, iter_paths
from corpus.store.store import Store
from corpus.types import ParsedReply
from corpus.workers import Parsed, iter_parsed

LOGGER = logging.getLogger(__name__)


def load_files(
    store: Store,
    paths: Sequence[Path],
    mapping: ColumnMapping | None = None,
    progress: Progress | None = None,
    stored: Callable[[], None] = lambda: None,
) -> IngestReport:
    """Load files and folders; what cannot be read is reported and the rest loads.

    `stored` is called after each file that was read, while others are being parsed.

    A file that was loaded before with the same content (and the same mapping, by the same
    version of the parser) is not read again.
    """
    began = time.perf_counter()
    known = [_look_at(store, path, mapping) for path in iter_paths(paths)]
    # Closed at once if the load is stopped: it may have processes of its own.
    with closing(iter_parsed([f.path for f in known if isinstance(f, _File)], mapping)) as parsed:
        entries: list[FileReport] = []
        for number, file in enumerate(known):
            if progress:
                progress("读取文件", number, len(known))
            if isinstance(file, FileReport):
                entries.append(file)
            else:
                entries.extend(_put(store, file, next(parsed)))
                if number + 1 < len(known):
                    stored()
    if progress:
        progress("读取文件", len(known), len(known))
    report = IngestReport(tuple(entries), time.perf_counter() - began)
    _log(report, len(known))
    return report


def _log(report: IngestReport, files: int) -> None:
    """Log how many files were read and what became of what was in them; name what failed."""
    for entry in report.files:
        if entry.status == "failed":
            LOGGER.warning("读不出：%s（%s）", entry.source, entry.reason)
    counts = Counter(entry.status for entry in report.files)
    said = "，".join(f"{status} {count}" for status, count in counts.items())
    LOGGER.info("载入 %d 个文件，%.1f 秒：%s", files, report.seconds, said or "没有内容")


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be loaded, and the digest of all that decides what becomes of it."""

    path: Path
    digest: str


def _look_at(
    store: Store, path: Path | UnreadableFile, mapping: ColumnMapping | None
) -> _File | FileReport:
    """Tell whether a file is to be read, or report why not."""
    if isinstance(path, UnreadableFile):
        skipped = path.reason.startswith("跳过")
        return FileReport(
            source=path.source,
            status="skipped" if skipped else "failed",
            reason=path.reason.removeprefix("跳过："),
        )
    uri = path.as_posix()
    try:
        digest = _hash(path, mapping)
    except OSError as error:
        reason = f"打不开文件（{error.strerror or error}）；请检查文件权限"
        return FileReport(uri, "failed", reason=reason)
    if store.unchanged_source(uri, digest):
        return FileReport(uri, "unchanged")
    return _File(path, digest)


def _put(store: Store, file: _File, items: Parsed) -> Iterator[FileReport]:
    uri = file.path.as_posix()
    parsed = [item for item in items if isinstance(item, ParsedReply)]
    reports = [
        FileReport(
            item.source,
            "noted" if isinstance(item, Remark) else "failed",
            reason=item.reason,
        )
        for item in items
        if isinstance(item, UnreadableFile)
    ]
    failed = any(report.status == "failed" for report in reports)
    if parsed:
        try:
            # A file with a row that failed is read again next time: the row may have been mended.
            result = store.put_file(uri, None if failed else file.digest, parsed)
        except UnreadableFile as error:
            yield FileReport(uri, "failed", reason=error.reason)
        else:
            for put in result.results:
                same = "与已载入的答复内容相同" if put.status == "duplicate" else None
                yield FileReport(put.source, put.status, put.reply_id, same)
            for reply_id in result.removed:
                yield FileReport(uri, "removed", reply_id, "文件中已没有这一条")
    yield from reports


def _hash(path: Path, mapping: ColumnMapping | None) -> str:
    """Digest all that decides how a file is parsed: its bytes, the mapping, the parser."""
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(f"{PARSE_FORMAT} {mapping!r} {content}".encode()).hexdigest()
