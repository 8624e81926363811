"""The same work by other programs: the same passages, tokens, vectors and queries.

What has a lexical leg is given the tokens that Dafu indexes, or where it insists on its own
segmentation, jieba's; what has a dense leg is given Dafu's vectors. Each finds the 100 best.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.stores.dense import DenseIndex
from index.stores.lexical import LexicalEntry, LexicalField, LexicalIndex, LexicalTerm
from index.text.segment import Segmenter

Vectors = NDArray[np.float32]

FOUND = 100
"""How many passages each leg is asked for."""

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Material:
    """What is indexed: keys, texts and float32 (n, dimension) vectors, in the same order."""

    keys: list[int]
    texts: list[str]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class PeerQuery:
    """A query; its vector is float32 (dimension,)."""

    text: str
    vector: Vectors


Search = Callable[[PeerQuery], Iterable[Any]]


class Peer(Protocol):
    """Another program."""

    @property
    def distributions(self) -> tuple[str, ...]:
        """Its packages as pip names them."""
        ...

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules that are used of them."""
        ...

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Index, in a folder if it keeps anything on the disk; return a search for each leg."""
        ...


class Dafu:
    """Dafu's own two legs, given what the others are given."""

    distributions = ("tantivy", "faiss-cpu")
    modules = ("tantivy", "faiss")

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Index in tantivy and FAISS, through Dafu's legs."""
        segmenter = Segmenter()
        lexical = LexicalIndex.open(folder / "lexical")
        dense = DenseIndex.open(folder / "dense", material.vectors.shape[1])
        for start in range(0, len(material.keys), BATCH):
            some = slice(start, start + BATCH)
            lexical.add(
                LexicalEntry(key, str(key), segmenter.segment(text))
                for key, text in zip(material.keys[some], material.texts[some], strict=True)
            )
            dense.add(material.keys[some], material.vectors[some])
        lexical.commit()
        dense.commit()

        def find_words(asked: PeerQuery) -> Iterable[Any]:
            tokens = segmenter.segment(asked.text)
            terms = [LexicalTerm(LexicalField.WORDS, token) for token in tokens.words]
            terms += [LexicalTerm(LexicalField.BIGRAMS, token) for token in tokens.bigrams]
            return lexical.search(terms, FOUND)

        return {"lexical": find_words, "dense": lambda asked: dense.search(asked.vector, FOUND)}


class Bm25s:
    """bm25s: BM25 from NumPy arrays in memory."""

    distributions = ("bm25s",)
    modules = ("bm25s",)

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Index tokens."""
        bm25s = importlib.import_module("bm25s")
        tokens_of = _Tokens()
        index = bm25s.BM25(k1=1.2, b=0.75)
        index.index([tokens_of(text) for text in material.texts], show_progress=False)
        k = min(FOUND, len(material.keys))

        def find_words(asked: PeerQuery) -> Iterable[Any]:
            found, _ = index.retrieve([tokens_of(asked.text)], k=k, show_progress=False)
            return [material.keys[number] for number in found[0]]

        return {"lexical": find_words}


class MilvusLite:
    """Milvus Lite through pymilvus: an index in a file, searched by words, by vectors, by both."""

    distributions = ("pymilvus", "milvus-lite")
    modules = ("pymilvus", "milvus_lite")

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Index passages by jieba's words and vectors by a flat index."""
        pymilvus: Any = importlib.import_module("pymilvus")
        kinds = pymilvus.DataType
        client = pymilvus.MilvusClient(str(folder / "milvus.db"))
        schema = client.create_schema()
        schema.add_field("key", kinds.INT64, is_primary=True)
        words = {"tokenizer": "jieba"}
        schema.add_field(
            "text", kinds.VARCHAR, max_length=65_535, enable_analyzer=True, analyzer_params=words
        )
        schema.add_field("sparse", kinds.SPARSE_FLOAT_VECTOR)
        schema.add_field("dense", kinds.FLOAT_VECTOR, dim=material.vectors.shape[1])
        bm25 = pymilvus.FunctionType.BM25
        schema.add_function(
            pymilvus.Function("bm25", bm25, input_field_names=["text"], output_field_names="sparse")
        )
        indexes = client.prepare_index_params()
        indexes.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
        indexes.add_index("dense", index_type="FLAT", metric_type="IP")
        client.create_collection("passages", schema=schema, index_params=indexes)
        rows = zip(material.keys, material.texts, material.vectors, strict=True)
        batch = [{"key": key, "text": text, "dense": vector} for key, text, vector in rows]
        for start in range(0, len(batch), BATCH):
            client.insert("passages", batch[start : start + BATCH])
        client.load_collection("passages")

        def find(field: str, asked: Any) -> Iterable[Any]:
            found = client.search("passages", [asked], anns_field=field, limit=FOUND)
            return [hit["key"] for hit in found[0]]

        def find_both(asked: PeerQuery) -> Iterable[Any]:
            legs = [
                pymilvus.AnnSearchRequest([given], field, {}, limit=FOUND)
                for given, field in ((asked.text, "sparse"), (asked.vector, "dense"))
            ]
            found = client.hybrid_search("passages", legs, pymilvus.RRFRanker(), limit=FOUND)
            return [hit["key"] for hit in found[0]]

        return {
            "lexical": lambda asked: find("sparse", asked.text),
            "dense": lambda asked: find("dense", asked.vector),
            "fused": find_both,
        }


class Txtai:
    """txtai: BM25 in Python and SQLite, vectors in FAISS, both together by weights."""

    distributions = ("txtai",)
    modules = ("txtai",)

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Index tokens, parted by spaces, and vectors, looked up by them."""
        txtai = importlib.import_module("txtai")
        tokens_of = _Tokens()
        texts = [" ".join(tokens_of(text)) for text in material.texts]
        vectors = dict(zip(texts, material.vectors, strict=True))

        def look_up(given: Sequence[str]) -> Vectors:
            return np.stack([vectors[text] for text in given])

        settings = {
            "method": "external",
            "transform": look_up,
            "scoring": {"method": "bm25", "terms": True, "normalize": True},
            "faiss": {"components": "IDMap,Flat"},
        }
        index = txtai.Embeddings(settings)
        index.index(zip(material.keys, texts, [None] * len(texts), strict=True))

        def find_both(asked: PeerQuery) -> Iterable[Any]:
            text = " ".join(tokens_of(asked.text))
            vectors[text] = asked.vector
            found: Iterable[Any] = index.search(text, limit=FOUND, weights=0.5)
            return found

        return {
            "lexical": lambda asked: index.scoring.search(tokens_of(asked.text), FOUND),
            "dense": lambda asked: index.ann.search(asked.vector[None], FOUND)[0],
            "fused": find_both,
        }


class LangChain:
    """LangChain's vector store in memory; it has no search by words."""

    distributions = ("langchain-core",)
    modules = ("langchain_core.vectorstores", "langchain_core.documents")

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Keep the vectors in its dictionary."""
        stores: Any = importlib.import_module("langchain_core.vectorstores")
        documents: Any = importlib.import_module("langchain_core.documents")
        embeddings: Any = importlib.import_module("langchain_core.embeddings")
        known = iter(material.vectors.tolist())

        class Given(embeddings.Embeddings):  # type: ignore[misc]
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return [next(known) for _ in texts]

            def embed_query(self, text: str) -> list[float]:
                raise NotImplementedError  # it is asked by vectors

        store = stores.InMemoryVectorStore(Given())
        store.add_documents(
            [
                documents.Document(page_content=text, id=str(key))
                for key, text in zip(material.keys, material.texts, strict=True)
            ]
        )
        search = store.similarity_search_with_score_by_vector
        return {"dense": lambda asked: search(asked.vector.tolist(), k=FOUND)}


PEERS: dict[str, Peer] = {
    "dafu": Dafu(),
    "bm25s": Bm25s(),
    "milvus-lite": MilvusLite(),
    "txtai": Txtai(),
    "langchain": LangChain(),
}


def missing_packages(name: str) -> list[str]:
    """Return those of a peer's packages that are not installed."""
    return [each for each in PEERS[name].distributions if installed_version(each) is None]


class _Tokens:
    """The tokens that Dafu indexes."""

    def __init__(self) -> None:
        self._segmenter = Segmenter()

    def __call__(self, text: str) -> list[str]:
        tokens = self._segmenter.segment(text)
        return [*tokens.words, *tokens.bigrams]


def installed_version(distribution: str) -> str | None:
    """Return the version of a package, None where it is not installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
