"""Haystack's document store in memory, with its retrievers by words and by vectors, joined."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from tools.peers.peer import BATCH, FOUND, Material, PeerQuery, Search, Tokens


class Haystack:
    """The store that comes with it; others want a server."""

    distributions = ("haystack-ai",)
    modules = (
        "haystack.document_stores.in_memory",
        "haystack.components.retrievers.in_memory",
        "haystack.components.joiners",
    )

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Keep documents of tokens, their counts and the vectors in dictionaries."""
        data: Any = importlib.import_module("haystack.dataclasses")
        stores, retrievers, joiners = (importlib.import_module(name) for name in self.modules)
        tokens = Tokens()
        store: Any = stores.InMemoryDocumentStore(
            bm25_tokenization_regex=r"\S+",
            bm25_algorithm="BM25Plus",
            bm25_parameters={"k1": 1.2, "b": 0.75, "delta": 0.0},  # which is plain BM25
            shared=False,
        )
        for start in range(0, len(material.keys), BATCH):
            some = slice(start, start + BATCH)
            rows = zip(
                material.keys[some], material.texts[some], material.vectors[some], strict=True
            )
            store.write_documents(
                [
                    data.Document(
                        id=str(key), content=tokens.joined(text), embedding=vector.tolist()
                    )
                    for key, text, vector in rows
                ]
            )
        words: Any = retrievers.InMemoryBM25Retriever(store, top_k=FOUND)
        vectors: Any = retrievers.InMemoryEmbeddingRetriever(store, top_k=FOUND)
        joiner: Any = joiners.DocumentJoiner("reciprocal_rank_fusion", top_k=FOUND)

        def by_words(asked: PeerQuery) -> Any:
            return words.run(query=tokens.joined(asked.text))["documents"]

        def by_vectors(asked: PeerQuery) -> Any:
            return vectors.run(query_embedding=asked.vector.tolist())["documents"]

        def by_both(asked: PeerQuery) -> Any:
            return joiner.run([by_words(asked), by_vectors(asked)])["documents"]

        def keys(found: Any) -> list[int]:
            return [int(document.id) for document in found]

        return {
            "lexical": lambda asked: keys(by_words(asked)),
            "dense": lambda asked: keys(by_vectors(asked)),
            "fused": lambda asked: keys(by_both(asked)),
        }
