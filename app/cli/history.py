"""The commands that look back: eval history, eval failures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import HomeOption, JsonOption, spread
from app.cli.output import open_console, print_json, print_note, show_progress
from corpus.errors import InputError

if TYPE_CHECKING:
    from eval.ranking.evaluate import Evaluation


def record_run(home: Path, evaluation: Evaluation) -> str:
    """Keep a measured run in a home; return its id, or nothing where the home cannot be written."""
    from eval.history.history import History

    try:
        return History(home).record(evaluation.measured).id
    except InputError as error:
        print_note(str(error))
        return ""


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
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """列出做过的评测，最近的在前；可用其编号 compare、gate、report。"""
    from app.cli.views.runs import print_runs, print_trends
    from app.settings import load_settings
    from eval.history.history import History
    from eval.history.trend import ListedTrends, make_trends

    kept = History(load_settings(home).home)
    removed = kept.remove(remove) if remove else ()
    if keep is not None:
        removed += kept.keep_newest(keep, test_set)
    if removed:
        print_note(f"已删除 {len(removed)} 次评测的记录：{'、'.join(removed)}")
    listing = kept.list_runs(test_set)
    for problem in listing.unreadable:
        print_note(problem)
    trends = make_trends(listing.cards, trend) if trend else ()
    if as_json:
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
    qrels: Annotated[
        Path | None,
        typer.Option("--qrels", metavar="文件", show_default=False, help="查询文件的判断"),
    ] = None,
    split: Annotated[
        str, typer.Option("--split", metavar="名称", help="用 qrels 里的哪一份判断")
    ] = "test",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """找出前 10 名里没有找到的查询，各是在哪一步漏掉的。"""
    from app.cli.views.runs import print_failures
    from app.settings import load_settings
    from eval.history.history import History
    from eval.history.kept import KeptFailures

    settings = load_settings(home)
    if Path(source).exists():
        from eval.ranking.evaluate import RankingSetup, evaluate
        from eval.sets import JudgedSource

        setup = RankingSetup(settings.models, split, failures=True)
        with show_progress() as progress:
            evaluation = evaluate(JudgedSource(Path(source), settings.home, qrels), setup, progress)
        for note in evaluation.notes:
            print_note(note)
        id, run = record_run(settings.home, evaluation), evaluation.measured
    else:
        kept = History(settings.home)
        id = kept.find(source)
        run = kept.load(id)
    if run.failures is None:
        raise InputError(f"评测 {id} 没有找过漏掉的原因；请用 dafu eval failures 测试集 重新评测")
    if as_json:
        print_json(KeptFailures(id, run.failures))
        return
    print_failures(open_console(), run.failures)
    if id:
        print(f"\n评测编号 {id}，写成报告：dafu eval report {id} --out 报告.html", flush=True)
