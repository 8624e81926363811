"""Headings: which of a sheet's first rows names its columns, alone or with the row below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.readers.columns import columns_named, is_heading, spelling
from corpus.readers.mapping import ColumnMapping
from corpus.readers.values import cell_text, cell_words

_LONGEST = 60
"""A longer text is no heading."""


def find_headings(
    head: Sequence[Sequence[object]], mapping: ColumnMapping | None
) -> tuple[int, list[str]]:
    """Return the number of the row that ends the headings, and the columns' names.

    It is the row, or pair of rows, with most known names; where there is none, the first with
    two names or more, else the first that is not blank. A column without a name has an empty one.
    """
    declared = [name for _, names in mapping.declared() for name in names] if mapping else []
    best: tuple[int, int, list[str]] | None = None
    for at, names in _iter_candidates(head):
        count = sum(is_heading(name) for name in set(names))
        count += 100 * sum(bool(columns_named([name], names)) for name in declared)
        if count and (best is None or count > best[0]):
            best = (count, at, names)
    if best is not None and (best[0] > 1 or len(list(filter(None, best[2]))) < 4):
        return best[1], _distinct(best[2])
    rows = [(at, [_name(cell) for cell in row]) for at, row in enumerate(head)]
    named = [row for row in rows if sum(map(bool, row[1])) > 1] or [r for r in rows if any(r[1])]
    at, names = (named or rows)[0]  # of cells that hold nothing but markup no row has a name
    return at, _distinct(names)


def _iter_candidates(head: Sequence[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    above: list[str] = []
    for at, row in enumerate(head):
        names = [_name(cell) for cell in row]
        yield at, names
        if above:
            yield at, _together(above, names)
        above = names


def _together(above: list[str], below: list[str]) -> list[str]:
    """Name columns by two rows: 回复 over 时间 is 回复时间; what has nothing below, by itself."""
    names: list[str] = []
    group = ""
    for column, name in enumerate(below):
        own = above[column] if column < len(above) else ""
        group = own or group
        if not name or name == own:
            names.append(own)
        elif is_heading(group + name) or not is_heading(name):
            names.append(f"{group}{name}")
        else:
            names.append(name)
    return names


def _name(cell: object) -> str:
    text = cell_text(cell)
    return cell_words(text) if len(text) <= 20 * _LONGEST else ""


def _distinct(names: list[str]) -> list[str]:
    """Number the columns that have the same name as one before."""
    seen: dict[str, int] = {}
    distinct: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(f"{name}（{seen[name]}）" if name and seen[name] > 1 else name)
    return distinct


def is_repeated(row: Sequence[object], names: Sequence[str]) -> bool:
    """Tell whether a row repeats the headings, as on each page of a printed table."""
    said = [(cell_text(cell), name) for cell, name in zip(row, names, strict=False)]
    filled = [(text, name) for text, name in said if text]
    return len(filled) > 1 and all(spelling(text) == spelling(name) for text, name in filled)
