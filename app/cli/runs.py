"""How kept runs, their trends, and missed queries look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from app.cli.output import plain
from eval.failures.causes import Failure, Failures
from eval.history.cards import RunCard
from eval.history.trend import Trend
from eval.ranking.measures import JUDGED
from eval.reports.words import CAUSES, day_and_time

EXAMPLES = 3
"""So many queries of each cause are shown."""

MOST_CHARACTERS = 40


def print_runs(console: Console, cards: Sequence[RunCard]) -> None:
    """Print runs, newest first, each with its measures on a line of its own."""
    if not cards:
        _print(console, "还没有评测记录。")
    for card in cards:
        made = day_and_time(card.made)
        _print(console, f"{card.id}  {made}  {card.set_name or '（未命名）'}  {card.leg}", "bold")
        measures = [m for m in card.means if m != JUDGED] + [JUDGED] * (JUDGED in card.means)
        means = "  ".join(f"{name} {card.means[name].mean:.4f}" for name in measures)
        _print(console, f"  {card.queries:,} 个查询  {means}")


def print_trends(console: Console, trends: Sequence[Trend]) -> None:
    """Print how a measure went, oldest first, and what changed from run to run."""
    if not trends:
        _print(console, "没有含这个指标的评测记录。")
    for trend in trends:
        for series in trend.series:
            named = (trend.test_set, trend.measure, series.leg, series.model)
            _print(console, "  ".join(named), "bold")
            for point in series.points:
                mean = point.mean
                changed = f"  改了{'、'.join(point.changed)}" if point.changed else ""
                value = f"{mean.mean:.4f} [{mean.low:.4f}, {mean.high:.4f}]"
                _print(console, f"  {day_and_time(point.made)}  {point.id}  {value}{changed}")


def print_failures(console: Console, failures: Failures) -> None:
    """Print how many queries were missed for each cause, with examples."""
    missed, depth = len(failures.missed), failures.depth
    share = f"（{missed / failures.queries:.1%}）" if failures.queries else ""
    _print(
        console, f"{failures.queries:,} 个查询中，{missed:,} 个在前 {depth} 名里没有找到{share}。"
    )
    width = max(cell_len(words.title) for words in CAUSES.values()) + 2
    for cause, count in failures.counts().items():
        if count:
            _print(console, f"\n{set_cell_size(CAUSES[cause].title, width)}{count:>5}", "bold")
            _print(console, f"  {CAUSES[cause].meaning}", "dim")
            for id in failures.of(cause)[:EXAMPLES]:
                text = " ".join(failures.texts.get(id, "").split())[:MOST_CHARACTERS]
                _print(console, f"  {id}  {text}")
                _print(
                    console,
                    f"    应找到 {failures.missed[id].document}{_ranks(failures.missed[id])}",
                )


def _ranks(failure: Failure) -> str:
    named = (
        ("融合后第", failure.rank),
        ("词语单独第", failure.lexical),
        ("向量单独第", failure.dense),
        ("相邻段落合并后第", failure.joined),
    )
    ranks = [f"{words} {rank} 名" for words, rank in named if rank is not None]
    return f"：{'，'.join(ranks)}" if ranks else ""


def _print(console: Console, line: str, style: str = "") -> None:
    console.print(Text(plain(line), style=style), soft_wrap=True)
