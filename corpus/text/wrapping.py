"""Wrapping: find out how a text's lines were cut, by its width or by their count of characters."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

_NARROW = re.compile("[^\u2e80-\uffee“”‘’…—]")
_FIRST_TOKEN = re.compile(r"[A-Za-z0-9@./:+%-]+|.[，。、；：！？）”》]*")
_LEAST, _MOST = 40, 130
"""Widths in columns between which a text can be said to be wrapped: 20 to 65 Han characters."""
_FEWEST = 12
"""Characters between which and half of `_MOST` lines can be cut by their count."""
_HANGING = 3
"""Columns by which a line may be over or under the width: punctuation hangs in the margin."""
_LONGER = 0.05
"""Share of the lines that may be longer than a text is wrapped at."""
_SENTENCE_ENDS = "。！？；：!?"
_SLACK = 4
"""Columns by which a full line may fall short, since no line begins with a comma."""


def _columns(text: str) -> int:
    """Return the width of a text in columns: 2 for a Han character, 1 for a Latin letter."""
    return 2 * len(text) - len(_NARROW.findall(text))


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How a text is wrapped.

    At `width` columns, with or without indents and empty lines between its paragraphs; or after
    so many `characters`, narrow or wide, even in the middle of a number.
    """

    width: int
    characters: bool = False
    indents: bool = False
    gaps: bool = False

    def with_layout(self, layout: Sequence[tuple[int, bool]]) -> Wrapping:
        """Note whether indents and empty lines tell paragraphs apart.

        `layout` holds each line's indent in columns and whether an empty line is above it.
        Indents tell nothing where all lines have one, empty lines nothing where they stand
        between most lines.
        """
        indented = sum(indent >= 2 for indent, _ in layout)
        gaps = sum(gap for _, gap in layout)
        return replace(
            self,
            indents=2 <= indented <= 0.7 * len(layout),
            gaps=0 < gaps <= 0.6 * len(layout),
        )

    def full(self, line: str, indent: int, following: str) -> bool:
        """Tell whether the first word of `following` had no more room at the end of `line`."""
        if self.characters:
            return 0 <= _characters(line, indent) - self.width <= 1
        token = _FIRST_TOKEN.match(following)
        needed = indent + _columns(line) + _columns(token.group() if token else "")
        return needed > self.width - _HANGING

    def goes_on(self, line: str, indent: int, gap: bool) -> bool:
        """Tell whether a full line's paragraph goes on in a line with this indent and gap."""
        if (self.gaps and gap) or (self.indents and indent >= 2):
            return False
        return self.indents or self.gaps or line[-1] not in _SENTENCE_ENDS


def _characters(text: str, indent: int) -> int:
    return indent // 2 + len(text)


def find_wrapping(lines: Sequence[tuple[str, int]]) -> Wrapping | None:
    """Return how the lines (text, indent) are wrapped, None where they are whole paragraphs."""
    return _wrapped_by_columns(lines) or _wrapped_by_characters(lines)


def _wrapped_by_characters(lines: Sequence[tuple[str, int]]) -> Wrapping | None:
    """Find lines of exactly so many characters whose sentences go on in a line without indent.

    Indents must tell the paragraphs apart: short letters have too few full lines, and narrow
    columns too short ones, for their width alone to prove anything.
    """
    indented = sum(indent >= 2 for _, indent in lines)
    if not 2 <= indented <= 0.7 * len(lines):
        return None
    lengths = [_characters(text, indent) for text, indent in lines]
    counts = Counter(length for length in lengths if _FEWEST <= length <= _MOST // 2)
    if not counts:
        return None
    width = max(counts, key=lambda length: (counts[length], length))
    cut = [
        below[1] < 2
        and text[-1] not in _SENTENCE_ENDS
        and any(stop in (text + below[0])[3:] for stop in "，。；")
        for (text, _), length, below in zip(lines, lengths, lines[1:], strict=False)
        if length == width
    ]
    longer = sum(length > width + 1 for length in lengths)
    if longer > max(2, 0.1 * len(lines)):
        return None
    return Wrapping(width, characters=True) if sum(cut) >= max(3, 0.6 * len(cut)) else None


def _wrapped_by_columns(lines: Sequence[tuple[str, int]]) -> Wrapping | None:
    """Find lines of nearly one width that break off in mid-sentence.

    A text is wrapped where a quarter of its lines (letterhead, headings and signature are short)
    have nearly one width, hardly any is longer, and most of these break off in mid-sentence.
    """
    if len(lines) < 4:
        return None
    if sum(len(text) > _MOST + _HANGING for text, _ in lines) > _LONGER * len(lines):
        return None  # as most texts: their lines are whole paragraphs
    widths = [indent + _columns(text) for text, indent in lines]
    ordered = sorted(widths)
    counts = {
        width: bisect_right(ordered, width) - bisect_left(ordered, width - _SLACK)
        for width in ordered
        if _LEAST <= width <= _MOST
    }
    if not counts:
        return None
    width = max(counts, key=lambda width: (counts[width], width))
    longer = len(ordered) - bisect_right(ordered, width + _HANGING)
    full = [
        text for (text, _), own in zip(lines, widths, strict=True) if width - _SLACK <= own <= width
    ]
    broken = sum(text[-1] not in _SENTENCE_ENDS for text in full)
    if longer > _LONGER * len(lines) or len(full) < 0.25 * len(lines):
        return None
    return Wrapping(width) if broken >= 3 and broken >= 0.6 * len(full) else None
