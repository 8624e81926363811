"""What is known of a kept run without opening it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eval.comparing.means import Mean, mean_of
from eval.ranking.measured import MeasuredRun


@dataclass(frozen=True, slots=True)
class RunCard:
    """A kept run in short; `means` are those of its measures over `queries` judged queries.

    `made` is ISO 8601, in UTC.
    """

    id: str
    made: str
    test_set: str
    queries: int
    means: dict[str, Mean]
    settings: dict[str, Any]
    digests: dict[str, str]

    @classmethod
    def of(cls, id: str, run: MeasuredRun) -> RunCard:
        """Make the card of a run; its intervals take a moment."""
        return cls(
            id=id,
            made=run.made,
            test_set=run.test_set,
            queries=len(run.query_ids),
            means={measure: mean_of(list(by.values())) for measure, by in run.values.items()},
            settings=run.settings,
            digests=run.digests,
        )

    @property
    def leg(self) -> str:
        """What was ranked by; empty where the run is another program's."""
        return str(self.settings.get("leg", ""))

    @property
    def set_name(self) -> str:
        """The test set with the part of it that was asked, where that is not all: `问答/title`."""
        split = self.settings.get("split", "test")
        return self.test_set if split == "test" else f"{self.test_set}/{split}"

    def as_json(self) -> dict[str, Any]:
        """Return what `dafu eval history --json` prints of a run."""
        return {
            "id": self.id,
            "made": self.made,
            "test_set": self.test_set,
            "queries": self.queries,
            "measures": {measure: mean.as_json() for measure, mean in self.means.items()},
            "settings": self.settings,
            "digests": self.digests,
        }
