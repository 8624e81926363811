"""The overview of many proposals as a workbook: a row for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.desk.types import Coverage, Desked
from app.export.coverage import NO_PRECEDENT
from app.export.word import plain
from app.wording import FIELDS
from corpus.types import FieldName, Kind
from eval.data.tables import save_workbook

OVERVIEW = "总览.xlsx"

EXTENTS = {
    "full": "各项都有先例",
    "partial": "部分有先例",
    "none": NO_PRECEDENT,
    "failed": "没有读出",
}
KINDS = {Kind.PROPOSAL: "提案", Kind.SUGGESTION: "代表建议", Kind.MESSAGE: "来信"}

HEADINGS = (
    *("序号", "文件", "情况", "种类", "题目", "编号"),
    *(FIELDS[FieldName.SESSION], FIELDS[FieldName.PROPOSER]),
    *("所提项数", "有先例", "其中已有较新说法", NO_PRECEDENT),
    *("以前答复过的机关", "无先例的各项", "写出的文件", "没有读出的原因", "说明"),
)


def save_overview(path: Path, rows: Sequence[tuple[Desked, Coverage | None]]) -> None:
    """Save the overview.

    :raises InputError: where the file cannot be written.
    """
    cells = [HEADINGS, *(tuple(_row(n, *row)) for n, row in enumerate(rows, 1))]
    save_workbook([[plain(cell) for cell in row] for row in cells], path, title="先例总览")


def _row(number: int, desked: Desked, coverage: Coverage | None) -> Iterator[str]:
    yield from (str(number), desked.source, EXTENTS[desked.extent])
    if (proposal := desked.proposal) is None or coverage is None:
        yield from [""] * (len(HEADINGS) - 5)
        yield from (desked.reason or "", "")
        return
    yield KINDS.get(proposal.kind, proposal.kind)
    yield from (proposal.title or "", proposal.number or "", proposal.session or "")
    yield "、".join(proposal.proposers)
    counts = (desked.requests, desked.answered, desked.superseded)
    yield from (str(count) for count in (*counts, desked.requests - desked.answered))
    yield "\n".join(desked.agencies)
    without = (each.text for each in coverage.requests if each.state == "none")
    yield "\n".join(" ".join(text.split()) for text in without)
    yield "\n".join(desked.files)
    yield from ("", desked.note or "")
