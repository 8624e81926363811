"""How runs beside one another look in a terminal: means, tests, verdicts, and one query's hits."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from app.cli.views.layout import print_line, shorten
from eval.ranking.compare import Comparison, Difference
from eval.ranking.gate import Verdict
from eval.ranking.side_by_side import Change, LostHit, RankedHit, SideBySide
from eval.statistics import Mean

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
