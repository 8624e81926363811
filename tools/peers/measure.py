"""Measure another program over what Dafu has exported.

All are tasks that `eval.bench.task.do_task` has done in a process of their own.
"""

from __future__ import annotations

import importlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from corpus.files import bytes_below
from corpus.progress import Progress
from eval.bench.gauges import Stopwatch, peak_memory
from eval.bench.task import serve
from eval.collection import index_documents, open_store_and_engine
from eval.data.beir import load_beir
from eval.data.spans import Level
from eval.ranking.search import Leg, SearchTask, search_queries
from index.engine import Engine
from index.models.choice import Models
from index.stores.texts import read_indexed
from tools.peers.known import PEERS, installed_version
from tools.peers.peer import Material, PeerQuery, Search

DEPTH = 10
"""So many documents of each query Dafu is asked for, which nDCG@10 looks at."""


def export(home: Path, queries: dict[str, list[str]], models: Models, folder: Path) -> None:
    """Save what other programs are given: passages, queries, and the vectors of both."""
    with open_store_and_engine(home, models) as engine:
        _save_material(engine, queries, folder)


def export_judged(source: Path, models: Models, folder: Path, told: Progress) -> dict[str, Any]:
    """Index a test set's documents and save what other programs are given, with Dafu's own run.

    Returns the ids of the documents by the key of each of their passages, the ids of the queries in
    the order they are saved in, and the best documents of each that Dafu's whole search finds.
    """
    judged = load_beir(source)
    with index_documents(judged.documents, models, told) as collection:
        engine = collection.engine
        _save_material(engine, {"judged": list(judged.queries.values())}, folder)
        run = search_queries(
            collection, judged, SearchTask(Leg.FUSED, Level.REPLY, DEPTH), told
        ).run
        passages = engine.store.passages(engine.store.select_keys().tolist())
        return {
            "documents": len(judged.documents),
            "names": {
                str(key): list(collection.names[each.reply_id]) for key, each in passages.items()
            },
            "queries": list(judged.queries),
            "run": run,
        }


def _save_material(engine: Engine, queries: dict[str, list[str]], folder: Path) -> None:
    keys = engine.store.select_keys()
    with (folder / "passages.jsonl").open("w", encoding="utf-8") as file:
        for start in range(0, len(keys), 1000):
            indexed = read_indexed(engine.store, keys[start : start + 1000].tolist())
            for key, each in indexed.items():
                file.write(json.dumps([key, each.text], ensure_ascii=False) + "\n")
    np.save(folder / "vectors.npy", engine.legs.dense.vectors(keys))
    texts = [text for kind in queries.values() for text in kind]
    vectors = [engine.retriever.analyser.embed(text) for text in texts]
    np.save(folder / "query_vectors.npy", np.array(vectors))
    content = json.dumps(queries, ensure_ascii=False)
    (folder / "queries.json").write_text(content, "utf-8")


def _load_material(folder: Path) -> Material:
    rows = [json.loads(line) for line in (folder / "passages.jsonl").open(encoding="utf-8")]
    vectors = np.load(folder / "vectors.npy")
    return Material([key for key, _ in rows], [text for _, text in rows], vectors)


def _load_queries(folder: Path) -> dict[str, list[PeerQuery]]:
    queries = json.loads((folder / "queries.json").read_text("utf-8"))
    vectors = iter(np.load(folder / "query_vectors.npy"))
    return {
        kind: [PeerQuery(text, next(vectors)) for text in given] for kind, given in queries.items()
    }


@contextmanager
def _own_folder(name: str, folder: Path) -> Iterator[Path]:
    """Import a peer's modules, and lend it a folder."""
    os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")  # it would tell its makers
    for module in PEERS[name].modules:
        importlib.import_module(module)
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
        yield Path(own)


def measure_peer(name: str, folder: Path, seconds: float, told: Progress) -> dict[str, Any]:
    """Measure how fast one peer is over the material that is saved in a folder.

    Of each kind of query as many are asked as fit into `seconds`, one at least, after a first that
    is not counted, for it opens what is opened on first use.
    """
    material, queries = _load_material(folder), _load_queries(folder)
    with _own_folder(name, folder) as own:
        idle = peak_memory()
        told(f"{name} 建索引", 0, None)
        began = time.perf_counter()
        legs = PEERS[name].build(material, own)
        built = time.perf_counter() - began
        latency = {}
        for kind, asked in queries.items():
            watch = Stopwatch()
            for leg, search in legs.items():
                told(f"{name} 检索（{kind} {leg}）", 0, None)
                _time_leg(watch, leg, search, asked, seconds)
            latency[kind] = {leg: asdict(each) for leg, each in watch.latencies().items()}
        return {
            "versions": {each: installed_version(each) for each in PEERS[name].distributions},
            "build_seconds": built,
            "passages": len(material.keys),
            "latency": latency,
            "disk_bytes": bytes_below(own),
            "idle_bytes": idle,
            "peak_bytes": peak_memory(),
        }


def _time_leg(
    watch: Stopwatch, leg: str, search: Search, asked: list[PeerQuery], seconds: float
) -> None:
    search(asked[0])
    until = time.monotonic() + seconds
    for each in asked[1:]:
        watch.measure(leg, search, each)
        if time.monotonic() > until:
            break


def rank_by_peer(name: str, folder: Path, told: Progress) -> dict[str, list[list[int]]]:
    """Return the keys that each leg of a peer finds for each query of a saved test set."""
    material, (asked,) = _load_material(folder), _load_queries(folder).values()
    with _own_folder(name, folder) as own:
        told(f"{name} 建索引", 0, None)
        legs = PEERS[name].build(material, own)
        found: dict[str, list[list[int]]] = {leg: [] for leg in legs}
        for number, each in enumerate(asked):
            told(f"{name} 检索", number, len(asked))
            for leg, search in legs.items():
                found[leg].append([int(key) for key in search(each)])
        return found


TASKS: dict[str, Callable[..., Any]] = {
    "export": lambda told, home, queries, models, folder: export(
        Path(home), queries, Models(**models), Path(folder)
    ),
    "export_judged": lambda told, source, models, folder: export_judged(
        Path(source), Models(**models), Path(folder), told
    ),
    "peer": lambda told, name, folder, seconds: measure_peer(name, Path(folder), seconds, told),
    "rank": lambda told, name, folder: rank_by_peer(name, Path(folder), told),
}

if __name__ == "__main__":
    serve(TASKS)
