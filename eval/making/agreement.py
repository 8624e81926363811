"""Whether a test set made without annotation ranks settings as hand-judged questions do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import isnan, nan
from pathlib import Path
from statistics import fmean
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from corpus.progress import Progress
from corpus.serialise import FLAT, Figure, Rounded, shown
from eval.collection import Collection, index_documents
from eval.data.beir import BeirSet, load_beir
from eval.data.spans import Level
from eval.ranking.compare import SIGNIFICANT
from eval.ranking.evaluate import RankingSetup, evaluate_collection
from eval.ranking.search import WITHOUT_ENCODER, Leg
from eval.sets import JudgedSource, open_judged
from eval.statistics import holm, randomisation_p

RESAMPLES = 1000
SEED = 7


@shown("name queries means")
@dataclass(frozen=True, slots=True)
class LegMeans:
    """How the ways of ranking stand over one set of queries, by one measure.

    `apart` has for each two ways (the first comes first in `Leg`) whether the first is
    significantly better (1), worse (-1) or neither (0), by the paired randomisation test,
    corrected by Holm's method for the number of pairs. `values` are what the means are of, float64
    (ways, queries), the ways in the order of `means`.
    """

    name: str
    """名称"""
    queries: int
    """查询数"""
    means: Annotated[dict[Leg, float], Rounded()]
    """各种排序方式的平均值"""
    apart: dict[tuple[Leg, Leg], int]
    values: NDArray[np.float64] = field(default_factory=lambda: np.zeros((len(WITHOUT_ENCODER), 0)))


@dataclass(frozen=True, slots=True)
class SetAgreement:
    """How a made set, or one kind of its queries, orders the ways of ranking.

    `tau` is Kendall's tau-b between its means and those by hand: 1 where both order all ways alike,
    -1 where one order is the other's reverse, not a number where either tells none apart. `low` and
    `high` bound its 95 % bootstrap interval over the queries of both sets. `told` pairs of ways are
    told apart significantly by hand; `same` of them the made set puts in the same order, and
    `against` it tells apart significantly the other way round.
    """

    made: Annotated[LegMeans, FLAT]
    tau: Figure
    """肯德尔 τ-b：与人工判断的次序有多一致，1 为完全一致；算不出的为 null"""
    low: Figure
    """95 % 自助法区间的下限"""
    high: Figure
    """95 % 自助法区间的上限"""
    told: int
    """人工判断能显著分出高下的对数"""
    same: int
    """其中高下相同的对数"""
    against: int
    """显著相反的对数"""


@dataclass(frozen=True, slots=True)
class SetAgreements:
    """How made sets order the ways of ranking beside one judged by hand."""

    measure: str
    """指标"""
    hand: LegMeans
    """人工判断的测试集"""
    made: tuple[SetAgreement, ...]
    """生成的测试集，每份判断一条"""


def measure_agreement(
    hand: JudgedSource, made: Path, setup: RankingSetup, progress: Progress
) -> tuple[LegMeans, list[SetAgreement]]:
    """Rank both sets in every way, by replies, and compare the orders by the first measure.

    :param made: a BEIR folder; each of its qrels is compared by itself.
    :raises InputError: where a set or a measure's name cannot be used.
    :raises ModelError: where the model cannot be loaded.
    """
    setup = replace(setup, level=Level.REPLY)
    sets = {split: load_beir(made, split) for split in _splits(made)}
    with open_judged(hand, setup.model, progress, setup.split, Level.REPLY) as (collection, judged):
        by_hand = _stand(hand.path.stem, collection, judged, setup, progress)
    documents = next(iter(sets.values())).documents
    with index_documents(documents, setup.model, progress) as collection:
        found = [
            _stand(split, collection, judged, setup, progress) for split, judged in sets.items()
        ]
    return by_hand, [compare_means(by_hand, each) for each in found]


def compare_means(hand: LegMeans, made: LegMeans) -> SetAgreement:
    """Tell how far two sets agree on the ways of ranking."""
    tau = _tau(list(hand.means.values()), [made.means[leg] for leg in hand.means])
    low, high = _interval(hand, made)
    told = {pair: sign for pair, sign in hand.apart.items() if sign}
    return SetAgreement(
        made=made,
        tau=tau,
        low=low,
        high=high,
        told=len(told),
        same=sum(
            (made.means[one] - made.means[other]) * sign > 0 for (one, other), sign in told.items()
        ),
        against=sum(made.apart[pair] == -sign for pair, sign in told.items()),
    )


def _tau(one: Sequence[float], other: Sequence[float]) -> float:
    from scipy.stats import kendalltau

    return float(kendalltau(one, other).statistic)


def _interval(hand: LegMeans, made: LegMeans) -> tuple[float, float]:
    """Return the 2.5th and 97.5th percentile of tau over resampled queries of both sets."""
    if not hand.values.size or not made.values.size:
        return nan, nan
    chance = np.random.default_rng(SEED)
    taus = [
        _tau(*(_resample(standing.values, chance) for standing in (hand, made)))
        for _ in range(RESAMPLES)
    ]
    told = [tau for tau in taus if not isnan(tau)]
    if not told:
        return nan, nan
    low, high = np.percentile(told, [2.5, 97.5])
    return float(low), float(high)


def _resample(values: NDArray[np.float64], chance: np.random.Generator) -> list[float]:
    count = values.shape[1]
    means: list[float] = values[:, chance.integers(0, count, count)].mean(axis=1).tolist()
    return means


def _stand(
    name: str, collection: Collection, judged: BeirSet, setup: RankingSetup, progress: Progress
) -> LegMeans:
    values = {}
    for leg in WITHOUT_ENCODER:
        measured = evaluate_collection(
            collection, judged, replace(setup, leg=leg), progress
        ).measured
        values[leg] = next(iter(measured.values.values()))
    pairs = list(combinations(WITHOUT_ENCODER, 2))
    gaps = [
        np.array([values[one][query] - values[other][query] for query in judged.queries])
        for one, other in pairs
    ]
    p_values = holm([randomisation_p(gap) for gap in gaps])
    return LegMeans(
        name,
        len(judged.queries),
        {leg: fmean(found.values()) for leg, found in values.items()},
        {
            pair: int(np.sign(gap.mean())) if p < SIGNIFICANT else 0
            for pair, gap, p in zip(pairs, gaps, p_values, strict=True)
        },
        np.array([[found[query] for query in judged.queries] for found in values.values()]),
    )


def _splits(folder: Path) -> Sequence[str]:
    found = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
    if not found:
        raise InputError(f"{folder} 不是 BEIR 格式的测试集：没有 qrels/*.tsv")
    return found
