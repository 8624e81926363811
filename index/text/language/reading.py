"""How a question is read: its misspelt words as those that were meant, English words in Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.text.simplified import simplify
from index.text.language.english import is_english, iter_said
from index.text.language.language import (
    TERM_WEIGHT,
    Alternative,
    Language,
    Part,
    Rewriting,
)
from index.text.language.spelling import LONGEST, Vocabulary, find_misspelt
from index.text.segment import Segmenter, normalise

TYPED_WEIGHT = 1.0
"""What a word as it was typed counts beside the one that was meant."""


class Known(Protocol):
    """What a library knows that helps to read a question."""

    @property
    def vocabulary(self) -> Vocabulary:
        """Return its words."""

    @property
    def regions(self) -> tuple[str, ...]:
        """Return the names of the districts that have answered."""


@dataclass(frozen=True, slots=True)
class ReadAs:
    """What was typed, and what it is looked up as: a misspelt word, a question in English."""

    typed: str
    """原来输入的文字"""
    read: str
    """查找时所按的文字"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it is looked up: in simplified characters, as it was probably meant.

    What was typed, and other translations, count through the `rewritings`.
    """

    text: str
    read_as: tuple[ReadAs, ...] = ()
    rewritings: tuple[Rewriting, ...] = ()


def read_exactly(text: str) -> Reading:
    """Read a question as it was typed."""
    return Reading(simplify(text))


def read(text: str, language: Language, segmenter: Segmenter, library: Known) -> Reading:
    """Read a question as it was probably meant."""
    if is_english(text):
        return _translate(text, language, segmenter, library)
    return _correct(simplify(text), language, segmenter, library)


def _translate(text: str, language: Language, segmenter: Segmenter, library: Known) -> Reading:
    if Part.ENGLISH not in language.parts:
        return Reading(text)
    said = tuple(iter_said(text, language.lexicon(), library.regions, library.vocabulary))
    chinese = " ".join(each.text for each in said)
    if chinese.isascii():
        return Reading(text)
    rewritings = (
        _count_as(each.text, each.others, TERM_WEIGHT, segmenter) for each in said if each.others
    )
    return Reading(chinese, (ReadAs(text.strip(), chinese),), tuple(rewritings))


def _correct(text: str, language: Language, segmenter: Segmenter, library: Known) -> Reading:
    if Part.SPELLING not in language.parts or len(text) > LONGEST:
        return Reading(text)
    lexicon = language.lexicon()
    found = find_misspelt(
        text, library.vocabulary, segmenter, lambda word: bool(lexicon.others(word))
    )
    for each in reversed(found):
        text = text[: each.start] + each.meant + text[each.end :]
    return Reading(
        text,
        tuple(dict.fromkeys(ReadAs(each.typed, each.meant) for each in found)),
        tuple(_count_as(each.meant, (each.typed,), TYPED_WEIGHT, segmenter) for each in found),
    )


def _count_as(text: str, others: Sequence[str], weight: float, segmenter: Segmenter) -> Rewriting:
    alternatives = tuple(Alternative(normalise(other), weight) for other in others)
    return Rewriting(text, tuple(segmenter.bigrams(text)), alternatives)
