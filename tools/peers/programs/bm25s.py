"""bm25s: BM25 from NumPy arrays in memory."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from tools.peers.peer import FOUND, Material, PeerQuery, Search, Tokens


class Bm25s:
    """Words alone: it knows no vectors."""

    distributions = ("bm25s",)
    modules = ("bm25s",)

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Index tokens."""
        bm25s: Any = importlib.import_module("bm25s")
        tokens_of = Tokens()
        index = bm25s.BM25(k1=1.2, b=0.75)
        index.index([tokens_of(text) for text in material.texts], show_progress=False)
        k = min(FOUND, len(material.keys))

        def find_words(asked: PeerQuery) -> list[int]:
            found, _ = index.retrieve([tokens_of(asked.text)], k=k, show_progress=False)
            return [material.keys[number] for number in found[0]]

        return {"lexical": find_words}
