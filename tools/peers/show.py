"""Show a report of `tools.peers`: its table in Markdown, its picture for the READMEs.

python -m tools.peers.show speed.json
python -m tools.peers.show speed.json --picture docs/peers.svg
python -m tools.peers.show speed.json --picture docs/peers.zh-CN.svg --language zh

The picture is of the largest size, and wants quality in the report.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from eval.bench.beside import BesideRow, lay_beside, measured_peers
from eval.data.lines import save_text
from tools.peers.picture import WORDS, draw_picture


def load_report(path: Path) -> dict[str, Any]:
    """Load the report that `python -m tools.peers --out FILE.json` has saved.

    :raises InputError: where it isn't one with other programs in it.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        peers = found["sizes"][-1]["peers"]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise InputError(
            f"{path} 不是 python -m tools.peers --out 存成的 .json，请重新测量"
        ) from error
    if not peers:
        raise InputError(f"{path} 里没有别的程序，请用 python -m tools.peers 测量")
    return dict(found)


def as_markdown(size: dict[str, Any], quality: list[dict[str, Any]]) -> str:
    """Return the table of one size in English, with what wasn't measured below it."""
    peers = measured_peers(size)
    heads = [f"{size['passages']:,} passages", *(peer["title"] for peer in peers.values())]
    lines = [heads, ["---"] * len(heads)]
    lines += [[_label(row), *row.cells] for row in lay_beside(size, quality)]
    absent = [
        f"\nNot measured: {peer['title']} ({peer['not_measured']})\n"
        for peer in size["peers"].values()
        if "not_measured" in peer
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + "".join(absent)


def _label(row: BesideRow) -> str:
    leg = {"lexical": "words", "dense": "vectors", "fused": "whole", "": ""}[row.leg]
    return {
        "build": "building, passages a second",
        "search": f"{leg}, {row.of} query, ms: p50 / p95",
        "memory": "memory, MB",
        "disk": "disk, MB",
        "quality": f"nDCG@10 on {row.of}, {leg}",
    }[row.what]


def main() -> None:
    """Print the tables, or save the picture."""
    parser = argparse.ArgumentParser(description="Show what tools.peers has measured.")
    parser.add_argument("report", type=Path, help="its .json file")
    parser.add_argument("--picture", type=Path, help="save an .svg of the largest size here")
    parser.add_argument("--language", choices=tuple(WORDS), default="en")
    options = parser.parse_args()
    try:
        found = load_report(options.report)
        if options.picture:
            save_text(options.picture, draw_picture(found, options.language))
            return
    except InputError as error:
        parser.error(str(error))
    for size in found["sizes"]:
        print(as_markdown(size, found.get("quality", [])))


if __name__ == "__main__":
    main()
