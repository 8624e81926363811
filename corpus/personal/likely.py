"""How likely some signs are a person's name, by weights learned from tagged text.

The rules of `names` ask for what announces a person. This weighs the signs of a name, the words
that they make with their neighbours (安+排) and what stands around, and so finds persons whom no
rule announces, and by what they are called further on. `tools.learn_names` learned the weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.personal.called import CLEAR, NO_NAMES, is_no_name
from corpus.personal.dictionary import is_made_of_words
from corpus.personal.public import is_public
from corpus.personal.weights import (
    KIND_BEFORE,
    LISTED,
    MET,
    Weights,
    given_of,
    load_weights,
    stands_before_title,
)

Weighed = dict[tuple[int, int, str], tuple[float, int]]
"""What was weighed: of where a name and its given name begin and what is known, weight and end."""

_NO_NAME = re.compile(NO_NAMES)

_BARS = (0.0, 0.0, -1.0, -1.5, -2.0)
"""What a name weighs above the least where nobody is named (but for it), one, two, three …"""
_DOUBTFUL = {2: 1.75, 3: 0.5, 4: 0.5}
"""What a name of so many signs weighs beyond that where no plain surname begins it (万佳, 玉梅), or
a word does (许可证)."""


def candidates(weights: Weights, plain: str) -> Iterator[tuple[int, int]]:
    """Yield where names may begin, and where the given name does."""
    words = weights.words
    found = [(each.start(), False) for each in weights.surnames.finditer(plain)]
    found += [(each.start(), False) for each in weights.announced.finditer(plain)]
    found += [(each.start(), True) for each in weights.alone.finditer(plain)]
    for start, alone in sorted(found):
        given = start if alone else start + given_of(plain[start : start + 3])
        hope = weights.hope(plain[start : given + (2 if alone else 1)], alone)
        # A word (段落) may be a person's name before a title.
        if not hope and not (given == start + 1 and stands_before_title(plain, start + 2)):
            continue
        # A sign that makes a word with the one before it (保+安) is no surname, but behind what
        # somebody is: 母亲+戚婉如.
        left = plain[start - 1] if start else ""
        inside = plain[start] in words.get(left, "") and KIND_BEFORE.get(left, "?") not in "kt"
        if not inside and not weights.begins_word(plain, start):
            yield start, given


def find_likely(plain: str, announced: Iterable[str] = ()) -> list[tuple[int, int]]:
    """Return the spans that are likely a private person's name, one after the other.

    Where several persons are named, a further one is likelier.

    :param announced: the persons whom rules found in the text.
    """
    weights = load_weights()
    places = list(candidates(weights, plain))
    weighed: Weighed = {}
    found = list(_iter_likely(plain, places, weighed, 0.0))
    persons = {plain[start:end] for start, end in found}.union(announced)
    bar = _BARS[min(len(persons), len(_BARS) - 1)]
    return list(_iter_likely(plain, places, weighed, bar)) if bar else found


def _iter_likely(
    plain: str, places: Iterable[tuple[int, int]], weighed: Weighed, bar: float
) -> Iterator[tuple[int, int]]:
    """Yield the spans of what weighs more than `bar` above the least.

    :param weighed: what was weighed before, and is not weighed again.
    """
    weights = load_weights()
    last = public = 0
    for start, given in places:
        if start < last:
            continue
        known = LISTED if follows_name(plain, last, start) else ""
        place = (start, given, known)
        weight, end = weighed[place] = weighed.get(place) or weights.weigh_ends(plain, *place)
        clear = given > start and plain[start] in CLEAR
        if not clear or weights.is_word(plain[start : start + 2]):
            weight -= _DOUBTFUL.get(end - start, 0.0)
        if weight <= bar:
            continue
        last = end
        if follows_name(plain, public, start, "、和与及") or is_public(plain, start, end):
            public = end
        elif _is_no_word(weights, plain, start, end):
            yield start, end


def _is_no_word(weights: Weights, plain: str, start: int, end: int) -> bool:
    name = plain[start:end]
    begun = name[0] not in CLEAR and _NO_NAME.match(name)
    is_word = begun or is_no_name(name) or weights.is_word(name)
    is_word = is_word or is_made_of_words(plain, start, end)
    return name[-1] != "某" and (not is_word or stands_before_title(plain, end))


def iter_met(plain: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where persons are likely met again, by a name of two signs or their given name alone.

    :param names: those that were found in the text.
    """
    weights = load_weights()
    for start, given, end in mentions(plain, names):
        heavy = weights.weigh(plain, start, given, end, MET) > weights.least
        public = is_public(plain, start, end)
        if heavy and not public and _is_no_word(weights, plain, start, end):
            yield start, end


def mentions(plain: str, names: Iterable[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where names of two signs, and the given names of longer ones, stand once more.

    A name of two signs may be a surname and a given name (王强) or a given name alone (玉梅): both
    are yielded.
    """
    shorts = dict[str, str]()
    for name in names:
        short = name if len(name) == 2 else name[given_of(name) :]
        if len(short) == 2 and (len(name) == 2 or short not in shorts):
            shorts[short] = name
    for short, name in sorted(shorts.items()):
        start = plain.find(short)
        while start >= 0:
            end = start + 2
            if name == short:
                yield start, start, end
                yield start, start + 1, end
            elif not plain.endswith(name, 0, end):
                yield start, start, end
            start = plain.find(short, end)


def follows_name(plain: str, end: int, start: int, parted: str = "、和与及，") -> bool:
    """Tell whether what begins at `start` is listed behind a name that ends at `end`.

    :param parted: the signs of which one parts them; `end` is 0 where there is no name.
    """
    return bool(end) and start == end + 1 and plain[end] in parted
