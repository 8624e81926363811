"""A reply's text as it is set on the page: its lines, with what is marked in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.types import ReplyView
from corpus.types import Field, FieldName, PassageRole

SIGNATURE_LENGTH = 40
"""Longest line, in characters, that is set as a signature or a date at the foot."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: whether it is marked, and which fields were read from it.

    `fields` holds their places in `ReplyView.fields`, `names` those that begin here.
    """

    text: str
    marked: bool = False
    fields: tuple[int, ...] = ()
    names: tuple[FieldName, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, in pieces, and how it is set.

    `look` is title, heading, signature, blank or body.
    """

    pieces: tuple[Piece, ...]
    look: str = "body"


@dataclass(frozen=True, slots=True)
class Landmarks:
    """What decides how lines are set.

    Places are offsets into the text, `foot` the first one behind all substance.
    """

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

        substance = [p.end for p in view.passages if p.role is PassageRole.SUBSTANCE]
        return cls(
            places(FieldName.TITLE),
            places(FieldName.DATE),
            frozenset(f.value for f in view.fields if f.name is FieldName.AGENCY),
            frozenset(heading.strip() for p in view.passages for heading in p.heading_path),
            max(substance, default=len(view.text)),
        )


def lay_out(
    view: ReplyView, start: int, end: int, fields: Sequence[Field] = ()
) -> tuple[Line, ...]:
    """Cut the reply's text at its line breaks, and mark the span `start..end` and the `fields`.

    The lines joined by a line break are exactly the text. A span outside the text marks nothing.
    """
    landmarks = Landmarks.of(view)
    lines: list[Line] = []
    at = 0
    for line in view.text.split("\n"):
        here = [
            (number, field)
            for number, field in enumerate(fields)
            if 0 <= field.start < at + len(line) and field.end > at
        ]
        pieces = _cut(line, at, (start, end), here)
        lines.append(Line(tuple(pieces), _look(line, at, landmarks)))
        at += len(line) + 1
    return tuple(lines)


def _cut(
    line: str, at: int, span: tuple[int, int], here: Sequence[tuple[int, Field]]
) -> Iterator[Piece]:
    """Cut a line that begins at `at` wherever the span or a field begins or ends."""
    spans = [span, *((field.start, field.end) for _, field in here)]
    inside = {place - at for each in spans for place in each if at < place < at + len(line)}
    cuts = [0, *sorted(inside), len(line)] if line else []
    for first, last in pairwise(cuts):
        begin, stop = at + first, at + last
        within = [(n, f) for n, f in here if f.start <= begin and stop <= f.end]
        yield Piece(
            line[first:last],
            span[0] <= begin and stop <= span[1],
            tuple(n for n, _ in within),
            tuple(dict.fromkeys(f.name for _, f in within if f.start == begin)),
        )


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
