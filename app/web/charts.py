"""The charts of a list: bars for values, columns for years, each of which narrows the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.views.listing import Facets
from app.wording import count_words
from corpus.errors import InputError
from corpus.filters import Filters

CHARTS = {"agencies": "按发文机关", "outcomes": "按办理结果", "kinds": "按种类"}
"""The filters by value that have a chart, in their order, with its title."""

MOST_BARS = 100
"""Bars that a chart holds; it shows ten at once, and the others are in the panel of filters."""

MOST_COLUMNS = 60
"""Years with a column each; more are put together by five, ten or more."""

MOST_LABELS = 9
"""Columns that are named below."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar or column; `percent` is its length relative to the longest, 0..100.

    `choice` is what a click on it sends, see `choose`; `named` tells whether there is room for its
    label.
    """

    label: str
    count: int
    percent: float
    choice: str
    chosen: bool = False
    named: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """Some bars under a title, and how many values and replies were left out."""

    title: str
    bars: tuple[Bar, ...]
    left_out: int = 0
    left_out_replies: int = 0


def make_chart(
    name: str, counts: Sequence[tuple[str, int]], filters: Filters, most: int = MOST_BARS
) -> Chart:
    """Make the chart of a filter's values; those that are chosen stand first."""
    chosen = getattr(filters, name) or ()
    ordered = sorted(counts, key=lambda pair: pair[0] not in chosen)
    shown, rest = ordered[:most], ordered[most:]
    longest = max((count for _, count in shown), default=1)
    bars = (
        Bar(count_words(name, value), n, 100 * n / longest, f"{name} {value}", value in chosen)
        for value, n in shown
    )
    return Chart(CHARTS[name], tuple(bars), len(rest), sum(count for _, count in rest))


def make_years(counts: Sequence[tuple[int, int]], filters: Filters) -> Chart:
    """Make the chart of years: all of them, also those between without a reply."""
    if not counts:
        return Chart("按年份", ())
    first, last = counts[0][0], counts[-1][0]
    step = next(n for n in (1, 5, 10, 50, 1000) if (last - first) // n < MOST_COLUMNS)
    totals = dict.fromkeys(range(first // step, last // step + 1), 0)
    for year, count in counts:
        totals[year // step] += count
    longest = max(totals.values())
    every = next(n for n in (1, 2, 5, 10, 20) if len(totals) // n < MOST_LABELS)
    bars = []
    for number, count in totals.items():
        begin, end = number * step, number * step + step - 1
        label = str(begin) if step == 1 else f"{begin}–{end}"
        chosen = filters.years == (begin, end)
        named = number % every == 0
        bars.append(Bar(label, count, 100 * count / longest, f"years {begin} {end}", chosen, named))
    return Chart("按年份", tuple(bars))


def make_charts(facets: Facets, filters: Filters) -> tuple[Chart, ...]:
    """Make all charts of a list; that of years is the last."""
    charts = (make_chart(name, facets.values[name], filters) for name in CHARTS)
    return (*charts, make_years(facets.years, filters))


def choose(filters: Filters, choice: str) -> Filters:
    """Return filters with a bar's value added, or where it was chosen already, without it.

    :raises InputError: where that is no bar's choice; what a browser sends is not to be trusted.
    """
    name, _, value = choice.partition(" ")
    if name == "years":
        first, _, last = value.partition(" ")
        if first.isdecimal() and last.isdecimal() and len(first + last) < 12:
            years = int(first), int(last)
            return replace(filters, years=None if filters.years == years else years)
    elif name in CHARTS:
        before: tuple[str, ...] = getattr(filters, name) or ()
        others = tuple(each for each in before if each != value)
        added = others if value in before else (*others, value)
        narrowed: dict[str, Any] = {name: added or None}
        return replace(filters, **narrowed)
    raise InputError("没有看懂要筛选什么，请重新打开本页。")
