"""A measured run, every measure of every query and what it found; kept as a JSON file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ir_measures import Measure
from pydantic import TypeAdapter, ValidationError

from corpus.clock import now
from corpus.errors import InputError
from corpus.files import say_trouble
from corpus.text.redact import redact
from eval.collection import digest_of
from eval.data.beir import BeirSet
from eval.data.lines import save_text
from eval.data.qrels import Qrels
from eval.data.runs import Run, load_run
from eval.ranking.causes import Failures
from eval.ranking.found import KEPT, FoundDocument
from eval.ranking.measures import DEFAULT_MEASURES, JUDGED, measure_queries, parse_measures

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
    found: dict[str, tuple[FoundDocument, ...]] = field(default_factory=dict)
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
        made=now(),
        qrels=judged.qrels,
    )


FORMAT = 2
"""The format of the files."""

_RUN = TypeAdapter(MeasuredRun)

_NEEDED = ("made", "settings", "digests", "queries", "values")


def save_measured(measured: MeasuredRun, path: Path) -> None:
    """Save a measured run.

    :raises InputError: where the file cannot be written.
    """
    save_text(path, encode_measured(measured))


def encode_measured(measured: MeasuredRun) -> str:
    """Return a measured run as the text of its file."""
    saved = {"format": FORMAT, **_RUN.dump_python(measured, mode="json", exclude={"name"})}
    return json.dumps(saved, ensure_ascii=False, indent=1) + "\n"


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
        raise InputError(f"读不了 {path}：{say_trouble(error)}") from error
    if saved:
        return _keep(_load_saved(path), path, [str(m) for m in parse_measures(names)])
    if qrels is None:
        raise InputError(
            f"{path} 不是 dafu eval run --save 保存的结果；如果是 TREC 排序，请用 --qrels 指定判断"
        )
    return _measure_trec(path, qrels, names)


def _measure_trec(path: Path, qrels: Qrels, names: Sequence[str]) -> MeasuredRun:
    run = load_run(path)
    if not run.keys() & qrels.keys():
        raise InputError(f"{path} 里没有一个查询有判断：查询编号应与判断文件一致")
    measures = parse_measures(names or DEFAULT_MEASURES)
    found = {
        query: tuple(FoundDocument(*pair) for pair in list(documents.items())[:KEPT])
        for query, documents in run.items()
        if query in qrels
    }
    return MeasuredRun(path.stem, measure_queries(run, qrels, measures), qrels=qrels, found=found)


def _load_saved(path: Path) -> MeasuredRun:
    saved = _read_object(path)
    if "format" not in saved:
        raise _not_saved(path, ["format"])
    if saved["format"] != FORMAT:
        raise InputError(
            f"{path} 的格式是 {saved['format']}，本版本能读 {FORMAT}；"
            "请用保存它的版本打开，或重新评测"
        )
    if missing := [name for name in _NEEDED if name not in saved]:
        raise _not_saved(path, missing)
    try:
        run = _RUN.validate_python({**saved, "name": path.stem})
    except ValidationError as error:
        places = [".".join(map(str, each["loc"])) for each in error.errors()[:5]]
        raise _not_saved(path, places) from error
    queries = [set(values) for values in run.values.values()]
    complete = bool(queries) and bool(queries[0]) and all(ids == queries[0] for ids in queries)
    if not complete or JUDGED not in run.values:
        raise InputError(f"{path} 不完整，请重新评测")
    return replace(run, queries={id: redact(text) for id, text in run.queries.items()})


def _read_object(path: Path) -> dict[str, Any]:
    try:
        saved = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _not_saved(path, ["整个文件"]) from error
    return saved if isinstance(saved, dict) else {}


def _not_saved(path: Path, places: Sequence[str]) -> InputError:
    return InputError(
        f"{path} 不是 dafu eval run --save 保存的结果（{'、'.join(places)} 不对），请重新评测"
    )


def _keep(run: MeasuredRun, path: Path, names: Sequence[str]) -> MeasuredRun:
    """Keep only the measures named, if any are."""
    missing = [name for name in names if name not in run.values]
    if missing:
        raise InputError(
            f"{path} 里没有指标 {'、'.join(missing)}（有 {'、'.join(run.measures)}）；"
            "请用 --measures 重新评测"
        )
    return (
        replace(run, values={name: run.values[name] for name in (*names, JUDGED)}) if names else run
    )
