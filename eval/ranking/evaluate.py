"""Measure how well Dafu ranks the documents of a test set."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

from eval.files.beir import BeirSet, load_beir
from eval.files.runs import Run, rank
from eval.ranking.categories import categorise
from eval.ranking.collection import Collection, Progress, index_documents
from eval.ranking.found import KEPT, Found, describe_found
from eval.ranking.legs import Leg, rank_by
from eval.ranking.measured import MeasuredRun, measure_test_set
from eval.ranking.measures import DEFAULT_MEASURES, depth_of, parse_measures


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well the documents of a test set are ranked.

    `measures` are means over `queries` judged queries, by name; `unjudged` queries were left out.
    Of the `documents`, `empty` ones have no text to be found by. `seconds` is the time from
    reading the set to its measures, `indexing` the part of it until the first query. `measured` has
    the values of each query.
    """

    queries: int
    unjudged: int
    documents: int
    empty: int
    passages: int
    measures: dict[str, float]
    seconds: float
    indexing: float
    settings: dict[str, Any]
    run: Run
    measured: MeasuredRun

    def as_json(self) -> dict[str, Any]:
        """Return what `dafu eval run --json` prints: all but the run and the single queries."""
        return {
            "queries": self.queries,
            "unjudged": self.unjudged,
            "documents": self.documents,
            "empty": self.empty,
            "passages": self.passages,
            "measures": {name: round(value, 6) for name, value in self.measures.items()},
            "seconds": round(self.seconds, 3),
            "indexing": round(self.indexing, 3),
            "settings": self.settings,
        }


@dataclass(frozen=True, slots=True)
class Setup:
    """What is measured, and by which measures.

    :param model: an embedding model as `index.embed.open_embedder` takes it.
    """

    model: str = "bundled"
    split: str = "test"
    measures: tuple[str, ...] = DEFAULT_MEASURES
    leg: Leg = Leg.FUSED


@dataclass(frozen=True, slots=True)
class Searched:
    """What queries found: documents to `depth_of` the measures, the first `KEPT` described."""

    run: Run
    found: dict[str, tuple[Found, ...]]


def evaluate_folder(
    folder: Path, setup: Setup | None = None, progress: Progress | None = None
) -> Evaluation:
    """Index the documents of a test set in BEIR layout, search all its queries, and measure.

    :raises InputError: where the set or a measure's name cannot be used.
    :raises ModelError: where the model cannot be loaded.
    """
    setup = setup or Setup()
    report = progress or _say_nothing
    began = time.perf_counter()
    parse_measures(setup.measures)
    judged = load_beir(folder, setup.split)
    with index_documents(judged.documents, setup.model, report) as collection:
        return evaluate_collection(collection, judged, setup, report, began)


def evaluate_collection(
    collection: Collection,
    judged: BeirSet,
    setup: Setup,
    progress: Progress | None = None,
    began: float | None = None,
) -> Evaluation:
    """Search all queries of a test set in a collection with its own model, and measure.

    A document ranks by its best passage. The documents of `judged` are not looked at.

    :param began: `time.perf_counter()` at which the whole work began, where there was more.
    :raises InputError: where a measure's name cannot be used.
    """
    indexed = time.perf_counter()
    began = indexed if began is None else began
    wanted = parse_measures(setup.measures)
    searched = search_queries(
        collection, judged.queries, setup.leg, depth_of(wanted), progress or _say_nothing
    )
    engine = collection.engine
    settings = {
        "split": setup.split,
        "leg": str(setup.leg),
        "model": engine.embedder.name,
        "dimension": engine.embedder.dimension,
        "segmentation": engine.retriever.segmenter.fingerprint,
    }
    measured = measure_test_set(judged, searched.run, wanted, settings, collection.digest)
    measured = replace(measured, found=searched.found, categories=categorise(collection, judged))
    return Evaluation(
        queries=len(judged.queries),
        unjudged=judged.unjudged,
        documents=collection.documents,
        empty=collection.empty,
        passages=len(engine.store.select_keys()),
        measures={name: fmean(measured.values[name].values()) for name in map(str, wanted)},
        seconds=time.perf_counter() - began,
        indexing=indexed - began,
        settings=measured.settings,
        run=searched.run,
        measured=measured,
    )


def search_queries(
    collection: Collection, queries: Mapping[str, str], leg: Leg, depth: int, progress: Progress
) -> Searched:
    """Find the `depth` best documents of each query (id → text)."""
    engine = collection.engine
    run: Run = {}
    found = {}
    for number, (query_id, text) in enumerate(queries.items()):
        progress("检索", number, len(queries))
        ranked = rank_by(engine.retriever, leg, text, depth)
        run[query_id] = rank(
            (id, each.score) for each in ranked for id in collection.names[each.passage.reply_id]
        )
        best = [each.passage for each in ranked[:KEPT]]
        replies = engine.store.replies({passage.reply_id for passage in best})
        described = (
            describe_found(id, run[query_id][id], replies[passage.reply_id], passage, text)
            for passage in best
            if passage.reply_id in replies
            for id in collection.names[passage.reply_id]
        )
        found[query_id] = tuple(islice(described, KEPT))
    progress("检索", len(queries), len(queries))
    return Searched(run, found)


def _say_nothing(stage: str, done: int, total: int | None) -> None:
    pass
