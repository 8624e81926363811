"""Measure how well other programs rank a test set, beside Dafu's whole search."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from corpus.progress import Progress
from eval.bench.task import TaskFailed, do_task
from eval.data.beir import load_beir
from eval.data.qrels import Qrels
from eval.data.runs import Run
from eval.ranking.measures import measure_queries, parse_measures
from index.models.choice import Models
from tools.peers.compare import MEASURE, PEER_SECONDS, say_missing
from tools.peers.known import OWN

NDCG = "nDCG@10"


def measure_quality(
    names: Sequence[str], source: Path, models: Models, told: Progress
) -> dict[str, Any]:
    """Rank the queries of a test set in BEIR layout by every leg of every peer.

    The encoder stays out, so that Dafu's whole search has the vectors that the others have. A
    document ranks by its best passage. Of Dafu "lexical" and "dense" are what the others' are, the
    plain legs; "fused" is the whole search.

    :raises InputError: where the test set can't be used.
    """
    qrels = load_beir(source).qrels
    with tempfile.TemporaryDirectory(prefix="dafu-peers-", ignore_cleanup_errors=True) as folder:
        told = _telling(told, source.name)
        exported = do_task(
            "export_judged",
            told,
            module=MEASURE,
            source=str(source),
            models=asdict(replace(models, encoding="off")),
            folder=folder,
        )
        peers: dict[str, Any] = {}
        for name in names:
            if absent := say_missing(name):
                peers[name] = absent
                continue
            try:
                found = do_task(
                    "rank",
                    told,
                    module=MEASURE,
                    most_seconds=PEER_SECONDS,
                    name=name,
                    folder=folder,
                )
            except TaskFailed as error:
                peers[name] = {"not_measured": str(error)}
                continue
            peers[name] = {
                leg: _ndcg(run_of(keys, exported), qrels) for leg, keys in found.items()
            }
            if name == OWN:
                peers[name]["fused"] = _ndcg(exported["run"], qrels)
    return {
        "test_set": source.name,
        "measure": NDCG,
        "documents": exported["documents"],
        "passages": len(exported["names"]),
        "queries": len(qrels),
        "peers": peers,
    }


def run_of(found: Sequence[Sequence[int]], exported: dict[str, Any]) -> Run:
    """Return the documents of the passages that were found for each query, best first."""
    names = exported["names"]
    run: Run = {}
    for query, keys in zip(exported["queries"], found, strict=True):
        documents = dict.fromkeys(id for key in keys for id in names[str(key)])
        run[query] = {id: 1.0 / (1 + place) for place, id in enumerate(documents)}
    return run


def _ndcg(run: Run, qrels: Qrels) -> float:
    values = measure_queries(run, qrels, parse_measures([NDCG]))[NDCG]
    return round(fmean(values.values()), 4)


def _telling(told: Progress, name: str) -> Progress:
    return lambda stage, done, total: told(f"{name}：{stage}", done, total)
