"""The report of a measurement: one HTML page that needs nothing else, or JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corpus.errors import InputError
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
    latencies = [legs for size in found["sizes"] for legs in size["latency"].values()]
    longest = max((each["p95"] for legs in latencies for each in legs.values()), default=1.0)
    fastest = max((size["whole"]["passages_per_second"] for size in found["sizes"]), default=1.0)
    environment.filters["ratio"] = ratio_label
    return environment.get_template("bench.html").render(
        found=found,
        legs=TIMED_LEGS,
        kinds=QUERY_LENGTHS,
        growing=GROWING,
        longest=longest or 1.0,
        fastest=fastest or 1.0,
        ratios=ratio_columns(found),
    )


def ratio_columns(found: dict[str, Any]) -> list[str]:
    """Return the names of all ratios that any peer has, in their order."""
    peers = (peer for size in found["sizes"] for peer in size["peers"].values())
    return list(dict.fromkeys(name for peer in peers for name in peer.get("ratios", ())))


def ratio_label(name: str) -> str:
    """Return how the page calls a ratio."""
    kind, _, leg = name.partition(" ")
    return f"{QUERY_LENGTHS[kind]} {TIMED_LEGS[leg]}" if leg else "建索引"
