"""What became of the files that were loaded.

As in `app.types`, the texts below attributes say what stands under a key of the JSON.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import Annotated, Literal

from corpus.serialise import FLAT, Seconds, shown

Status = Literal[
    "added", "replaced", "unchanged", "duplicate", "removed", "failed", "skipped", "noted"
]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file or row, or a note on it.

    `reason` says why it was skipped, failed or a duplicate, or is the note.
    """

    source: str
    """哪个文件，或表格的哪一行"""
    status: Status
    """新增、替换、没有变动、重复、移除、读不出、跳过、说明（读了，但有的没有读入或按内容认定）"""
    reply_id: str | None = None
    """答复的编号；没有读出的为 null"""
    reason: str | None = None
    """跳过、失败、重复的原因，或说明"""


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
    skipped: int
    """跳过的件数"""
    noted: int
    """说明的条数"""


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
        return FileCounts(**{each.name: counter[each.name] for each in fields(FileCounts)})

    def count(self, status: str) -> int:
        """Count the entries of one status."""
        return sum(entry.status == status for entry in self.files)
