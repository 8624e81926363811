"""The commands that measure how good search is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import HomeOption, JsonOption, spread
from app.cli.output import open_console, print_json, print_note, show_progress


@spread
def run(
    folder: Annotated[
        Path,
        typer.Argument(metavar="文件夹", show_default=False, help="BEIR 格式的测试集文件夹"),
    ],
    split: Annotated[
        str, typer.Option("--split", metavar="名称", help="用 qrels 里的哪一份判断")
    ] = "test",
    measures: Annotated[
        list[str] | None,
        typer.Option(
            "--measures",
            metavar="指标",
            show_default=False,
            help="指标，如 'nDCG@10 AP'（可多次）",
        ),
    ] = None,
    run_file: Annotated[
        Path | None,
        typer.Option("--run", metavar="文件", show_default=False, help="另存排序为 TREC 格式"),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """在一个测试集上评测检索（在临时资料夹里建索引，不动文库）。"""
    from app.settings import load_settings
    from eval.evaluate import evaluate_folder
    from eval.measures import DEFAULT_MEASURES
    from eval.runs import save_run

    names = [name for given in measures or () for name in given.split()] or DEFAULT_MEASURES
    model = load_settings(home).model
    with show_progress() as progress:
        evaluation = evaluate_folder(folder, model, split, names, progress)
    if run_file:
        save_run(evaluation.run, run_file)
    if evaluation.unjudged:
        print_note(f"有 {evaluation.unjudged} 个查询没有判断，未计入。")
    if as_json:
        print_json(evaluation.as_json())
        return
    from app.cli.tables import print_evaluation

    print_evaluation(open_console(), evaluation)
