"""Measured runs as JSON files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from corpus.errors import InputError
from corpus.text.redact import redact
from eval.data.lines import save_text
from eval.data.qrels import Qrels
from eval.data.runs import load_run
from eval.ranking.found import KEPT, Found
from eval.ranking.measured import MeasuredRun
from eval.ranking.measures import DEFAULT_MEASURES, JUDGED, measure_queries, parse_measures

FORMAT = 2
READABLE = (1, FORMAT)
"""Files of format 1 have no test set, qrels, found documents or categories."""


_RUN = TypeAdapter(MeasuredRun)

_NEEDED = ("made", "settings", "digests", "queries", "values")
"""What files of every format have."""


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
    saved = _read_object(path)
    if "format" not in saved:
        raise _not_saved(path, ["format"])
    if saved["format"] not in READABLE:
        raise InputError(
            f"{path} 的格式是 {saved['format']}，本版本能读 {'、'.join(map(str, READABLE))}；"
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
