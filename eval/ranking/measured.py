"""A measured run: every measure of every query, what it found, and what it was made with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ir_measures import Measure

from corpus.redact import redact
from eval.failures.causes import Failures
from eval.files.beir import BeirSet
from eval.files.qrels import Qrels
from eval.files.runs import Run
from eval.ranking.digests import digest_of
from eval.ranking.found import Found
from eval.ranking.measures import JUDGED, measure_queries
from eval.ranking.program import describe_program


@dataclass(frozen=True, slots=True)
class MeasuredRun:
    """The measures of one run, query by query.

    `values` are measure → query id → value; all measures have the same queries, and
    `Judged@10` is always among them. `queries` are the queries' texts, personal data masked, and
    `digests` those of the test set's documents, queries and qrels; of TREC runs both are empty.
    `found` are the first documents of each query, best first, `qrels` what is judged, and
    `categories` query id → name → value. `failures`, where they were looked for, tell where
    missed queries were lost. `made` is ISO 8601.
    """

    name: str
    values: dict[str, dict[str, float]]
    queries: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    made: str = ""
    test_set: str = ""
    qrels: Qrels = field(default_factory=dict)
    found: dict[str, tuple[Found, ...]] = field(default_factory=dict)
    categories: dict[str, dict[str, str]] = field(default_factory=dict)
    failures: Failures | None = None

    @property
    def query_ids(self) -> tuple[str, ...]:
        """The judged queries, sorted."""
        return tuple(sorted(next(iter(self.values.values()))))

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures by name, without `Judged@10`."""
        return tuple(name for name in self.values if name != JUDGED)


def measure_test_set(
    judged: BeirSet,
    run: Run,
    measures: Sequence[Measure],
    settings: dict[str, Any],
    documents: str,
) -> MeasuredRun:
    """Measure a run over a test set, to be saved.

    :param documents: the digest of what was searched.
    """
    return MeasuredRun(
        name="",
        values=measure_queries(run, judged.qrels, measures),
        queries={id: redact(text) for id, text in judged.queries.items()},
        settings={**settings, **describe_program()},
        digests={
            "documents": documents,
            "queries": digest_of(judged.queries),
            "qrels": digest_of(judged.qrels),
        },
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        qrels=judged.qrels,
    )
