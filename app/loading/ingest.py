"""Load files into the store: read, parse, put; each file whole, in one transaction."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from app.loading.choices import Choices, Removed
from app.loading.moves import Moves
from app.loading.reports import FileReport, IngestReport, Status
from app.running.log import TELL
from corpus.errors import Remark, Unopened, UnreadableFile
from corpus.fields.file_name import read_name, with_mark
from corpus.files import digest_file, say_trouble
from corpus.progress import Progress
from corpus.readers import ColumnMapping, iter_paths
from corpus.readers.finding import check_file
from corpus.store.store import Store
from corpus.text.redact import redact
from corpus.types import Disclosure, Field, FieldName, ParsedReply, Reply
from corpus.workers import Parsed, iter_parsed
from corpus.workers.jobs import PARSE_FORMAT

LOGGER = logging.getLogger(__name__)


_NOTHING = Removed()


def load_files(
    store: Store,
    paths: Sequence[Path],
    choices: Choices | None = None,
    progress: Progress | None = None,
    stored: Callable[[], None] = lambda: None,
    removed: Removed = _NOTHING,
) -> IngestReport:
    """Load files and folders; what cannot be read is reported and the rest loads.

    `stored` is called after files that were read, while others are being parsed. Marks are also
    read in the names of files, and of folders from the ones named on.

    A file that was loaded before with the same content (and the same mapping, by the same
    version of the parser) is not read again.
    """
    began = time.perf_counter()
    choices = choices or Choices()
    roots = [Path(os.path.realpath(path)) for path in (*choices.watched, *paths)]
    found = iter_paths(paths, choices.follow_links)
    known = [_look_at(store, path, choices, roots) for path in found]
    moves = Moves(store.files, {f.uri: f.digest for f in known if isinstance(f, _File)})
    if moved := moves.same | moves.changed:
        store.files.move(moved)
        LOGGER.warning("%d 个文件换了地方，仍是原来的答复。", len(moved), extra=TELL)
    settled = set(moves.same.values())
    known = [
        FileReport(each.uri, "unchanged")
        if isinstance(each, _File) and each.uri in settled
        else each
        for each in known
    ]
    files = [each for each in known if isinstance(each, _File)]
    done = len(known) - len(files)
    if progress:
        progress("读取文件", done, len(known))
    waiting = iter(files)
    put: list[list[FileReport]] = []
    # Closed at once if the load is stopped: it may have processes of its own.
    with closing(iter_parsed([each.path for each in files], choices.mapping)) as parsed:
        for together in parsed:
            with store.transaction():
                for file, items in zip(islice(waiting, len(together)), together, strict=True):
                    put.append(list(_put(store, file, items, choices, removed, moves)))
            done += len(together)
            if progress:
                progress("读取文件", done, len(known))
            if done < len(known):
                stored()
    puts = iter(put)
    entries = [
        entry
        for each in known
        for entry in ([each] if isinstance(each, FileReport) else next(puts))
    ]
    report = IngestReport(tuple(entries), time.perf_counter() - began)
    _log(report, len(known))
    return report


def _log(report: IngestReport, files: int) -> None:
    """Log how many files were read and what became of what was in them; name what failed."""
    for entry in report.files:
        if entry.status in ("failed", "refused"):
            said = "读不出" if entry.status == "failed" else "不载入"
            LOGGER.warning("%s：%s（%s）", said, entry.source, entry.reason)
    counts = Counter(entry.status for entry in report.files)
    said = "，".join(f"{status} {count}" for status, count in counts.items())
    LOGGER.info("载入 %d 个文件，%.1f 秒：%s", files, report.seconds, said or "没有内容")


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be loaded, and the digest of all that decides what becomes of it."""

    path: Path
    name: str
    """The path from the folder on that was named to be loaded."""
    digest: str
    about: tuple[Field, ...] = ()

    @property
    def uri(self) -> str:
        """How the store names it."""
        return self.path.as_posix()


def _look_at(
    store: Store,
    path: Path | UnreadableFile,
    choices: Choices,
    roots: Sequence[Path],
) -> _File | FileReport:
    """Tell whether a file is to be read, or report why not."""
    if isinstance(path, UnreadableFile):
        skipped = path.reason.startswith("跳过")
        told = _report(path, "skipped" if skipped else "failed")
        return replace(told, reason=path.reason.removeprefix("跳过："))
    uri, name = path.as_posix(), _name_within(path, roots)
    try:
        check_file(path)  # before all of it is read to be digested
        about = choices.about(path)
        digest = _hash(path, choices.mapping, read_name(name), about)
        is_known = store.unchanged_source(uri, digest)
    except OSError as error:
        reason = f"打不开文件（{say_trouble(error)}）；请检查文件权限"
        return FileReport(uri, "failed", reason=reason, unopened=True)
    except UnreadableFile as error:
        return _report(error, "failed")
    return FileReport(uri, "unchanged") if is_known else _File(path, name, digest, about)


def _report(unread: UnreadableFile, status: Status) -> FileReport:
    """Report what was not read, with the reason."""
    unopened = isinstance(unread, Unopened)
    return FileReport(unread.source, status, reason=unread.reason, unopened=unopened)


def _name_within(path: Path, roots: Sequence[Path]) -> str:
    """Return the path of a file from the folder on that was named, or that holds the one named."""
    above = [r.parent if r != path else r.parent.parent for r in roots if path.is_relative_to(r)]
    return path.relative_to(min(above, key=lambda folder: len(folder.parts))).as_posix()


def _put(
    store: Store,
    file: _File,
    items: Parsed,
    choices: Choices,
    removed: Removed,
    moves: Moves,
) -> Iterator[FileReport]:
    uri = file.uri
    parsed: list[ParsedReply] = []
    left_out: list[FileReport] = []
    for item in items:
        if isinstance(item, UnreadableFile):
            left_out.append(_report(item, "noted" if isinstance(item, Remark) else "failed"))
            continue
        named = read_name(file.name + item.reply.source.removeprefix(uri))
        marked = with_mark(item, named) if named else item
        if file.about:
            fields = (*marked.reply.fields, *file.about)
            marked = replace(marked, reply=replace(marked.reply, fields=fields))
        is_secret = marked.reply.value(FieldName.DISCLOSURE) == Disclosure.SECRET
        if is_secret and not choices.allow_secret:
            reason = _REFUSED.format(_mark_of(marked.reply))
            left_out.append(FileReport(item.reply.source, "refused", reason=reason))
        elif why := removed.refuses(file.path, marked.reply):
            left_out.append(FileReport(item.reply.source, "skipped", reason=why))
        else:
            parsed.append(marked)
    # A reply that was loaded before it was marked secret goes with its row.
    if parsed or any(entry.status == "refused" for entry in left_out):
        whole = all(entry.status in ("noted", "skipped") for entry in left_out)
        before = moves.earlier(file.uri, (each.reply.text for each in parsed))
        yield from _store(store, file, parsed, file.digest if whole else None, before)
    yield from left_out


def _store(
    store: Store,
    file: _File,
    parsed: Sequence[ParsedReply],
    digest: str | None,
    before: str | None,
) -> Iterator[FileReport]:
    """Put the replies of a file in place, which was at the place `before` when it was last loaded.

    With `digest` None the file is read again next time: the row that failed may have been mended.
    """
    uri = file.uri
    try:
        with store.transaction():
            if before:
                store.files.move({before: uri})
            result = store.put_file(uri, digest, parsed)
    except UnreadableFile as error:
        yield FileReport(uri, "failed", reason=error.reason)
        return
    for put, each in zip(result.results, parsed, strict=True):
        same = "与已载入的答复内容相同" if put.status == "duplicate" else None
        closes = each.reply.value(FieldName.DISCLOSURE) in _UNASKED
        mark = _mark_of(each.reply) if closes else None
        yield FileReport(put.source, put.status, put.reply_id, same, mark)
    for reply_id in result.removed:
        yield FileReport(uri, "removed", reply_id, "文件中已没有这一条")


_UNASKED = (Disclosure.UNCLEAR, Disclosure.INTERNAL)
"""Marks that close a reply though they do not say 不予公开, so that somebody should look."""

_REFUSED = (
    "有密级标注（{}），没有载入。涉密文件请按保密规定处理；如果只是误标或已解密，请改正标注后重新载入，"
    "或用 dafu ingest --allow-secret 载入，只有使用本机的人看得到"
)


def _mark_of(reply: Reply) -> str:
    """Return the line that a reply's disclosure mark stands in, or say where else it stands."""
    mark = next(field for field in reply.fields if field.name is FieldName.DISCLOSURE)
    if mark.start < 0:
        kind, _, place = mark.origin.partition(":")
        return f"{_PLACES.get(kind, kind)}：{redact(place)}"
    start = reply.text.rfind("\n", 0, mark.start) + 1
    end = reply.text.find("\n", mark.end)
    line = reply.text[start : len(reply.text) if end < 0 else end]
    if len(line) > _LONGEST_LINE:
        line = f"…{reply.text[mark.start : mark.end][:_LONGEST_LINE]}…"
    return redact(line)


_PLACES = {
    "column": "表格的列",
    "name": "文件名",
    "sheet": "工作表名",
    "comment": "批注",
    "aside": "页眉、页脚或页边",
}

_LONGEST_LINE = 80
"""Of a longer line only the mark itself is shown."""


def _hash(
    path: Path, mapping: ColumnMapping | None, named: Field | None, about: Sequence[Field]
) -> str:
    """Digest all that decides what is made of a file: its bytes, mapping, parser, name, origin."""
    mark = named.value if named else ""
    known = "".join(f"{field.value} {field.origin} " for field in about)
    decides = f"{PARSE_FORMAT} {mapping!r} {mark} {known}{digest_file(path)}"
    return hashlib.sha256(decides.encode()).hexdigest()
