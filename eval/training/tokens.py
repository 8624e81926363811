"""The vocabulary of the bundled model, and the training texts as ids of its tokens, in batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eval.training.pairs import Pair

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


def encode_texts(tokenizer: Tokenizer, texts: Iterable[str], batch_size: int = 2000) -> TokenStore:
    """Cut texts into token ids; empty texts keep their place with no ids."""
    parts: list[NDArray[np.int32]] = []
    lengths: list[int] = [0]
    iterator = iter(texts)
    while batch := list(islice(iterator, batch_size)):
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
