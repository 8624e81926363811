"""Table rows: their cells, as text, and made one line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from corpus.types import BETWEEN_CELLS

_LONGEST_LABEL = 12


def join_cells(cells: Iterable[str]) -> str:
    """Join the cells that are not empty with ` | `, a label that ends in a colon with nothing.

    >>> join_cells(["索引号：", "A-1", "办理结果", "采纳"])
    '索引号：A-1 | 办理结果 | 采纳'
    """
    line = ""
    for cell in cells:
        text = " ".join(cell.split())
        if not text:
            continue
        label = line.rpartition(BETWEEN_CELLS)[2]
        follows = label.endswith(("：", ":")) and len(label) <= _LONGEST_LABEL
        line = f"{line}{text}" if follows or not line else f"{line}{BETWEEN_CELLS}{text}"
    return line


def iter_csv(text: str) -> Iterator[list[str]]:
    """Yield the rows of comma, semicolon or tab separated values; the first line tells which."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    heading = text.partition("\n")[0]
    delimiter = max(",\t;", key=heading.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def cell_text(value: object) -> str:
    """Spell a cell as text: whole numbers without a point, midnight as a mere date."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = value if isinstance(value, str) else str(value)
    return text.encode("utf-8", "replace").decode("utf-8").strip()
