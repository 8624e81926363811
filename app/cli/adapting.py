"""The command that trains the bundled model further on the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import HomeOption, JsonOption, spread
from app.cli.output import open_console, print_json, show_progress

if TYPE_CHECKING:
    from rich.console import Console

    from app.adapting import Adaptation


@spread
def adapt(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar="", help="只训练和检验，不换用")
    ] = False,
    reset: Annotated[
        bool, typer.Option("--reset", metavar="", help="改回原来的自带模型，并重建索引")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """用文库里的答复继续训练自带模型；检验有进步才换用，并重建索引。"""
    from app.adapting import adapt_library, forget_adaptation
    from app.settings import load_settings

    settings = load_settings(home)
    if reset:
        with show_progress() as progress:
            forgotten = forget_adaptation(settings, progress)
        words = (
            "已改回原来的自带模型，并重建索引。" if forgotten else "用的本来就是原来的自带模型。"
        )
        print(words, flush=True)
        return
    with show_progress() as progress:
        adaptation = adapt_library(settings, progress, keep=not dry_run)
    if as_json:
        print_json(adaptation.as_json())
    else:
        _print(open_console(), adaptation)


def _print(console: Console, adaptation: Adaptation) -> None:
    from app.cli.comparisons import describe

    before, after = (
        adaptation.comparison.means[run.name][adaptation.difference.measure]
        for run in adaptation.comparison.runs
    )
    lines = [
        f"学了 {adaptation.pairs:,} 对问题和答复、{adaptation.documents:,} 份答复，"
        f"用没有学过的 {adaptation.queries:,} 个问题检验，共用 {adaptation.seconds:.0f} 秒。",
        f"{adaptation.difference.measure} 由 {before.mean:.4f} 变为 {after.mean:.4f}："
        f"{describe(adaptation.difference)}",
    ]
    if adaptation.kept:
        lines.append("有进步：已换用训练后的模型，并重建了索引。要改回去：dafu adapt --reset")
    elif adaptation.better:
        lines.append("有进步，但没有换用（--dry-run）。")
    else:
        lines.append("没有进步：仍用原来的模型，文库没有任何改动。")
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False, markup=False)
