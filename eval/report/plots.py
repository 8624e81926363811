"""Where the lines of the plots go: geometry for inline SVG, in its own units."""

from __future__ import annotations

from dataclasses import dataclass

from eval.history.trend import Point, Trend
from eval.ranking.compare import Difference
from eval.statistics import Mean

WIDTH, HEIGHT = 760, 140
"""The size of a chart of differences; its zero line is half way up."""

TREND_HEIGHT = 240
LEFT, RIGHT, TOP, BOTTOM = 46, 16, 14, 26
"""The margins of a trend's chart."""

TICKS = 4

COLOURS = 5
"""So many colours the style has."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The outline of the queries' differences, most harmed first, in two closed paths."""

    down: str
    up: str
    furthest: float


def draw_steps(each: Difference) -> Steps:
    """Draw every query's difference as a step; `furthest` is what the chart's edge stands for."""
    furthest = max(abs(value) for _, value in each.queries)
    middle, step = HEIGHT / 2, WIDTH / len(each.queries)
    paths = {}
    for name, sign in (("down", -1), ("up", 1)):
        path = [f"M0 {middle:g}"]
        for number, (_, value) in enumerate(each.queries, 1):
            shown = value if value * sign > 0 else 0.0
            path.append(f"V{middle - shown / (furthest or 1.0) * middle:.1f}H{number * step:.2f}")
        paths[name] = "".join([*path, f"V{middle:g}Z"])
    return Steps(paths["down"], paths["up"], furthest)


@dataclass(frozen=True, slots=True)
class Dot:
    """One run of a trend at its place, with the ends of its interval."""

    x: float
    y: float
    top: float
    bottom: float
    point: Point


@dataclass(frozen=True, slots=True)
class PlotLine:
    """One series of a trend: its colour's number, and its runs from left to right."""

    colour: int
    leg: str
    model: str
    dots: tuple[Dot, ...]

    @property
    def points(self) -> str:
        """The dots as points of a polyline."""
        return " ".join(f"{dot.x:.1f},{dot.y:.1f}" for dot in self.dots)


@dataclass(frozen=True, slots=True)
class TrendChart:
    """A trend, ready to be drawn; `ticks` are (y, value). Runs stand in order, evenly spaced."""

    trend: Trend
    lines: tuple[PlotLine, ...]
    ticks: tuple[tuple[float, float], ...]
    first: str
    last: str


def draw_trend(trend: Trend) -> TrendChart:
    """Lay a trend of at least one run out; the axis spans what the intervals do."""
    points = [point for series in trend.series for point in series.points]
    order = {id: n for n, (_, id) in enumerate(sorted((p.made, p.id) for p in points))}
    low, high = min(p.mean.low for p in points), max(p.mean.high for p in points)
    margin = max((high - low) * 0.08, 0.01)
    low, high = max(low - margin, 0.0), high + margin

    def x(point: Point) -> float:
        inner = WIDTH - LEFT - RIGHT
        return LEFT + inner * ((order[point.id] + 0.5) / len(order))

    def y(value: float) -> float:
        return TOP + (TREND_HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    def dot(point: Point) -> Dot:
        mean: Mean = point.mean
        return Dot(x(point), y(mean.mean), y(mean.high), y(mean.low), point)

    lines = tuple(
        PlotLine(number % COLOURS, series.leg, series.model, tuple(map(dot, series.points)))
        for number, series in enumerate(trend.series)
    )
    values = [low + (high - low) * n / TICKS for n in range(TICKS + 1)]
    times = sorted(point.made for point in points)
    return TrendChart(trend, lines, tuple((y(v), v) for v in values), times[0], times[-1])
