"""Another way to say what a query says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

NUMERALS = "0-9〇○零一二三四五六七八九十百千万亿两"
"""Characters that numbers are written with, as inside a regular expression's brackets."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A text that counts as something of the query wherever it stands.

    `text` has gone through `index.segment.normalise`; `weight` is above 0 and at most 1. A text
    that begins or ends with a digit or numeral doesn't stand within a longer number: 3万元 is not
    in 13万元.
    """

    text: str
    weight: float

    def count_in(self, text: str) -> float:
        """Return how often it stands in a normalised text, times its weight."""
        if self.text not in text:
            return 0.0
        bounded = _bounded(self.text)
        return self.weight * (len(bounded.findall(text)) if bounded else text.count(self.text))

    @property
    def bounded(self) -> bool:
        """Tell whether it begins or ends with a digit or numeral."""
        return _bounded(self.text) is not None

    def stands_at(self, text: str, place: int) -> bool:
        """Tell whether it stands at a place of a normalised text, as `count_in` counts it."""
        bounded = _bounded(self.text)
        found = bounded.match(text, place) if bounded else text.startswith(self.text, place)
        return bool(found)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Something that stands in a normalised query, and the other ways to say it.

    `tokens` are its bigrams, see `index.segment.Segmenter.bigrams`.
    """

    text: str
    tokens: tuple[str, ...]
    alternatives: tuple[Alternative, ...]


@cache
def _bounded(text: str) -> re.Pattern[str] | None:
    """Return a pattern for a text that a longer number may not hold; None where any place will do.

    A plain count is ten times as fast.
    """
    before = rf"(?<![{NUMERALS}.])" if re.match(f"[{NUMERALS}]", text) else ""
    after = rf"(?![{NUMERALS}]|\.[0-9])" if re.search(f"[{NUMERALS}]$", text) else ""
    return re.compile(before + re.escape(text) + after) if before or after else None
