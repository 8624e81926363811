"""Many proposals at once: a draft and a sheet of each, and one overview, in one zip."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.desk.desk import Desk
from app.desk.files import PROPOSAL_ENDINGS, ZIP, check_ending, iter_proposals
from app.desk.many import Wish
from app.desk.types import DeskReport
from app.links import file_name
from app.running.line import Line
from app.web.render import render
from corpus.errors import InputError
from corpus.filters import Filters
from corpus.progress import Progress

ENDINGS = (*PROPOSAL_ENDINGS, ZIP)
"""Endings of what can be uploaded: proposals, and zips of such."""

MOST, MOST_OF_OWNER = 60, 1000
"""Proposals that a visitor and the owner may upload at once."""

PACKED = "答复底稿.zip"

AT_A_TIME = Line(2)
"""So many uploads of many are worked on at a time; the others wait."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What became of many proposals, and the zip of what was written."""

    report: DeskReport
    path: Path


def is_many(paths: Sequence[Path]) -> bool:
    """Tell whether an upload is more than one proposal."""
    return len(paths) > 1 or any(path.suffix.lower() == ZIP for path in paths)


def check_many(paths: Sequence[Path], most: int) -> None:
    """Check that an upload holds no more proposals than are worked on at once.

    :raises InputError: where it does, or has a file of another kind.
    """
    for path in paths:
        check_ending(path, ENDINGS)
    count = sum(map(_count, paths))
    if count > most:
        raise InputError(f"一次上传了 {count:,} 件，最多 {most:,} 件：请分几次上传。")


def pack_many(
    desk: Desk, paths: Sequence[Path], folder: Path, filters: Filters, progress: Progress
) -> Packed:
    """Write a draft and a sheet for each proposal, and pack them in the folder."""
    out = folder / Path(PACKED).stem
    report = desk.answer_many(paths, out, progress, Wish(filters))
    return Packed(report, Path(shutil.make_archive(str(out), "zip", out)))


@dataclass(frozen=True, slots=True)
class Batch:
    """Several proposals that were uploaded: the files, and the source that each row is of."""

    paths: tuple[Path, ...] = ()
    sources: tuple[str, ...] = ()


def read_one(batch: Batch, row: str) -> str:
    """Read again the proposal that stands in one row of what became of many.

    :raises InputError: where it is not there any more, or there is no such row.
    """
    source = batch.sources[int(row)] if row in map(str, range(len(batch.sources))) else ""
    held = (path for path in batch.paths if f"{source}#".startswith(f"{path.as_posix()}#"))
    for file in iter_proposals(path for path in held if path.exists()):
        if file.source == source and file.reason:
            raise InputError(file.reason)
        if file.source == source:
            return file.text
    raise InputError("上传的文件已经清走，请再上传一次。")


def render_many(report: DeskReport) -> str:
    """Render which proposals have precedents for all they ask, for some or for nothing."""
    extents: list[str] = [each.extent for each in report.proposals]
    names = ("full", "partial", "none", "failed")
    return render(
        "desk_many",
        proposals=[(file_name(each.source), each) for each in report.proposals],
        counts={name: extents.count(name) for name in names},
        seconds=report.seconds,
    )


def _count(path: Path) -> int:
    if path.suffix.lower() != ZIP:
        return 1
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(not member.is_dir() for member in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        return 1  # reading will tell
