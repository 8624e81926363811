"""Placing: what of a cleaned text stands in which line of a page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from corpus.text.spelling import normalise
from corpus.types import Line, PrintedLine

_LEFT_OUT = frozenset(" \n|｜")
"""What cleaning puts in and takes away."""
_KEY = 4
"""Lines of fewer characters are looked for right behind the line before alone."""
_MOST_PLACES = 25
"""A line that stands in the text more often is looked for in so many places before the end of what
was found so far, and in as many behind."""


def place_lines(text: str, lines: Sequence[Line]) -> tuple[PrintedLine, ...]:
    """Tell which part of a text each line of its pages became, in the order of the lines.

    The text is what cleaning made of the lines or of some of them, which it joined and dropped but
    never put in another order: so of all ways to find them in it one after the other, the one that
    explains most of the text is taken. Lines of pages that the text has nothing of are left out.
    """
    kept = [place for place, character in enumerate(text) if character not in _LEFT_OUT]
    printed = [(line, _bare(normalise(line.text))) for line in lines]
    placed = _place(_bare(text), [words for _, words in printed])
    pages = {lines[number].page for number in placed}
    found = []
    for number, (line, words) in enumerate(printed):
        if line.edges is None or line.page not in pages:
            continue
        start = end = -1
        if (at := placed.get(number)) is not None:
            start, end = kept[at], kept[at + len(words) - 1] + 1
        found.append(PrintedLine(start, end, line.page, line.edges))
    return tuple(found)


def _bare(text: str) -> str:
    return "".join(character for character in text if character not in _LEFT_OUT)


@dataclass(frozen=True, slots=True)
class _Step:
    """A line found at a place, after the best way to find lines before it."""

    line: int
    start: int
    end: int
    score: int
    before: _Step | None


@dataclass(slots=True)
class _Best:
    """The best step that ends at or before each place; ends and scores ascend."""

    ends: list[int] = field(default_factory=list)
    steps: list[_Step] = field(default_factory=list)

    def until(self, place: int) -> _Step | None:
        at = bisect_right(self.ends, place)
        return self.steps[at - 1] if at else None

    def add(self, step: _Step) -> None:
        at = bisect_right(self.ends, step.end)
        if at and self.steps[at - 1].score >= step.score:
            return
        behind = at
        while behind < len(self.steps) and self.steps[behind].score <= step.score:
            behind += 1
        if at and self.ends[at - 1] == step.end:
            at -= 1
        self.ends[at:behind] = [step.end]
        self.steps[at:behind] = [step]


def _place(text: str, lines: Sequence[str]) -> dict[int, int]:
    """Return where in a text lines stand, by their numbers; some of them may not."""
    places = _index(text, lines)
    best = _Best()
    last: dict[int, _Step] = {}  # the steps of the line before, by their ends
    for number, words in enumerate(lines):
        steps = []
        reached = best.ends[-1] if best.ends else 0
        for start in _starts(text, words, places, last, reached):
            before = best.until(start)
            score = before.score if before else 0
            # Lines that follow each other do so in the text.
            beside = last.get(start)
            if beside and beside.score >= score:
                before, score = beside, beside.score + 1
            end = start + len(words)
            steps.append(_Step(number, start, end, score + len(words), before))
        for step in steps:
            best.add(step)
        if words:
            last = {step.end: step for step in steps}
    placed = {}
    found = best.until(len(text))
    while found:
        placed[found.line] = found.start
        found = found.before
    return placed


def _index(text: str, lines: Sequence[str]) -> dict[str, list[int]]:
    """Return where in a text the first characters of lines stand."""
    wanted = {words[:_KEY] for words in lines if len(words) >= _KEY}
    places: dict[str, list[int]] = defaultdict(list)
    for start in range(len(text) - _KEY + 1):
        if (key := text[start : start + _KEY]) in wanted:
            places[key].append(start)
    return places


def _starts(
    text: str, words: str, places: dict[str, list[int]], last: dict[int, _Step], reached: int
) -> Iterator[int]:
    """Yield where in a text a line may stand, if the lines before end at `reached` at most."""
    if len(words) < _KEY:
        yield from (end for end in last if words and text.startswith(words, end))
        return
    known = places.get(words[:_KEY], [])
    middle = bisect_left(known, reached)
    for some in (reversed(known[:middle]), known[middle:]):
        yield from islice((at for at in some if text.startswith(words, at)), _MOST_PLACES)
