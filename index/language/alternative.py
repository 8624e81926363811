"""Another way to say what a query says."""

from __future__ import annotations

from dataclasses import dataclass

_DIGITS = frozenset("0123456789")
_NUMERALS = _DIGITS | frozenset("〇○零一二三四五六七八九十百千万亿两")


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
        if not self.bounded:
            return self.weight * text.count(self.text)
        count, place = 0, text.find(self.text)
        while place >= 0:
            stands = self.stands_at(text, place)
            count += stands
            place = text.find(self.text, place + (len(self.text) if stands else 1))
        return self.weight * count

    @property
    def bounded(self) -> bool:
        """Tell whether it begins or ends with a digit or numeral."""
        return self.text[0] in _NUMERALS or self.text[-1] in _NUMERALS

    def stands_at(self, text: str, place: int) -> bool:
        """Tell whether it stands at a place of a normalised text, as `count_in` counts it."""
        if not text.startswith(self.text, place):
            return False
        end = place + len(self.text)
        before, after = text[place - 1 : place], text[end : end + 2]
        if self.text[0] in _NUMERALS and (before in _NUMERALS or before == "."):
            return False
        longer = after[:1] in _NUMERALS or (after[:1] == "." and after[1:] in _DIGITS)
        return not (self.text[-1] in _NUMERALS and longer)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Something that stands in a normalised query, and the other ways to say it.

    `tokens` are its bigrams, see `index.segment.Segmenter.bigrams`.
    """

    text: str
    tokens: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
