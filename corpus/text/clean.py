"""Cleaning: from a document's lines to the text of a reply."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from corpus.spans import HeadingSpan
from corpus.text.joining import Row, join_rows
from corpus.text.labelled import join_labels
from corpus.text.spelling import INVISIBLE, normalise
from corpus.types import Line


def _indentation(text: str) -> int:
    """Return how many columns of white space a raw line begins with (full-width space: 2)."""
    if "\u4e00" <= text[:1] <= "\u9fff":
        return 0  # as mostly
    text = INVISIBLE.sub("", text)
    blank = text[: len(text) - len(text.lstrip())]
    return sum(2 if space == "\u3000" else 4 if space == "\t" else 1 for space in blank)


_TABLE_RULE = re.compile(r"(?:[ :]{0,3}-{3,40}[ :]{0,3}\|?){1,40}")
"""What Markdown writes below the heads of a table: `---|---`."""
_EDGE = 2
"""How many lines from the top or bottom of a page may be a running header or footer."""
_PAGE_NUMBER = re.compile(
    r"[-—–―－─·~～]{1,3} ?\d{1,4} ?[-—–―－─·~～]{1,3}"
    r"|第 ?\d{1,4} ?页(?:[，,、/（(]? ?共 ?\d{1,4} ?页[）)]?)?"
    r"|共 ?\d{1,4} ?页[，,]? ?第 ?\d{1,4} ?页"
    r"|[Pp]age \d{1,4}(?: ?(?:of|/) ?\d{1,4})?"
)
_NUMBER_AT_EDGE = re.compile(r"\d{1,3}(?: ?/ ?\d{1,3})?")
_DIGITS = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_MOST_NUMBERS = 5
_LETTERHEAD = re.compile(r"(?:委员会|委|局|厅|院|府|办|处|中心|公司|协会|文件)$")


def _drop_furniture(rows: Sequence[Row]) -> list[Row]:
    """Drop page numbers, and lines that come back at the top or bottom of most pages.

    A bare number counts as a page number only as the first or last line of a page of a paged
    document: elsewhere it may be a cell of a table. The letterhead stays on the first page
    even where later pages repeat it.
    """
    rows = [row for row in rows if not _PAGE_NUMBER.fullmatch(row.text)]
    if not any(row.page for row in rows):
        return rows
    dropped = set(_bare_numbers(rows))
    rows = [row for index, row in enumerate(rows) if index not in dropped]
    dropped = set(_running(rows))
    return [row for index, row in enumerate(rows) if index not in dropped]


def _bare_numbers(rows: Sequence[Row]) -> Iterable[int]:
    for page in _pages(rows):
        for index in {page[0], page[-1]}:
            if _NUMBER_AT_EDGE.fullmatch(rows[index].text):
                yield index


def _running(rows: Sequence[Row]) -> Iterable[int]:
    """Yield the indices of lines that stand at the same edge of at least half of the pages."""
    pages = _pages(rows)
    if len(pages) < 2:
        return
    for edge in range(-_EDGE, _EDGE):
        inner = (page[edge] for page in pages if -len(page) <= edge < len(page))
        # Whose end is known is a row of a table, whose head may come again with another table.
        at_edge = [index for index in inner if not rows[index].paragraph_end]
        shapes = Counter(shape for index in at_edge for shape in _shapes(rows[index]))
        for index in at_edge:
            row = rows[index]
            if max(shapes[shape] for shape in _shapes(row)) < max(2, (len(pages) + 1) // 2):
                continue
            if not (index < _EDGE and _LETTERHEAD.search(row.text)):
                yield index


def _pages(rows: Sequence[Row]) -> list[list[int]]:
    pages: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        pages.setdefault(row.page, []).append(index)
    return list(pages.values())


def _shapes(row: Row) -> Iterator[str]:
    """Yield what comes back of a running line: all of it, or all but a number that counts pages.

    Rows of a table differ in numbers too, which do not count them.
    """
    yield row.text
    for number in islice(_DIGITS.finditer(row.text), _MOST_NUMBERS):
        first = int(number[0]) - row.page
        yield f"{row.text[: number.start()]}\0{first}\0{row.text[number.end() :]}"


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
    r"""Clean one string, such as a cell of a table; `\f` parts pages.

    Idempotent: `clean_text(clean_text(text)) == clean_text(text)`.
    """
    pages = text.split("\f")
    return clean([Line(page, page=number) for number, page in enumerate(pages)]).text


def _rows(lines: Iterable[Line]) -> Iterator[Row]:
    gap = False
    for line in lines:
        pieces = line.text.splitlines()
        for number, piece in enumerate(pieces, 1):
            text = _without_borders(normalise(piece))
            if text and not (text.startswith("-") and _TABLE_RULE.fullmatch(text)):
                end = line.paragraph_end and number == len(pieces)
                yield Row(text, line.heading, line.page, end, _indentation(piece), gap)
            gap = not text
        gap = gap or not pieces


def _without_borders(text: str) -> str:
    """Leave out the bars that a table's outer border left at the ends of its rows."""
    return text.strip(" |｜") if text.endswith(("|", "｜")) or text[:1] in ("|", "｜") else text


def _normalised(row: Row) -> Row:
    text = _without_borders(normalise(row.text))
    return row if text == row.text else replace(row, text=text)  # which takes longest here


def _step(rows: Iterable[Row]) -> list[Row]:
    return join_labels(join_rows(_drop_furniture([row for row in rows if row.text])))


def _assemble(rows: Sequence[Row]) -> Clean:
    headings = []
    start = 0
    for row in rows:
        end = start + len(row.text)
        if row.heading:
            headings.append(HeadingSpan(start, end, row.heading))
        start = end + 1
    return Clean("\n".join(row.text for row in rows), tuple(headings))
