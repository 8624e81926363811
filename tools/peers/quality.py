"""Measure how well other programs rank test sets in BEIR layout, beside Dafu's whole search.

    python -m tools.peers.quality board/dev-title board/dev-question --out quality.json

`python -m tools.peers --quality quality.json` puts it beside their speed.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from rich.table import Table

from app.cli.output import open_console, show_progress
from app.settings import load_settings
from corpus.errors import InputError
from corpus.progress import Progress
from eval.bench.beside import OWN, lay_quality
from eval.bench.report import row_label
from eval.bench.task import do_task
from eval.data.beir import load_beir
from eval.data.lines import save_text
from eval.data.qrels import Qrels
from eval.data.runs import Run
from eval.ranking.measures import measure_queries, parse_measures
from index.models.choice import Models
from tools.peers.compare import MEASURE, ask_peer, choose_peers

NDCG = "nDCG@10"

RANK_SECONDS = 900.0
"""A peer that takes longer over one test set is given up."""


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
            found = ask_peer("rank", name, Path(folder), RANK_SECONDS, told)
            if "not_measured" in found:
                peers[name] = found
                continue
            peers[name] = {leg: _ndcg(run_of(keys, exported), qrels) for leg, keys in found.items()}
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


def load_quality(path: Path) -> list[dict[str, Any]]:
    """Load what `main` has saved.

    :raises InputError: where the file isn't one of these.
    """
    try:
        quality = json.loads(path.read_text("utf-8"))["quality"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} 不是质量测量的结果（应由 python -m tools.peers.quality --out 存成）"
        ) from error
    return list(quality)


def main() -> None:
    """Measure, save and print."""
    parser = argparse.ArgumentParser(description="Measure how well Dafu and others rank.")
    parser.add_argument("folders", type=Path, nargs="+", help="test sets in BEIR layout")
    parser.add_argument("--peers", default="", help="names of programs, parted by commas; all")
    parser.add_argument("--out", type=Path, required=True, help="a .json file")
    parser.add_argument("--home", type=Path, help="home whose settings name the models")
    options = parser.parse_args()
    models = load_settings(options.home).models
    quality: list[dict[str, Any]] = []
    try:
        names = choose_peers([name for name in options.peers.split(",") if name])
        with show_progress() as progress:
            for folder in options.folders:
                quality.append(measure_quality(names, folder, models, progress))
                save_text(options.out, json.dumps({"quality": quality}, indent=1) + "\n")
    except InputError as error:
        parser.error(str(error))
    console = open_console()
    shown, rows = lay_quality(quality)
    table = Table("", *shown)
    for row in rows:
        table.add_row(row_label(row), *row.cells)
    console.print(table)


if __name__ == "__main__":
    main()
