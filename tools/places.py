"""Whether indexes on Milvus find what a home's own do: python -m tools.places FOLDER ADDRESS.

Prints, over the queries of a judged set: which share of each leg's 200 candidates both have,
nDCG@10 of the whole ranking with either, and what a search takes.
"""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from corpus.store.store import Store
from corpus.temporary import hold_folder
from eval.collection import store_documents
from eval.data.beir import load_beir
from index.engine import Engine
from index.models.choice import Models
from index.models.embed import open_embedder
from index.stores.place import Place

FOUND = 200


def main() -> None:
    """Index a judged set twice, and compare."""
    judged = load_beir(Path(sys.argv[1]))
    embedder = open_embedder(Models())
    found: list[dict[str, Any]] = []
    with hold_folder("places") as folder, Store.open(folder) as store:
        names = store_documents(store, judged.documents, lambda *_: None)
        for place in (None, Place(sys.argv[2])):
            with closing(Engine(folder, store, embedder, place=place)) as engine:
                began = time.perf_counter()
                engine.recover()
                print(place.where if place else "home", f"{time.perf_counter() - began:.0f} s")
                found.append(search_all(engine, judged, names))
    here, there = found
    for leg in ("lexical", "dense"):
        pairs = zip(here[leg], there[leg], strict=True)
        print(leg, f"{np.mean([len(a & b) / max(1, len(a)) for a, b in pairs]):.4f} alike")
    for each in found:
        print(
            f"nDCG@10 {np.mean(each['gain']):.4f}", f"median {1000 * median(each['time']):.0f} ms"
        )


def search_all(engine: Engine, judged: Any, names: Any) -> dict[str, Any]:
    """Return what each leg and the whole find for each query."""
    found: dict[str, Any] = {"lexical": [], "dense": [], "gain": [], "time": []}
    for query_id, text in judged.queries.items():
        query = engine.retriever.analyse(text)
        lexical = engine.retriever.proposer.find_by_terms(query)
        found["lexical"].append(set(lexical))
        found["dense"].append({key for key, _ in engine.legs.find_near(query.vector, FOUND)})
        began = time.perf_counter()
        ranked = engine.retriever.rank_replies(query, 10)
        found["time"].append(time.perf_counter() - began)
        relevant = judged.qrels.get(query_id, {})
        gains = [
            1 / np.log2(place + 2)
            for place, reply in enumerate(ranked)
            if {*names.get(reply.reply_id, [])} & relevant.keys()
        ]
        found["gain"].append(sum(gains) / sum(1 / np.log2(n + 2) for n in range(len(relevant))))
    return found


if __name__ == "__main__":
    main()
