"""Measure how fast Dafu is, and other programs beside it.

    pip install -e '.[peers]'
    python -m tools.peers.quality FOLDER --out quality.json
    python -m tools.peers --sizes 1000,10000 --quality quality.json --out speed.json
    python -m tools.peers.show speed.json --picture peers.svg

The report is that of `dafu bench`, with the peers: those that are not installed are named in it.
"""

from __future__ import annotations

import argparse
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from app.cli.benchmark import print_speed
from app.cli.output import open_console, plain, show_progress
from app.settings import load_settings
from corpus.errors import InputError
from eval.bench.beside import lay_beside, measured_peers
from eval.bench.report import check_report, row_label, save_report
from eval.bench.run import BenchPlan, run_bench
from tools.peers.compare import choose_peers, measure_beside
from tools.peers.quality import load_quality


def main() -> None:
    """Measure, save the reports, and print what was found."""
    parser = argparse.ArgumentParser(description="Measure Dafu's speed beside other programs'.")
    parser.add_argument("--sizes", default="1000,10000", help="numbers of passages")
    parser.add_argument("--folder", type=Path, help="files to use in place of made text")
    parser.add_argument("--queries", type=int, default=200, help="queries at each size")
    parser.add_argument("--peers", default="", help="names of programs, parted by commas; all")
    parser.add_argument("--quality", type=Path, help="what tools.peers.quality has saved")
    parser.add_argument("--out", type=Path, action="append", default=[], help=".html or .json")
    parser.add_argument("--home", type=Path, help="home whose settings name the models")
    options = parser.parse_args()
    # The encoder would read candidates while queries wait; the others don't have its vectors.
    models = replace(load_settings(options.home).models, encoding="off")
    try:
        for path in options.out:
            check_report(path)
        names = choose_peers([name for name in options.peers.split(",") if name])
        quality = load_quality(options.quality) if options.quality else []
        sizes = tuple(map(int, options.sizes.split(",")))
        plan = BenchPlan(sizes, options.folder, models, options.queries)
    except (InputError, ValueError) as error:
        parser.error(str(error))

    def save(found: dict[str, Any]) -> None:
        found["quality"] = quality
        for path in options.out:
            save_report(found, path)

    # What ends a process at once would leave the temporary folders behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with show_progress() as progress:
        found = run_bench(plan, progress, save, measure_beside(names, models))
    save(found)
    console = open_console()
    print_speed(console, found)
    _print_beside(console, found)


def _print_beside(console: Console, found: dict[str, Any]) -> None:
    """Print the table of other programs for each size."""
    for size in found["sizes"]:
        peers = measured_peers(size)
        title = f"{size['passages']:,} 段（括号里：耗时是 Dafu 的几倍）"
        table = Table("", title=title)
        for peer in peers.values():
            table.add_column(peer["title"], overflow="fold")
        for row in lay_beside(size, found.get("quality", ())):
            table.add_row(row_label(row), *row.cells)
        console.print(table)
        for name in size["peers"].keys() - peers.keys():
            absent = size["peers"][name]
            console.print(plain(f"没有测 {absent['title']}：{absent['not_measured']}"))


if __name__ == "__main__":
    main()
