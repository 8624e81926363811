"""How far judges agree, beyond what chance alone would make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated, Any

from corpus.serialise import Figure, Rounded, shown
from eval.judging.pool import GRADES, Judgment, Origin


@shown("judges items same kappa weighted")
@dataclass(frozen=True, slots=True)
class JudgeAgreement:
    """How far two judges agree over the `items` that both judged; `same` is a share, 0..1.

    `kappa` is Cohen's (1 full agreement, 0 what chance gives, negative less), `weighted` the same
    with a disagreement by two grades counting twice one by one. Both are None where they have no
    value, for only a single grade was ever given.
    """

    first: str
    second: str
    items: int
    """两人都判断过的段落数"""
    same: Figure
    """完全一致的份额，0 到 1"""
    kappa: Annotated[float | None, Rounded()]
    """Cohen 的 κ；算不出的为 null"""
    weighted: Annotated[float | None, Rounded()]
    """加权的 κ；算不出的为 null"""

    @property
    def judges(self) -> tuple[str, str]:
        """哪两人"""
        return self.first, self.second


def compare_judges(judgments: Iterable[Judgment]) -> tuple[JudgeAgreement, ...]:
    """Compare all judges two by two, those with most items in common first; no feedback.

    The places are those of `resolve`, so that the same place is the same to both.
    """
    grades: dict[str, dict[tuple[str, str], int]] = {}
    for judgment in judgments:
        if judgment.origin is Origin.JUDGING:
            item = judgment.topic.id, str(judgment.place.span)
            grades.setdefault(judgment.judge, {})[item] = judgment.grade
    pairs = (
        _compare(one, other, grades[one], grades[other])
        for one, other in combinations(sorted(grades), 2)
    )
    return tuple(sorted(filter(None, pairs), key=lambda pair: -pair.items))


def _compare(
    first: str, second: str, one: Mapping[Any, int], other: Mapping[Any, int]
) -> JudgeAgreement | None:
    common = sorted(one.keys() & other.keys())
    if not common:
        return None
    grades = [one[item] for item in common], [other[item] for item in common]
    same = sum(a == b for a, b in zip(*grades, strict=True)) / len(common)
    return JudgeAgreement(
        first, second, len(common), same, _kappa(*grades), _kappa(*grades, weights="linear")
    )


def _kappa(one: list[int], other: list[int], weights: str | None = None) -> float | None:
    """Return Cohen's kappa, None where only a single grade was ever given.

    J. Cohen, A coefficient of agreement for nominal scales, 1960; weighted: J. Cohen, Weighted
    kappa, 1968.
    """
    from sklearn.metrics import cohen_kappa_score

    if len({*one, *other}) == 1:
        return None
    return float(cohen_kappa_score(one, other, labels=GRADES, weights=weights))
