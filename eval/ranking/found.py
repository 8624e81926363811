"""What a query found, kept with its measures so that it can be shown without the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from corpus.serialise import Figure, Named
from corpus.text.redact import redact
from corpus.types import FieldName, Passage, Reply
from index.stores.texts import searchable_text

KEPT = 10
"""So many documents of each query are kept."""

EXCERPT = 120
"""So many characters of a passage are kept."""

STEP = 10
"""An excerpt begins at a multiple of so many characters."""


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document that a query found, with the passage it is ranked by.

    `start` and `end` are the passage's place in the document's cleaned text, -1 where unknown;
    `text` is an excerpt of it. Personal data is masked. Of TREC runs only document and score are
    known.
    """

    document: str
    """文档的编号"""
    score: Figure
    """得分"""
    title: str = ""
    """标题"""
    start: int = -1
    """段落从正文的第几个字起；不知道的为 -1"""
    end: int = -1
    """段落到正文的第几个字止（不含）；不知道的为 -1"""
    headings: Annotated[tuple[str, ...], Named("heading_path")] = ()
    """段落上面的各级标题，由外到内"""
    text: str = ""
    """段落的片段"""


def describe_found(
    document: str, score: float, reply: Reply, passage: Passage, query: str
) -> FoundDocument:
    """Describe a document by the reply that it was parsed to, and the reply's best passage."""
    title = reply.value(FieldName.TITLE) or reply.value(FieldName.MATTER_TITLE) or ""
    return FoundDocument(
        document=document,
        score=score,
        title=redact(title),
        start=passage.start,
        end=passage.end,
        headings=tuple(map(redact, passage.heading_path)),
        text=excerpt(searchable_text(reply, passage.start, passage.end), query),
    )


def excerpt(text: str, query: str, most: int = EXCERPT) -> str:
    """Cut from a text the `most` characters with the most different character pairs of a query.

    What is cut off is marked by …; line breaks become spaces.
    """
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    pairs = _pairs(query)
    starts = range(0, len(text) - most + STEP, STEP)
    start = max(starts, key=lambda start: len(pairs & _pairs(text[start : start + most])))
    end = min(start + most, len(text))
    return "…" * (start > 0) + text[start:end] + "…" * (end < len(text))


def _pairs(text: Sequence[str]) -> set[tuple[str, str]]:
    return set(pairwise(text))
