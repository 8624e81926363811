"""Fit the fusion anew to judged queries; queries that it was not fitted on decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from corpus.errors import InputError
from corpus.progress import Progress
from corpus.serialise import Figure, Named, shown
from eval.collection import Collection
from eval.data.beir import BeirSet
from eval.data.runs import Run
from eval.data.spans import Level
from eval.ranking.compare import Difference, compare_runs
from eval.ranking.measured import MeasuredRun, measure_test_set
from eval.ranking.measures import parse_measures
from eval.ranking.search import Leg, SearchTask, search_queries
from eval.statistics import draw
from eval.training.fusion import RankingExample, fit_fusion, make_example
from index.ranking.fuse import Fusion

FOLDS = 5

FEWEST = 20
"""So many queries with a relevant reply among their candidates are needed at least."""

MEASURE = "nDCG@10"


@shown("queries taught before after difference better")
@dataclass(frozen=True, slots=True)
class Fitting:
    """A fusion fitted to judged queries, and how it does on queries it was not fitted on.

    `taught` of the `queries` taught something; `difference` is the new fusion's nDCG@10 minus the
    old one's, each query measured with a fusion fitted on the other four fifths.
    """

    fusion: Fusion
    queries: int
    """查询数"""
    taught: int
    """其中能用来拟合的"""
    before: Figure
    """原来的 nDCG@10"""
    after: Figure
    """拟合后的 nDCG@10，各查询由其余五分之四拟合"""
    difference: Difference
    """拟合后减原来"""

    @property
    def better(self) -> Annotated[bool, Named("kept")]:
        """没参与拟合的查询是否排得更好；是则已采用"""
        return self.difference.mean > 0


def fit_to_judgments(collection: Collection, judged: BeirSet, progress: Progress) -> Fitting:
    """Fit the fusion of a collection's engine to judged queries, starting from what it is.

    :param judged: judgments of replies.
    :raises InputError: where too few queries teach anything.
    """
    engine = collection.engine
    old = engine.retriever.fusion
    examples = _make_examples(collection, judged, progress)
    if len(examples) < FEWEST:
        raise InputError(
            f"只有 {len(examples)} 个查询能用来拟合（相关的答复在候选之中），至少要 {FEWEST} 个。"
            "请多判断一些查询，例如用 dafu eval judge。"
        )
    runs: dict[str, Run] = {"before": {}, "after": {}}
    task = SearchTask(Leg.FUSED, Level.REPLY, 10)
    for fold in range(FOLDS):
        held_out = [query for query in judged.queries if _fold_of(query) == fold]
        part = replace(judged, queries={query: judged.queries[query] for query in held_out})
        others = [e for query, e in examples.items() if _fold_of(query) != fold]
        for name, fusion in (("before", old), ("after", fit_fusion([others], old, keep=True))):
            fused = replace(collection, engine=engine.with_fusion(fusion))
            runs[name] |= search_queries(fused, part, task, progress).run
    before, after = (_measure(collection, judged, name, run) for name, run in runs.items())
    comparison = compare_runs([before, after])
    return Fitting(
        fusion=fit_fusion([list(examples.values())], old, keep=True),
        queries=len(judged.queries),
        taught=len(examples),
        before=comparison.means["before"][MEASURE].mean,
        after=comparison.means["after"][MEASURE].mean,
        difference=comparison.differences[0],
    )


def _make_examples(
    collection: Collection, judged: BeirSet, progress: Progress
) -> dict[str, RankingExample]:
    examples = {}
    for number, (query, text) in enumerate(judged.queries.items()):
        progress("取样", number, len(judged.queries))
        right = {id for id, grade in judged.qrels[query].items() if grade > 0}

        def is_right(reply: str, right: set[str] = right) -> bool:
            return not right.isdisjoint(collection.names[reply])

        if example := make_example(collection.engine.retriever, text, is_right):
            examples[query] = example
    progress("取样", len(judged.queries), len(judged.queries))
    return examples


def _fold_of(query: str) -> int:
    return draw(f"fold:{query}", FOLDS)


def _measure(collection: Collection, judged: BeirSet, name: str, run: Run) -> MeasuredRun:
    measures: Sequence[Any] = parse_measures([MEASURE])
    measured = measure_test_set(judged, run, measures, {}, collection.digest)
    return replace(measured, name=name)
