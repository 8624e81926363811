"""Fold traditional characters to simplified ones, so that either finds the other."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def simplify(text: str) -> str:
    """Replace each traditional character by its simplified form; the length stays the same.

    Where a character has several, the most frequent one is taken, for queries and replies alike.
    """
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    """Load OpenCC's table of characters: a character, a tab, its forms separated by spaces."""
    lines = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text("utf-8")
    pairs = (line.split("\t") for line in lines.splitlines() if "\t" in line)
    return {ord(old): new.split()[0] for old, new in pairs if len(new.split()[0]) == 1}
