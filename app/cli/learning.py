"""The commands by which a home learns: the model its texts, the fusion its judgments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import HomeOptions, JudgmentOptions, spread
from app.cli.output import open_console, plain, print_json, print_note, show_progress
from corpus.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from app.evaluation.learning import Adaptation


@spread
def fit(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="测试集",
            show_default=False,
            help="BEIR 格式的文件夹；或自己的查询文件（用 --qrels 给出判断，在文库里检索）",
        ),
    ] = None,
    *,
    judgments: JudgmentOptions,
    reset: Annotated[bool, typer.Option("--reset", help="恢复自带的排序参数")] = False,
    where: HomeOptions,
) -> None:
    """用自己的判断重新拟合排序；没参与拟合的查询变好了才采用。"""
    from index.ranking.fuse import reset_fusion

    with where.open() as home:
        if reset:
            existed = reset_fusion(home.folder)
            print("已恢复自带的排序参数。" if existed else "用的就是自带的排序参数。", flush=True)
            return
        if source is None:
            raise InputError("请给出测试集：一个 BEIR 文件夹，或查询文件加 --qrels")
        from app.evaluation.learning import fit_library
        from eval.sets import JudgedSource

        opened = JudgedSource(source, home.folder, judgments.qrels)
        with show_progress() as progress:
            fitting, saved = fit_library(home, opened, judgments.split, progress)
    if where.as_json:
        print_json(fitting)
        return
    from app.cli.views.runs import describe_difference

    print(f"nDCG@10（{fitting.queries:,} 个查询，各由其余五分之四拟合）：", flush=True)
    print(
        f"  {fitting.before:.4f} → {fitting.after:.4f}  {describe_difference(fitting.difference)}"
    )
    if saved:
        print(f"已采用，存为 {plain(str(saved))}；用 dafu eval fit --reset 恢复。", flush=True)
    else:
        print_note("没有变好，不采用，排序仍同以前。")


@spread
def adapt(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar="", help="只训练和检验，不换用")
    ] = False,
    reset: Annotated[
        bool, typer.Option("--reset", metavar="", help="改回原来的自带模型，并重建索引")
    ] = False,
    *,
    where: HomeOptions,
) -> None:
    """用文库里的答复继续训练自带模型；检验有进步才换用，并重建索引。"""
    from app.evaluation.learning import adapt_library, forget_adaptation

    with where.open() as home, show_progress() as progress:
        if reset:
            forgotten = forget_adaptation(home, progress)
        else:
            adaptation = adapt_library(home, progress, keep=not dry_run)
    if reset:
        words = (
            "已改回原来的自带模型，并重建索引。" if forgotten else "用的本来就是原来的自带模型。"
        )
        print(words, flush=True)
    elif where.as_json:
        print_json(adaptation)
    else:
        _print(open_console(), adaptation)


def _print(console: Console, adaptation: Adaptation) -> None:
    from app.cli.views.runs import describe_difference

    before, after = (
        adaptation.comparison.means[run.name][adaptation.difference.measure]
        for run in adaptation.comparison.runs
    )
    lines = [
        f"学了 {adaptation.pairs:,} 对问题和答复、{adaptation.documents:,} 份答复，"
        f"用没有学过的 {adaptation.queries:,} 个问题检验，共用 {adaptation.seconds:.0f} 秒。",
        f"{adaptation.difference.measure} 由 {before.mean:.4f} 变为 {after.mean:.4f}："
        f"{describe_difference(adaptation.difference)}",
    ]
    if adaptation.kept:
        lines.append("有进步：已换用训练后的模型，并重建了索引。要改回去：dafu adapt --reset")
    elif adaptation.better:
        lines.append("有进步，但没有换用（--dry-run）。")
    else:
        lines.append("没有进步：仍用原来的模型，文库没有任何改动。")
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False, markup=False)
