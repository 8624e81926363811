"""The document's own number (发文字号)."""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.fields.layout import Layout
from corpus.spans import Paragraph, squeeze
from corpus.types import Field, FieldName

_NUMBER = (
    r"(?P<body>[\u4e00-\u9fffA-Za-z]{1,16})[〔\[［（(【](?P<year>(?:19|20)\d\d)年?[〕\]］）)】]"
    r"(?P<number>第?[A-Za-z]?\d{1,6}(?:-\d{1,4})?号)"
)
_OWN_NUMBER = re.compile(rf"[（(]?(?P<all>{_NUMBER})[）)]?(?:签发人.*|[（(]?[A-D]类?[）)]?)?")
_BEFORE_NUMBER = re.compile(r"^(?:[（(]?[A-D]类?[）)]?|主动公开|依申请公开|不予公开)\s+")
_DECREE = re.compile(
    r"(?:中华人民共和国)?(?P<body>[\u4e00-\u9fff]{2,20}?)令\s*(?P<number>第\d{1,5}号)"
)


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
        lead = _BEFORE_NUMBER.match(paragraph.text)
        start = paragraph.start + (lead.end() if lead else 0)
        line = squeeze(layout.text, start, paragraph.end)
        match = _OWN_NUMBER.fullmatch(line.text)
        if match:
            span = line.span(*match.span("all"))
            return (Field(FieldName.DOC_NUMBER, _bracketed(match), *span),)
    return _decree_number(layout)


def read_doc_number(text: str) -> str | None:
    """Return a 发文字号 with its spaces removed and its year in 〔〕, or None for other text."""
    match = re.fullmatch(_NUMBER, re.sub(r"\s", "", text))
    return _bracketed(match) if match else None


def _bracketed(match: re.Match[str]) -> str:
    return f"{match['body']}〔{match['year']}〕{match['number']}"


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
    """Tell whether the line is a document's number and nothing else."""
    number = re.sub(r"\s", "", _BEFORE_NUMBER.sub("", line.text))
    return _OWN_NUMBER.fullmatch(number) is not None
