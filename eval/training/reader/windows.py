"""Passages cut out of longer texts: around what answers, or away from it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from corpus.text.sentences import sentence_spans
from eval.training.encoder.sources import PASSAGE
from eval.training.reader.asked import Span

SHORTEST = 60
"""The fewest characters of a passage that is cut away from an answer."""

_LEAST = 100
"""Windows have at least so many characters where the text has, and at most `PASSAGE`: by chance, so
that length tells nothing."""

_LONG = 120
"""Sentences of more characters are cut behind their commas."""

_CLAUSES = re.compile(rf"[^，,；;]{{1,{_LONG}}}[，,；;]?")


def cut_units(text: str) -> list[Span]:
    """Return the spans of a text's sentences, and of the clauses of long ones, in order."""
    units: list[Span] = []
    for start, end in sentence_spans(text):
        if end - start <= _LONG:
            units.append((start, end))
        else:
            units.extend(match.span() for match in _CLAUSES.finditer(text, start, end))
    return units


def window_around(text: str, span: Span, chance: random.Random) -> Span | None:
    """Return the span of a run of units that holds a span; None where it would be too long."""
    units = cut_units(text)
    inside = [place for place, unit in enumerate(units) if _overlap(unit, span)]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    if units[last][1] - units[first][0] > PASSAGE:
        return None
    return _grow(units, first, last, chance)


def window_away(text: str, spans: Sequence[Span], chance: random.Random) -> Span | None:
    """Return the span of a run of units beside these spans; None where there is no long one."""
    runs: list[list[Span]] = [[]]
    for unit in cut_units(text):
        if any(_overlap(unit, span) for span in spans):
            runs.append([])
        else:
            runs[-1].append(unit)
    long = [run for run in runs if run and run[-1][1] - run[0][0] >= SHORTEST]
    if not long:
        return None
    run = chance.choice(long)
    seed = chance.randrange(len(run))
    window = _grow(run, seed, seed, chance)
    return window if window[1] - window[0] >= SHORTEST else None


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _grow(units: Sequence[Span], first: int, last: int, chance: random.Random) -> Span:
    """Take neighbours of a run on either side, by chance, as long as they have room."""
    most = chance.randint(_LEAST, PASSAGE)
    sides = [-1, 1]
    while sides:
        side = chance.choice(sides)
        place = first - 1 if side < 0 else last + 1
        low, high = min(first, place), max(last, place)
        if 0 <= place < len(units) and units[high][1] - units[low][0] <= most:
            first, last = low, high
        else:
            sides.remove(side)
    return units[first][0], units[last][1]
