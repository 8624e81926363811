"""Cut text into the tokens that the lexical index holds: words and character bigrams.

Words are jieba's search mode without its hidden Markov model, which makes up words that question
and answer seldom share: BM25 over words alone has nDCG@10 .702 / .695 without it and .676 / .675
with it (titles / messages that look for their replies, development sets of a message board).
rjieba does the same work in Rust and is used where it is installed. Both only ever see common
Chinese characters, which they cut alike; letters, digits and rare characters are cut here, so that
an index made with one can be searched with the other.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import add
from pathlib import Path
from typing import NamedTuple

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


USER_DICTIONARY = Path(__file__).with_name("userdict.txt")
"""Words that jieba's dictionary lacks, one a line; `#` begins a comment."""

FORMAT = 2
"""Raised whenever the same text would give other tokens than before."""

_COMMON = "\u4e00-\u9fd5"  # all that jieba takes for Chinese
_RARE = "\u3007\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NOT_COMMON = re.compile(rf"[^{_COMMON}]+")
_NOT_HAN = re.compile(rf"[^{_COMMON}{_RARE}]+")
_RUN = re.compile(rf"[{_COMMON}]+")
_RARE_CHARACTER = re.compile(rf"[{_RARE}]")
_OTHER_WORD = re.compile(rf"[^\W_{_COMMON}{_RARE}]+(?:\.[0-9]+)*")

PUNCTUATION = "，。、；：？！“”‘’（）《》【】〔〕—…·\u3000"
# All but what nearly every text consists of (to fold the whole takes four times as long), and the
# character before it, with which an accent may have to be joined.
_TO_FOLD = re.compile(rf"[^{PUNCTUATION}]?[^\x00-\x7f{_COMMON}{PUNCTUATION}]+")

Cut = Callable[[str], list[str]]


class Cutter(NamedTuple):
    """The two ways in which an implementation cuts Chinese characters."""

    for_search: Cut
    """Into words, and those that stand inside long ones."""
    plain: Cut
    """Into words one after the other."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The two kinds of tokens of one text, repeated as often as they occur, in no set order."""

    words: tuple[str, ...]
    bigrams: tuple[str, ...]


class Segmenter:
    """Cut texts into tokens; the dictionary is loaded when the first words are asked for.

    May be shared between threads.
    """

    def __init__(
        self, user_dictionary: Path = USER_DICTIONARY, implementation: str | None = None
    ) -> None:
        """Take `implementation` "rjieba" or "jieba"; None takes rjieba where it is installed."""
        self.implementation = implementation or (
            "rjieba" if importlib.util.find_spec("rjieba") else "jieba"
        )
        self._user_words = load_user_dictionary(user_dictionary)
        self._lock = threading.Lock()
        self._cutter: Cutter | None = None

    @property
    def fingerprint(self) -> str:
        """Name what decides the tokens; indexes of another fingerprint can't be searched.

        The implementation is not part of it, because both give the same tokens.
        """
        digest = hashlib.sha256("\n".join(self._user_words).encode()).hexdigest()[:8]
        return f"jieba-search+bigrams/{FORMAT}/{digest}"

    def segment(self, text: str) -> Tokens:
        """Return both kinds of tokens of a text."""
        return self.segment_normalised(normalise(text))

    def segment_normalised(self, text: str) -> Tokens:
        """Return both kinds of tokens of what `normalise` has returned."""
        other = _OTHER_WORD.findall(text)
        return Tokens(words=(*self._han_words(text), *other), bigrams=(*_han_bigrams(text), *other))

    def words(self, text: str) -> list[str]:
        """Return the words of a text, and the words that stand inside long words."""
        text = normalise(text)
        return self._han_words(text) + _OTHER_WORD.findall(text)

    def bigrams(self, text: str) -> list[str]:
        """Return each pair of neighbouring Chinese characters; needs no dictionary.

        A Chinese character that stands alone and each run of other letters and digits
        (`5g`, `3.5`) is one token.
        """
        text = normalise(text)
        return _han_bigrams(text) + _OTHER_WORD.findall(text)

    def inner_places(self, text: str) -> set[int]:
        """Return the places within words of a normalised text: what begins there cuts a word."""
        cut = self._load().plain
        words = ((run.start(), cut(run[0])) for run in _RUN.finditer(text))
        inner: set[int] = set()
        for start, found in words:
            for word in found:
                inner.update(range(start + 1, start + len(word)))
                start += len(word)
        for other in _OTHER_WORD.finditer(text):
            inner.update(range(other.start() + 1, other.end()))
        return inner

    def _han_words(self, text: str) -> list[str]:
        cut = self._load().for_search
        words = [word for word in cut(_NOT_COMMON.sub(" ", text)) if word != " "]
        return words + _RARE_CHARACTER.findall(text)

    def _load(self) -> Cutter:
        if self._cutter is not None:
            return self._cutter
        with self._lock:
            if self._cutter is None:
                load = _load_rjieba if self.implementation == "rjieba" else _load_jieba
                self._cutter = load(self._user_words)
            return self._cutter


def normalise(text: str) -> str:
    """Fold full-width, compatibility, upper-case and traditional forms, so that they match.

    This is NFKC in lower case and simplified characters, but that Chinese punctuation stays as it
    is.
    """
    folded = _TO_FOLD.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text).lower()
    return simplify(folded)


def load_user_dictionary(path: Path) -> tuple[str, ...]:
    """Load the words of a user dictionary, in order."""
    lines = (line.partition("#")[0] for line in path.read_text("utf-8").splitlines())
    return tuple(word for line in lines for word in line.split())


def _han_bigrams(text: str) -> list[str]:
    bigrams: list[str] = []
    for run in _NOT_HAN.sub(" ", text).split():
        if len(run) == 1:
            bigrams.append(run)
        else:
            bigrams.extend(map(add, run, run[1:]))
    return bigrams


def _load_rjieba(user_words: tuple[str, ...]) -> Cutter:
    import rjieba

    jieba = rjieba.Jieba()
    for word in user_words:
        jieba.add_word(word, None, None)
    return Cutter(
        for_search=lambda text: jieba.cut_for_search(text, False),
        plain=lambda text: jieba.cut(text, False),
    )


def _load_jieba(user_words: tuple[str, ...]) -> Cutter:
    import logging

    import jieba  # type: ignore[import-untyped]

    jieba.setLogLevel(logging.WARNING)  # else it tells on stderr that it loads its dictionary
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    for word in user_words:
        tokenizer.add_word(word)

    return Cutter(
        for_search=lambda text: tokenizer.lcut_for_search(text, HMM=False),
        plain=lambda text: tokenizer.lcut(text, HMM=False),
    )
