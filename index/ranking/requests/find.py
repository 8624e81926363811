"""Find the requests of a proposal or a message."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.text.simplified import simplify
from index.ranking.requests.asked import find_asked, is_formal
from index.ranking.requests.listed import find_listed
from index.ranking.requests.page import find_parts, keep_asker
from index.ranking.requests.points import trim
from index.ranking.requests.units import lead


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that a proposal or a message asks for, as it stands there.

    :ivar start: where it begins in the text, behind its number.
    """

    start: int
    end: int
    text: str


def find_requests(text: str) -> tuple[Request, ...]:
    """Return what a text asks for, in its order: points and paragraphs of a list, else sentences.

    A point is one request with its heading and sub-points, a sentence is one without 另外 or 同时
    before it. What is asked beside a list counts too; what a page says around it, or answers to it,
    does not.
    """
    page = simplify(text)
    plain = keep_asker(page)
    listed = [_without_lead(plain, *span) for span in find_listed(plain)]
    spans = sorted([*listed, *find_asked(plain, listed, is_formal(page), find_parts(page))])
    return tuple(Request(start, end, text[start:end]) for start, end in spans)


def _without_lead(text: str, start: int, end: int) -> tuple[int, int]:
    begin = lead(text, start, end)
    return trim(text, begin, end) if start < begin < end else (start, end)
