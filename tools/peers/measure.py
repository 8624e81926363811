"""Measure another program over what Dafu has exported.

Both are tasks that `eval.bench.task.do_task` has done in a process of their own.
"""

from __future__ import annotations

import importlib
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from corpus.files import bytes_below
from corpus.progress import Progress
from eval.bench.gauges import Stopwatch, peak_memory
from eval.bench.task import serve
from eval.collection import open_store_and_engine
from index.models.choice import Models
from index.stores.texts import read_indexed
from tools.peers.programs import PEERS, Material, PeerQuery, Search, installed_version


def export(home: Path, queries: dict[str, list[str]], models: Models, folder: Path) -> None:
    """Save what other programs are given: passages, queries, and the vectors of both."""
    with open_store_and_engine(home, models) as engine:
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


def measure_peer(name: str, folder: Path, seconds: float, told: Progress) -> dict[str, Any]:
    """Measure one peer over the material that is saved in a folder.

    Of each kind of query as many are asked as fit into `seconds`, two at least.
    """
    rows = [json.loads(line) for line in (folder / "passages.jsonl").open(encoding="utf-8")]
    texts = [text for _, text in rows]
    material = Material([key for key, _ in rows], texts, np.load(folder / "vectors.npy"))
    queries = json.loads((folder / "queries.json").read_text("utf-8"))
    vectors = iter(np.load(folder / "query_vectors.npy"))
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
        for module in PEERS[name].modules:
            importlib.import_module(module)
        idle = peak_memory()
        told(f"{name} 建索引", 0, None)
        began = time.perf_counter()
        legs = PEERS[name].build(material, Path(own))
        built = time.perf_counter() - began
        latency: dict[str, Any] = {}
        for kind, given in queries.items():
            asked = [PeerQuery(text, next(vectors)) for text in given]
            watch = Stopwatch()
            for leg, search in legs.items():
                search(asked[0])  # which opens what is opened on first use
                until = time.monotonic() + seconds
                for number, each in enumerate(asked[1:]):
                    if number > 1 and time.monotonic() > until:
                        break
                    told(f"{name} 检索（{kind} {leg}）", number, len(asked) - 1)
                    watch.measure(leg, _found, search, each)
            latency[kind] = {leg: asdict(each) for leg, each in watch.latencies().items()}
        return {
            "versions": {each: installed_version(each) for each in PEERS[name].distributions},
            "build_seconds": built,
            "passages": len(rows),
            "latency": latency,
            "disk_bytes": bytes_below(Path(own)),
            "idle_bytes": idle,
            "peak_bytes": peak_memory(),
        }


def _found(search: Search, asked: PeerQuery) -> list[Any]:
    return list(search(asked))  # one that gives as it goes has done nothing before


TASKS: dict[str, Callable[..., Any]] = {
    "export": lambda told, home, queries, models, folder: export(
        Path(home), queries, Models(**models), Path(folder)
    ),
    "peer": lambda told, name, folder, seconds: measure_peer(name, Path(folder), seconds, told),
}

if __name__ == "__main__":
    serve(TASKS)
