"""The commands that measure how good search and answers are: eval run, eval answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import (
    HomeOptions,
    JudgmentOptions,
    MeasuresOption,
    names_in,
    open_evaluations,
    spread,
)
from app.cli.output import open_console, plain, print_json, print_note, show_progress
from corpus.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from eval.answers.evaluate import AnswerEvaluation
    from eval.ranking.evaluate import Evaluation, RankingSetup
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
    *,
    where: HomeOptions,
) -> None:
    """用已知答案的问题评测回答：引文对不对、该不该回答、把握可不可信。"""
    from eval.report.answers import save_answer_report

    with where.open() as home, show_progress() as progress:
        door = open_evaluations(home)
        evaluation = door.measure_answers(questions, progress, limit=limit, keep=False)
    if out:
        save_answer_report(evaluation, out)
    if where.as_json:
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


LegOption = Annotated[
    str,
    typer.Option(
        "--leg",
        metavar="方式",
        help="按什么排序：fused（各路融合，同检索）、lexical（只按词语）、dense（只按向量）、"
        "encoded（只按语义）、"
        "words（只用词的 BM25）、bigrams（只用二字的 BM25）",
    ),
]


@dataclass(frozen=True, slots=True)
class RankingOptions:
    """What is ranked and how, and by what it is measured."""

    measures: MeasuresOption = None
    leg: LegOption = "fused"
    level: Annotated[
        str | None,
        typer.Option(
            "--level",
            metavar="层次",
            show_default=False,
            help="按什么评测：reply（整份答复）、passage（段落）；默认看判断的是什么",
        ),
    ] = None

    def plan(self, split: str) -> RankingSetup:
        """Say what is to be measured.

        :raises InputError: where there is no such way of ranking or level.
        """
        from eval.data.spans import Level
        from eval.ranking.evaluate import RankingSetup
        from eval.ranking.measures import DEFAULT_MEASURES
        from eval.ranking.search import Leg

        leg, level = self.leg, self.level
        if leg not in tuple(Leg):
            raise InputError(f"没有 {leg!r} 这种排序依据，--leg 应是 {'、'.join(Leg)} 之一")
        if level is not None and level not in tuple(Level):
            raise InputError(f"没有 {level!r} 这种层次，--level 应是 {'、'.join(Level)} 之一")
        return RankingSetup(
            split=split,
            measures=names_in(self.measures) or DEFAULT_MEASURES,
            leg=Leg(leg),
            level=Level(level) if level else None,
        )


@dataclass(frozen=True, slots=True)
class SavingOptions:
    """Where a measured run is written to, beside what the home keeps."""

    run_file: Annotated[
        Path | None,
        typer.Option("--run", metavar="文件", show_default=False, help="另存排序为 TREC 格式"),
    ] = None
    saved: Annotated[
        Path | None,
        typer.Option(
            "--save",
            metavar="文件",
            show_default=False,
            help="保存设置和每个查询的指标（JSON），供 compare、gate 使用",
        ),
    ] = None

    def save(self, evaluation: Evaluation) -> None:
        """Write what is asked for.

        :raises InputError: where a file cannot be written.
        """
        from eval.data.runs import save_run
        from eval.ranking.measured import save_measured

        if self.saved:
            save_measured(evaluation.measured, self.saved)
        if self.run_file:
            save_run(evaluation.run, self.run_file)


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
    judgments: JudgmentOptions,
    ranking: RankingOptions,
    saving: SavingOptions,
    where: HomeOptions,
) -> None:
    """评测检索：在测试集上（在临时资料夹里建索引，不动文库），或用自己的查询在文库里。"""
    from eval.history.history import KeptEvaluation
    from eval.sets import JudgedSource

    setup = ranking.plan(judgments.split)
    with where.open() as home, show_progress() as progress:
        door = open_evaluations(home)
        asked = JudgedSource(source, home.folder, judgments.qrels)
        evaluation = door.measure(asked, setup, progress)
        saving.save(evaluation)
        id, problem = door.record(evaluation)
    for note in filter(None, (problem, *evaluation.notes)):
        print_note(note)
    if where.as_json:
        print_json(KeptEvaluation(id, evaluation))
        return
    from app.cli.views.runs import print_evaluation

    print_evaluation(open_console(), evaluation)
    if id:
        print(f"评测编号 {id}（dafu eval history 列出全部）", flush=True)
