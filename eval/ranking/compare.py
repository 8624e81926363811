"""Compare measured runs over the same queries: is the difference more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from corpus.serialise import Figure, Named, shown
from eval.data.lines import name_some
from eval.ranking.measured import MeasuredRun
from eval.ranking.measures import JUDGED
from eval.statistics import Mean, bootstrap_interval, holm, mean_of, randomisation_p

SIGNIFICANT = 0.05
"""Below this a p-value, corrected for the number of comparisons, counts as significant."""

MOST_NAMED = 10
"""So many queries are named on each side."""


@dataclass(frozen=True, slots=True)
class QueryDifference:
    """How a run differs from the baseline for one query."""

    query: str
    """查询的编号"""
    difference: Figure
    """该次减基准"""


@shown("run measure mean low high p corrected significant wins ties losses open worst best")
@dataclass(frozen=True, slots=True)
class Difference:
    """How a run differs from the baseline in one measure: run minus baseline.

    `low` and `high` are the 95 % bootstrap interval of the mean difference; `p` is of the paired
    randomisation test, `corrected` the same by Holm's method over all comparisons made together.
    `open` counts the differing queries whose worse run has unjudged documents among its first
    ten: judging those might undo the difference. `queries` has every query's difference, the most
    harmed first.
    """

    run: str
    """哪次评测"""
    measure: str
    """指标"""
    mean: Figure
    """该次减基准，各查询的平均"""
    low: Figure
    """95 % 自助法区间的下限"""
    high: Figure
    """95 % 自助法区间的上限"""
    p: Figure
    """成对随机化检验的 p"""
    corrected: Figure
    """按 Holm 法对全部比较校正的 p"""
    wins: int
    """变好的查询数"""
    ties: int
    """不变的查询数"""
    losses: int
    """变坏的查询数"""
    open: int
    """补上判断后可能改变的查询数"""
    queries: tuple[tuple[str, float], ...]

    @property
    def significant(self) -> bool:
        """是否显著：校正后的 p 小于 0.05"""
        return self.corrected < SIGNIFICANT

    @property
    def worst(self) -> tuple[QueryDifference, ...]:
        """变坏最多的查询，至多 10 个"""
        return _name_most(self.queries, -1)

    @property
    def best(self) -> tuple[QueryDifference, ...]:
        """变好最多的查询，至多 10 个"""
        return _name_most(self.queries[::-1], 1)


def _name_most(queries: Sequence[tuple[str, float]], sign: int) -> tuple[QueryDifference, ...]:
    named = [QueryDifference(*pair) for pair in queries if pair[1] * sign > 0]
    return tuple(named[:MOST_NAMED])


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A run as it stands in a comparison."""

    name: str
    """评测的名称"""
    made: str
    """何时评测（ISO 8601）"""
    settings: dict[str, Any]
    """设置"""
    digests: dict[str, str]
    """查询、判断、文档的摘要"""
    measures: dict[str, Mean]
    """各个指标"""


@shown("baseline queries compared differences notes")
@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs over the same queries, each but the first compared with the first, the baseline.

    `means` are run → measure → mean, `Judged@10` last.
    """

    runs: tuple[MeasuredRun, ...]
    means: dict[str, dict[str, Mean]]
    differences: tuple[Difference, ...]
    """基准以外的每次评测、每个指标一条"""
    notes: tuple[str, ...]
    """比较时要注意什么"""

    @property
    def baseline(self) -> str:
        """作为基准的评测"""
        return self.runs[0].name

    @property
    def queries(self) -> int:
        """查询数"""
        return len(self.runs[0].query_ids)

    @property
    def compared(self) -> Annotated[tuple[ComparedRun, ...], Named("runs")]:
        """每次评测一条，基准在前"""
        return tuple(
            ComparedRun(run.name, run.made, run.settings, run.digests, self.means[run.name])
            for run in self.runs
        )


NEGLIGIBLE = 1e-9
"""A smaller difference between two values of a query is one of rounding: none."""


def compare_runs(runs: Sequence[MeasuredRun]) -> Comparison:
    """Compare each run with the first, in every measure that all of them have.

    :param runs: at least one; a single run has means and no differences.
    :raises InputError: where they were measured over different queries or judgments, or share no
        measure.
    """
    runs = _with_distinct_names(runs)
    baseline = runs[0]
    for run in runs[1:]:
        _check_same_queries(baseline, run)
    measures = [m for m in baseline.measures if all(m in run.values for run in runs)]
    if not measures:
        raise InputError("这些评测结果没有共同的指标，请用相同的 --measures 重新评测")
    means = {
        run.name: {measure: mean_of(_values(run, measure)) for measure in (*measures, JUDGED)}
        for run in runs
    }
    pairs = [(run, measure) for run in runs[1:] for measure in measures]
    gaps = [_values(run, measure) - _values(baseline, measure) for run, measure in pairs]
    for gap in gaps:
        gap[np.abs(gap) < NEGLIGIBLE] = 0.0
    p_values = [randomisation_p(gap) for gap in gaps]
    differences = tuple(
        _describe(baseline, run, measure, gap, (p, corrected))
        for (run, measure), gap, p, corrected in zip(
            pairs, gaps, p_values, holm(p_values), strict=True
        )
    )
    return Comparison(tuple(runs), means, differences, _notes(runs, differences))


def _describe(
    baseline: MeasuredRun,
    run: MeasuredRun,
    measure: str,
    gap: NDArray[np.float64],
    p: tuple[float, float],
) -> Difference:
    worse_judged = np.where(gap > 0, _values(baseline, JUDGED), _values(run, JUDGED))
    low, high = bootstrap_interval(gap)
    by_harm = sorted(zip(run.query_ids, gap.tolist(), strict=True), key=lambda pair: pair[1])
    return Difference(
        run=run.name,
        measure=measure,
        mean=float(gap.mean()),
        low=low,
        high=high,
        p=p[0],
        corrected=p[1],
        wins=int((gap > 0).sum()),
        ties=int((gap == 0).sum()),
        losses=int((gap < 0).sum()),
        open=int(((gap != 0) & (worse_judged < 1)).sum()),
        queries=tuple(by_harm),
    )


def _values(run: MeasuredRun, measure: str) -> NDArray[np.float64]:
    return np.array([run.values[measure][query] for query in run.query_ids])


def _with_distinct_names(runs: Sequence[MeasuredRun]) -> list[MeasuredRun]:
    """Number the runs where files in different folders have the same name."""
    names = [run.name for run in runs]
    return [
        run if names.count(run.name) == 1 else replace(run, name=f"{run.name}#{number}")
        for number, run in enumerate(runs, 1)
    ]


def _check_same_queries(baseline: MeasuredRun, run: MeasuredRun) -> None:
    ours, theirs = set(baseline.query_ids), set(run.query_ids)
    lines = [
        f"  只有 {one.name} 有：{name_some(sorted(only))}"
        for one, only in ((baseline, ours - theirs), (run, theirs - ours))
        if only
    ]
    if lines:
        text = "\n".join(lines)
        raise InputError(
            f"{baseline.name} 和 {run.name} 评测的查询不同：\n{text}\n请在同一测试集上重新评测"
        )
    changed = {
        query for query, text in baseline.queries.items() if run.queries.get(query, text) != text
    }
    if changed:
        raise InputError(
            f"{baseline.name} 和 {run.name} 里编号相同的查询文字不同："
            f"{name_some(sorted(changed))}；请在同一测试集上重新评测"
        )
    if (
        baseline.digests.get("qrels") != run.digests.get("qrels")
        and baseline.digests
        and run.digests
    ):
        raise InputError(
            f"{baseline.name} 和 {run.name} 用的判断（qrels）不同，请用同一份判断重新评测"
        )


def _notes(runs: Sequence[MeasuredRun], differences: Sequence[Difference]) -> tuple[str, ...]:
    notes = []
    documents = {run.digests["documents"] for run in runs if "documents" in run.digests}
    if len(documents) > 1:
        notes.append("注意：各次评测的文档不同，差别不一定出自检索。")
    unsettled = [
        f"{each.run} 的 {each.measure}（{each.wins + each.losses} 个中 {each.open} 个）"
        for each in differences
        if each.open
    ]
    if unsettled:
        notes.append(
            "注意：有些差别可能因补上判断而改变。与基准不同的查询中，较差一方前 10 名里"
            f"有没判断过的文档（一律按不相关计）的：{'、'.join(unsettled)}。"
        )
    return tuple(notes)
