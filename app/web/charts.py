"""The counts of the library as bars, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

from app.types import Stats
from app.web.render import render
from app.wording import outcome_words

LONGEST_CHART = 10
"""Bars that a chart shows at most; the rest is named below it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `percent` is its length relative to the longest, 0..100."""

    label: str
    count: int
    percent: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Some bars under a title, and how many values and replies were left out."""

    title: str
    bars: tuple[Bar, ...]
    left_out: int = 0
    left_out_replies: int = 0


def make_chart(title: str, counts: tuple[tuple[str, int], ...], most: int | None = None) -> Chart:
    """Make a chart of the first `most` counts (None: all of them)."""
    shown = counts if most is None else counts[:most]
    longest = max((count for _, count in shown), default=1)
    bars = tuple(Bar(label, count, 100 * count / longest) for label, count in shown)
    rest = counts[len(shown) :]
    return Chart(title, bars, len(rest), sum(count for _, count in rest))


def render_overview(stats: Stats) -> str:
    """Render the figures of the library and its charts by agency, year and result."""
    agencies = make_chart("按发文机关", stats.facets.get("agencies", ()), LONGEST_CHART)
    outcomes = make_chart(
        "按办理结果",
        tuple((outcome_words(name), n) for name, n in stats.facets.get("outcomes", ())),
    )
    years = make_chart("按年份", tuple((str(year), count) for year, count in stats.years))
    return render("overview", stats=stats, agencies=agencies, outcomes=outcomes, years=years)
