"""Cleaning: from a document's lines to the text of a reply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.characters import indentation, normalise
from corpus.furniture import drop_furniture
from corpus.joining import Row, join_rows
from corpus.types import Line


@dataclass(frozen=True, slots=True)
class HeadingSpan:
    """A heading that the format marked: `text[start:end]`, level 1 = outermost."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Clean:
    """A cleaned text, its paragraphs parted by single newlines, and its headings in order."""

    text: str
    headings: tuple[HeadingSpan, ...] = ()


def clean(lines: Sequence[Line]) -> Clean:
    """Make the lines of a document one clean text.

    Sentences that page breaks or hard wraps cut are joined, page numbers and running headers
    and footers dropped, digits, letters and white space spelt plainly. Every paragraph, title
    and line of the form (letterhead, number, salutation, signature, date) stands on a line of
    its own, without empty lines.
    """
    given: list[Row] = []
    after = list(_rows(lines))
    while after != given:
        # What a first pass joined can make a pattern for a second, so go on until all is still:
        # this also makes cleaning idempotent. It ends, since every change shortens the text or
        # replaces characters by others that are never replaced.
        given = after
        rows = _step(given)
        plain = (Row(row.text, row.heading, paragraph_end=row.paragraph_end) for row in rows)
        after = [_normalised(row) for row in plain]
    return _assemble(after)


def clean_text(text: str) -> str:
    """Clean one string, such as a cell of a table; `\\f` parts pages.

    Idempotent: `clean_text(clean_text(text)) == clean_text(text)`.
    """
    pages = text.split("\f")
    return clean([Line(page, page=number) for number, page in enumerate(pages)]).text


def _rows(lines: Iterable[Line]) -> Iterator[Row]:
    gap = False
    for line in lines:
        pieces = line.text.splitlines()
        for number, piece in enumerate(pieces, 1):
            text = normalise(piece)
            if text:
                end = line.paragraph_end and number == len(pieces)
                yield Row(text, line.heading, line.page, end, indentation(piece), gap)
            gap = not text
        gap = gap or not pieces


def _normalised(row: Row) -> Row:
    text = normalise(row.text)
    return row if text == row.text else replace(row, text=text)  # which takes longest here


def _step(rows: Iterable[Row]) -> list[Row]:
    return join_rows(drop_furniture([row for row in rows if row.text]))


def _assemble(rows: Sequence[Row]) -> Clean:
    headings = []
    start = 0
    for row in rows:
        end = start + len(row.text)
        if row.heading:
            headings.append(HeadingSpan(start, end, row.heading))
        start = end + 1
    return Clean("\n".join(row.text for row in rows), tuple(headings))
