"""Write which passages answer which request, as a workbook and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from app.export.draft import Draft, Remark, title_words
from app.export.reference import place_words, reference
from app.export.word import plain
from app.types import SearchHit
from app.wording import FIELDS, cite, outcome_words
from corpus.types import FieldName
from eval.data.tables import save_workbook

NO_PRECEDENT = "无先例"

_FIELDS = (
    FieldName.AGENCY,
    FieldName.TITLE,
    FieldName.DOC_NUMBER,
    FieldName.DATE,
    FieldName.OUTCOME,
)
HEADINGS = (
    *("序号", "所提内容", "先例", "原文"),
    *(FIELDS[field] for field in _FIELDS),
    *("较新的说法", "与下一段的不同", "位置", "参考文献"),
)

_MARKS = re.compile(r"[\\`*_{}\[\]<>()#+\-.!|~&=:$^\"']")
"""What CommonMark or what extends it may read as more than itself."""


def save_coverage(path: Path, draft: Draft) -> None:
    """Save the coverage as a workbook (.xlsx): a row for each request and passage.

    :raises InputError: where the file cannot be written.
    """
    rows = [[plain(cell) for cell in row] for row in _rows(draft)]
    save_workbook(rows, path, title=plain(_title(draft)))


def coverage_markdown(draft: Draft) -> str:
    """Return the coverage as Markdown (CommonMark), with the references at the end."""
    return "\n\n".join(_blocks(draft)) + "\n"


def _title(draft: Draft) -> str:
    return f"先例对照：{title_words(draft.proposal)}"


def _rows(draft: Draft) -> Iterator[tuple[str, ...]]:
    yield HEADINGS
    for number, request in enumerate(draft.requests, 1):
        for rank, (hit, remark) in enumerate(request.remarked, 1):
            yield (str(number), request.text, str(rank), hit.text, *_facts(hit, remark))
        if not request.passages:
            absent = (NO_PRECEDENT, *[""] * (len(HEADINGS) - 3))
            yield (str(number), request.text, *absent)


def _facts(hit: SearchHit, remark: Remark) -> tuple[str, ...]:
    card = hit.card
    named = (card.agency, card.title, card.doc_number, card.date, outcome_words(card.outcome or ""))
    words = tuple(fact or "" for fact in named)
    return (*words, remark.newer, remark.differs, place_words(hit), reference(card))


def _blocks(draft: Draft) -> Iterator[str]:
    yield f"# {_escaped(_title(draft))}"
    cards = {}
    for number, request in enumerate(draft.requests, 1):
        yield f"## {number}\\. {_escaped(' '.join(request.text.split()))}"
        if not request.passages:
            yield NO_PRECEDENT
        for hit, remark in request.remarked:
            cards[hit.card.reply_id] = hit.card
            lines = (_escaped(line.strip()) for line in hit.text.split("\n") if line.strip())
            yield "> " + "\n>\n> ".join(lines)
            yield _escaped(f"——{cite(hit.card)}，{place_words(hit)}")
            if remark.newer:
                yield _escaped(f"较新的说法：{remark.newer}")
            if remark.differs:
                yield _escaped(f"与下一段的不同：{remark.differs}")
    if cards:
        yield "## 参考文献"
    for number, card in enumerate(cards.values(), 1):
        yield _escaped(f"[{number}] {reference(card)}")


def _escaped(text: str) -> str:
    """Let a line stand in Markdown as it is; control characters would be read as spaces."""
    return _MARKS.sub(r"\\\g<0>", re.sub(r"[\x00-\x1f]", " ", plain(text)))
