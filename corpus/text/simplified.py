"""Traditional characters read as simplified ones, so that patterns know both."""

from __future__ import annotations

import sys
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from corpus.text.radicals import RADICALS


def simplify(text: str) -> str:
    """Replace each traditional character by its simplified form; the length stays the same.

    Where a character has several, the most frequent one is taken, for queries and replies alike.
    """
    # As an array: str.translate, which looks each character up alone, takes ten times as long.
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return _table()[codes].tobytes().decode("utf-32-le", "surrogatepass")


@cache
def _table() -> NDArray[np.uint32]:
    """Return the form of every character, by OpenCC's table and Unicode's of radicals.

    A line of that is a character, a tab, and its forms separated by spaces.
    """
    lines = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text("utf-8")
    pairs = (line.split("\t") for line in lines.splitlines() if "\t" in line)
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    for old, new in pairs:
        form = new.split()[0]
        if len(form) == 1:
            table[ord(old)] = ord(form)
    for radical, character in RADICALS.items():  # which questions are pasted with
        table[radical] = table[ord(character)]
    return table


@lru_cache(maxsize=4)  # the parts of one parse ask for the same text
def plain(text: str) -> str:
    """Return the text in simplified characters, with 答覆 as 答复; the length stays the same."""
    return simplify(text).replace("覆", "复")
