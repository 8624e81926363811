"""Whether a change made ranking worse: what a continuous integration asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from corpus.serialise import shown
from eval.ranking.compare import Comparison, Difference


def _measures(differences: Sequence[Difference]) -> tuple[str, ...]:
    return tuple(each.measure for each in differences)


@shown("passed max_drop dropped differences")
@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate says of one run beside its baseline; it passes where no measure has dropped."""

    max_drop: float
    """允许下降多少"""
    dropped: Annotated[tuple[Difference, ...], _measures]
    """显著下降超过此数的指标"""
    differences: tuple[Difference, ...]
    """每个指标与基准的差别"""

    @property
    def passed(self) -> bool:
        """是否通过：没有指标下降"""
        return not self.dropped


def judge(comparison: Comparison, max_drop: float) -> Verdict:
    """Tell which measures have dropped.

    A measure has dropped where its mean is lower than the baseline's by more than `max_drop`, and
    the two-sided p-value of the paired randomisation test, corrected by Holm's method over all
    measures compared, is below 0.05. So a run that is as good fails by chance less than 5 times
    in 100, whatever the number of measures; a small test set can hide a real drop.
    """
    return Verdict(max_drop, _dropped(comparison.differences, max_drop), comparison.differences)


def _dropped(differences: Sequence[Difference], max_drop: float) -> tuple[Difference, ...]:
    return tuple(each for each in differences if -each.mean > max_drop and each.significant)
