"""The commands that compare what was measured: compare, gate, report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import (
    HomeOption,
    JsonOption,
    MeasuresOption,
    QrelsOption,
    names_in,
    open_evaluations,
    spread,
)
from app.cli.output import open_console, plain, print_json
from corpus.errors import InputError

if TYPE_CHECKING:
    from app.evaluation.evaluation import Evaluations
    from eval.ranking.measured import MeasuredRun

RUN = "评测记录的编号（或其开头，或 latest）、eval run --save 保存的文件、TREC 排序"

RunsArgument = Annotated[
    list[str],
    typer.Argument(metavar="评测…", show_default=False, help=f"{RUN}；第一个是基准"),
]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to find runs, and what to measure TREC runs by."""

    qrels: QrelsOption = None
    measures: MeasuresOption = None
    home: HomeOption = None

    def load(self, names: Sequence[str]) -> list[MeasuredRun]:
        """Load runs: each the file of that name, or else the run that the home keeps.

        :raises InputError: where a file cannot be used, or several runs are meant.
        :raises NotFound: where there is neither.
        """
        return self.door().find_runs(names, self.qrels, names_in(self.measures))

    def door(self) -> Evaluations:
        """Open the door to what the home keeps."""
        from app.home import Home

        return open_evaluations(Home.at(self.home))


@spread
def compare(
    runs: RunsArgument,
    options: RunOptions,
    query: Annotated[
        str | None,
        typer.Option(
            "--query",
            metavar="编号",
            show_default=False,
            help="并排列出各次评测对这个查询找到的文档，标出变化",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """比较几次评测：均值和 95 % 区间、显著性检验、胜负、差别最大的查询；或一个查询的结果。"""
    from eval.ranking.compare import compare_runs
    from eval.ranking.side_by_side import lay_side_by_side

    if len(runs) < 2:
        raise InputError("至少要有两个评测结果才能比较")
    comparison = compare_runs(options.load(runs))
    if query is not None:
        laid = lay_side_by_side(comparison.runs, query)
        if as_json:
            print_json(laid)
            return
        from app.cli.views.runs import print_side_by_side

        print_side_by_side(open_console(), laid)
        return
    if as_json:
        print_json(comparison)
        return
    from app.cli.views.runs import print_comparison

    print_comparison(open_console(), comparison)


@spread
def gate(
    run: Annotated[str, typer.Argument(metavar="评测", show_default=False, help=RUN)],
    baseline: Annotated[
        str,
        typer.Option("--baseline", metavar="评测", show_default=False, help="作为基准的评测"),
    ],
    options: RunOptions,
    max_drop: Annotated[
        float, typer.Option("--max-drop", min=0.0, metavar="数", help="允许指标下降多少")
    ] = 0.01,
    as_json: JsonOption = False,
) -> None:
    """把关：有指标比基准下降超过 --max-drop，且校正后 p < 0.05 的，以 1 退出。"""
    from eval.ranking.compare import compare_runs
    from eval.ranking.gate import judge

    verdict = judge(compare_runs(options.load([baseline, run])), max_drop)
    if as_json:
        print_json(verdict)
    else:
        from app.cli.views.runs import print_verdict

        print_verdict(open_console(), verdict)
    if not verdict.passed:
        raise typer.Exit(1)


@spread
def report(
    runs: RunsArgument,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="文件", show_default=False, help="报告存为哪个文件（.html 或 .json）"
        ),
    ],
    options: RunOptions,
) -> None:
    """把一次或几次评测写成报告：一个 HTML 文件（不需要联网），或 JSON。"""
    from eval.ranking.compare import compare_runs
    from eval.report.report import save_report

    comparison = compare_runs(options.load(runs))
    trends = options.door().list_trends(comparison.runs, comparison.runs[0].measures[0])
    save_report(comparison, out, trends)
    print(f"已保存报告：{plain(str(out))}", flush=True)
