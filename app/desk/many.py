"""Many proposals at once: a draft and a sheet of each, and one overview of all."""

from __future__ import annotations

import logging
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from app.desk.drafting import make_draft, make_sheet
from app.desk.files import ProposalFile, iter_proposals
from app.desk.overview import OVERVIEW, save_overview
from app.desk.types import Coverage, Desked, DeskReport
from app.export.coverage import coverage_markdown, save_coverage
from app.export.draft import Draft
from app.export.reply import save_draft
from app.running.unforeseen import explain
from corpus.errors import DafuError, InputError, Overdue
from corpus.files import PART
from corpus.filters import ANY, Filters
from corpus.progress import Progress, say_nothing

LOGGER = logging.getLogger(__name__)

DRAFT, SHEET, MARKDOWN = "答复底稿.docx", "先例对照.xlsx", "先例对照.md"

SECONDS = 1.0
"""So long the encoder may read for one proposal of many; what is left is judged without it."""

Cover = Callable[[str, Filters, float], Coverage]
"""From a text, which replies are asked for and the encoder's seconds to what covers it."""

_LONGEST_NAME = 60
_UNFIT = re.compile(r'[\\/:*?"<>|#\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e]+')


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be written for many proposals.

    :ivar filters: which replies may be precedents.
    :ivar markdown: whether sheets are written as Markdown too.
    :ivar overwrite: whether files of the same names are replaced.
    :ivar smooth: what a language model adds to drafts, if anything.
    """

    filters: Filters = ANY
    markdown: bool = False
    overwrite: bool = False
    smooth: Callable[[Draft], Draft] = lambda draft: draft


def answer_many(
    cover: Cover,
    paths: Sequence[Path],
    out: Path,
    progress: Progress = say_nothing,
    wish: Wish | None = None,
) -> DeskReport:
    """Write a draft and a sheet for each proposal in files, folders and zips, and an overview.

    :raises InputError: where there is no proposal, or the folder has files of these names.
    """
    begun = time.monotonic()
    wish = wish or Wish()
    if out.resolve() in {path.resolve() for path in paths}:
        raise InputError(f"{out} 里是提案：请另给一个文件夹放写出的文件。")
    files = list(_told(iter_proposals(paths, besides=out), progress))
    if not files:
        raise InputError("没有找到提案：请给出提案的文件、装有它们的文件夹或 .zip。")
    names = _name(files)
    kinds = (DRAFT, SHEET, MARKDOWN) if wish.markdown else (DRAFT, SHEET)
    _prepare(out, [OVERVIEW, *(f"{name}-{kind}" for name in names if name for kind in kinds)], wish)
    rows: list[tuple[Desked, Coverage | None]] = []
    for number, (file, name) in enumerate(zip(files, names, strict=True)):
        progress("查先例", number, len(files))
        rows.append(_answer(cover, file, out, name, wish))
    progress("查先例", len(files), len(files))
    _write(out / OVERVIEW, lambda part: save_overview(part, rows))
    seconds = time.monotonic() - begun
    return DeskReport(tuple(desked for desked, _ in rows), OVERVIEW, seconds)


def _told(files: Iterable[ProposalFile], progress: Progress) -> Iterator[ProposalFile]:
    for number, file in enumerate(files, 1):
        progress("读提案", number, None)
        yield file


def _name(files: Sequence[ProposalFile]) -> list[str]:
    """Return a name for what is written of each file, no two alike; "" where nothing is."""
    names: list[str] = []
    taken: set[str] = set()
    for file in files:
        if file.reason is not None:
            names.append("")
            continue
        stem = _UNFIT.sub("", PurePosixPath(file.name).stem).strip(" .")[:_LONGEST_NAME] or "提案"
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem} ({number})"
        taken.add(name.casefold())
        names.append(name)
    return names


def _prepare(out: Path, names: Sequence[str], wish: Wish) -> None:
    """Make the folder, and see that nothing is lost in it."""
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} 是文件，不是文件夹：请给出一个文件夹，没有的会新建。")
    there = [] if wish.overwrite else [name for name in names if (out / name).exists()]
    if there:
        raise InputError(
            f"{out} 里已有 {len(there)} 个同名的文件，如“{there[0]}”："
            "请换一个文件夹，或加 --overwrite 替换它们。"
        )
    out.mkdir(parents=True, exist_ok=True)


def _answer(
    cover: Cover, file: ProposalFile, out: Path, name: str, wish: Wish
) -> tuple[Desked, Coverage | None]:
    reason = file.reason
    if reason is None:
        try:
            coverage = cover(file.text, wish.filters, SECONDS)
            draft = wish.smooth(make_draft(coverage))
            files = _save(coverage, draft, out, name, wish)
            report = _report(file.source, coverage)
            return replace(report, files=files, note=draft.unsmoothed or None), coverage
        except (InputError, Overdue) as error:  # what is done already must not be lost
            reason = str(error)
        except (DafuError, OSError):
            raise  # the library, or the disk: no other proposal would fare better
        except Exception as error:  # one odd proposal must not take the others with it
            LOGGER.warning("unforeseen", exc_info=error)
            reason = explain(error)
    return Desked(file.source, "failed", reason), None


def _report(source: str, coverage: Coverage) -> Desked:
    agencies = Counter(
        agency
        for each in coverage.requests
        for agency in {passage.hit.card.agency for passage in each.passages}
        if agency
    )
    states = Counter(each.state for each in coverage.requests)
    return Desked(
        source,
        coverage.extent,
        proposal=coverage.proposal,
        requests=len(coverage.requests),
        answered=states["answered"] + states["superseded"],
        superseded=states["superseded"],
        agencies=tuple(sorted(agencies, key=lambda agency: (-agencies[agency], agency))),
    )


def _save(coverage: Coverage, draft: Draft, out: Path, name: str, wish: Wish) -> tuple[str, ...]:
    """Write the files of a proposal, and return their names."""
    sheet = make_sheet(coverage)
    writers: dict[str, Callable[[Path], object]] = {
        f"{name}-{DRAFT}": lambda part: save_draft(part, draft),
        f"{name}-{SHEET}": lambda part: save_coverage(part, sheet),
    }
    if wish.markdown:
        writers[f"{name}-{MARKDOWN}"] = lambda part: part.write_text(
            coverage_markdown(sheet), encoding="utf-8"
        )
    for each, write in writers.items():
        _write(out / each, write)
    return tuple(writers)


def _write(path: Path, write: Callable[[Path], object]) -> None:
    """Have a file written whole, or not at all."""
    part = path.with_name(path.name + PART)
    try:
        write(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
