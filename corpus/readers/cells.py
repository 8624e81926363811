"""Table rows: make a line of a row's cells."""

from __future__ import annotations

from collections.abc import Iterable

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
        label = line.rpartition(" | ")[2]
        follows = label.endswith(("：", ":")) and len(label) <= _LONGEST_LABEL
        line = f"{line}{text}" if follows or not line else f"{line} | {text}"
    return line
