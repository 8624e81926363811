"""Measure another program over what Dafu has exported."""

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

from eval.bench.own import Stopwatch, disk_bytes, peak_memory
from eval.bench.peers import PEERS, Asked, Material, Search, installed_version

Told = Callable[[str, int, int | None], None]


def measure_peer(name: str, folder: Path, seconds: float, told: Told) -> dict[str, Any]:
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
            asked = [Asked(text, next(vectors)) for text in given]
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
            "disk_bytes": disk_bytes(Path(own)),
            "idle_bytes": idle,
            "peak_bytes": peak_memory(),
        }


def _found(search: Search, asked: Asked) -> list[Any]:
    return list(search(asked))  # one that gives as it goes has done nothing before
