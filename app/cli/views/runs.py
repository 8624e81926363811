"""How measured runs look in a terminal: one, the kept ones, their trends, what they missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from app.cli.views.comparison import describe_mean
from app.cli.views.layout import print_line, print_pairs, shorten
from eval.history.history import RunCard
from eval.history.trend import Trend
from eval.ranking.causes import Failure, Failures
from eval.ranking.measures import JUDGED
from eval.ranking.search import Leg
from eval.report.words import CAUSES, day_and_time, leg_words

if TYPE_CHECKING:
    from eval.ranking.evaluate import Evaluation

EXAMPLES = 3
"""So many queries of each cause are shown."""

MOST_OF_A_QUERY = 40


def print_evaluation(console: Console, evaluation: Evaluation) -> None:
    """Print the measures of a test set, and what was measured."""
    rows = ((name, f"{value:.4f}") for name, value in evaluation.measures.items())
    print_pairs(console, rows)
    console.print(
        f"{evaluation.queries:,} 个查询，{evaluation.documents:,} 篇文档"
        f"（{evaluation.passages:,} 段），用时 {evaluation.seconds:.1f} 秒"
        f"（其中建索引 {evaluation.indexing:.1f} 秒）"
    )
    console.print(f"模型 {evaluation.settings['model']}", style="dim")


def print_runs(console: Console, cards: Sequence[RunCard]) -> None:
    """Print runs, newest first, each with its measures on a line of its own."""
    if not cards:
        print_line(console, "还没有评测记录。")
    for card in cards:
        made = day_and_time(card.made)
        print_line(
            console,
            f"{card.id}  {made}  {card.set_name or '（未命名）'}  {card.leg}",
            "bold",
        )
        measures = [m for m in card.means if m != JUDGED] + [JUDGED] * (JUDGED in card.means)
        means = "  ".join(f"{name} {card.means[name].mean:.4f}" for name in measures)
        print_line(console, f"  {card.queries:,} 个查询  {means}")


def print_trends(console: Console, trends: Sequence[Trend]) -> None:
    """Print how a measure went, oldest first, and what changed from run to run."""
    if not trends:
        print_line(console, "没有含这个指标的评测记录。")
    for trend in trends:
        for series in trend.series:
            named = (trend.test_set, trend.measure, series.leg, series.model)
            print_line(console, "  ".join(named), "bold")
            for point in series.points:
                changed = f"  改了{'、'.join(point.changed)}" if point.changed else ""
                value = describe_mean(point.mean)
                print_line(console, f"  {day_and_time(point.made)}  {point.id}  {value}{changed}")


def print_failures(console: Console, failures: Failures) -> None:
    """Print how many queries were missed for each cause, with examples."""
    missed, depth = len(failures.missed), failures.depth
    share = f"（{missed / failures.queries:.1%}）" if failures.queries else ""
    print_line(
        console, f"{failures.queries:,} 个查询中，{missed:,} 个在前 {depth} 名里没有找到{share}。"
    )
    width = max(cell_len(words.title) for words in CAUSES.values()) + 2
    for cause, count in failures.counts.items():
        if count:
            print_line(console, f"\n{set_cell_size(CAUSES[cause].title, width)}{count:>5}", "bold")
            print_line(console, f"  {CAUSES[cause].meaning}", "dim")
            for id in failures.of(cause)[:EXAMPLES]:
                text = shorten(failures.texts.get(id, ""), MOST_OF_A_QUERY)
                print_line(console, f"  {id}  {text}")
                print_line(
                    console,
                    f"    应找到 {failures.missed[id].document}{_ranks(failures.missed[id])}",
                )


def _ranks(failure: Failure) -> str:
    named = (
        ("融合后第", failure.rank),
        (f"{leg_words(Leg.LEXICAL)}第", failure.lexical),
        (f"{leg_words(Leg.DENSE)}第", failure.dense),
        ("相邻段落合并后第", failure.joined),
    )
    ranks = [f"{words} {rank} 名" for words, rank in named if rank is not None]
    return f"：{'，'.join(ranks)}" if ranks else ""
