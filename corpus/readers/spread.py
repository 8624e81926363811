"""Tables spread over pages: a head that comes again is left out, a row cut in two is joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from corpus.readers.grid import join_cells
from corpus.readers.printed import PageText, Printed
from corpus.text.joining import join_text

_MOST_AROUND = 2
"""Lines of a page's header or footer that may part a table from the page's edge."""
_LONGEST_AROUND = 30
_MOST_HEAD = 3
"""Rows of a table's head."""
_OFF = 3.0
"""Points by which the columns of one table may be off on the next page."""


def join_tables(pages: Sequence[PageText]) -> list[PageText]:
    """Return the pages with the tables that go on over their breaks joined."""
    joined: list[PageText] = []
    head: list[tuple[str, ...]] = []
    before: list[Printed] = []
    for page in pages:
        lines = list(page.lines)
        first, last = _first(lines), _last(before)
        if first is not None and last is not None and _go_on(before[last], lines[first]):
            repeated = [row.cells == known for row, known in zip(lines[first:], head, strict=False)]
            del lines[first : first + len(list(takewhile(bool, repeated)))]
            if first < len(lines) and _cut(before[last], lines[first]):
                before[last] = _join(before[last], lines.pop(first))
                joined[-1] = replace(joined[-1], lines=tuple(before))
            begins = _table_start(lines, _last(lines))
            if begins is not None and begins > first:
                head = _head(lines, begins)
        else:
            head = _head(lines, _table_start(lines, _last(lines)))
        joined.append(replace(page, lines=tuple(lines)))
        before = lines
    return joined


def _first(lines: Sequence[Printed]) -> int | None:
    """Return which line is the row that a page begins with, if it does."""
    for number, line in enumerate(lines[: _MOST_AROUND + 1]):
        if line.cells:
            return number
        if len(line.text) > _LONGEST_AROUND:
            return None
    return None


def _last(lines: Sequence[Printed]) -> int | None:
    """Return which line is the row that a page ends with, if it does."""
    from_end = _first(lines[::-1])
    return None if from_end is None else len(lines) - 1 - from_end


def _table_start(lines: Sequence[Printed], last: int | None) -> int | None:
    """Return which line is the first row of the table that this row is of."""
    if last is None:
        return None
    columns = lines[last].columns
    while last and lines[last - 1].cells and lines[last - 1].columns == columns:
        last -= 1
    return last


def _head(lines: Sequence[Printed], start: int | None) -> list[tuple[str, ...]]:
    if start is None:
        return []
    return [line.cells for line in lines[start : start + _MOST_HEAD]]


def _go_on(row: Printed, other: Printed) -> bool:
    """Tell whether two rows are of tables with the same columns."""
    return len(row.columns) == len(other.columns) and all(
        abs(one - two) <= _OFF for one, two in zip(row.columns, other.columns, strict=True)
    )


def _cut(row: Printed, rest: Printed) -> bool:
    """Tell whether `rest` is what had no room of a row on the page before."""
    return bool(rest.cells and row.cells[0] and not rest.cells[0]) and _go_on(row, rest)


def _join(row: Printed, rest: Printed) -> Printed:
    cells = tuple(
        join_text(one, two) if one and two else one or two
        for one, two in zip(row.cells, rest.cells, strict=True)
    )
    return replace(row, cells=cells, text=join_cells(cells))
