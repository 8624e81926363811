"""The command that fits ranking to the user's judgments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import HomeOption, JsonOption, spread
from app.cli.output import plain, print_json, print_note, show_progress
from corpus.errors import InputError


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
    qrels: Annotated[
        Path | None,
        typer.Option(
            "--qrels",
            metavar="文件",
            show_default=False,
            help="查询文件的判断（.csv、.xlsx、TREC 或 BEIR 格式）",
        ),
    ] = None,
    split: Annotated[
        str, typer.Option("--split", metavar="名称", help="用 qrels 里的哪一份判断")
    ] = "test",
    reset: Annotated[bool, typer.Option("--reset", help="恢复自带的排序参数")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """用自己的判断重新拟合排序；没参与拟合的查询变好了才采用。"""
    from app.settings import load_settings
    from index.fitted import reset_fusion, save_fusion

    settings = load_settings(home)
    if reset:
        existed = reset_fusion(settings.home)
        print("已恢复自带的排序参数。" if existed else "用的就是自带的排序参数。", flush=True)
        return
    if source is None:
        raise InputError("请给出测试集：一个 BEIR 文件夹，或查询文件加 --qrels")
    from eval.files.spans import Level
    from eval.fitting.fit import fit_to_judgments
    from eval.ranking.sources import JudgedSource, open_judged
    from index.fitted import open_fusion

    opened = JudgedSource(source, settings.home, qrels)
    with (
        show_progress() as progress,
        open_judged(opened, settings.models, progress, split, Level.REPLY) as (collection, judged),
    ):
        model = collection.engine.embedder.name
        collection.engine.retriever.fusion = open_fusion(settings.home, model)
        fitting = fit_to_judgments(collection, judged, progress)
    if fitting.better:
        settings.home.mkdir(parents=True, exist_ok=True)
        saved = save_fusion(settings.home, fitting.fusion, f"{fitting.taught} queries", model)
    if as_json:
        print_json({**fitting.as_json(), "kept": fitting.better})
        return
    from app.cli.comparisons import describe

    print(f"nDCG@10（{fitting.queries:,} 个查询，各由其余五分之四拟合）：", flush=True)
    print(f"  {fitting.before:.4f} → {fitting.after:.4f}  {describe(fitting.difference)}")
    if fitting.better:
        print(f"已采用，存为 {plain(str(saved))}；用 dafu eval fit --reset 恢复。", flush=True)
    else:
        print_note("没有变好，不采用，排序仍同以前。")
