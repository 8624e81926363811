"""Measure how well Dafu ranks the documents of a test set."""

from __future__ import annotations

import time
from collections.abc import Container
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Annotated, Any

from corpus.errors import InputError
from corpus.progress import Progress, say_nothing
from corpus.serialise import Rounded, Seconds, shown
from eval.collection import Collection
from eval.data.beir import BeirSet
from eval.data.runs import Run
from eval.data.spans import Level, judge_documents, level_of
from eval.ranking.categories import categorise
from eval.ranking.failures import analyse_failures
from eval.ranking.measured import MeasuredRun, measure_test_set
from eval.ranking.measures import DEFAULT_MEASURES, depth_of, parse_measures
from eval.ranking.search import Leg, SearchTask, search_queries
from eval.sets import JudgedSource, open_judged
from index.models.choice import Models


@shown("queries unjudged documents empty passages measures seconds indexing settings notes")
@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well the documents of a test set are ranked.

    `measures` are means over `queries` judged queries, by name; `unjudged` queries were left out.
    Of the `documents`, `empty` ones have no text to be found by. `seconds` is the time from
    reading the set to its measures, `indexing` the part of it until the first query. `measured` has
    the values of each query; `notes` say in Chinese what could not be used, and what to do.
    """

    queries: int
    """有判断的查询数"""
    unjudged: int
    """没有判断而略去的查询数"""
    documents: int
    """文档数"""
    empty: int
    """没有正文的文档数"""
    passages: int
    """段落数"""
    measures: Annotated[dict[str, float], Rounded()]
    """各个指标的平均值"""
    seconds: Seconds
    """共用多少秒"""
    indexing: Seconds
    """其中到第一个查询为止用了多少秒"""
    settings: dict[str, Any]
    """设置"""
    run: Run
    measured: MeasuredRun
    notes: tuple[str, ...] = ()
    """没能用上的内容，该怎么办"""


@dataclass(frozen=True, slots=True)
class RankingSetup:
    """What is measured, and by which measures.

    :param model: an embedding model as `index.models.choice.Models` names it.
    :param level: whether replies or passages are ranked; None for that which is judged.
    :param test_set: what the test set is called; its folder's or file's name where it is empty.
    :param failures: whether to find out where missed queries were lost, which takes its time; done
        for the fused ranking only.
    """

    model: Models | str = "bundled"
    split: str = "test"
    measures: tuple[str, ...] = DEFAULT_MEASURES
    leg: Leg = Leg.FUSED
    level: Level | None = None
    test_set: str = ""
    failures: bool = False


def evaluate(
    source: JudgedSource, setup: RankingSetup | None = None, progress: Progress | None = None
) -> Evaluation:
    """Search all queries of a test set, in its own documents or in the library, and measure.

    :raises InputError: where the set or a measure's name cannot be used.
    :raises ModelError: where the model cannot be loaded.
    :raises IndexMismatch: where the library's indexes were made with another model.
    """
    setup = setup or RankingSetup()
    report = progress or say_nothing
    began = time.perf_counter()
    parse_measures(setup.measures)
    setup = replace(setup, test_set=setup.test_set or source.path.stem)
    with open_judged(source, setup.model, report, setup.split, setup.level) as opened:
        collection, judged = opened
        return evaluate_collection(collection, judged, setup, report, began)


def evaluate_collection(
    collection: Collection,
    judged: BeirSet,
    setup: RankingSetup,
    progress: Progress | None = None,
    began: float | None = None,
) -> Evaluation:
    """Search all queries of a test set in a collection with its own model, and measure.

    A document ranks by its best passage; where passages are judged, each ranks by itself. The
    documents of `judged` are not looked at.

    :param began: `time.perf_counter()` at which the whole work began, where there was more.
    :raises InputError: where a measure's name cannot be used.
    """
    indexed = time.perf_counter()
    began = indexed if began is None else began
    wanted = parse_measures(setup.measures)
    known = {id for ids in collection.names.values() for id in ids}
    judged, level = _at_level(judged, setup.level, known)
    task = SearchTask(setup.leg, level, depth_of(wanted))
    searched = search_queries(collection, judged, task, progress or say_nothing)
    engine = collection.engine
    reranking = engine.retriever.reranking
    settings = {
        **({"split": setup.split} if judged.documents else {}),
        "leg": str(setup.leg),
        "level": str(level),
        "model": engine.embedder.name,
        **({"reranker": reranking.reranker.name} if reranking else {}),
        "dimension": engine.embedder.dimension,
        "encoder": engine.encoded.encoder.name if engine.encoded else "",
        "segmentation": engine.retriever.analyser.segmenter.fingerprint,
    }
    measured = measure_test_set(judged, searched.run, wanted, settings, collection.digest)
    failures = None
    if setup.failures and setup.leg is Leg.FUSED:
        whole = judged.queries, judge_documents(judged.qrels, known)
        failures = analyse_failures(collection, whole, searched.run, progress=progress)
    measured = replace(
        measured,
        test_set=setup.test_set,
        found=searched.found,
        categories=categorise(collection, judged),
        failures=failures,
    )
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
        notes=judged.notes,
    )


def _at_level(
    judged: BeirSet, level: Level | None, documents: Container[str]
) -> tuple[BeirSet, Level]:
    """Return the test set with judgments of one level, that which they have where none is asked."""
    found = level_of(judged.qrels, documents) if level is not Level.REPLY else Level.REPLY
    if level is Level.PASSAGE and found is not level:
        raise InputError(
            "判断里只有整份答复，没有段落（形如 编号:起-止），无法按段落评测；请去掉 --level"
        )
    if found is Level.REPLY:
        judged = replace(judged, qrels=judge_documents(judged.qrels, documents))
    return judged, found
