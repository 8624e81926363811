"""How Chinese characters sound: their syllables without tone, and which are easily confused."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import islice, product
from pathlib import Path

POLYPHONES = frozenset(
    "行重长乐都还调传校降差角觉参藏朝率说着便给得地车会省盛称厦系吓血卡露落模薄强塞折属择秘解曾弹泊幢粘仔大"
)
"""Characters of which the second reading is alive too; those of others are archaic or of names."""

COMBINED = 4
"""So many ways to read a word count."""

_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))

_NEAR = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^n"), "l"),
    (re.compile(r"(?<=[aei])ng$"), "n"),
)
"""What many speakers don't tell apart, so that input methods offer both: zh and z, n and l, ing and
in."""


@cache
def syllables(character: str) -> frozenset[str]:
    """Return the usual readings of a character, without tones; none of one that is not common."""
    return frozenset(_table().get(character, ()))


@cache
def near_syllables(character: str) -> tuple[str, ...]:
    """Return its readings, each as all that are easily taken for it: zheng as zen."""
    return tuple(dict.fromkeys(map(_near, _table().get(character, ()))))


def near_readings(word: str) -> Iterator[tuple[str, ...]]:
    """Yield the ways to read a word, as `near_syllables`; none where a character is not common."""
    return islice(product(*map(near_syllables, word)), COMBINED)


def is_spelt(name: str, letters: str) -> bool:
    """Tell whether these letters spell a name: 云桥, yunqiao."""
    ends = {0}  # not by trying all readings: of ten characters there may be thousands
    for character in name:
        heard = syllables(character)
        ends = {e + len(sound) for e in ends for sound in heard if letters.startswith(sound, e)}
    return len(letters) in ends


def count_syllables(letters: str) -> int:
    """Return how many characters at least these letters spell; 0 where they spell none."""
    fewest = {0: 0}
    for end in range(1, len(letters) + 1):
        starts = (at for at in range(max(0, end - _LONGEST), end) if at in fewest)
        counts = [fewest[at] + 1 for at in starts if letters[at:end] in _by_syllable()]
        if counts:
            fewest[end] = min(counts)
    return fewest.get(len(letters), 0)


_LONGEST = 6
"""Letters of a syllable: zhuang."""


def pairs_spelt(letters: str) -> Iterator[str]:
    """Yield all pairs of characters that these letters spell, whether or not they are a word."""
    spelt = _by_syllable()
    for end in range(1, len(letters) if len(letters) <= 2 * _LONGEST else 0):
        firsts, seconds = spelt.get(letters[:end], ()), spelt.get(letters[end:], ())
        yield from (first + second for first, second in product(firsts, seconds))


@cache
def _by_syllable() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for character, listed in _table().items():
        for syllable in listed:
            found.setdefault(syllable, []).append(character)
    return found


def _near(syllable: str) -> str:
    for pattern, instead in _NEAR:
        syllable = pattern.sub(instead, syllable)
    return syllable


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """Return the readings of the characters of GB 2312, by pypinyin's table.

    To import pypinyin takes ten times as long, as it loads its phrases too.
    """
    spec = find_spec("pypinyin")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pypinyin")
    path = Path(spec.origin).with_name("pinyin_dict.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    return {
        character: tuple(dict.fromkeys(_plain(listed).split(",")))[: 1 + (character in POLYPHONES)]
        for character in _common()
        if (listed := found.get(str(ord(character))))
    }


def _plain(listed: str) -> str:
    bare = unicodedata.normalize("NFD", listed).translate(_TONES)
    return unicodedata.normalize("NFC", bare).replace("ü", "v")


def _common() -> Iterator[str]:
    for row, cell in product(range(0xB0, 0xF8), range(0xA1, 0xFF)):
        yield from bytes((row, cell)).decode("gb2312", "ignore")
