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


def lay_out(view: ReplyView, start: int, end: int) -> tuple[MarkedLine, ...]:
    """Cut the reply's text at its line breaks and mark the span `start..end`.

    The lines joined by a line break are exactly the text. A span outside the text marks nothing.
    """
    lines: list[MarkedLine] = []
    at = 0
    for line in view.text.split("\n"):
        first = min(max(start - at, 0), len(line))
        last = min(max(end - at, first), len(line))
        look = _look(view, line, at)
        lines.append(MarkedLine(line[:first], line[first:last], line[last:], look))
        at += len(line) + 1
    return tuple(lines)


def _look(view: ReplyView, line: str, at: int) -> str:
    stripped = line.strip()
    if not stripped:
        return "blank"
    if _touches(view, line, at, (FieldName.TITLE,)):
        return "title"
    if any(stripped == heading.strip() for p in view.passages for heading in p.heading_path):
        return "heading"
    if len(stripped) <= SIGNATURE_LENGTH and _closes(view, at):
        agencies = [field.value for field in view.fields if field.name is FieldName.AGENCY]
        if stripped in agencies or _touches(view, line, at, (FieldName.DATE,)):
            return "signature"
    return "body"


def _touches(view: ReplyView, line: str, at: int, names: tuple[FieldName, ...]) -> bool:
    return any(
        field.name in names and field.start < at + len(line) and field.end > at
        for field in view.fields
        if field.start >= 0
    )


def _closes(view: ReplyView, at: int) -> bool:
    """Tell whether a line that begins at `at` stands behind all substance."""
    ends = [passage.end for passage in view.passages if passage.role is Role.SUBSTANCE]
    return bool(ends) and at >= max(ends)
