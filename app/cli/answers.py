"""The command that measures how good answers are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import HomeOption, JsonOption, spread
from app.cli.output import open_console, plain, print_json, show_progress

if TYPE_CHECKING:
    from rich.console import Console

    from eval.answers.evaluate import AnswerEvaluation
    from eval.comparing.means import Mean


@spread
def answers(
    questions: Annotated[
        Path,
        typer.Argument(
            metavar="问题集",
            show_default=False,
            help="带答案的阅读理解文件夹、带 questions.jsonl 和 replies/ 的文件夹，"
            "或向文库提问的 .jsonl 文件",
        ),
    ],
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="数", show_default=False, help="只问前几个问题"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="文件", show_default=False, help="另存报告（.html 或 .json）"
        ),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """用已知答案的问题评测回答：引文对不对、该不该回答、把握可不可信。"""
    from app.settings import load_settings
    from eval.answers.evaluate import Setup, evaluate_answers
    from eval.answers.report import save_answer_report

    settings = load_settings(home)
    setup = Setup(settings.home, settings.models, settings.abstain_below, limit)
    with show_progress() as progress:
        evaluation = evaluate_answers(questions, setup, progress)
    if out:
        save_answer_report(evaluation, out)
    if as_json:
        print_json(evaluation.as_json())
    else:
        _print(open_console(), evaluation)


def _print(console: Console, evaluation: AnswerEvaluation) -> None:
    from rich.cells import set_cell_size

    from eval.answers.evaluate import MEASURES

    width = 42
    for name, mean in evaluation.measures.items():
        console.print(f"{set_cell_size(MEASURES[name], width)}{_share(mean)}", soft_wrap=True)
    calibration = evaluation.calibration
    for label, found in (
        ("把握的 AUROC", calibration.auroc),
        ("风险—覆盖曲线下的面积", calibration.aurc),
    ):
        between = f"[{found.low:.3f}, {found.high:.3f}]"
        console.print(f"{set_cell_size(label, width)}{found.mean:.3f}  {between}", soft_wrap=True)
    console.print(f"{set_cell_size('校准误差', width)}{calibration.ece:.3f}")
    console.print(
        plain(
            f"{evaluation.name}：{evaluation.questions:,} 个问题"
            f"（{evaluation.unanswerable:,} 个没有答案），{evaluation.replies:,} 份答复，"
            f"把握不低于 {evaluation.settings['threshold']} 时回答，"
            f"用时 {evaluation.seconds:.1f} 秒"
        ),
        soft_wrap=True,
    )


def _share(mean: Mean) -> str:
    return f"{mean.mean:6.1%}  [{mean.low:.1%}, {mean.high:.1%}]"
