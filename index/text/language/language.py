"""What a query says that may be said otherwise, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from index.text.language.document_numbers import (
    NO_NUMBERS,
    DocumentNumbers,
    find_document_numbers,
)
from index.text.language.lexicon import Lexicon, shipped_lexicon
from index.text.language.numerals import find_numerals
from index.text.segment import Segmenter, normalise

_DIGITS = frozenset("0123456789")
_NUMERALS = _DIGITS | frozenset("〇○零一二三四五六七八九十百千万亿两")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A text that counts as something of the query wherever it stands.

    `text` has gone through `index.text.segment.normalise`; `weight` is above 0 and at most 1. A
    text that begins or ends with a digit or numeral doesn't stand within a longer number: 3万元
    is not in 13万元.
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

    `tokens` are its bigrams, see `index.text.segment.Segmenter.bigrams`.
    """

    text: str
    tokens: tuple[str, ...]
    alternatives: tuple[Alternative, ...]


TERM_WEIGHT = 0.5
"""What another term of the dictionary counts beside the query's own. Higher weights rank short
questions no better and whole messages worse: nDCG@10 of the lexical leg on half of the board's
training rows is .744 / .808 (titles / messages) with 0.3, .740 / .804 with 0.7."""

SHORT = 40
"""Characters of a query beyond which alternatives weigh less, in proportion: who writes much says
things in several ways already. On the board's development messages BM25 alone has nDCG@10 .8137
with it and .8087 without."""

NUMERAL_WEIGHT = 1.0
"""What the same number in other characters counts."""


LONG = 4
"""Characters from which on a term is hardly made of parts of other words."""


class Part(StrEnum):
    """What is done to understand a query, each of which can be left out to see what it does."""

    TERMS = "terms"
    NUMERALS = "numerals"
    DOCUMENT_NUMBERS = "keys"  # as stored reports of the ablation call it
    SPELLING = "spelling"
    ENGLISH = "english"


ALL_PARTS = frozenset(Part)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a query is searched as beside its own words."""

    rewritings: tuple[Rewriting, ...]
    numbers: DocumentNumbers


@dataclass(frozen=True, slots=True)
class Language:
    """The rewriting of queries. `lexicon` is asked for with every query, as users may edit it."""

    lexicon: Callable[[], Lexicon] = shipped_lexicon
    parts: frozenset[Part] = ALL_PARTS

    def rewrite(self, text: str, segmenter: Segmenter) -> tuple[Rewriting, ...]:
        """Return what stands in a normalised query and may be said otherwise, each text once."""
        found: dict[str, dict[Alternative, None]] = {}
        for said, others in self._said_otherwise(text, segmenter):
            found.setdefault(said, {}).update(dict.fromkeys(others))
        return tuple(
            Rewriting(said, tuple(segmenter.bigrams(said)), tuple(others))
            for said, others in found.items()
        )

    def explain(self, text: str, segmenter: Segmenter) -> Meaning:
        """Return all that a query is searched as."""
        return Meaning(self.rewrite(normalise(text), segmenter), self.find_numbers(text))

    def find_numbers(self, text: str) -> DocumentNumbers:
        """Find the numbers of documents that a query names."""
        return find_document_numbers(text) if Part.DOCUMENT_NUMBERS in self.parts else NO_NUMBERS

    def _said_otherwise(
        self, text: str, segmenter: Segmenter
    ) -> Iterator[tuple[str, tuple[Alternative, ...]]]:
        share = min(1.0, SHORT / max(len(text), 1))
        if Part.TERMS in self.parts:
            lexicon = self.lexicon()
            for term in find_terms(text, lexicon, segmenter):
                weight = TERM_WEIGHT * share
                yield term, tuple(Alternative(other, weight) for other in lexicon.others(term))
        if Part.NUMERALS in self.parts:
            for number, others in find_numerals(text):
                weight = NUMERAL_WEIGHT * share
                yield number, tuple(Alternative(other, weight) for other in others)


def find_terms(text: str, lexicon: Lexicon, segmenter: Segmenter) -> Iterator[str]:
    """Yield the terms of a dictionary that stand in a normalised text, longest first, apart.

    A short term, or one in Latin letters, stands where it begins and ends with a word: 高新 doesn't
    stand in 最高新建. A long one in Chinese stands within a longer word too.
    """
    inner: set[int] | None = None
    place = 0
    while place < len(text):
        step = 1
        for term in lexicon.terms_at(text, place):
            if inner is None:
                inner = segmenter.inner_places(text)  # costs more than all else: only if needed
            long = len(term) >= LONG and not term.isascii()
            if long or inner.isdisjoint((place, place + len(term))):
                yield term
                step = len(term)
                break
        place += step
