"""A measured run: every measure of every query, what it found, and what it was made with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ir_measures import Measure

from corpus.text.redact import redact
from eval.data.beir import BeirSet
from eval.data.qrels import Qrels
from eval.data.runs import Run
from eval.ranking.causes import Failures
from eval.ranking.found import Found
from eval.ranking.measures import JUDGED, measure_queries


def digest_of(value: Any) -> str:
    """Return 16 hexadecimal digits that change with a value that JSON can hold."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


PACKAGES = Path(__file__).resolve().parents[2]

SUFFIXES = {".py", ".json", ".safetensors", ".txt"}
"""Code, coefficients, models and dictionaries."""


@cache
def describe_program() -> dict[str, str]:
    """Return the version where installed, and a digest of the code and the data of ranking."""
    total = hashlib.sha256()
    for package in ("corpus", "index"):
        for path in sorted((PACKAGES / package).rglob("*")):
            if path.suffix in SUFFIXES and "samples" not in path.parts:
                total.update(path.relative_to(PACKAGES).as_posix().encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
    code = {"code": total.hexdigest()[:16]}
    try:
        return {"version": version("dafu"), **code}
    except PackageNotFoundError:
        return code  # run from the repository, without being installed


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
