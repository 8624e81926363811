"""Printed lines: what stands on the pages of a file, and the lines of a document made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from corpus.types import Edges, Line


@dataclass(frozen=True, slots=True)
class Lost:
    """Where a line stands that cannot be read: its box (x0, top, x1, bottom), and its fonts."""

    box: tuple[float, float, float, float]
    fonts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Printed:
    """A line as printed: its text, its left edge and its characters' height in points.

    `confidence` is that of recognition, None where the file itself says what stands there.
    `lost` is the place of a line whose text is empty because its font does not say which
    characters it shows. `edges` is where it stands on its page, None where that is not known.
    A row of a table has `cells`, one for each of the `columns`, whose left edges these are.
    """

    text: str
    left: float
    height: float
    confidence: float | None = None
    lost: Lost | None = None
    edges: Edges | None = None
    cells: tuple[str, ...] = ()
    columns: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PageText:
    """What stands on a page.

    `lines` in reading order; `beside` is written in another direction (margins, seals);
    `watermark` is what the watermark says; `glyphs` and `unknown` count all glyphs and those
    without a character.
    """

    lines: tuple[Printed, ...]
    beside: tuple[str, ...] = ()
    watermark: str = ""
    glyphs: int = 0
    unknown: int = 0


def around(edges: Iterable[Edges | None]) -> Edges | None:
    """Return what holds all these edges; None where there are none."""
    known = [each for each in edges if each]
    if not known:
        return None
    lefts, tops, rights, bottoms = zip(*known, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


_BODY_LINE = 15
"""A line of so many characters is running text, whose left edge is the margin."""
_MOST_INDENT = 10


def indented(pages: Sequence[PageText]) -> Iterator[Line]:
    """Yield the lines of all pages, with as many full-width spaces as their indents hold.

    What stands beside the text comes after the end.
    """
    edges = [line.left for page in pages for line in page.lines if len(line.text) >= _BODY_LINE]
    margin = min(edges, default=None)
    for number, page in enumerate(pages):
        for line in page.lines:
            if line.text:
                text, ends = _indent(line, margin) + line.text, bool(line.cells)
                yield Line(text, page=number, paragraph_end=ends, edges=line.edges)
    for text in dict.fromkeys(chain.from_iterable(page.beside for page in pages)):
        yield Line(text, page=len(pages) - 1)


def _indent(line: Printed, margin: float | None) -> str:
    room = round((line.left - margin) / line.height) if margin is not None and line.height else 0
    return "\u3000" * max(0, min(room, _MOST_INDENT))
