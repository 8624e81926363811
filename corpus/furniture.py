"""Page furniture: page numbers, and headers and footers that run through the pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from corpus.joining import Row

_EDGE = 2
"""How many lines from the top or bottom of a page may be a running header or footer."""
_PAGE_NUMBER = re.compile(
    r"[-—–―－─·~～]{1,3} ?\d{1,4} ?[-—–―－─·~～]{1,3}"
    r"|第 ?\d{1,4} ?页(?:[，,、/（(]? ?共 ?\d{1,4} ?页[）)]?)?"
    r"|共 ?\d{1,4} ?页[，,]? ?第 ?\d{1,4} ?页"
    r"|[Pp]age \d{1,4}(?: ?(?:of|/) ?\d{1,4})?"
)
_NUMBER_AT_EDGE = re.compile(r"\d{1,3}(?: ?/ ?\d{1,3})?")
_DIGITS = re.compile(r"\d+")
_LETTERHEAD = re.compile(r"(?:委员会|委|局|厅|院|府|办|处|中心|公司|协会|文件)$")


def drop_furniture(rows: Sequence[Row]) -> list[Row]:
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
        at_edge = [page[edge] for page in pages if -len(page) <= edge < len(page)]
        shapes = Counter(_shape(rows[index]) for index in at_edge)
        for index in at_edge:
            row = rows[index]
            if shapes[_shape(row)] < max(2, (len(pages) + 1) // 2):
                continue
            if not (index < _EDGE and _LETTERHEAD.search(row.text)):
                yield index


def _pages(rows: Sequence[Row]) -> list[list[int]]:
    pages: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        pages.setdefault(row.page, []).append(index)
    return list(pages.values())


def _shape(row: Row) -> str:
    return _DIGITS.sub("0", row.text)
