"""Find the misspelt words of a question: what sounds or looks like a word that the library uses."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from operator import mul
from pathlib import Path

from index.text.language.sounds import near_readings, syllables
from index.text.segment import Segmenter

LONGEST = 100
"""A text of more characters says things in several ways, and is left as it is."""

LENGTHS = range(2, 7)
"""Characters of what may be misspelt."""

LEAST = 2
"""A word must stand in so many passages to be meant."""

WITH_GAP = 4
"""A word of so many characters, or more, is known with one of them missing."""

USUAL = 0.05
"""What stands in more passages than this share of those that have the word is right as it is."""

STRANGE = 0.01
"""A character that fewer than this share of the passages have as a word is part of a name."""

LOOKALIKES = Path(__file__).with_name("lookalikes.txt")
"""Characters that look alike, one group a line; `#` begins a comment."""

_RUN = re.compile(r"[\u4e00-\u9fff]+")
_UNSEEN = 0.5  # a word that no passage has counts as if so many had


class Likeness(StrEnum):
    """What a word has in common with what was typed for it."""

    SAME_SOUND = "same sound"
    NEAR_SOUND = "near sound"
    SHAPE = "shape"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Misspelling:
    """What was typed at a place of a text, and the word of the library that was probably meant."""

    start: int
    typed: str
    meant: str
    likeness: Likeness

    @property
    def end(self) -> int:
        """Return where it ends."""
        return self.start + len(self.typed)

    @property
    def wrong(self) -> tuple[int, ...]:
        """Return the places, from the text's beginning, of the characters that are others."""
        if self.likeness is Likeness.GAP:
            return ()
        pairs = enumerate(zip(self.typed, self.meant, strict=True), self.start)
        return tuple(place for place, (typed, meant) in pairs if typed != meant)

    @property
    def gap(self) -> int:
        """Return the place, from the text's beginning, before which a character is missing."""
        same = (n for n, typed in enumerate(self.typed) if typed != self.meant[n])
        return self.start + next(same, len(self.typed))


class Vocabulary:
    """The words of a library, to be found by what sounds or looks like them.

    :ivar seen: tells in how many passages a pair of characters stands.
    """

    def __init__(
        self, counts: Mapping[str, int], passages: int, seen: Callable[[str], int]
    ) -> None:
        """Take words with the number of passages that each stands in, and that of all passages."""
        self.seen = seen
        self._counts = counts
        self._passages = max(passages, 1)
        self._by_sound: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        self._by_gap: defaultdict[str, list[str]] = defaultdict(list)
        for word, count in counts.items():
            if count < LEAST or not _RUN.fullmatch(word):
                continue
            if len(word) in LENGTHS:
                for reading in near_readings(word):
                    self._by_sound[reading].append(word)
            for place in range(1, len(word) - 1) if len(word) >= WITH_GAP else ():
                self._by_gap[word[:place] + word[place + 1 :]].append(word)

    def count(self, word: str) -> int:
        """Return in how many passages a word stands; 0 for rare ones."""
        return self._counts.get(word, 0)

    def share(self, word: str) -> float:
        """Return the share of passages in which a word stands, above 0."""
        return max(self.count(word), _UNSEEN) / self._passages

    def like(self, typed: str) -> Iterator[tuple[str, Likeness]]:
        """Yield the words that may be meant by what was typed, which is none of them itself."""
        for reading in near_readings(typed):
            for word in self._by_sound.get(reading, ()):
                same = all(syllables(a) & syllables(b) for a, b in zip(typed, word, strict=True))
                yield word, Likeness.SAME_SOUND if same else Likeness.NEAR_SOUND
        for place, character in enumerate(typed):
            for other in lookalikes().get(character, ""):
                word = typed[:place] + other + typed[place + 1 :]
                if self.count(word) >= LEAST:
                    yield word, Likeness.SHAPE
        for word in self._by_gap.get(typed, ()):
            yield word, Likeness.GAP


@cache
def lookalikes() -> dict[str, str]:
    """Load which other characters each one looks like."""
    lines = (line.partition("#")[0] for line in LOOKALIKES.read_text("utf-8").splitlines())
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for group in map(str.split, lines):
        for character in group:
            found[character].update(dict.fromkeys(other for other in group if other != character))
    return {character: "".join(others) for character, others in found.items()}


TRAITS = (
    "near",  # 1 where it only nearly sounds the same: zh for z
    "shape",  # 1 where it only looks alike
    "gap",  # 1 where a character is missing
    "three",  # 1 where what is typed has three characters
    "more",  # 1 where it has four or more
    "frequency",  # ln of the share of passages that have the word
    "surprise",  # the same, less that of the pieces into which what is typed is cut
    "seen",  # ln of 1 and the number of passages that have what is typed
    "cut",  # 1 where what is typed begins or ends within a word
    "alone",  # 1 where the wrong characters are parts of no word
    "strangers",  # how many of the characters beside it are parts of a name, 0..2
)
"""What tells whether a word is meant, in order."""

WEIGHTS = (-0.5, -1.5, -1.0, 2.2, 2.2, 0.45, 0.25, -1.0, -2.0, 2.4, -0.8)
INTERCEPT = -1.6
"""A logistic regression over `TRAITS`, fitted on misspellings made of half of the board's training
titles and of the sample questions, and rounded. The intercept, and what is taken from all but the
same sound, are such that of correct questions fewer than 1 in 100 are corrected: see
docs/evaluation/language.md."""


def find_misspelt(
    text: str,
    vocabulary: Vocabulary,
    segmenter: Segmenter,
    is_known: Callable[[str], bool] = lambda word: False,
) -> tuple[Misspelling, ...]:
    """Return the words of a text that are probably misspelt, in their order, none within another.

    The text must be in simplified characters. What the dictionary of words or `is_known` has for a
    word is right.
    """
    guesses = [
        (INTERCEPT + math.fsum(map(mul, WEIGHTS, traits)), guess)
        for guess, traits in describe_guesses(text, vocabulary, segmenter)
        if not is_known(guess.typed)
    ]
    taken: set[int] = set()
    found = []
    for score, guess in sorted(guesses, key=lambda each: -each[0]):
        places = range(guess.start, guess.end)
        if score > 0 and taken.isdisjoint(places):
            taken.update(places)
            found.append(guess)
    return tuple(sorted(found, key=lambda guess: guess.start))


def describe_guesses(
    text: str, vocabulary: Vocabulary, segmenter: Segmenter
) -> Iterator[tuple[Misspelling, tuple[float, ...]]]:
    """Yield what may be misspelt in a text, with its traits in the order of `TRAITS`."""
    cut: _Cut | None = None
    for guess in _iter_guesses(text, vocabulary) if len(text) <= LONGEST else ():
        pairs = {*_pairs(guess.typed)} - {*_pairs(guess.meant)}
        seen = max(map(vocabulary.seen, pairs), default=0)
        if not pairs or seen > USUAL * vocabulary.count(guess.meant):
            continue
        cut = cut or _Cut(text, segmenter.inner_places(text))  # takes longer than all else
        if not cut.is_word(guess.start, guess.end):
            yield guess, _describe(guess, seen, cut, vocabulary)


def _iter_guesses(text: str, vocabulary: Vocabulary) -> Iterator[Misspelling]:
    for run in _RUN.finditer(text):
        for start in range(run.start(), run.end()):
            for length in LENGTHS:
                typed = text[start : start + length]
                if start + length > run.end() or vocabulary.count(typed):
                    continue
                for meant, likeness in vocabulary.like(typed):
                    guess = Misspelling(start, typed, meant, likeness)
                    if 2 * len(guess.wrong) <= length:
                        yield guess


def _pairs(text: str) -> Iterator[str]:
    return (first + second for first, second in pairwise(text))


@dataclass(frozen=True, slots=True)
class _Cut:
    """A text, and the places within its words."""

    text: str
    inner: set[int]

    def pieces(self, start: int, end: int) -> list[str]:
        """Return the words, or parts of words, between two places."""
        places = [start, *(p for p in range(start + 1, end) if p not in self.inner), end]
        return [self.text[a:b] for a, b in pairwise(places)]

    def is_word(self, start: int, end: int) -> bool:
        """Tell whether what stands between two places is one word."""
        return self.inner.isdisjoint((start, end)) and len(self.pieces(start, end)) == 1

    def is_name(self, place: int, vocabulary: Vocabulary) -> bool:
        """Tell whether the character at a place is no part of a word, and no word either."""
        return (
            bool(_RUN.match(self.text[max(place, 0) : place + 1]))
            and self.is_word(place, place + 1)
            and vocabulary.share(self.text[place]) < STRANGE
        )


def _describe(
    guess: Misspelling, seen: int, cut: _Cut, vocabulary: Vocabulary
) -> tuple[float, ...]:
    frequency = math.log(vocabulary.share(guess.meant))
    pieces = cut.pieces(guess.start, guess.end)
    if guess.likeness is Likeness.GAP:
        alone = guess.gap not in cut.inner
    else:
        alone = all(cut.is_word(place, place + 1) for place in guess.wrong)
    return (
        float(guess.likeness is Likeness.NEAR_SOUND),
        float(guess.likeness is Likeness.SHAPE),
        float(guess.likeness is Likeness.GAP),
        float(len(guess.typed) == 3),
        float(len(guess.typed) > 3),
        frequency,
        frequency - sum(math.log(vocabulary.share(piece)) for piece in pieces),
        math.log1p(seen),
        float(not cut.inner.isdisjoint((guess.start, guess.end))),
        float(alone),
        float(sum(cut.is_name(place, vocabulary) for place in (guess.start - 1, guess.end))),
    )
