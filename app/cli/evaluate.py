"""The commands that measure how good search and answers are: eval run, eval answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.history import record_run
from app.cli.options import HomeOption, JsonOption, spread
from app.cli.output import open_console, plain, print_json, print_note, show_progress
from corpus.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from eval.answers.evaluate import AnswerEvaluation
    from eval.statistics import Mean


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
    from eval.answers.evaluate import AnswerSetup, evaluate_answers
    from eval.report.answers import save_answer_report

    settings = load_settings(home)
    setup = AnswerSetup(settings.home, settings.models, settings.abstain_below, limit)
    with show_progress() as progress:
        evaluation = evaluate_answers(questions, setup, progress)
    if out:
        save_answer_report(evaluation, out)
    if as_json:
        print_json(evaluation)
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


MeasuresOption = Annotated[
    list[str] | None,
    typer.Option(
        "--measures",
        metavar="指标",
        show_default=False,
        help="指标，如 'nDCG@10 AP'（可多次）",
    ),
]


@spread
def run(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="测试集",
            show_default=False,
            help="BEIR 格式的文件夹；有 questions.jsonl 和 replies/ 的文件夹；"
            "或自己的查询文件（.jsonl .csv .xlsx），在文库里检索",
        ),
    ],
    qrels: Annotated[
        Path | None,
        typer.Option(
            "--qrels",
            metavar="文件",
            show_default=False,
            help="查询文件的判断，.csv、.xlsx、TREC 或 BEIR 格式",
        ),
    ] = None,
    split: Annotated[
        str, typer.Option("--split", metavar="名称", help="用 qrels 里的哪一份判断")
    ] = "test",
    measures: MeasuresOption = None,
    leg: Annotated[
        str,
        typer.Option(
            "--leg",
            metavar="方式",
            help="按什么排序：fused（两者融合，同检索）、lexical（只按词语）、dense（只按向量）、"
            "words（只用词的 BM25）、bigrams（只用二字的 BM25）",
        ),
    ] = "fused",
    level: Annotated[
        str | None,
        typer.Option(
            "--level",
            metavar="层次",
            show_default=False,
            help="按什么评测：reply（整份答复）、passage（段落）；默认看判断的是什么",
        ),
    ] = None,
    run_file: Annotated[
        Path | None,
        typer.Option("--run", metavar="文件", show_default=False, help="另存排序为 TREC 格式"),
    ] = None,
    saved: Annotated[
        Path | None,
        typer.Option(
            "--save",
            metavar="文件",
            show_default=False,
            help="保存设置和每个查询的指标（JSON），供 compare、gate 使用",
        ),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """评测检索：在测试集上（在临时资料夹里建索引，不动文库），或用自己的查询在文库里。"""
    from app.settings import load_settings
    from eval.data.runs import save_run
    from eval.data.spans import Level
    from eval.history.kept import KeptEvaluation
    from eval.ranking.evaluate import RankingSetup, evaluate
    from eval.ranking.measured import save_measured
    from eval.ranking.measures import DEFAULT_MEASURES
    from eval.ranking.search import Leg
    from eval.sets import JudgedSource

    if leg not in tuple(Leg):
        raise InputError(f"没有 {leg!r} 这种排序依据，--leg 应是 {'、'.join(Leg)} 之一")
    if level is not None and level not in tuple(Level):
        raise InputError(f"没有 {level!r} 这种层次，--level 应是 {'、'.join(Level)} 之一")
    settings = load_settings(home)
    names = measure_names(measures) or DEFAULT_MEASURES
    setup = RankingSetup(settings.models, split, names, Leg(leg), Level(level) if level else None)
    with show_progress() as progress:
        evaluation = evaluate(JudgedSource(source, settings.home, qrels), setup, progress)
    if saved:
        save_measured(evaluation.measured, saved)
    if run_file:
        save_run(evaluation.run, run_file)
    id = record_run(settings.home, evaluation)
    for note in evaluation.notes:
        print_note(note)
    if as_json:
        print_json(KeptEvaluation(id, evaluation))
        return
    from app.cli.views.runs import print_evaluation

    print_evaluation(open_console(), evaluation)
    if id:
        print(f"评测编号 {id}（dafu eval history 列出全部）", flush=True)


def measure_names(measures: Sequence[str] | None) -> tuple[str, ...]:
    """Return names that stand apart or in one text."""
    return tuple(name for given in measures or () for name in given.split())
