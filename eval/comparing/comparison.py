"""What comes of comparing measured runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eval.comparing.means import Mean
from eval.ranking.measured import MeasuredRun

SIGNIFICANT = 0.05
"""Below this a p-value, corrected for the number of comparisons, counts as significant."""

MOST_NAMED = 10
"""So many queries are named on each side."""


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
    measure: str
    mean: float
    low: float
    high: float
    p: float
    corrected: float
    wins: int
    ties: int
    losses: int
    open: int
    queries: tuple[tuple[str, float], ...]

    @property
    def significant(self) -> bool:
        """Whether the difference is more than chance."""
        return self.corrected < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs over the same queries, each but the first compared with the first, the baseline.

    `means` are run → measure → mean, `Judged@10` last.
    """

    runs: tuple[MeasuredRun, ...]
    means: dict[str, dict[str, Mean]]
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]

    def as_json(self, most: int = MOST_NAMED) -> dict[str, Any]:
        """Return all but the queries' texts; of the queries the `most` worst and best."""
        return {
            "baseline": self.runs[0].name,
            "queries": len(self.runs[0].query_ids),
            "runs": [
                {
                    "name": run.name,
                    "made": run.made,
                    "settings": run.settings,
                    "digests": run.digests,
                    "measures": {
                        measure: mean.as_json() for measure, mean in self.means[run.name].items()
                    },
                }
                for run in self.runs
            ],
            "differences": [difference_as_json(each, most) for each in self.differences],
            "notes": list(self.notes),
        }


def difference_as_json(each: Difference, most: int = MOST_NAMED) -> dict[str, Any]:
    def named(queries: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
        return [{"query": query, "difference": _r(value)} for query, value in queries]

    return {
        "run": each.run,
        "measure": each.measure,
        "mean": _r(each.mean),
        "low": _r(each.low),
        "high": _r(each.high),
        "p": _r(each.p),
        "corrected": _r(each.corrected),
        "significant": each.significant,
        "wins": each.wins,
        "ties": each.ties,
        "losses": each.losses,
        "open": each.open,
        "worst": named([q for q in each.queries if q[1] < 0][:most]),
        "best": named([q for q in reversed(each.queries) if q[1] > 0][:most]),
    }


def _r(value: float) -> float:
    return round(value, 6)
