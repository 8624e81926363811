"""Prove that SQLite, tantivy and FAISS agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.filters import UNMARKED, Filters
from corpus.types import Disclosure
from index.stores.encoded import EncodedIndex
from index.stores.encoder_input import encoded_text
from index.stores.entries import iter_entries
from index.stores.indexer import BATCH, Indexer
from index.stores.keys import Keys
from index.stores.texts import make_readables, read_indexed

SAMPLE = 200
"""How many passages, spread evenly, are segmented and embedded anew and compared."""

READ_ANEW = 50
"""How many of those that the encoder has read are read anew and compared: it takes a second."""

LEAST_COSINE = 0.999
"""Of a vector with the same text's vector made anew; other batches round otherwise."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found: `problems` is empty where all agree; `counts` says how much was compared."""

    problems: tuple[str, ...]
    """查出的问题；为空即一致"""
    counts: dict[str, int]
    """核对了多少"""


def verify(indexer: Indexer, encoded: EncodedIndex | None = None) -> Verification:
    """Compare both legs and the texts with the store key by key, and a sample of their content.

    Of what the encoder has read so far a sample is compared too; passages that it has not read are
    no fault.

    Checked as well: SQLite's own consistency, that the text of each reply is what was loaded, that
    passages lie within their replies, and that every vector has the length 1 (or 0, of a text
    without a known token).
    """
    store, legs = indexer.store, indexer.legs
    wanted, lexical, dense = store.select_keys(), legs.lexical.keys(), legs.dense.keys()
    problems = [
        *store.iter_problems(),
        *_iter_key_problems("词语索引", wanted, lexical),
        *_iter_key_problems("向量索引", wanted, dense),
        *_iter_key_problems("检索文本", wanted, legs.texts.keys()),
        *_iter_disclosure_problems(indexer),
        *_iter_vector_problems(indexer, dense),
        *legs.texts.iter_problems(),
        *_iter_text_problems(indexer, wanted),
    ]
    both = np.intersect1d(np.intersect1d(lexical, dense), wanted)
    sample = both[:: max(1, len(both) // SAMPLE)]
    problems.extend(_iter_content_problems(indexer, sample))
    read = np.intersect1d(encoded.keys(), wanted) if encoded else wanted[:0]
    if encoded:
        problems.extend(_iter_encoded_problems(indexer, encoded, read))
    counts = {
        "replies": store.stats().replies,
        "passages": len(wanted),
        "lexical": len(lexical),
        "dense": len(dense),
        "encoded": len(read),
        "sample": len(sample),
    }
    return Verification(tuple(problems), counts)


def _iter_key_problems(name: str, wanted: Keys, found: Keys) -> Iterator[str]:
    for what, keys in (
        ("缺少", np.setdiff1d(wanted, found)),
        ("多出", np.setdiff1d(found, wanted)),
        ("重复", _repeated(found)),
    ):
        if len(keys):
            yield f"{name}{what} {len(keys)} 段（编号 {_examples(keys)}）。请运行 dafu rebuild。"


def _iter_disclosure_problems(indexer: Indexer) -> Iterator[str]:
    """Compare all marks, not a sample: searches go by them, so that nothing closed is found."""
    for mark in (*(mark.value for mark in Disclosure), UNMARKED):
        marked = Filters(disclosures=(mark,))
        wanted, found = indexer.store.select_keys(marked), indexer.legs.lexical.keys(marked)
        wrong = np.setxor1d(wanted, found)
        if len(wrong):
            yield (
                f"词语索引里公开属性为“{mark or '未标明'}”的段落与文库不符：{len(wrong)} 段不同"
                f"（编号 {_examples(wrong)}）。请运行 dafu rebuild。"
            )


def _iter_vector_problems(indexer: Indexer, keys: Keys) -> Iterator[str]:
    lengths = np.linalg.norm(indexer.legs.dense.vectors(keys), axis=1)
    wrong = keys[~(np.isclose(lengths, 1, atol=1e-3) | (lengths == 0))]
    if len(wrong):
        yield (
            f"向量索引有 {len(wrong)} 个向量的长度不是 1（编号 {_examples(wrong)}）。"
            "请运行 dafu rebuild。"
        )


def _iter_text_problems(indexer: Indexer, keys: Keys) -> Iterator[str]:
    """Compare all texts, not a sample: who reads them takes them for what the replies say."""
    wrong: list[int] = []
    for start in range(0, len(keys), BATCH):
        indexed = read_indexed(indexer.store, keys[start : start + BATCH].tolist())
        held = indexer.legs.texts.read(indexed)
        wrong += [e.key for e in make_readables(indexed) if held.get(e.key, e) != e]
    if wrong:
        yield (
            f"检索文本 {indexer.legs.texts.path} 与文库内容不符："
            f"{len(keys)} 段中 {len(wrong)} 段不同（编号 {_examples(np.array(wrong))}）。"
            "请运行 dafu rebuild。"
        )


def _iter_content_problems(indexer: Indexer, keys: Keys) -> Iterator[str]:
    if not len(keys):
        return
    indexed = read_indexed(indexer.store, keys.tolist())
    readables = make_readables(indexed)
    replies = (each.reply for each in indexed.values())
    entries = iter_entries(zip(replies, readables, strict=True), indexer.segmenter)
    holds = indexer.legs.lexical.holds
    lexical = np.array([e.key for e in entries if not holds(e)], np.int64)
    kept = indexer.legs.dense.vectors(list(indexed))
    anew = indexer.embedder.embed_passages([each.embedded for each in indexed.values()])
    cosines = np.sum(kept * anew, axis=1)
    lengths = np.linalg.norm(anew, axis=1)
    dense = np.array(list(indexed))[(cosines < LEAST_COSINE) & (lengths > 0)]
    for name, wrong in (("词语索引", lexical), ("向量索引", dense)):
        if len(wrong):
            yield (
                f"{name}与文库内容不符：抽查 {len(keys)} 段，{len(wrong)} 段不同"
                f"（编号 {_examples(wrong)}）。请运行 dafu rebuild。"
            )


def _iter_encoded_problems(indexer: Indexer, encoded: EncodedIndex, keys: Keys) -> Iterator[str]:
    if not len(keys):
        return
    sample = keys[:: max(1, len(keys) // READ_ANEW)]
    indexed = read_indexed(indexer.store, sample.tolist())
    anew = encoded.encoder.embed_passages([encoded_text(each) for each in indexed.values()])
    cosines = np.sum(encoded.vectors(list(indexed)) * anew, axis=1)
    wrong = np.array(list(indexed))[cosines < LEAST_COSINE]
    if len(wrong):
        yield (
            f"语义向量与文库内容不符：抽查 {len(sample)} 段，{len(wrong)} 段不同"
            f"（编号 {_examples(wrong)}）。请运行 dafu rebuild。"
        )


def _repeated(keys: Keys) -> Keys:
    return np.unique(keys[1:][np.diff(keys) == 0])


def _examples(keys: NDArray[np.int64]) -> str:
    return "、".join(map(str, keys[:5].tolist())) + ("……" if len(keys) > 5 else "")
