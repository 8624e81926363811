"""The commands of judging: open the page at it, say how far it is, export what was judged."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import HomeOption, JsonOption, open_library, spread
from app.cli.output import plain, print_json, show_progress

if TYPE_CHECKING:
    from app.judging import Standing
    from eval.judging.agreement import JudgeAgreement


@spread
def judge(
    topics: Annotated[
        Path | None,
        typer.Argument(
            metavar="[查询]",
            show_default=False,
            help="查询文件（.jsonl、.csv、.xlsx）：先汇集几种排序找到的段落",
        ),
    ] = None,
    depth: Annotated[
        int, typer.Option("--depth", min=1, max=100, metavar="数", help="每种排序取前几段")
    ] = 10,
    status: Annotated[
        bool, typer.Option("--status", metavar="", help="只说判断到哪里了，不打开网页")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, metavar="端口", show_default=False, help="端口"),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", metavar="", show_default=False, help="打开浏览器")
    ] = True,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """判断检索结果：在网页里给段落打分（0 到 3），只供本机。"""
    from app.judging import Judging
    from eval.data.topics import load_topics
    from eval.judging.pool import Pooling

    asked = load_topics(topics) if topics else ()
    with open_library(home) as service:
        judging = Judging(service)
        if topics:
            with show_progress() as progress:
                judging.make_pool(topics.stem, asked, Pooling(depth=depth), progress)
        standing = judging.measure_standing()
        if as_json:
            print_json(standing)
            return
        print(plain(describe_standing(standing)), flush=True)
        if status:
            return
        from app.web import serve
        from app.web.evaluation.judging import ADDRESS

        page = serve(service, port=port)
        address = f"{page.address}/{ADDRESS}"
        print(f"网页已打开：{address}（按 Ctrl+C 结束）", flush=True)
        if open_browser:
            webbrowser.open(address)
        page.wait()


@spread
def export_judgments(
    out: Annotated[
        Path, typer.Option("--out", metavar="文件夹", show_default=False, help="存到哪个文件夹")
    ],
    with_feedback: Annotated[
        bool,
        typer.Option("--with-feedback", metavar="", help="没有人判断过的段落，算网页上的反馈"),
    ] = False,
    home: HomeOption = None,
) -> None:
    """导出判断：查询（topics.jsonl）和判断（qrels），供 eval run 使用。"""
    from app.judging import Judging
    from eval.judging.export import PASSAGES, REPLIES, TOPICS

    with open_library(home) as service:
        exported = Judging(service).export(out, with_feedback)
    counts = f"{len(exported.topics):,} 个查询，{exported.judgments:,} 条判断"
    if exported.feedback:
        counts += f"（其中网页反馈 {exported.feedback:,} 条）"
    if exported.lost:
        counts += f"；另有 {exported.lost:,} 条，原文已变动或移除，未导出"
    print(f"已导出到 {plain(str(out))}：{counts}。")
    print(f"按答复 {REPLIES}，按段落 {PASSAGES}，查询 {TOPICS}（个人信息已遮盖）。", flush=True)


def describe_standing(standing: Standing) -> str:
    """Say in Chinese how far judging has come."""
    lines = [
        f"{pool.name}（{pool.queries:,} 个问题，{pool.items:,} 段）："
        + ("，".join(f"{judge} 已判断 {done:,} 段" for judge, done in pool.done) or "还没有人判断")
        for pool in standing.pools
    ]
    counts = f"共有判断 {standing.judgments:,} 条，网页反馈 {standing.feedback:,} 条"
    lost = f"；另有 {standing.lost:,} 条，原文已变动或移除，不计" if standing.lost else ""
    return "\n".join([*lines, *map(_describe, standing.agreement), f"{counts}{lost}。"])


def _describe(pair: JudgeAgreement) -> str:
    kappa, weighted = (
        "算不出" if value is None else f"{value:.2f}" for value in (pair.kappa, pair.weighted)
    )
    return (
        f"{pair.first}、{pair.second}都判断过 {pair.items:,} 段：完全一致 {pair.same:.0%}，"
        f"Cohen κ {kappa}，加权 κ {weighted}"
    )
