"""Load files into the store: read, parse, put, one transaction a file."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from app.types import FileReport, IngestReport
from corpus.errors import UnreadableFile
from corpus.parse import PARSE_FORMAT, parse
from corpus.readers import ColumnMapping, iter_documents, iter_paths
from corpus.store import Store
from corpus.types import ParsedReply
from index.indexer import Progress


def load_files(
    store: Store,
    paths: Sequence[Path],
    mapping: ColumnMapping | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Load files and folders; what cannot be read is reported and the rest loads.

    A file that was loaded before with the same content (and the same mapping, by the same
    version of the parser) is not read again.
    """
    began = time.perf_counter()
    entries: list[FileReport] = []
    found = list(iter_paths(paths))
    for number, path in enumerate(found):
        if progress:
            progress("读取文件", number, len(found))
        if isinstance(path, UnreadableFile):
            skipped = path.reason.startswith("跳过")
            entries.append(
                FileReport(
                    source=path.source,
                    status="skipped" if skipped else "failed",
                    reason=path.reason.removeprefix("跳过："),
                )
            )
        else:
            entries.extend(_load_file(store, path, mapping))
    if progress:
        progress("读取文件", len(found), len(found))
    return IngestReport(tuple(entries), time.perf_counter() - began)


def _load_file(store: Store, path: Path, mapping: ColumnMapping | None) -> Iterator[FileReport]:
    uri = path.as_posix()
    try:
        file_hash = _hash(path, mapping)
    except OSError as error:
        reason = f"打不开文件（{error.strerror or error}）；请检查文件权限"
        yield FileReport(uri, "failed", reason=reason)
        return
    if store.unchanged_source(uri, file_hash):
        yield FileReport(uri, "unchanged")
        return
    parsed: list[ParsedReply] = []
    failed: list[FileReport] = []
    for item in _parse_all(path, mapping):
        if isinstance(item, ParsedReply):
            parsed.append(item)
        else:
            failed.append(FileReport(item.source, "failed", reason=item.reason))
    if parsed:
        try:
            # A file with a row that failed is read again next time: the row may have been mended.
            result = store.put_file(uri, None if failed else file_hash, parsed)
        except UnreadableFile as error:
            yield FileReport(uri, "failed", reason=error.reason)
        else:
            for put in result.results:
                same = "与已载入的答复内容相同" if put.status == "duplicate" else None
                yield FileReport(put.source, put.status, put.reply_id, same)
            for reply_id in result.removed:
                yield FileReport(uri, "removed", reply_id, "文件中已没有这一条")
    yield from failed


def _parse_all(path: Path, mapping: ColumnMapping | None) -> Iterable[ParsedReply | UnreadableFile]:
    for document in iter_documents(path, mapping):
        if isinstance(document, UnreadableFile):
            yield document
            continue
        try:
            yield parse(document)
        except UnreadableFile as error:
            yield error


def _hash(path: Path, mapping: ColumnMapping | None) -> str:
    """Digest all that decides how a file is parsed: its bytes, the mapping, the parser."""
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(f"{PARSE_FORMAT} {mapping!r} {content}".encode()).hexdigest()
