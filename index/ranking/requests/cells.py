"""Requests that stand in the cells of a table, below 建议, 意见 or the like."""

from __future__ import annotations

import re

_ASKING = re.compile(r"建议|意见|诉求|请求|对策|措施|办法|希望|怎么办")
_NOT = re.compile(r"问题|现状|情况|单位|部门|人|编号|时间|原因")
_CELL = re.compile(r"[^|｜\t\n]+")
_SPACED = re.compile(r"[^\s]+(?: [^\s]+)*")
_PARTED = re.compile(r"[|｜\t]")
_RULE = re.compile(r"[\s|｜:：-]*")


def find_cells(text: str) -> list[tuple[int, int]]:
    """Return the cells of a table's column whose heading asks, row by row.

    A table is lines that part their cells by |, tabs or wide spaces; the first names the columns.
    """
    spans: list[tuple[int, int]] = []
    column: int | None = None
    width = start = 0
    for line in text.splitlines(keepends=True):
        parts = (_CELL if _PARTED.search(line) else _SPACED).finditer(line)
        cells = [cell for cell in parts if cell.group().strip()]
        if len(cells) < 2:
            width = 0
        elif width == 0:
            width, column = len(cells), _column([cell.group() for cell in cells])
        elif column is not None and len(cells) == width and not _RULE.fullmatch(line):
            cell = cells[column].group()
            begin = start + cells[column].start() + len(cell) - len(cell.lstrip())
            spans.append((begin, begin + len(cell.strip())))
        start += len(line)
    return spans


def _column(names: list[str]) -> int | None:
    asking = (n for n, name in enumerate(names) if _ASKING.search(name) and not _NOT.search(name))
    return next(asking, None) if max(map(len, names)) <= 12 else None
