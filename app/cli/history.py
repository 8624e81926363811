"""The commands that look back: eval history, eval failures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import HomeOptions, JudgmentOptions, open_evaluations, spread
from app.cli.output import open_console, print_json, print_note, show_progress
from corpus.errors import InputError


@spread
def history(
    test_set: Annotated[
        str,
        typer.Option(
            "--test-set",
            metavar="名称",
            show_default=False,
            help="只看这个测试集（名称或 名称/部分）",
        ),
    ] = "",
    trend: Annotated[
        str | None,
        typer.Option(
            "--trend", metavar="指标", show_default=False, help="列出这个指标历次的变化，如 nDCG@10"
        ),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option(
            "--remove", metavar="编号", show_default=False, help="删除这次评测的记录（可多次）"
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep",
            min=1,
            metavar="数",
            show_default=False,
            help="每个测试集的每种排序方式只留最近几次，其余删除",
        ),
    ] = None,
    *,
    where: HomeOptions,
) -> None:
    """列出做过的评测，最近的在前；可用其编号 compare、gate、report。"""
    from app.cli.views.runs import print_runs, print_trends
    from eval.history.trend import ListedTrends, make_trends

    kept = open_evaluations(where.open()).history
    removed = kept.remove(remove) if remove else ()
    if keep is not None:
        removed += kept.keep_newest(keep, test_set)
    if removed:
        print_note(f"已删除 {len(removed)} 次评测的记录：{'、'.join(removed)}")
    listing = kept.list_runs(test_set)
    for problem in listing.unreadable:
        print_note(problem)
    trends = make_trends(listing.cards, trend) if trend else ()
    if where.as_json:
        print_json(ListedTrends(listing, trends) if trend else listing)
    elif trend:
        print_trends(open_console(), trends)
    else:
        print_runs(open_console(), listing.cards)


@spread
def failures(
    source: Annotated[
        str,
        typer.Argument(
            metavar="测试集",
            show_default=False,
            help="测试集（同 eval run），或已找过原因的评测的编号",
        ),
    ],
    judgments: JudgmentOptions,
    where: HomeOptions,
) -> None:
    """找出前 10 名里没有找到的查询，各是在哪一步漏掉的。"""
    from app.cli.views.runs import print_failures
    from eval.history.history import KeptFailures
    from eval.ranking.evaluate import RankingSetup
    from eval.sets import JudgedSource

    with where.open() as home:
        door = open_evaluations(home)
        if Path(source).exists():
            asked = JudgedSource(Path(source), home.folder, judgments.qrels)
            setup = RankingSetup(split=judgments.split, failures=True)
            with show_progress() as progress:
                evaluation = door.measure(asked, setup, progress)
            id, problem = door.record(evaluation)
            for note in filter(None, (*evaluation.notes, problem)):
                print_note(note)
            run = evaluation.measured
        else:
            id = door.history.find(source)
            run = door.history.load(id)
    if run.failures is None:
        raise InputError(f"评测 {id} 没有找过漏掉的原因；请用 dafu eval failures 测试集 重新评测")
    if where.as_json:
        print_json(KeptFailures(id, run.failures))
        return
    print_failures(open_console(), run.failures)
    if id:
        print(f"\n评测编号 {id}，写成报告：dafu eval report {id} --out 报告.html", flush=True)
