"""Lay out a reply's text as lines, with one span of it marked."""

from __future__ import annotations

from dataclasses import dataclass

from app.types import ReplyView
from corpus.types import FieldName, Role

SIGNATURE_LENGTH = 40
"""Longest line, in characters, that is set as a signature or a date at the foot."""


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One line of a text: `before + marked + after` is the line, `look` how it is set.

    `look` is title, heading, signature, blank or body.
    """

    before: str
    marked: str
    after: str
    look: str = "body"


@dataclass(frozen=True, slots=True)
class Landmarks:
    """What decides how lines are set: places are offsets into the text, `foot` the first one
    behind all substance."""

    titles: tuple[tuple[int, int], ...]
    dates: tuple[tuple[int, int], ...]
    agencies: frozenset[str]
    headings: frozenset[str]
    foot: int

    @classmethod
    def of(cls, view: ReplyView) -> Landmarks:
        """Collect the landmarks of a reply."""

        def places(name: FieldName) -> tuple[tuple[int, int], ...]:
            return tuple((f.start, f.end) for f in view.fields if f.name is name and f.start >= 0)

        substance = [p.end for p in view.passages if p.role is Role.SUBSTANCE]
        return cls(
            places(FieldName.TITLE),
            places(FieldName.DATE),
            frozenset(f.value for f in view.fields if f.name is FieldName.AGENCY),
            frozenset(heading.strip() for p in view.passages for heading in p.heading_path),
            max(substance, default=len(view.text)),
        )


def lay_out(view: ReplyView, start: int, end: int) -> tuple[MarkedLine, ...]:
    """Cut the reply's text at its line breaks and mark the span `start..end`.

    The lines joined by a line break are exactly the text. A span outside the text marks nothing.
    """
    landmarks = Landmarks.of(view)
    lines: list[MarkedLine] = []
    at = 0
    for line in view.text.split("\n"):
        first = min(max(start - at, 0), len(line))
        last = min(max(end - at, first), len(line))
        look = _look(line, at, landmarks)
        lines.append(MarkedLine(line[:first], line[first:last], line[last:], look))
        at += len(line) + 1
    return tuple(lines)


def _look(line: str, at: int, landmarks: Landmarks) -> str:
    stripped = line.strip()
    if not stripped:
        return "blank"
    if _covered(line, at, landmarks.titles) > len(stripped) / 2:
        return "title"
    if stripped in landmarks.headings:
        return "heading"
    at_foot = at >= landmarks.foot and len(stripped) <= SIGNATURE_LENGTH
    if at_foot and (stripped in landmarks.agencies or _covered(line, at, landmarks.dates)):
        return "signature"
    return "body"


def _covered(line: str, at: int, places: tuple[tuple[int, int], ...]) -> int:
    """Count how many characters of a line that begins at `at` lie in the places."""
    return sum(max(0, min(end, at + len(line)) - max(start, at)) for start, end in places)
