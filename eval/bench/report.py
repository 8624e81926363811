"""The report of a measurement: one HTML page that needs nothing else, or JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from eval.bench.beside import BesideRow, lay_beside, measured_peers
from eval.bench.growth import draw_growth, open_growth
from eval.data.lines import save_text
from eval.report.fragments import is_html, open_templates
from eval.report.words import GROWING, QUERY_LENGTHS, TIMED_LEGS

TEMPLATES = Path(__file__).with_name("templates")


def check_report(path: Path) -> None:
    """Make sure that a report can be written, before anything is measured.

    :raises InputError: where its ending is neither .html nor .json, or its folder is not there.
    """
    is_html(path)
    if not path.absolute().parent.is_dir():
        raise InputError(f"没有文件夹 {path.absolute().parent}，写不了 {path.name}")


def save_report(found: dict[str, Any], path: Path) -> None:
    """Save what `run_bench` has found, in the form that the name's ending tells.

    :raises InputError: where the file cannot be written.
    """
    save_text(path, as_html(found) if is_html(path) else as_text(found))


def as_text(found: dict[str, Any]) -> str:
    """Return what was found as JSON text."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def as_html(found: dict[str, Any]) -> str:
    """Return what was found as a page in Chinese that asks for nothing from elsewhere."""
    environment = open_templates(TEMPLATES)
    environment.filters["row_label"] = row_label
    open_growth(environment)
    latencies = [legs for size in found["sizes"] for legs in size["latency"].values()]
    longest = max((each["p95"] for legs in latencies for each in legs.values()), default=1.0)
    fastest = max((size["whole"]["passages_per_second"] for size in found["sizes"]), default=1.0)
    return environment.get_template("bench.html").render(
        found=found,
        legs=TIMED_LEGS,
        kinds=QUERY_LENGTHS,
        growing=GROWING,
        chart=draw_growth(found["sizes"], GROWING),
        title="段数；纵轴是最小规模时的几倍",
        longest=longest or 1.0,
        fastest=fastest or 1.0,
        beside=lay_beside,
        measured_peers=measured_peers,
    )


def row_label(row: BesideRow) -> str:
    """Say what a row of the table of other programs has."""
    leg = {"lexical": "按词语", "dense": "按向量", "fused": "两路合一", "": ""}[row.leg]
    return {
        "build": "建索引，段/秒",
        "search": f"{QUERY_LENGTHS.get(row.of, row.of)}{leg}，毫秒 p50 / p95",
        "memory": "内存，MB",
        "disk": "磁盘，MB",
        "quality": f"{row.of} nDCG@10，{leg}",
    }[row.what]
