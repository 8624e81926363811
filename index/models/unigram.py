"""Cut many texts at once into the tokens of a unigram model, as `tokenizers` cuts them one by one.

`tokenizers` takes a microsecond a character, a third of all that indexing takes: it makes a string
of every word that begins at a character. Here the words of all texts are looked up together, and
the best cut of all runs of characters is found side by side, in arrays.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Ids = NDArray[np.int64]

LEAST = 4_000
"""Characters: fewer are cut sooner one text after the other."""

_NORMALISERS = {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}]}
_HAN = "\u4e00-\u9fff"
_TO_FOLD = re.compile(rf"[^\x00-\x7f{_HAN}，。、；：？！“”‘’（）《》【】〔〕—…·\u3000]")
"""Of a text without any of these, NFKC makes nothing else that a token has."""
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789%")
_LONGEST_WORD = 4
_LONGEST_RUN = 64
"""Characters: what is longer is left to `tokenizers`, for each step has its price."""
_SIEVE = np.uint64(64 - 20)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""Spreads neighbouring numbers, as Fibonacci hashing does."""


class UnigramCutter:
    """A unigram tokenizer that drops all but its own characters, after NFKC and lower case."""

    def __init__(self, tokenizer: Tokenizer, vocabulary: list[tuple[str, float]]) -> None:
        self._tokenizer = tokenizer
        known = sorted({word for word, _ in vocabulary if len(word) == 1})
        places = np.array([ord(character) for character in known])
        # 0 is every other character, which no word has; Latin ones and digits come first.
        self._numbers = np.zeros(int(places.max()) + 2, np.int64)
        self._numbers[places] = np.arange(1, len(known) + 1)
        self._base = len(known) + 1
        self._scores = np.array([score for _, score in vocabulary] + [-np.inf])
        keys, ids = self._words_of(vocabulary, 1)
        self._alone = np.full(self._base, -1, np.int64)
        self._alone[keys] = ids
        self._words = [self._words_of(vocabulary, n) for n in range(2, _LONGEST_WORD + 1)]
        self._sieve = np.zeros(1 << 20, bool)
        for keys, _ in self._words:
            self._sieve[_slots(keys)] = True

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> UnigramCutter | None:
        """Return what cuts as this tokenizer does; None where it is of another kind."""
        told: dict[str, Any] = json.loads(tokenizer.to_str())
        model, before = told["model"], told["pre_tokenizer"] or {}
        if (
            model["type"] != "Unigram"
            or model.get("byte_fallback")
            or told["normalizer"] != _NORMALISERS
            or told["added_tokens"]
            or told["post_processor"]
            or (before.get("type"), before.get("behavior"), before.get("invert"))
            != ("Split", "Removed", True)
        ):
            return None
        unknown, *vocabulary = [(word, score) for word, score in model["vocab"]]
        alone = {word for word, _ in vocabulary if len(word) == 1}
        known = alone - _LATIN
        wanted = f"[a-z0-9%]+|[{_ranges(known)}]+"
        if (
            model["unk_id"] != 0
            or min(known, default="") <= max(_LATIN)  # these have the least numbers
            or not alone >= _LATIN
            or before["pattern"].get("Regex") != wanted
            or not all(
                _LATIN.issuperset(word) or (known.issuperset(word) and len(word) <= _LONGEST_WORD)
                for word, _ in vocabulary
            )
        ):
            return None
        return cls(tokenizer, [("", unknown[1]), *vocabulary])

    def cut(self, texts: list[str]) -> list[Ids]:
        """Return the ids of each text's tokens."""
        whole = "\n".join([*(_fold(text).replace("\n", " ") for text in texts), ""])
        codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32)
        numbers = self._numbers[np.minimum(codes, len(self._numbers) - 1)]
        kinds = (numbers > 0).view(np.int8) + (numbers > len(_LATIN)).view(np.int8)
        edges = np.flatnonzero(np.diff(kinds, prepend=np.int8(0)))
        lengths = np.diff(edges, append=len(codes))
        runs = kinds[edges] > 0
        starts, lengths = edges[runs], lengths[runs]
        short = lengths <= np.array([0, _LONGEST_WORD, _LONGEST_RUN])[kinds[starts]]
        found = np.full(len(codes), -1, np.int64)
        self._cut_runs(numbers, starts[short], lengths[short], found)
        self._cut_others(whole, starts[~short], lengths[~short], found)
        ends = np.flatnonzero(codes == ord("\n"))
        places = np.flatnonzero(found >= 0)
        return np.split(found[places], np.searchsorted(places, ends[:-1]))

    def _cut_others(self, whole: str, starts: Ids, lengths: Ids, found: Ids) -> None:
        """Have `tokenizers` cut Latin words, long numbers, and very long runs."""
        spans = zip(starts.tolist(), lengths.tolist(), strict=True)
        joined = " ".join(whole[start : start + length] for start, length in spans)
        cut = self._tokenizer.encode(joined, add_special_tokens=False)
        begins = np.cumsum(lengths + 1) - lengths - 1
        at = np.array([start for start, _ in cut.offsets], np.int64)
        run = np.searchsorted(begins, at, side="right") - 1
        found[starts[run] + at - begins[run]] = cut.ids

    def _cut_runs(self, numbers: Ids, starts: Ids, lengths: Ids, found: Ids) -> None:
        """Find the most probable cut of each run of known characters (Viterbi), all at once."""
        if not len(starts):
            return
        order = np.argsort(-lengths, kind="stable")
        starts, lengths = starts[order], lengths[order]
        # How many runs have a character there; these of all runs stand side by side.
        sizes = np.searchsorted(-lengths, -np.arange(1, lengths[0] + 1), side="right")
        blocks = np.concatenate(([0], np.cumsum(sizes)))
        places = np.concatenate([starts[:size] + n for n, size in enumerate(sizes)])
        words = self._look_up(numbers)
        scores = [self._scores[each[places]] for each in words]
        # Of the cuts of each run up to each place: by the length of the last word, and the best.
        cuts = np.full((_LONGEST_WORD, len(places)), -np.inf)
        best = [np.zeros(len(starts))]
        for n, size in enumerate(sizes):
            block = slice(blocks[n], blocks[n] + size)
            for length in range(1, min(n + 1, _LONGEST_WORD) + 1):
                begin = blocks[n + 1 - length]
                word = scores[length - 1][begin : begin + size]
                np.add(best[n + 1 - length][:size], word, out=cuts[length - 1, block])
            best.append(cuts[:, block].max(axis=0))
        # Equal ones are decided as `tokenizers` does: the longest last word wins.
        chosen = _LONGEST_WORD - np.argmax(cuts[::-1], axis=0)
        last = np.zeros(len(numbers) + 1, np.int64)
        last[places + 1] = chosen
        table = np.stack(words)
        ends = starts + lengths
        while len(ends):
            taken = last[ends]
            ends = ends - taken
            found[ends] = table[taken - 1, ends]
            inside = ends > starts
            starts, ends = starts[inside], ends[inside]

    def _look_up(self, numbers: Ids) -> list[Ids]:
        """Return for each length which word of that length begins at each place; -1 for none."""
        found = [self._alone[numbers]]
        key = numbers
        for length, (keys, ids) in enumerate(self._words, start=2):
            key = key[:-1] * self._base + numbers[length - 1 :]
            words = np.full(len(numbers), -1, np.int64)
            places = np.flatnonzero(self._sieve[_slots(key)])
            wanted = key[places]
            at = np.searchsorted(keys, wanted)
            at[at == len(keys)] = 0
            right = keys[at] == wanted
            words[places[right]] = ids[at[right]]
            found.append(words)
        return found

    def _words_of(self, vocabulary: list[tuple[str, float]], length: int) -> tuple[Ids, Ids]:
        """Return the keys of all Chinese words of a length, ascending, and their ids."""
        ids = [n for n, (word, _) in enumerate(vocabulary) if len(word) == length]
        text = "".join(vocabulary[n][0] for n in ids)
        codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).reshape(-1, length)
        keys = np.zeros(len(ids), np.int64)
        for column in codes.T:
            keys = keys * self._base + self._numbers[column]
        order = np.argsort(keys)
        return keys[order], np.array(ids, np.int64)[order]


def _slots(keys: Ids) -> NDArray[np.uint64]:
    return (keys.view(np.uint64) * _GOLDEN) >> _SIEVE


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text) if _TO_FOLD.search(text) else text
    return folded.lower()


def _ranges(characters: set[str]) -> str:
    """Write characters as a pattern's set does, neighbours as `一-丁`."""
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(chr(low) if low == high else f"{chr(low)}-{chr(high)}" for low, high in ranges)
