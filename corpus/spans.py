"""Pieces of a text that know where they stand in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from corpus.types import Field, FieldName

_RUN = re.compile(r"\S+")
_SPACE = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the text, without the spaces around it."""

    start: int
    end: int
    text: str

    @property
    def tidy(self) -> str:
        """The paragraph with its inner spaces removed."""
        return tidy(self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the text of the line's characters from `start` up to `end`."""
        return self.start + start, self.start + end

    def part(self, start: int, end: int) -> Paragraph:
        """Return the line's characters from `start` up to `end`."""
        return Paragraph(*self.span(start, end), self.text[start:end])

    def field(self, name: FieldName, span: tuple[int, int], value: str | None = None) -> Field:
        """Make a field of the line's characters in a span, its value as it stands if not given."""
        return Field(name, value or self.text[slice(*span)], *self.span(*span))


@dataclass(frozen=True, slots=True)
class HeadingSpan:
    """A heading that the format marked: `text[start:end]`, level 1 = outermost."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A part of the text without its spaces; `offsets[i]` is where character i stands."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the text of the characters from `start` up to `end`."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def field(self, name: FieldName, span: tuple[int, int], value: str | None = None) -> Field:
        """Make a field of the characters in a span, its value as it stands but for the spaces."""
        return Field(name, value or self.text[slice(*span)], *self.span(*span))


def tidy(text: str) -> str:
    """Remove all spaces but those between two Latin words."""
    text = text.strip()
    return _SPACE.sub("", text) if " " in text or len(text.split(None, 1)) > 1 else text


def clause_start(text: str, at: int, parted_by: str, low: int) -> int:
    """Return where the clause begins that leads to a place: behind the last sign that parts it.

    :param parted_by: the signs, one by one, that part a clause from the one before.
    :param low: where it begins at the earliest.
    """
    return max(low, *(text.rfind(sign, low, at) + 1 for sign in parted_by))


def clause_end(text: str, at: int, parted_by: str, high: int) -> int:
    """Return where the clause ends that goes on at a place: at the first sign, or at `high`."""
    high = min(high, len(text))
    ends = (text.find(sign, at, high) for sign in parted_by)
    return min((end for end in ends if end >= 0), default=high)


def squeeze(text: str, start: int, end: int) -> Squeezed:
    """Return `text[start:end]` without spaces."""
    runs = (range(*run.span()) for run in _RUN.finditer(text, start, end))
    return Squeezed("".join(text[start:end].split()), tuple(chain.from_iterable(runs)))


def in_order(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Return fields in text order, of two at one place the longer first; those of no place last."""
    return tuple(sorted(fields, key=lambda f: (f.start, -f.end) if f.start >= 0 else (math.inf, 0)))


def iter_paragraphs(text: str) -> Iterator[Paragraph]:
    """Yield the lines of a text that are not empty."""
    position = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            start = position + line.index(stripped)
            yield Paragraph(start, start + len(stripped), stripped)
        position += len(line) + 1
