"""How kept runs, comparisons of them, trends and missed queries look in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from app.cli.views.layout import print_line, print_pairs, shorten
from eval.history.history import RunCard
from eval.history.trend import Trend
from eval.ranking.causes import Failure, Failures
from eval.ranking.compare import Comparison, Difference
from eval.ranking.gate import Verdict
from eval.ranking.measures import JUDGED
from eval.ranking.search import Leg
from eval.ranking.side_by_side import Change, LostHit, RankedHit, SideBySide
from eval.report.words import CAUSES, day_and_time, leg_words
from eval.statistics import Mean

if TYPE_CHECKING:
    from eval.ranking.evaluate import Evaluation

MOST_QUERIES = 5
"""So many of the worst and of the best queries are shown."""

MOST_CHARACTERS = 60
"""So much of a query's text is shown."""


def print_comparison(console: Console, comparison: Comparison) -> None:
    """Print each measure of all runs, the tests, and the queries that differ most."""
    names = [run.name for run in comparison.runs]
    width = max(map(cell_len, names)) + 2
    found = {(each.run, each.measure): each for each in comparison.differences}
    print_line(console, f"{len(comparison.runs[0].query_ids):,} 个查询，基准 {names[0]}")
    for measure in comparison.means[names[0]]:
        print_line(console, f"\n{measure}")
        for name in names:
            line = f"  {set_cell_size(name, width)}{describe_mean(comparison.means[name][measure])}"
            if (name, measure) in found:
                line += f"  {describe_difference(found[name, measure])}"
            print_line(console, line)
    texts = {query: text for run in comparison.runs for query, text in run.queries.items()}
    first = comparison.differences[0].measure
    for each in comparison.differences:
        if each.measure == first:
            _print_queries(console, each, texts)
    for note in comparison.notes:
        print_line(console, f"\n{note}")


def print_verdict(console: Console, verdict: Verdict) -> None:
    """Print how each measure differs, and whether the run passes."""
    width = max(cell_len(each.measure) for each in verdict.differences) + 2
    for each in verdict.differences:
        print_line(console, f"{set_cell_size(each.measure, width)}{describe_difference(each)}")
    if verdict.passed:
        print_line(console, f"通过：没有指标显著下降超过 {verdict.max_drop:g}。")
    else:
        named = "、".join(each.measure for each in verdict.dropped)
        print_line(console, f"没有通过：{named} 显著下降超过 {verdict.max_drop:g}。")


def print_side_by_side(console: Console, laid: SideBySide) -> None:
    """Print what each run found for one query, and what became of it beside the first run."""
    print_line(console, f"{laid.query}  {laid.text}")
    for column in laid.columns:
        values = "  ".join(f"{name} {value:.4f}" for name, value in column.values.items())
        print_line(console, f"\n{column.run}  {values}")
        for place in column.places:
            print_line(console, _place(place, first=column is laid.columns[0]))
        if not column.places:
            print_line(console, "  （没有保存找到的文档，请重新评测）")
        if column.gone:
            gone = "、".join(
                f"{place.hit.document}（原第 {place.rank} 名{_gain(place)}）"
                for place in column.gone
            )
            print_line(console, f"  不再出现：{gone}")
    if laid.unfound:
        print_line(console, f"\n都没有找到的相关文档：{'、'.join(laid.unfound)}")


def _place(place: RankedHit, *, first: bool) -> str:
    changes = {
        Change.NEW: "新",
        Change.SAME: "＝",
        Change.UP: f"↑{(place.before or 0) - place.rank}",
        Change.DOWN: f"↓{place.rank - (place.before or 0)}",
    }
    change = "" if first else changes[place.change]
    text = place.hit.title or shorten(place.hit.text, MOST_CHARACTERS)
    label = f"  {place.rank:>2} {set_cell_size(change, 4)}{_gain(place)}"
    return f"{label} {place.hit.document}  {text}".rstrip()


def _gain(place: LostHit) -> str:
    if place.gain is None:
        return "未判"
    return "相关" if place.gain > 0 else "无关"


def describe_difference(each: Difference) -> str:
    """Tell a difference in one line."""
    mark = "显著" if each.significant else "不显著"
    return (
        f"差 {each.mean:+.4f} [{each.low:+.4f}, {each.high:+.4f}]  "
        f"p {each.p:.4f}（校正后 {each.corrected:.4f}，{mark}）  "
        f"胜 {each.wins} 平 {each.ties} 负 {each.losses}"
    )


def describe_mean(mean: Mean) -> str:
    """Tell a mean with its interval."""
    return f"{mean.mean:.4f} [{mean.low:.4f}, {mean.high:.4f}]"


def _print_queries(console: Console, each: Difference, texts: dict[str, str]) -> None:
    worst = [pair for pair in each.queries if pair[1] < 0][:MOST_QUERIES]
    best = [pair for pair in reversed(each.queries) if pair[1] > 0][:MOST_QUERIES]
    for label, pairs in (("差", worst), ("好", best)):
        if pairs:
            print_line(console, f"\n{each.run} 的 {each.measure} 比基准{label}得最多的查询：")
            _print_changed(console, pairs, texts)


def _print_changed(
    console: Console, pairs: Iterable[tuple[str, float]], texts: dict[str, str]
) -> None:
    for query, value in pairs:
        text = shorten(texts.get(query, ""), MOST_CHARACTERS)
        print_line(console, f"  {value:+.4f}  {query}  {text}".rstrip())


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
