"""The words that a list is searched by: in any script, width and brackets, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.text.segment import normalise

OPEN, CLOSE = r"〔\[［﹝（(【{〖", r"〕\]］﹞）)】}〗"
"""The brackets around the year of a 发文字号, as the members of a class."""
_OPENING, _CLOSING = re.compile(f"[{OPEN}]"), re.compile(f"[{CLOSE}]")
_BRACKET = re.compile(f"[{OPEN}{CLOSE}]")
_NUMBER = re.compile(
    rf"[{OPEN}]\s{{0,3}}(?P<year>\d{{4}})年?\s{{0,3}}[{CLOSE}]\s{{0,3}}"
    r"(?P<lead>第?)\s{0,3}(?P<number>[A-Za-z]?\d{1,6})(?:\s{1,3}(?=号))?"
)
"""The year and the number of a 发文字号, with spaces or without."""

MOST = 20
"""So many words are looked up; who types more has pasted a text."""


@dataclass(frozen=True, slots=True)
class ListedWord:
    """A word as it was typed; `parts` is what stands between its brackets, normalised."""

    typed: str
    parts: tuple[str, ...]
    pattern: re.Pattern[str]

    @property
    def forms(self) -> tuple[str, ...]:
        """Return the forms in which a field may have it."""
        return tuple(dict.fromkeys((self.typed, normalise(self.typed))))

    @property
    def accepts(self) -> Callable[[str], bool] | None:
        """Return what tells whether a text with all the parts has the word; None where it must."""
        plain = len(self.parts) == 1 and self.parts[0] == normalise(self.typed)
        return None if plain else lambda text: bool(self.pattern.search(text))

    @classmethod
    def of(cls, typed: str) -> ListedWord:
        """Read a word."""
        folded = normalise(typed)
        pieces = [piece for piece in re.split(f"([{OPEN}{CLOSE}])", folded) if piece]
        pattern = "".join(map(_pattern_of, pieces))
        # The first are enough to look for, since the whole pattern decides.
        parts = tuple(piece for piece in pieces if not _BRACKET.fullmatch(piece))[:MOST]
        return cls(typed, parts or (folded,), re.compile(pattern))


def _pattern_of(piece: str) -> str:
    if _OPENING.fullmatch(piece):
        return rf"\s{{0,3}}[{OPEN}]\s{{0,3}}"
    if _CLOSING.fullmatch(piece):
        return rf"\s{{0,3}}[{CLOSE}]\s{{0,3}}"
    return re.escape(piece)


def read_words(text: str) -> tuple[ListedWord, ...]:
    """Read what somebody typed: words apart by spaces, but for those within a 发文字号."""
    joined = _NUMBER.sub(lambda m: f"〔{m['year']}〕{m['lead']}{m['number']}", text)
    return tuple(ListedWord.of(word) for word in dict.fromkeys(joined.split()[:MOST]))


def find_places(text: str, words: Sequence[ListedWord]) -> list[tuple[int, int]]:
    """Return where words stand in a text, in its order, not overlapping: offsets into the text."""
    folded, places = _fold(text)
    found = sorted(
        (places[match.start()], places[match.end() - 1] + 1)
        for word in words
        for match in word.pattern.finditer(folded)
        if match.end() > match.start()
    )
    return list(_apart(found))


def _apart(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    reached = 0
    for start, end in spans:
        if start >= reached:
            yield start, end
            reached = end


def _fold(text: str) -> tuple[str, list[int]]:
    """Return a text normalised, and the offset of the character that each of it comes from."""
    pieces = [_fold_character(character) for character in text]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), places


@lru_cache(maxsize=1 << 14)
def _fold_character(character: str) -> str:
    return normalise(character)
