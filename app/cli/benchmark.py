"""The command that measures speed."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import HomeOptions, spread
from app.cli.output import open_console, plain, print_json, show_progress
from corpus.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from eval.bench.run import BenchPlan
    from index.models.choice import Models


@dataclass(frozen=True, slots=True)
class SpeedOptions:
    """How much of what is measured."""

    sizes: Annotated[
        list[str] | None,
        typer.Option(
            "--sizes",
            metavar="段数",
            show_default=False,
            help="各测多少段，如 1000,10000,100000（默认 1000,10000）",
        ),
    ] = None
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            metavar="文件夹",
            show_default=False,
            help="用这里的文件（默认由样例拼成文本）",
        ),
    ] = None
    queries: Annotated[
        int, typer.Option("--queries", metavar="数", help="每种规模用多少个查询")
    ] = 200

    def plan(self, models: Models) -> BenchPlan:
        """Say what is to be measured.

        :raises InputError: where a size is no number.
        """
        from eval.bench.run import BenchPlan

        return BenchPlan(
            sizes=_numbers(_split(self.sizes)) or (1000, 10_000),
            folder=self.folder,
            models=models,
            queries=self.queries,
        )


@spread
def bench(
    *,
    speed: SpeedOptions,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            "--out",
            metavar="文件",
            show_default=False,
            help="报告存为哪个文件（.html 或 .json，可多次）",
        ),
    ] = None,
    where: HomeOptions,
) -> None:
    """测速度：载入、索引、查询、内存、磁盘（在临时资料夹里，不动文库）。"""
    from eval.bench.report import check_report, save_report
    from eval.bench.run import run_bench

    for path in out or ():
        check_report(path)
    with where.open() as home:
        plan = speed.plan(home.settings.models)

    def save(found: dict[str, Any]) -> None:
        for path in out or ():
            save_report(found, path)

    # What ends a process at once would leave the temporary folders behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with show_progress() as progress:
        found = run_bench(plan, progress, save)
    save(found)
    if where.as_json:
        print_json(found)
        return
    print_speed(open_console(), found)
    for path in out or ():
        print(f"已保存报告：{plain(str(path))}", flush=True)


def _split(given: list[str] | None) -> tuple[str, ...]:
    return tuple(name for each in given or () for name in each.replace(",", " ").split())


def _numbers(given: tuple[str, ...]) -> tuple[int, ...]:
    if wrong := [each for each in given if not each.isdecimal()]:
        raise InputError(f"--sizes 应是段数，如 1000,10000；这些不是：{'、'.join(wrong)}")
    return tuple(map(int, given))


def print_speed(console: Console, found: dict[str, Any]) -> None:
    """Print a table of the sizes."""
    from rich.table import Table

    from eval.bench.narrow import SHARES
    from eval.report.words import GROWING, QUERY_LENGTHS, TIMED_LEGS

    sizes = found["sizes"]
    table = Table("", *(f"{size['passages']:,} 段" for size in sizes), title="速度")
    for name in ("passages", "characters"):
        label = {"passages": "载入并建索引，段/秒", "characters": "载入并建索引，字/秒"}[name]
        table.add_row(label, *(f"{size['whole'][f'{name}_per_second']:,.0f}" for size in sizes))
    for kind, kind_name in QUERY_LENGTHS.items():
        for leg, leg_name in TIMED_LEGS.items():
            spent = (size["latency"][kind][leg] for size in sizes)
            times = (f"{each['p50']:.1f}（p95 {each['p95']:.1f}）" for each in spent)
            table.add_row(f"{kind_name}，{leg_name}，毫秒", *times)
    for share in SHARES:
        times = (_narrowed(size["narrowed"], share) for size in sizes)
        table.add_row(f"短查询，筛选后留下约 {share * 100:g} %，毫秒", *times)
    table.add_row("再载入 100 份答复，处理器秒", *(_added(size["add"]) for size in sizes))
    table.add_row("打开，秒", *(f"{size['open_seconds']:.2f}" for size in sizes))
    table.add_row("检索时内存", *(_megabytes(size["memory_bytes"]["searching"]) for size in sizes))
    table.add_row("其中自用", *(_megabytes(size["memory_bytes"]["own"]) for size in sizes))
    table.add_row("磁盘", *(_megabytes(size["disk_bytes"]) for size in sizes))
    console.print(table)
    if powers := found["exponents"]:
        said = "，".join(f"{GROWING[name]} {power:.2f}" for name, power in powers.items())
        console.print(f"随段数的几次方增长（0 为不增长）：{said}")
    for note in found["notes"]:
        console.print(plain(note))


def _added(added: dict[str, Any] | None) -> str:
    return f"{added['processor_seconds']:.2f}" if added else "没有测"


def _narrowed(measured: list[dict[str, Any]], share: float) -> str:
    from eval.bench.narrow import NEAR

    near = [each for each in measured if share / NEAR <= each["kept"] <= share * NEAR]
    return f"{near[0]['p50']:.1f}（p95 {near[0]['p95']:.1f}）" if near else "–"


def _megabytes(count: int | None) -> str:
    return "测不到" if count is None else f"{count / 1e6:,.0f} MB"
