"""txtai: BM25 in Python and SQLite, vectors in FAISS, both together by weights."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tools.peers.peer import FOUND, Material, PeerQuery, Search, Tokens, Vectors


class Txtai:
    """Its `Embeddings` with both indexes, given vectors by a function of ours."""

    distributions = ("txtai",)
    modules = ("txtai",)

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Index tokens, parted by spaces, and vectors, looked up by them."""
        txtai: Any = importlib.import_module("txtai")
        tokens = Tokens()
        texts = list(map(tokens.joined, material.texts))
        vectors = dict(zip(texts, material.vectors, strict=True))

        def look_up(given: Sequence[str]) -> Vectors:
            return np.stack([vectors[text] for text in given])

        settings = {
            "method": "external",
            "transform": look_up,
            "scoring": {
                "method": "bm25",
                "terms": True,
                "normalize": True,
                "tokenizer": {"whitespace": True},  # its own takes every Han character for a word
            },
            "faiss": {"components": "IDMap,Flat"},
        }
        index = txtai.Embeddings(settings)
        index.index(zip(range(len(texts)), texts, [None] * len(texts), strict=True))

        def keys(found: Sequence[tuple[int, float]]) -> list[int]:
            return [material.keys[number] for number, _ in found]

        def find_both(asked: PeerQuery) -> list[int]:
            text = tokens.joined(asked.text)
            vectors[text] = asked.vector
            return keys(index.search(text, limit=FOUND, weights=0.5))

        return {
            "lexical": lambda asked: keys(index.scoring.search(tokens(asked.text), FOUND)),
            "dense": lambda asked: keys(index.ann.search(asked.vector[None], FOUND)[0]),
            "fused": find_both,
        }
