"""The numbered lists of a text, and which lie within which."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from index.ranking.requests.numbers import Mark, follow
from index.ranking.requests.points import Span, find_depths, line_end, read_points

TITLE = 16
"""Characters: a line no longer than this only sorts the points below it."""


class Runs:
    """The numbered lists of a text: where each begins, and its points."""

    def __init__(self, text: str, marks: Sequence[Mark]) -> None:
        self._text = text
        self._marks = marks
        self._starts = [mark.start for mark in marks]
        self._depths = find_depths(marks)

    def __iter__(self) -> Iterator[tuple[int, list[Span]]]:
        yield from self._between(0, len(self._marks))

    def below(self, listed: Sequence[Span]) -> list[Span]:
        """Return the points below titles that only sort them (一、夯实基础 （一）…), else all."""
        inside: list[Span] = []
        for start, end in listed:
            stop = line_end(self._text, start)
            title = self._text[start:stop].rstrip()
            if stop >= end or len(title) > TITLE or title[-1] in "。；：:;":
                return list(listed)
            first, last = (bisect_left(self._starts, place) for place in (stop, end))
            runs = [points for _, points in self._between(first, last, 1)]
            if not runs or runs[0][0][0] - stop > TITLE:
                return list(listed)
            inside += runs[0]
        return inside

    def sorts(self, listed: Sequence[Span]) -> bool:
        """Tell whether most points hold lists of their own, on lines of their own."""
        lists = 0
        for start, end in listed:
            stop = line_end(self._text, start)
            first, last = (bisect_left(self._starts, place) for place in (stop, end))
            lists += any(True for _ in self._between(first, last))
        return 2 * lists >= len(listed)

    def _between(self, first: int, last: int, least: int = 2) -> Iterator[tuple[int, list[Span]]]:
        marks, taken = self._marks[first:last], set[int]()
        for number, mark in enumerate(marks):
            if mark.number > 1 or mark.start in taken:
                continue
            listed = list(follow(marks, number))
            taken |= {each.start for each in listed}
            if len(listed) >= least:
                points = read_points(self._text, listed, self._depths)
                if points:
                    yield mark.start, points
