"""The vocabulary of the bundled model, and the training texts as its tokens, in batches."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import rjieba
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from eval.training.pairs import Pair

UNKNOWN = "[UNK]"
LONGEST_WORD = 4
"""Characters in the longest Chinese word; longer ones are cut, so that their parts can match."""
RAREST_CHARACTER = 3.0
"""Weighted count below which a single character is left unknown."""
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff〇]+")
_LATIN = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*")
_DIGITS = re.compile(r"[0-9]{2,4}")
_ALWAYS = (*"0123456789abcdefghijklmnopqrstuvwxyz%", *(f"{number:02d}" for number in range(100)))
_UNKNOWN_SCORE = -25.0
_BATCH = 2000
"""So many texts are cut at once."""


def spell_for_tokenizer(text: str) -> str:
    """Return `text` as the tokenizer's own normaliser sees it: NFKC, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def count_words(texts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Count candidate tokens in weighted texts.

    :param texts: text and the weight of one occurrence in it.
    :returns: Chinese words of at most `LONGEST_WORD` characters, single characters, Latin words
        and numbers of two to four digits, with their weighted counts.
    """
    counts: dict[str, float] = defaultdict(float)
    for text, weight in texts:
        for word, count in Counter(rjieba.cut(spell_for_tokenizer(text))).items():
            for piece in _candidates(word):
                counts[piece] += count * weight
    return dict(counts)


def _candidates(word: str) -> Iterator[str]:
    if _CHINESE.fullmatch(word):
        if len(word) <= LONGEST_WORD:
            yield word
        if len(word) > 1:
            yield from word
    elif _LATIN.fullmatch(word) or _DIGITS.fullmatch(word):
        yield word


def choose_words(
    counts: Mapping[str, float], size: int, rarest_character: float = RAREST_CHARACTER
) -> list[str]:
    """Choose at most `size` tokens: every character seen often enough, then the commonest words.

    :returns: tokens without `UNKNOWN`, most frequent first within their kind.
    """
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    chosen = dict.fromkeys(_ALWAYS)
    characters = (w for w in ranked if len(w) == 1 and counts[w] >= rarest_character)
    chosen.update(dict.fromkeys(characters))
    words = (word for word in ranked if len(word) > 1 and word not in chosen)
    chosen.update(dict.fromkeys(islice(words, max(0, size - 1 - len(chosen)))))
    return list(chosen)[: size - 1]


def build_tokenizer(words: Iterable[str], counts: Mapping[str, float]) -> Tokenizer:
    """Build the tokenizer: NFKC, lower case, runs of one kind, most probable cut.

    Punctuation, spaces and characters outside the vocabulary are dropped before the cut, so that
    they neither reach the vector nor spoil the run that they stand in.

    :param words: tokens; id 0 is `UNKNOWN`, the rest follow in this order.
    :param counts: weighted counts, from which the scores (log probabilities) come.
    """
    tokens = list(words)
    total = sum(max(counts.get(word, 0.0), 1.0) for word in tokens)
    # One decimal changes no measure and halves the digits in the file.
    scores = [round(math.log(max(counts.get(word, 0.0), 1.0) / total), 1) for word in tokens]
    tokenizer = Tokenizer(
        models.Unigram([(UNKNOWN, _UNKNOWN_SCORE), *zip(tokens, scores, strict=True)], unk_id=0)
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    known = {character for token in tokens for character in token if _CHINESE.match(character)}
    pattern = Regex(f"[a-z0-9%]+|[{_as_ranges(known)}]+" if known else "[a-z0-9%]+")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(pattern, "removed", invert=True)
    return tokenizer


def _as_ranges(characters: Iterable[str]) -> str:
    points = sorted(map(ord, characters))
    ranges: list[tuple[int, int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1] = (ranges[-1][0], point)
        else:
            ranges.append((point, point))
    return "".join(chr(a) if a == b else f"{chr(a)}-{chr(b)}" for a, b in ranges)


def recount(tokenizer: Tokenizer, texts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Count the tokens that `tokenizer` really uses, the hard E step of unigram training.

    (Kudo, Subword Regularization, 2018, with the best cut instead of all cuts.)
    """
    totals: dict[int, float] = defaultdict(float)
    iterator = iter(texts)
    while batch := list(islice(iterator, _BATCH)):
        encodings = tokenizer.encode_batch_fast([t for t, _ in batch], add_special_tokens=False)
        for encoding, (_, weight) in zip(encodings, batch, strict=True):
            for token in encoding.ids:
                totals[token] += weight
    return {str(tokenizer.id_to_token(token)): count for token, count in totals.items()}


Ints = NDArray[np.int64]

_WHOLE_TOKENS = 320
"""Tokens of a document that are read at most; about 700 characters."""
_WINDOW_TOKENS = (40, 160)
"""Tokens of a window; a passage of 300 characters has about 115."""
_SPAN_TOKENS = (5, 30)
"""Tokens of a query drawn from its own document."""
_WHOLE_SHARE = 0.5
_LEAK_SHARE = 0.1
"""Part of the drawn queries that stay in their document, so that exact words keep their worth."""


@dataclass(frozen=True, slots=True)
class TokenStore:
    """Texts as one run of token ids: text i is `ids[offsets[i]:offsets[i + 1]]`."""

    ids: NDArray[np.int32]
    offsets: Ints

    def lengths(self, texts: Ints) -> Ints:
        """Return the number of tokens of each text."""
        return self.offsets[texts + 1] - self.offsets[texts]


@dataclass(frozen=True, slots=True)
class PairTable:
    """The pairs of one source as indexes into a `TokenStore`; -1 where there is no text."""

    queries: Ints
    documents: Ints
    negatives: Ints


@dataclass(frozen=True, slots=True)
class Bags:
    """Token ids of n texts, flat, with the row that each belongs to (ascending)."""

    rows: Ints
    ids: NDArray[np.int32]
    count: int


def encode_texts(tokenizer: Tokenizer, texts: Iterable[str]) -> TokenStore:
    """Cut texts into token ids; empty texts keep their place with no ids."""
    parts: list[NDArray[np.int32]] = []
    lengths: list[int] = [0]
    iterator = iter(texts)
    while batch := list(islice(iterator, _BATCH)):
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            parts.append(np.array(encoding.ids, dtype=np.int32))
            lengths.append(len(encoding.ids))
    flat = np.concatenate(parts) if parts else np.empty(0, np.int32)
    return TokenStore(flat, np.cumsum(lengths, dtype=np.int64))


def tabulate(
    tokenizer: Tokenizer, sources: Sequence[Iterable[Pair]]
) -> tuple[TokenStore, list[PairTable]]:
    """Encode the texts of every source once and describe its pairs by their indexes."""
    seen: dict[str, int] = {}
    tables: list[PairTable] = []

    def index(text: str | None) -> int:
        return -1 if not text else seen.setdefault(text, len(seen))

    for pairs in sources:
        rows = [(index(p.query), index(p.document), index(p.negative)) for p in pairs]
        columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
        columns = columns[columns[:, 1] >= 0]
        tables.append(PairTable(columns[:, 0], columns[:, 1], columns[:, 2]))
    return encode_texts(tokenizer, seen), tables


def _gather(store: TokenStore, starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Return the row and the position in `store.ids` of every token of the slices."""
    rows = np.repeat(np.arange(len(starts), dtype=np.int64), lengths)
    first = np.cumsum(lengths) - lengths
    positions = np.arange(len(rows), dtype=np.int64) - first[rows] + starts[rows]
    return rows, positions


def draw_batch(
    store: TokenStore, table: PairTable, chosen: Ints, random: np.random.Generator
) -> tuple[Bags, Bags]:
    """Draw the texts of one batch: queries (n) and documents (n, then the known negatives).

    A document is read whole, up to a limit, or as a window of about a passage's length, each half
    of the time. A missing query is a span of the document's window, which then lacks that span.
    """
    documents, queries = table.documents[chosen], table.queries[chosen]
    negatives = table.negatives[chosen]
    documents = np.concatenate([documents, negatives[negatives >= 0]])
    full = store.lengths(documents)
    window = np.minimum(full, random.integers(*_WINDOW_TOKENS, len(documents)))
    length = np.where(random.random(len(documents)) < _WHOLE_SHARE, full, window)
    length = np.minimum(length, _WHOLE_TOKENS)
    offset = (random.random(len(documents)) * (full - length + 1)).astype(np.int64)
    starts = store.offsets[documents] + offset
    rows, positions = _gather(store, starts, length)

    drawn = queries < 0
    span = np.minimum(random.integers(*_SPAN_TOKENS, len(chosen)), length[: len(chosen)] // 2)
    room = length[: len(chosen)] - span + 1
    span_start = starts[: len(chosen)] + (random.random(len(chosen)) * room).astype(np.int64)
    query_start = np.where(drawn, span_start, store.offsets[queries])
    query_length = np.where(drawn, span, np.minimum(store.lengths(queries), _WHOLE_TOKENS))
    query_rows, query_positions = _gather(store, query_start, query_length)

    hidden = np.zeros(len(documents), dtype=bool)
    hidden[: len(chosen)] = drawn & (random.random(len(chosen)) >= _LEAK_SHARE)
    low, high = np.zeros(len(documents), np.int64), np.zeros(len(documents), np.int64)
    low[: len(chosen)], high[: len(chosen)] = span_start, span_start + span
    inside = hidden[rows] & (positions >= low[rows]) & (positions < high[rows])
    rows, positions = rows[~inside], positions[~inside]
    return (
        Bags(query_rows, store.ids[query_positions], len(chosen)),
        Bags(rows, store.ids[positions], len(documents)),
    )
