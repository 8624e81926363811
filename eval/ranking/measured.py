"""A measured run: every measure of every query, and what it was made with, in a JSON file."""

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
from pydantic import BaseModel, ValidationError

from corpus.errors import InputError
from eval.files.beir import BeirSet
from eval.files.qrels import Qrels
from eval.files.runs import Run, load_run
from eval.ranking.measures import DEFAULT_MEASURES, JUDGED, measure_queries, parse_measures

PACKAGES = Path(__file__).resolve().parents[2]
FORMAT = 1


@dataclass(frozen=True, slots=True)
class MeasuredRun:
    """The measures of one run, query by query.

    `values` are measure → query id → value; all measures have the same queries, and
    `Judged@10` is always among them. `queries` are the queries' texts and `digests` those of the
    test set's documents, queries and qrels; both are empty for TREC runs. `made` is ISO 8601.
    """

    name: str
    values: dict[str, dict[str, float]]
    queries: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    made: str = ""

    @property
    def query_ids(self) -> tuple[str, ...]:
        """The judged queries, sorted."""
        return tuple(sorted(next(iter(self.values.values()))))

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures by name, without `Judged@10`."""
        return tuple(name for name in self.values if name != JUDGED)


class _Saved(BaseModel):
    """The file of a measured run."""

    format: int
    made: str
    settings: dict[str, Any]
    digests: dict[str, str]
    queries: dict[str, str]
    values: dict[str, dict[str, float]]


def measure_test_set(
    judged: BeirSet, run: Run, measures: Sequence[Measure], settings: dict[str, Any]
) -> MeasuredRun:
    """Measure a run over a test set, to be saved."""
    return MeasuredRun(
        name="",
        values=measure_queries(run, judged.qrels, measures),
        queries=judged.queries,
        settings={**settings, **_program()},
        digests={
            "documents": _digest([[d.id, d.title, d.text] for d in judged.documents]),
            "queries": _digest(judged.queries),
            "qrels": _digest(judged.qrels),
        },
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def save_measured(measured: MeasuredRun, path: Path) -> None:
    """Save a measured run.

    :raises InputError: where the file cannot be written.
    """
    saved = _Saved(
        format=FORMAT,
        made=measured.made,
        settings=measured.settings,
        digests=measured.digests,
        queries=measured.queries,
        values=measured.values,
    )
    try:
        path.write_text(saved.model_dump_json(indent=1) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"写不了 {path}：{error.strerror}") from error


def load_measured(path: Path, qrels: Qrels | None = None, names: Sequence[str] = ()) -> MeasuredRun:
    """Load a measured run, or measure a TREC run by judgments.

    :param qrels: needed for a TREC run.
    :param names: the measures to keep; a saved run has those it was saved with.
    :raises InputError: where the file is neither, or lacks a measure.
    """
    try:
        with path.open("rb") as file:
            saved = file.read(4).lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{")
    except OSError as error:
        raise InputError(f"读不了 {path}：{error.strerror}") from error
    if saved:
        return _keep(_load_saved(path), path, [str(m) for m in parse_measures(names)])
    if qrels is None:
        raise InputError(
            f"{path} 不是 dafu eval run --save 保存的结果；如果是 TREC 排序，请用 --qrels 指定判断"
        )
    run = load_run(path)
    if not run.keys() & qrels.keys():
        raise InputError(f"{path} 里没有一个查询有判断：查询编号应与判断文件一致")
    measures = parse_measures(names or DEFAULT_MEASURES)
    return MeasuredRun(path.stem, measure_queries(run, qrels, measures))


def _load_saved(path: Path) -> MeasuredRun:
    try:
        saved = _Saved.model_validate_json(path.read_bytes())
    except ValidationError as error:
        places = "、".join(".".join(map(str, e["loc"])) or "整个文件" for e in error.errors()[:5])
        raise InputError(
            f"{path} 不是 dafu eval run --save 保存的结果（{places} 不对），请重新评测"
        ) from error
    queries = [set(values) for values in saved.values.values()]
    complete = bool(queries) and bool(queries[0]) and all(ids == queries[0] for ids in queries)
    if saved.format != FORMAT or not complete or JUDGED not in saved.values:
        raise InputError(f"{path} 不完整，或是别的版本保存的，请重新评测")
    return MeasuredRun(
        path.stem, saved.values, saved.queries, saved.settings, saved.digests, saved.made
    )


def _keep(run: MeasuredRun, path: Path, names: Sequence[str]) -> MeasuredRun:
    """Keep only the measures named, if any are."""
    missing = [name for name in names if name not in run.values]
    if missing:
        raise InputError(
            f"{path} 里没有指标 {'、'.join(missing)}（有 {'、'.join(run.measures)}）；"
            "请用 --measures 重新评测"
        )
    kept = {name: run.values[name] for name in (*names, JUDGED)} if names else run.values
    return MeasuredRun(run.name, kept, run.queries, run.settings, run.digests, run.made)


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _program() -> dict[str, str]:
    """Return the version where installed, and a digest of the code and the data of ranking."""
    total = hashlib.sha256()
    for package in ("corpus", "index"):
        for path in sorted((PACKAGES / package).rglob("*")):
            if path.suffix in {".py", ".json", ".safetensors"}:
                total.update(path.relative_to(PACKAGES).as_posix().encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
    code = {"code": total.hexdigest()[:16]}
    try:
        return {"version": version("dafu"), **code}
    except PackageNotFoundError:
        return code  # run from the repository, without being installed
