"""Find the requests of a proposal or a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.text.simplified import simplify
from index.ranking.requests.asked import find_asked, is_formal
from index.ranking.requests.chain import Chain
from index.ranking.requests.judge import judge
from index.ranking.requests.listed import find_listed
from index.ranking.requests.page import find_parts, keep_asker
from index.ranking.requests.points import Span, trim
from index.ranking.requests.tagger import Tagger
from index.ranking.requests.traits import ASKED, LISTED, POINT, Found
from index.ranking.requests.units import lead


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that a proposal or a message asks for, as it stands there.

    :ivar start: where it begins in the text, behind its number.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """A text as the rules read it.

    :ivar plain: the words of whoever asks; all else is blank.
    :ivar formal: whether it is a proposal by its title, its particulars or its manner.
    :ivar found: what the rules find, in order.
    """

    plain: str
    formal: bool
    found: tuple[Found, ...]


def apply_rules(text: str) -> Ruled:
    """Return what the rules find: points and paragraphs of a list, and sentences that ask."""
    page = simplify(text)
    plain, formal = keep_asker(page), is_formal(page)
    points = {_without_lead(plain, *span): point for span, point in find_listed(plain).items()}
    listed = [(*span, POINT if point else LISTED) for span, point in points.items()]
    asked = find_asked(plain, list(points), formal, find_parts(page))
    found = sorted([*listed, *((*span, ASKED) for span in asked)])
    return Ruled(plain, formal, tuple(found))


def find_requests(
    text: str, chain: Chain | None = None, tagger: Tagger | None = None
) -> tuple[Request, ...]:
    """Return what a text asks for, in its order: points and paragraphs of a list, else sentences.

    A point is one request with its heading and sub-points, a sentence is one without 另外 or 同时
    before it. What is asked beside a list counts too; what a page says around it, or answers to it,
    does not. The rules find what may be asked, and the judge decides.

    :param chain, tagger: see `judge`.
    """
    ruled = apply_rules(text)
    spans = judge(ruled.plain, ruled.found, ruled.formal, chain, tagger)
    return as_requests(text, ruled.plain, spans)


def as_requests(text: str, plain: str, spans: Iterable[Span]) -> tuple[Request, ...]:
    """Return spans of a text as requests, without what leads to them."""
    bare = (_without_lead(plain, *trim(plain, *span)) for span in spans)
    return tuple(Request(start, end, text[start:end]) for start, end in bare if start < end)


def _without_lead(text: str, start: int, end: int) -> tuple[int, int]:
    begin = lead(text, start, end)
    return trim(text, begin, end) if start < begin < end else (start, end)
