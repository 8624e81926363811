"""How what was fetched from web sites looks in a terminal."""

from __future__ import annotations

from rich.console import Console

from app.cli.views.layout import print_line, print_pairs
from app.cli.views.replies import print_report
from app.fetching.types import FetchPlan, FetchReport

LABELS = {
    "new": "新取回",
    "changed": "有变动",
    "unchanged": "没有变动",
    "moved": "搬到别处",
    "gone": "已不在",
    "failed": "没有取到",
    "refused": "不抓",
    "removed": "已移除，不再取",
}
"""What is said of each status, in the order it is said in."""

TOLD = ("changed", "moved", "gone", "failed", "refused", "removed")
"""Those of which every page is named."""

_MOST_TOLD = 50


def print_fetched(console: Console, report: FetchReport) -> None:
    """Print what became of the pages, then of what was loaded of them."""
    counts = report.counts
    found = [(label, getattr(counts, status)) for status, label in LABELS.items()]
    print_pairs(console, ((label, str(count)) for label, count in found if count))
    console.print(f"网页和附件共 {len(report.pages)} 个，抓取用时 {report.seconds:.1f} 秒")
    _print_notes(console, report.notes)
    for status in TOLD:
        pages = [page for page in report.pages if page.status == status]
        if pages:
            console.print(f"\n{LABELS[status]}：", style="bold")
        for page in pages[:_MOST_TOLD]:
            reason = f"：{page.reason}" if page.reason else ""
            print_line(console, f"  {page.address}{reason}")
        if len(pages) > _MOST_TOLD:
            console.print(f"  还有 {len(pages) - _MOST_TOLD} 个，见 --json")
    if counts.gone:
        console.print("已不在的网页若载入过，答复仍在文库里；要移除，请用 dafu remove 编号。")
    if report.loaded:
        console.print("\n载入：", style="bold")
        print_report(console, report.loaded)


def print_plan(console: Console, plan: FetchPlan) -> None:
    """Print what would be fetched."""
    for page in plan.pages:
        said = f"不抓：{page.refused}" if page.refused else "核对" if page.known else "取回"
        print_line(console, f"{said}  {page.address}")
    wanted = sum(page.refused is None for page in plan.pages)
    console.print(
        f"会请求 {wanted} 个网页（附件另计），至少要 {plan.seconds:.0f} 秒。什么也没有取。"
    )
    _print_notes(console, plan.notes)


def _print_notes(console: Console, notes: tuple[str, ...]) -> None:
    for note in notes:
        print_line(console, f"说明：{note}")
