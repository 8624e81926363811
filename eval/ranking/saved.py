"""Measured runs as JSON files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from corpus.errors import InputError
from corpus.redact import redact
from eval.failures.causes import Failures
from eval.files.lines import save_text
from eval.files.qrels import Qrels
from eval.files.runs import load_run
from eval.ranking.found import KEPT, Found
from eval.ranking.measured import MeasuredRun
from eval.ranking.measures import DEFAULT_MEASURES, JUDGED, measure_queries, parse_measures

FORMAT = 2
READABLE = (1, FORMAT)
"""Files of format 1 have no test set, qrels, found documents or categories."""


class _Saved(BaseModel):
    """The file of a measured run."""

    format: int
    made: str
    test_set: str = ""
    settings: dict[str, Any]
    digests: dict[str, str]
    queries: dict[str, str]
    qrels: Qrels = {}
    categories: dict[str, dict[str, str]] = {}
    values: dict[str, dict[str, float]]
    found: dict[str, tuple[Found, ...]] = {}
    failures: Failures | None = None


def save_measured(measured: MeasuredRun, path: Path) -> None:
    """Save a measured run.

    :raises InputError: where the file cannot be written.
    """
    save_text(path, encode_measured(measured))


def encode_measured(measured: MeasuredRun) -> str:
    """Return a measured run as the text of its file."""
    saved = _Saved(
        format=FORMAT,
        made=measured.made,
        test_set=measured.test_set,
        settings=measured.settings,
        digests=measured.digests,
        queries=measured.queries,
        qrels=measured.qrels,
        categories=measured.categories,
        values=measured.values,
        found=measured.found,
        failures=measured.failures,
    )
    return saved.model_dump_json(indent=1) + "\n"


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
    return _measure_trec(path, qrels, names)


def _measure_trec(path: Path, qrels: Qrels, names: Sequence[str]) -> MeasuredRun:
    run = load_run(path)
    if not run.keys() & qrels.keys():
        raise InputError(f"{path} 里没有一个查询有判断：查询编号应与判断文件一致")
    measures = parse_measures(names or DEFAULT_MEASURES)
    found = {
        query: tuple(Found(*pair) for pair in list(documents.items())[:KEPT])
        for query, documents in run.items()
        if query in qrels
    }
    return MeasuredRun(path.stem, measure_queries(run, qrels, measures), qrels=qrels, found=found)


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
    if saved.format not in READABLE:
        raise InputError(
            f"{path} 的格式是 {saved.format}，本版本能读 {'、'.join(map(str, READABLE))}；"
            "请用保存它的版本打开，或重新评测"
        )
    if not complete or JUDGED not in saved.values:
        raise InputError(f"{path} 不完整，请重新评测")
    return MeasuredRun(
        name=path.stem,
        values=saved.values,
        queries={id: redact(text) for id, text in saved.queries.items()},
        settings=saved.settings,
        digests=saved.digests,
        made=saved.made,
        test_set=saved.test_set,
        qrels=saved.qrels,
        found=saved.found,
        failures=saved.failures,
        categories=saved.categories,
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
