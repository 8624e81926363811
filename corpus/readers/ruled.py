"""Ruled tables: the cells that lines on a PDF's page enclose, and what stands in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdfplumber.page import Page

from corpus.readers.characters import Character

Area = tuple[float, float, float, float]
"""Left, top, right and bottom of something on a page, in points."""

_FEWEST_EDGES = 6
"""A table of two columns and two rows has three lines each way."""
_MOST_EDGES = 1500
"""More are a drawing or a map."""
_BESIDE = 0.05
"""Share of a table's characters that may stand beside it: what has more is a figure in the text."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its area, and the characters within. One that is merged with others stands once."""

    area: Area
    characters: tuple[Character, ...]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table: its rows from top to bottom, each with the cells that stand in it, left to right.

    A cell that is merged with those below stands in each of their rows. `columns` are the left
    edges of all cells, in points.
    """

    area: Area
    columns: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]


def find_ruled(page: Page, characters: Sequence[Character]) -> list[Ruled]:
    """Return the tables of a page that reach over its text's width, from top to bottom.

    A table has at least two rows and two columns.
    """
    if not _FEWEST_EDGES <= len(page.edges) <= _MOST_EDGES:
        return []
    found: list[Ruled] = []
    for table in sorted(page.find_tables(), key=lambda table: table.bbox[1]):
        if found and table.bbox[1] < found[-1].area[3]:
            continue  # within another
        if ruled := _read(table.bbox, table.cells, characters):
            found.append(ruled)
    return found


def within(character: Character, area: Area) -> bool:
    """Tell whether a character's middle is in an area."""
    left, top, right, bottom = area
    x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
    return bool(left <= x < right and top <= y < bottom)


def _read(area: Area, cells: Sequence[Area], characters: Sequence[Character]) -> Ruled | None:
    _, top, _, bottom = area
    level = [c for c in characters if top <= (c["top"] + c["bottom"]) / 2 < bottom]
    inside = [c for c in level if within(c, area)]
    if not inside or len(level) - len(inside) > _BESIDE * len(inside):
        return None
    tops = sorted({cell[1] for cell in cells})
    filled = [Cell(cell, tuple(c for c in inside if within(c, cell))) for cell in cells]
    rows = [
        tuple(
            sorted(
                (cell for cell in filled if cell.area[1] <= start < cell.area[3] - _TOUCH),
                key=lambda cell: cell.area[0],
            )
        )
        for start in tops
    ]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return None
    return Ruled(area, tuple(sorted({cell[0] for cell in cells})), tuple(rows))


_TOUCH = 1.0
"""Points by which the lines of neighbouring cells may overlap."""
