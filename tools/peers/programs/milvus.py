"""Milvus Lite through pymilvus: an index in a file, searched by words, by vectors, by both."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from tools.peers.peer import BATCH, FOUND, Material, PeerQuery, Search, Tokens


class MilvusLite:
    """Its own BM25, a flat index of vectors, and reciprocal ranks of both."""

    distributions = ("pymilvus", "milvus-lite")
    modules = ("pymilvus", "milvus_lite")

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Index tokens, which its standard analyser parts at spaces, and vectors."""
        pymilvus: Any = importlib.import_module("pymilvus")
        tokens = Tokens()
        client = pymilvus.MilvusClient(str(folder / "milvus.db"))
        _create(pymilvus, client, material.vectors.shape[1])
        rows = zip(material.keys, map(tokens.joined, material.texts), material.vectors, strict=True)
        batch = [{"key": key, "text": text, "dense": vector} for key, text, vector in rows]
        for start in range(0, len(batch), BATCH):
            client.insert("passages", batch[start : start + BATCH])
        client.flush("passages")  # else every query indexes what isn't written yet
        client.load_collection("passages")

        def find(field: str, asked: Any) -> list[int]:
            found = client.search("passages", [asked], anns_field=field, limit=FOUND)
            return [hit["key"] for hit in found[0]]

        def find_both(asked: PeerQuery) -> list[int]:
            legs = [
                pymilvus.AnnSearchRequest([given], field, {}, limit=FOUND)
                for given, field in (
                    (tokens.joined(asked.text), "sparse"),
                    (asked.vector, "dense"),
                )
            ]
            found = client.hybrid_search("passages", legs, pymilvus.RRFRanker(), limit=FOUND)
            return [hit["key"] for hit in found[0]]

        return {
            "lexical": lambda asked: find("sparse", tokens.joined(asked.text)),
            "dense": lambda asked: find("dense", asked.vector),
            "fused": find_both,
        }


def _create(pymilvus: Any, client: Any, dimension: int) -> None:
    """Create the collection with an index for each leg."""
    kinds = pymilvus.DataType
    schema = client.create_schema()
    schema.add_field("key", kinds.INT64, is_primary=True)
    words = {"tokenizer": "standard"}
    schema.add_field(
        "text", kinds.VARCHAR, max_length=65_535, enable_analyzer=True, analyzer_params=words
    )
    schema.add_field("sparse", kinds.SPARSE_FLOAT_VECTOR)
    schema.add_field("dense", kinds.FLOAT_VECTOR, dim=dimension)
    bm25 = pymilvus.FunctionType.BM25
    schema.add_function(
        pymilvus.Function("bm25", bm25, input_field_names=["text"], output_field_names="sparse")
    )
    indexes = client.prepare_index_params()
    plain = {"bm25_k1": 1.2, "bm25_b": 0.75}
    indexes.add_index(
        "sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=plain
    )
    indexes.add_index("dense", index_type="FLAT", metric_type="IP")
    client.create_collection("passages", schema=schema, index_params=indexes)
