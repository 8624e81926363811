"""Say a question in English by the Chinese words for what it asks.

Nothing is translated: each word or phrase that the dictionary has is put in Chinese, in the order
of the question, which is what a search needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.text.language.lexicon import Lexicon
from index.text.language.sounds import is_spelt, pairs_spelt
from index.text.language.spelling import Vocabulary

PHRASE = 4
"""So many words at most are looked up as one."""

FEWEST = 2
"""Fewer words than these are no question in English: WiFi, ETC."""

NAMED = 2
"""A name must stand in so many passages to be meant."""

NAMES = 3
"""So many names that are spelt alike are looked for."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z0-9]+")
_SUFFIXES = {
    "city": "市",
    "county": "县",
    "district": "区",
    "lane": "巷",
    "road": "路",
    "station": "站",
    "street": "街",
    "town": "镇",
    "township": "乡",
    "village": "村",
}
"""What makes the word before it the name of a place."""

_SAYS_NOTHING = frozenset(
    _WORD.findall(
        "a about after all also am an and any as at be because been before but by can come"
        " could did do does doing for from get getting give go going got had has have having"
        " he her here his i if in into is it its just know let like live make many may me"
        " more most much must my near need new no not now of on one or other our out over own"
        " please should so some still take than that the their them then there these they"
        " thing this those through to too under up us use used using very via want was we"
        " were what which while will with within without would you your"
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """A word or phrase in Chinese, and what else counts as that: other words, and the English."""

    text: str
    others: tuple[str, ...] = ()


def is_english(text: str) -> bool:
    """Tell whether a text is in English, or another language in Latin letters."""
    words = [word for word in _WORD.findall(text) if not word.isdigit()]
    return len(words) >= FEWEST and not _HAN.search(text)


def iter_said(
    text: str, lexicon: Lexicon, regions: Sequence[str], vocabulary: Vocabulary
) -> Iterator[Said]:
    """Yield what a text in English says, in Chinese, in its order.

    Names of places are known by how they sound. A word that is not known stays as it is.
    """
    text = re.sub(r"['’]s?\b", "", text)
    words = _WORD.findall(text)
    place = 0
    while place < len(words):
        length, said = _look_up(words[place : place + PHRASE], lexicon)
        if not length:
            length, said = 1, _name(words[place], regions, vocabulary)
            suffix = _SUFFIXES.get(words[place + 1].lower()) if place + 1 < len(words) else None
            if said and suffix:
                length, said = 2, _with_suffix(said, suffix)
        if said:
            yield said
        place += length


def _with_suffix(name: Said, suffix: str) -> Said:
    ends = name.text.endswith(suffix)
    return name if ends else Said(name.text + suffix, tuple(n + suffix for n in name.others))


def _look_up(words: Sequence[str], lexicon: Lexicon) -> tuple[int, Said | None]:
    """Return how many of the first words the dictionary has as one, and what they say."""
    for length in range(len(words), 0, -1):
        for phrase in _forms([word.lower() for word in words[:length]]):
            if others := lexicon.others(phrase):
                return length, Said(others[0], (*others[1:], phrase))
    return 0, None


def _forms(words: Sequence[str]) -> Iterator[str]:
    """Yield a phrase in the forms that the dictionary may have, itself first."""
    first, *rest = words
    for verb in _stems(first):
        for noun in _stems(rest[-1]) if rest else ("",):
            yield " ".join([verb, *rest[:-1], *([noun] if rest else [])])


def _stems(word: str) -> list[str]:
    """Return a word and what it may be a form of."""
    found = [word]
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            found.append(word.removesuffix(ending) + instead)
    if word.endswith(("ing", "ed")):
        stem = re.sub(r"(?:ing|ed)$", "", word)
        if len(stem) > 2 and stem[-1] == stem[-2]:
            found.append(stem[:-1])  # planning
    return found


_ENDINGS = (
    ("ies", "y"),
    ("es", ""),
    ("s", ""),
    ("ied", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
)


def _name(word: str, regions: Sequence[str], vocabulary: Vocabulary) -> Said | None:
    """Return what is meant by a word that no dictionary has; None where it says nothing."""
    letters = word.lower()
    if letters in _SAYS_NOTHING:
        return None
    for name in (name for region in regions for name in (region[:-1], region)):
        if len(name) > 1 and is_spelt(name, letters):
            return Said(name)
    counts = {pair: vocabulary.seen(pair) for pair in pairs_spelt(letters) if word[0].isupper()}
    usual = [pair for pair in counts if counts[pair] >= NAMED]
    usual.sort(key=lambda pair: (-counts[pair], pair))
    return Said(usual[0], tuple(usual[1:NAMES])) if usual else Said(word)
