"""The document's own number (发文字号)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from corpus.fields.head_line import read_head_line
from corpus.fields.layout import Layout
from corpus.spans import Paragraph
from corpus.types import Field, FieldName

_DECREE = re.compile(
    r"(?:中华人民共和国)?(?P<body>[\u4e00-\u9fff]{2,20}?)令\s*(?P<number>第\d{1,5}号)"
)


_BEFORE_TITLE = re.compile(
    r"(?:[（(](?P<bracketed>)(?=[^（()）]{4,40}[）)](?:关于|对)))?(?P<head>[^，。；：]{4,36}?号?[A-D]?类?)(?:[）)]|\s?[-—－]{1,2}\s?|\s)(?=关于|对)"
)
"""A head line that a page put before the title, on its line."""


class Decree(NamedTuple):
    """The head of a decree (令): its match (`body`, `number`) and its first and last line."""

    match: re.Match[str]
    first: Paragraph
    last: Paragraph


def find_doc_number(layout: Layout) -> tuple[Field, ...]:
    """Return the document's own number, a line of the head.

    Numbers cited in the title or in the body are not its own.
    """
    for paragraph in layout.head_paragraphs:
        head_line = read_head_line(paragraph.text)
        start = paragraph.start
        if head_line is None:
            before = _BEFORE_TITLE.match(paragraph.text)
            head_line = read_head_line(before["head"]) if before else None
            start += before.start("head") if before else 0
        if head_line and head_line.number:
            number = head_line.number
            span = (start + number.start, start + number.end)
            return (Field(FieldName.DOC_NUMBER, number.value, *span),)
    return _decree_number(layout)


def read_doc_number(text: str) -> str | None:
    """Return a 发文字号 in its usual form, its year in 〔〕 and 号 behind it, or None."""
    head_line = read_head_line(" ".join(text.split()))
    return head_line.number.value if head_line and head_line.number else None


@lru_cache(maxsize=2)  # number, letterhead and title ask for it
def find_decree(layout: Layout) -> Decree | None:
    """Return the head of a decree, `某某令` and `第N号` on one line or two."""
    for first, second in zip(layout.head_paragraphs, layout.paragraphs[1:], strict=False):
        for last in (first, second):
            joined = re.sub(r"\s", "", layout.text[first.start : last.end])
            match = _DECREE.fullmatch(joined)
            if match:
                return Decree(match, first, last)
    return None


def _decree_number(layout: Layout) -> tuple[Field, ...]:
    decree = find_decree(layout)
    if decree is None:
        return ()
    match, first, last = decree
    # 国令 is how the State Council's own register abbreviates 国务院令.
    body = "国令" if match["body"] == "国务院" else match["body"] + "令"
    return (Field(FieldName.DOC_NUMBER, body + match["number"], first.start, last.end),)


def is_doc_number(line: Paragraph) -> bool:
    """Tell whether the line is a head line: a number, class, urgency or signer, nothing else."""
    return read_head_line(line.text) is not None
