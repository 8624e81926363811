"""Cut a reply into passages that follow its own structure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus.spans import HeadingSpan
from corpus.text.formulas import find_edges
from corpus.text.outline import Section, find_sections, sections_between
from corpus.text.sentences import sentence_spans
from corpus.types import Field, Passage, PassageRole

TARGET = 300
"""Characters of a passage: documents scored by their best passage of this length rank best
(against 200, 500 and whole documents, on citizens' messages and the replies to them)."""

MAXIMUM = 500
"""Characters of a passage at most."""

_SPAN_OF_SECTIONS = 0.05
_OFF_TARGET = [((length - TARGET) / TARGET) ** 2 for length in range(MAXIMUM + 1)]
"""The cost of a run by its length; `pack` asks for it a hundred times a reply."""


class Piece(NamedTuple):
    """A span of the text that is not cut further, at most `MAXIMUM` long.

    `cut` is the cost of beginning a run here, in units of the squared relative distance from
    `TARGET`. `opens` tells that a section begins here, `top` that it is one that no run may
    cross into.
    """

    start: int
    end: int
    cut: float
    opens: bool = False
    top: bool = False


def pack(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Return runs of pieces as half-open index ranges that together cover all pieces in order.

    The runs minimise the sum of ((length - TARGET) / TARGET)², of the costs of the cuts, and of
    0.05 for every section that begins inside a run (dynamic programming over the cut places).
    """
    best = [0.0] + [float("inf")] * len(pieces)
    came_from = [0] * (len(pieces) + 1)
    for stop in range(1, len(pieces) + 1):
        end = pieces[stop - 1].end
        inside, cheapest, cheapest_from = 0.0, best[stop], 0
        for first in range(stop - 1, -1, -1):
            start, _, cut, opens, top = pieces[first]
            length = end - start
            if length > MAXIMUM:  # no single piece is
                break
            cost = best[first] + _OFF_TARGET[length] + inside
            if first:
                cost += cut
            if cost < cheapest:
                cheapest, cheapest_from = cost, first
            if top:
                break
            if opens:
                inside += _SPAN_OF_SECTIONS
        best[stop], came_from[stop] = cheapest, cheapest_from
    runs: list[tuple[int, int]] = []
    stop = len(pieces)
    while stop:
        runs.append((came_from[stop], stop))
        stop = came_from[stop]
    return runs[::-1]


# What it costs to begin a passage at a place, in the units of `pack`.
_AT_SECTION = 0.0
_AT_PARAGRAPH = 0.03
_AT_SENTENCE = 0.15
_AFTER_COLON = 0.5
_IN_SENTENCE = 0.5
_AFTER_HEADING = 2.0


def split_passages(
    reply_id: str,
    text: str,
    headings: Sequence[HeadingSpan] = (),
    fields: Sequence[Field] = (),
    body: int = 0,
    foot: int | None = None,
) -> tuple[Passage, ...]:
    """Split a text into passages of about `TARGET` and at most `MAXIMUM` characters.

    The passages are in order, do not overlap, have no white space at either end and together
    cover every other character. Opening and closing formulas have passages of their own; where
    a text is nothing but formulas it is all substance. No passage crosses a top-level section
    (一、, 第一章, the outermost marked headings); numbered parts of one running paragraph may
    share a passage, for many are too short to be found alone.

    :param body: where the letter begins for certain: what stands above is opening.
    :param foot: where it ends for certain: what stands below is closing; None = nobody knows.
    """
    opening, closing = find_edges(text[:foot], fields, body)
    if not text[opening:closing].strip():
        opening, closing = 0, len(text)
    inner = _Body(text, sections_between(find_sections(text, headings), opening, closing))
    bare = _Body(text, ())
    passages: list[Passage] = []
    for region, start, end, role in (
        (bare, 0, opening, PassageRole.OPENING),
        (inner, opening, closing, PassageRole.SUBSTANCE),
        (bare, closing, len(text), PassageRole.CLOSING),
    ):
        pieces = list(region.iter_pieces(start, end))
        for first, stop in pack(pieces):
            run = pieces[first:stop]
            left, right = run[0].start, run[-1].end
            path = region.path_of(run)
            passages.append(Passage(reply_id, left, right, text[left:right], path, role))
    return tuple(passages)


class _Body:
    """A text with its sections, to be looked up by place."""

    def __init__(self, text: str, sections: Sequence[Section]) -> None:
        self.text = text
        self.sections = sections
        self.starts = [section.start for section in sections]

    def iter_pieces(self, start: int, end: int) -> Iterator[Piece]:
        """Yield the sentences of `text[start:end]`, cut where a section begins inside one."""
        bounds = [start, *(place for place in self.starts if start < place < end), end]
        behind: Section | None = None
        for left, right in pairwise(bounds):
            for begin, stop in sentence_spans(self.text, left, right):
                index = bisect_right(self.starts, begin) - 1
                opened = self.sections[index] if index >= 0 else None
                if opened is not None and opened.start != begin:
                    opened = None
                cut = self._cost_of_cut(begin, opened, behind)
                opens, top = opened is not None, opened is not None and opened.top
                for first, last in _split_long(self.text, begin, stop):
                    yield Piece(first, last, cut, opens, top)
                    cut, opens, top = _IN_SENTENCE, False, False
                behind = opened

    def _cost_of_cut(self, begin: int, opened: Section | None, behind: Section | None) -> float:
        if behind is not None and behind.heading_alone and begin < behind.end:
            return _AFTER_HEADING
        if opened is not None:
            return _AT_SECTION
        gap = self.text[max(0, begin - 8) : begin]
        before = gap.rstrip()
        if before.endswith(("：", ":")):
            return _AFTER_COLON
        return _AT_SENTENCE if len(before) == len(gap) else _AT_PARAGRAPH

    def path_of(self, run: Sequence[Piece]) -> tuple[str, ...]:
        """Return the headings above all of a run, apart from those that it begins with."""
        if not self.sections:
            return ()
        paths = [
            section.path if section is not None else ()
            for piece in run
            for section in [self._innermost(piece.start)]
            if section is None or not _is_heading(section, piece) or piece is run[-1]
        ]
        common = paths[0]
        for path in paths[1:]:
            same = (ours == theirs for ours, theirs in zip(common, path, strict=False))
            common = common[: next((n for n, equal in enumerate(same) if not equal), len(path))]
        return common

    def _innermost(self, place: int) -> Section | None:
        for index in range(bisect_right(self.starts, place) - 1, -1, -1):
            if self.sections[index].end > place:
                return self.sections[index]
        return None


def _is_heading(section: Section, piece: Piece) -> bool:
    return section.heading_alone and piece.start == section.start and piece.end < section.end - 1


def _split_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a sentence longer than `MAXIMUM` at commas, or as a last resort anywhere.

    There is no white space at either end of it, nor of the pieces.
    """
    while end - start > MAXIMUM:
        half = start + TARGET // 2
        commas = (text.rfind(stop, half, start + TARGET) for stop in "，,、： ")
        cut = next((place + 1 for place in commas if place >= half), start + TARGET)
        yield start, start + len(text[start:cut].rstrip())
        start = cut
        while text[start].isspace():
            start += 1
    yield start, end
