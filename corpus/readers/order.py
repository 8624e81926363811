"""Reading order: which lines of a page stand in columns beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

_FEWEST_LINES = 3
"""Fewer lines beside others are no column."""
_SHORTEST = 7
"""Characters of a column's middling line: cells of tables are shorter."""
_FULL = 0.4
"""Share of a column's lines that are full: the entries of a form differ in length."""
_RAGGED = 0.72
"""Share of the column's width that a full line reaches, where lines are cut by their count of
characters, of which digits are narrow."""
_STOPS = "，。；"
"""Running text has some, the cells of a table none."""
_MOST_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of a line: its edges in points, and its text."""

    x0: float
    x1: float
    top: float
    bottom: float
    text: str
    key: int
    """What the caller knows it by."""

    @property
    def height(self) -> float:
        """Return the height of its characters."""
        return self.bottom - self.top


def reading_order(boxes: Sequence[Box], rules: Sequence[Box] = ()) -> list[list[Box]]:
    """Return the blocks of a page in the order in which they are read.

    A block is what stands in one column, or over the page's whole width between columns: the
    left column comes before the right one. `rules` are the printed horizontal lines: what they
    cross is a table, which is read row by row and so is one block with what surrounds it.
    """
    gutter = _find_gutter(boxes, rules)
    if gutter is None:
        return [list(boxes)] if boxes else []
    blocks: list[list[Box]] = []
    for band, columns in _bands(boxes, gutter):
        sides = _sides(band, gutter)
        if columns and _are_columns(sides, gutter, rules):
            for side in sides:
                blocks.extend(reading_order(side, rules))
        else:
            blocks.append(band)
    return blocks


def _find_gutter(boxes: Sequence[Box], rules: Sequence[Box]) -> float | None:
    """Return the left edge of the right one of two columns; None where there are no columns."""
    best, most = None, 0
    for edge in _edges(boxes):
        held = 0
        for band, columns in _bands(boxes, edge):
            sides = _sides(band, edge)
            if columns and _are_columns(sides, edge, rules):
                held += len(band)
        if held > most:
            best, most = edge, held
    return best


def _edges(boxes: Sequence[Box]) -> list[float]:
    """Return the left edges that several pieces share and that have others to their left."""
    starts: dict[int, list[float]] = {}
    for box in boxes:
        starts.setdefault(round(box.x0 / 2), []).append(box.x0)
    shared = [group for group in starts.values() if len(group) >= 2]
    shared.sort(key=len, reverse=True)
    leftmost = min((box.x0 for box in boxes), default=0.0)
    edges = [min(group) for group in shared[:_MOST_CANDIDATES]]
    return [edge for edge in edges if edge > leftmost + 4 * _height(boxes)]


def _bands(boxes: Sequence[Box], edge: float) -> Iterator[tuple[list[Box], bool]]:
    """Yield the pieces from top to bottom: those that leave the gutter free, and those across."""
    band: list[Box] = []
    free = False
    for box in sorted(boxes, key=lambda box: box.top):
        now = not _crosses(box, edge)
        if band and now is not free:
            yield band, free
            band = []
        free = now
        band.append(box)
    if band:
        yield band, free


def _crosses(box: Box, edge: float) -> bool:
    return box.x0 < edge - 1 and box.x1 > edge - 0.6 * box.height


def _sides(band: Sequence[Box], edge: float) -> tuple[list[Box], list[Box]]:
    left = [box for box in band if box.x0 < edge - 1]
    return left, [box for box in band if box.x0 >= edge - 1]


def _are_columns(sides: tuple[list[Box], list[Box]], edge: float, rules: Sequence[Box]) -> bool:
    """Tell whether both sides are running text, side by side, and no table's cells."""
    left, right = sides
    if not (_is_prose(left) and _is_prose(right)):
        return False
    top = max(min(box.top for box in side) for side in sides)
    bottom = min(max(box.bottom for box in side) for side in sides)
    if bottom - top < _FEWEST_LINES * _height(left):
        return False
    return not any(
        rule.x0 < edge - 10 and rule.x1 > edge + 10 and top < rule.top < bottom for rule in rules
    )


def _is_prose(side: Sequence[Box]) -> bool:
    if len(side) < _FEWEST_LINES or median(len(box.text) for box in side) < _SHORTEST:
        return False
    if sum(any(stop in box.text for stop in _STOPS) for box in side) < 2:
        return False
    left, right = min(box.x0 for box in side), max(box.x1 for box in side)
    full = sum(box.x1 >= left + _RAGGED * (right - left) for box in side)
    return full >= _FULL * len(side)


def _height(boxes: Sequence[Box]) -> float:
    return median(box.height for box in boxes) if boxes else 0.0
