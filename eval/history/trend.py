"""How a measure of a test set went from run to run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from corpus.serialise import FLAT
from eval.history.history import Listing, RunCard
from eval.statistics import Mean

_WEIGHTS = re.compile(r"-[0-9a-f]{12}$")
"""The digest of its weights at the end of a model's name: another state of the same model."""


@dataclass(frozen=True, slots=True)
class Point:
    """One run of a series; `changed` says in Chinese what differs from the run before."""

    id: str
    """评测的编号"""
    made: str
    """何时评测（ISO 8601，世界时）"""
    mean: Annotated[Mean, FLAT]
    changed: tuple[str, ...]
    """与前一次相比改了什么"""


@dataclass(frozen=True, slots=True)
class Series:
    """The runs of one way of ranking with one model, oldest first."""

    leg: str
    """排序方式"""
    model: str
    """向量模型"""
    points: tuple[Point, ...]
    """每次评测一条，早的在前"""


@dataclass(frozen=True, slots=True)
class Trend:
    """The means of one measure over one test set, by way of ranking."""

    test_set: str
    """测试集"""
    measure: str
    """指标"""
    series: tuple[Series, ...]
    """每种排序方式、每个模型一条"""

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return sum(len(series.points) for series in self.series)


@dataclass(frozen=True, slots=True)
class ListedTrends:
    """Kept runs with how a measure went in them."""

    listing: Annotated[Listing, FLAT]
    trends: tuple[Trend, ...]
    """每个测试集一条"""


def make_trends(cards: Iterable[RunCard], measure: str) -> tuple[Trend, ...]:
    """Make the trend of a measure for each test set, of the runs that have it."""
    sets: dict[str, dict[tuple[str, str], list[RunCard]]] = {}
    for card in sorted(cards, key=lambda card: (card.made, card.id)):
        if measure in card.means:
            model = _WEIGHTS.sub("", str(card.settings.get("model", "")))
            sets.setdefault(card.set_name, {}).setdefault((card.leg, model), []).append(card)
    return tuple(
        Trend(
            name,
            measure,
            tuple(Series(*key, _points(cards, measure)) for key, cards in series.items()),
        )
        for name, series in sorted(sets.items())
    )


def _points(cards: list[RunCard], measure: str) -> tuple[Point, ...]:
    before = [None, *cards[:-1]]
    return tuple(
        Point(card.id, card.made, card.means[measure], _changes(last, card))
        for last, card in zip(before, cards, strict=True)
    )


def _changes(last: RunCard | None, card: RunCard) -> tuple[str, ...]:
    if last is None:
        return ()
    pairs = {
        "查询": (last.digests.get("queries"), card.digests.get("queries")),
        "判断": (last.digests.get("qrels"), card.digests.get("qrels")),
        "文档": (last.digests.get("documents"), card.digests.get("documents")),
        "模型": (last.settings.get("model"), card.settings.get("model")),
        "程序": (last.settings.get("code"), card.settings.get("code")),
    }
    return tuple(name for name, (old, new) in pairs.items() if old != new)
