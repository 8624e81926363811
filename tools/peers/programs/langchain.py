"""LangChain: its retriever by BM25, its vector store in memory, and its ensemble of both."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from tools.peers.peer import FOUND, Material, PeerQuery, Search, Tokens

KEY = "key"
"""Under this name documents know their keys."""


class LangChain:
    """What its guides put together where nothing is installed beside it."""

    distributions = ("langchain-core", "langchain-classic", "langchain-community", "rank-bm25")
    modules = (
        "langchain_core.vectorstores",
        "langchain_classic.retrievers",
        "langchain_community.retrievers",
        "rank_bm25",
    )

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Keep documents, the counts of their tokens and the vectors in lists and dictionaries."""
        stores: Any = importlib.import_module("langchain_core.vectorstores")
        documents: Any = importlib.import_module("langchain_core.documents")
        retrievers: Any = importlib.import_module("langchain_community.retrievers")
        ensembles: Any = importlib.import_module("langchain_classic.retrievers")
        known = iter(material.vectors.tolist())
        asked_for: dict[str, list[float]] = {}

        class Given(importlib.import_module("langchain_core.embeddings").Embeddings):  # type: ignore[misc]
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return [next(known) for _ in texts]

            def embed_query(self, text: str) -> list[float]:
                return asked_for[text]

        kept = [
            documents.Document(page_content=text, id=str(key), metadata={KEY: key})
            for key, text in zip(material.keys, material.texts, strict=True)
        ]
        store = stores.InMemoryVectorStore(Given())
        store.add_documents(kept)
        words = retrievers.BM25Retriever.from_documents(
            kept, bm25_params={"k1": 1.2, "b": 0.75}, preprocess_func=Tokens(), k=FOUND
        )
        vectors = store.as_retriever(search_kwargs={"k": FOUND})
        both = ensembles.EnsembleRetriever(retrievers=[words, vectors], id_key=KEY)

        def find(retriever: Any, asked: PeerQuery) -> list[int]:
            asked_for[asked.text] = asked.vector.tolist()
            return [found.metadata[KEY] for found in retriever.invoke(asked.text)][:FOUND]

        return {
            "lexical": lambda asked: find(words, asked),
            "dense": lambda asked: find(vectors, asked),
            "fused": lambda asked: find(both, asked),
        }
