"""The commands of judging: open the page at it, say how far it is, export what was judged."""

from __future__ import annotations

import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import HomeOption, HomeOptions, open_evaluations, open_for_owner, spread
from app.cli.output import plain, print_json, show_progress

if TYPE_CHECKING:
    from app.evaluation.judging import JudgingSummary
    from app.service import Service
    from eval.judging.export import JudgeAgreement


@dataclass(frozen=True, slots=True)
class PageOptions:
    """How to open the page on which one judges."""

    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, metavar="端口", show_default=False, help="端口"),
    ] = None
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", metavar="", show_default=False, help="打开浏览器")
    ] = True

    def serve(self, service: Service) -> None:
        """Serve the page until Ctrl+C."""
        from app.web import serve
        from app.web.evaluation.judging import ADDRESS

        served = serve(service, port=self.port)
        address = f"{served.entrance}{ADDRESS}"
        print(f"网页已打开：{address}（按 Ctrl+C 结束）", flush=True)
        if self.open_browser:
            webbrowser.open(address)
        served.wait()


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
    *,
    page: PageOptions,
    where: HomeOptions,
) -> None:
    """判断检索结果：在网页里给段落打分（0 到 3），只供本机。"""
    from app.evaluation.judging import Judging
    from eval.data.topics import load_topics
    from eval.judging.pool import Pooling

    asked = load_topics(topics) if topics else ()
    with open_for_owner(where.home) as service:
        judging = Judging(service.home, service.role)
        if topics:
            with show_progress() as progress:
                judging.make_pool(topics.stem, asked, Pooling(depth=depth), progress)
        summary = judging.summarise()
        if where.as_json:
            print_json(summary)
            return
        print(plain(describe_judging(summary)), flush=True)
        if status:
            return
        page.serve(service)


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
    from app.home import Home
    from eval.judging.export import PASSAGES, REPLIES, TOPICS

    with Home.at(home) as opened:
        exported = open_evaluations(opened).judging.export(out, with_feedback)
    counts = f"{len(exported.topics):,} 个查询，{exported.judgments:,} 条判断"
    if exported.feedback:
        counts += f"（其中网页反馈 {exported.feedback:,} 条）"
    if exported.lost:
        counts += f"；另有 {exported.lost:,} 条，原文已变动或移除，未导出"
    print(f"已导出到 {plain(str(out))}：{counts}。")
    print(f"按答复 {REPLIES}，按段落 {PASSAGES}，查询 {TOPICS}（个人信息已遮盖）。", flush=True)


def describe_judging(summary: JudgingSummary) -> str:
    """Say in Chinese how far judging has come."""
    lines = [
        f"{pool.name}（{pool.queries:,} 个问题，{pool.items:,} 段）："
        + ("，".join(f"{judge} 已判断 {done:,} 段" for judge, done in pool.done) or "还没有人判断")
        for pool in summary.pools
    ]
    counts = f"共有判断 {summary.judgments:,} 条，网页反馈 {summary.feedback:,} 条"
    lost = f"；另有 {summary.lost:,} 条，原文已变动或移除，不计" if summary.lost else ""
    return "\n".join([*lines, *map(_describe, summary.agreement), f"{counts}{lost}。"])


def _describe(pair: JudgeAgreement) -> str:
    kappa, weighted = (
        "算不出" if value is None else f"{value:.2f}" for value in (pair.kappa, pair.weighted)
    )
    return (
        f"{pair.first}、{pair.second}都判断过 {pair.items:,} 段：完全一致 {pair.same:.0%}，"
        f"Cohen κ {kappa}，加权 κ {weighted}"
    )
