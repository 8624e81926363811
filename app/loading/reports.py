"""What became of the files that were loaded.

As in `app.types`, the texts below attributes say what stands under a key of the JSON.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Literal

from corpus.serialise import FLAT, Seconds, shown

Status = Literal[
    "added",
    "replaced",
    "unchanged",
    "duplicate",
    "removed",
    "failed",
    "refused",
    "skipped",
    "noted",
]

STATUS_LABELS: Mapping[Status, str] = {
    "added": "新增",
    "replaced": "更新",
    "unchanged": "未变",
    "duplicate": "重复",
    "removed": "移除",
    "skipped": "跳过",
    "failed": "失败",
    "refused": "涉密不载入",
    "noted": "说明",
}
"""What became of files, in Chinese, in the order in which it is told."""


@shown("source status reply_id reason mark")
@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file or row, or a note on it.

    `reason` says why it was skipped, failed or a duplicate, or is the note. `mark` is there where a
    mark that isn't understood, or is an internal one, closed the reply. `unopened` tells that the
    system did not give the file, which another time it may.
    """

    source: str
    """哪个文件，或表格的哪一行"""
    status: Status
    """新增、替换、没有变动、重复、移除、读不出、涉密不载入、跳过、说明（读了，但有的没有读入或按内容认定）"""
    reply_id: str | None = None
    """答复的编号；没有读出的为 null"""
    reason: str | None = None
    """跳过、失败、重复、不载入的原因，或说明"""
    mark: str | None = None
    """没有看懂的公开标注，或“内部资料”一类标注所在的那一行：这份答复因此未公开；没有的为 null"""
    unopened: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class FileCounts:
    """How many files, or rows of tables, there are of each status."""

    added: int
    """新增的件数"""
    replaced: int
    """因有变动而替换的件数"""
    unchanged: int
    """载入过且没有变动的件数"""
    duplicate: int
    """与别的内容相同的件数"""
    removed: int
    """移除的件数"""
    failed: int
    """读不出的件数"""
    refused: int
    """有密级标注而不载入的件数"""
    skipped: int
    """跳过的件数"""
    noted: int
    """说明的条数"""
    closed: int = 0
    """因公开标注没有看懂，或有“内部资料”一类标注，而未公开的件数"""


@shown("counts seconds files")
@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of every file that was loaded."""

    files: tuple[FileReport, ...]
    """每个文件（或每行）一条"""
    seconds: Seconds
    """用了多少秒"""

    @property
    def counts(self) -> Annotated[FileCounts, FLAT]:
        """The number of entries of each status."""
        counter: Counter[str] = Counter(entry.status for entry in self.files)
        statuses = (each.name for each in fields(FileCounts) if each.name != "closed")
        closed = len(self.closed)
        return FileCounts(**{status: counter[status] for status in statuses}, closed=closed)

    @property
    def closed(self) -> tuple[FileReport, ...]:
        """The entries of replies that a mark closed which isn't understood or is internal."""
        return tuple(entry for entry in self.files if entry.mark is not None)

    def count(self, status: str) -> int:
        """Count the entries of one status."""
        return sum(entry.status == status for entry in self.files)
