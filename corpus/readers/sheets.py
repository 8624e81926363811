"""Sheets: the tables of a file as rows of cells, whatever the file is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Rows = Iterable[tuple[int, Sequence[object]]]
"""Rows by their numbers, counted from 1."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file; `name` is empty where the file has but one without a name.

    `remarks` say what of it was left out, and why; `broken` from where on it can't be read.
    """

    name: str
    rows: Rows
    remarks: tuple[str, ...] = ()
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Nested:
    """A cell that holds a structure of no known form, with what stands in it."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """A range of merged cells, counted from 0, its last row and column included."""

    top: int
    left: int
    bottom: int
    right: int


_MOST_COLUMNS = 500


def fill_merged(rows: list[list[object]], merges: Iterable[Merge]) -> None:
    """Give each row that a merged cell reaches down to what stands in its first row.

    Cells merged sideways keep their value in the first column only. Ranges beyond the sheet, and
    what would fill more cells than the sheet has, are passed over.
    """
    left = sum(map(len, rows)) + len(rows)
    for merge in merges:
        if (
            merge.top >= len(rows)
            or merge.left >= len(rows[merge.top])
            or merge.left > _MOST_COLUMNS
        ):
            continue
        value = rows[merge.top][merge.left]
        for row in rows[merge.top + 1 : merge.bottom + 1]:
            left -= 1
            if left < 0:
                return
            row.extend([""] * (merge.left + 1 - len(row)))
            row[merge.left] = value


def say_hidden_rows(numbers: Sequence[int]) -> str:
    """Say which rows were left out because they are hidden."""
    listed, more = _list_rows(numbers)
    return f"隐藏的 {len(numbers)} 行没有读（第 {listed} 行{more}）；要读入请先取消隐藏或筛选"


def say_torn_rows(numbers: Sequence[int]) -> str:
    """Say which rows were left out because one of their cells does not end."""
    listed, more = _list_rows(numbers)
    return (
        f"有 {len(numbers)} 行已损坏，没有读（第 {listed} 行{more}）；"
        "请用 Excel 或 WPS 打开核对后另存为 .xlsx"
    )


def _list_rows(numbers: Sequence[int]) -> tuple[str, str]:
    """Return the first rows as they are named, and what says that there are others."""
    return "、".join(map(str, numbers[:10])), "等" if len(numbers) > 10 else ""


HIDDEN_SHEET = "工作表是隐藏的，没有读；要读入请先取消隐藏"
