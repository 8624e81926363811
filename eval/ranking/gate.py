"""Whether a change made ranking worse: what a continuous integration asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eval.ranking.compare import Comparison, Difference, difference_as_json


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate says of one run beside its baseline; it passes where no measure has dropped."""

    max_drop: float
    dropped: tuple[Difference, ...]
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether no measure has dropped."""
        return not self.dropped

    def as_json(self) -> dict[str, Any]:
        """Return the verdict with the differences it rests on."""
        return {
            "passed": self.passed,
            "max_drop": self.max_drop,
            "dropped": [each.measure for each in self.dropped],
            "differences": [difference_as_json(each) for each in self.differences],
        }


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
