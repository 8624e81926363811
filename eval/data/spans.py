"""Judged passages: spans of documents, which stand in qrels and runs as `document:start-end`.

Offsets are half-open and count the code points of the document's cleaned text.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

from corpus.errors import InputError
from eval.data.qrels import Qrels

_SPAN = re.compile(r"(.+):(\d+)-(\d+)", re.DOTALL)

MOST_NAMED = 5


class Level(StrEnum):
    """What is judged and ranked; the value is what the command line takes."""

    REPLY = "reply"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Span:
    """A span of a document, `start` < `end`; as text it is its id in qrels."""

    document: str
    start: int
    end: int

    def __str__(self) -> str:
        """Return the id by which qrels and runs name the span."""
        return f"{self.document}:{self.start}-{self.end}"


def parse_span(id: str) -> Span | None:
    """Return the span that an id names, or None where it names a whole document."""
    match = _SPAN.fullmatch(id)
    span = match and Span(match[1], int(match[2]), int(match[3]))
    return span if span and span.start < span.end else None


def document_of(id: str) -> str:
    """Return the document of a span's id; the id itself where it names a whole document."""
    span = parse_span(id)
    return span.document if span else id


def level_of(qrels: Qrels, documents: Container[str] = ()) -> Level:
    """Tell what qrels judge; an id that is one of the `documents` names no span.

    :raises InputError: where they judge some whole documents and some passages.
    """
    judged = list(dict.fromkeys(id for found in qrels.values() for id in found))
    spans = [id for id in judged if id not in documents and parse_span(id)]
    if not spans:
        return Level.REPLY
    if len(spans) < len(judged):
        whole = [id for id in judged if id in documents or not parse_span(id)]
        raise InputError(
            f"判断里既有段落（如 {spans[0]}）也有整份答复（如 {'、'.join(whole[:MOST_NAMED])}）；"
            "请分成两个文件，或用 --level reply 都按答复计"
        )
    return Level.PASSAGE


def judge_documents(qrels: Qrels, documents: Container[str] = ()) -> Qrels:
    """Return judgments of whole documents: each has the highest gain of its spans."""
    whole: Qrels = {}
    for query, judged in qrels.items():
        gains = whole.setdefault(query, {})
        for id, gain in judged.items():
            document = id if id in documents else document_of(id)
            gains[document] = max(gain, gains.get(document, gain))
    return whole
