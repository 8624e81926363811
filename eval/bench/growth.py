"""How what was measured grows with the library: powers, and a chart of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment

from eval.report.fragments import open_templates

WIDTH, HEIGHT = 760, 380
"""Of the chart, in its own units."""

LEFT, RIGHT, TOP, BOTTOM = 56, 210, 18, 44
"""Its margins; what lines are about stands at the right."""

LINE = 19
"""How far labels stand apart at least."""

_READ: dict[str, Callable[[dict[str, Any]], float | None]] = {
    "short": lambda size: size["latency"]["short"]["fused"]["p50"],
    "long": lambda size: size["latency"]["long"]["fused"]["p50"],
    "add": lambda size: (size["add"] or {}).get("processor_seconds"),
    "open": lambda size: size["open_seconds"],
    "memory": lambda size: size["memory_bytes"]["own"],
    "disk": lambda size: size["disk_bytes"],
}


def exponents(sizes: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return how what was measured grows with the number of passages: as its power of these.

    0 is what doesn't grow, 1 what doubles with it; by least squares over the logarithms, of what
    was measured at two sizes or more.
    """
    found = {}
    for name, pairs in _series(sizes).items():
        over, of = np.log(np.array(pairs, float).T)
        found[name] = round(float(np.polyfit(over, of, 1)[0]), 2) + 0.0  # -0.0 is 0.0
    return found


def _series(sizes: Sequence[dict[str, Any]]) -> dict[str, list[tuple[int, float]]]:
    """Return (passages, value) of what is known of two sizes or more."""
    found = {}
    for name, read in _READ.items():
        pairs = [(size["passages"], read(size)) for size in sizes]
        known = [(passages, value) for passages, value in pairs if value]
        if len({passages for passages, _ in known}) > 1:
            found[name] = known
    return found


@dataclass(slots=True)
class GrowthLine:
    """One thing that may grow: its places from left to right, and its label at the right."""

    colour: int
    label: str
    dots: list[tuple[float, float]]
    label_y: float

    @property
    def points(self) -> str:
        """The dots as points of a polyline."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.dots)


@dataclass(frozen=True, slots=True)
class GrowthChart:
    """Both axes are logarithms; `across` and `up` are (place, value) of their ticks.

    `even` ends where something would that grows as the library does.
    """

    lines: list[GrowthLine]
    across: list[tuple[float, str]]
    up: list[tuple[float, str]]
    even: tuple[float, float]


def draw_growth(sizes: Sequence[dict[str, Any]], names: Mapping[str, str]) -> GrowthChart | None:
    """Lay out how many times what it was at the smallest size each thing is; None for one size.

    :param names: what is said of each.
    """
    series, powers = _series(sizes), exponents(sizes)
    if not series:
        return None
    most = max(passages for pairs in series.values() for passages, _ in pairs)
    least = min(passages for pairs in series.values() for passages, _ in pairs)
    times = [value / pairs[0][1] for pairs in series.values() for _, value in pairs]
    low, high = min(*times, 1.0), max(*times, 10.0)

    def x(passages: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * _along(passages, least, most)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _along(value, low, high)

    lines = []
    for number, (name, pairs) in enumerate(series.items()):
        dots = [(x(passages), y(value / pairs[0][1])) for passages, value in pairs]
        label = f"{names[name]}  n^{powers[name]:.2f}"
        lines.append(GrowthLine(number, label, dots, dots[-1][1]))
    _part(lines)
    end = min(most / least, high)
    return GrowthChart(
        lines,
        [(x(value), f"{value:,}") for value in _tens(least, most)],
        [(y(value), f"×{value:,}") for value in _tens(low, high)],
        (x(least * end), y(end)),
    )


def open_growth(environment: Environment) -> None:
    """Let templates that draw the chart know its size."""
    environment.globals.update(
        growth_width=WIDTH, growth_height=HEIGHT, growth_left=LEFT, growth_right=WIDTH - RIGHT
    )


def growth_picture(sizes: Sequence[dict[str, Any]], names: Mapping[str, str], title: str) -> str:
    """Return the chart as an SVG file of its own; of one size there is none, and it is empty."""
    environment = open_templates(Path(__file__).with_name("templates"))
    open_growth(environment)
    chart = draw_growth(sizes, names)
    return environment.get_template("growth.svg").render(chart=chart, title=title)


def _along(value: float, low: float, high: float) -> float:
    return math.log(value / low) / math.log(high / low)


def _tens(low: float, high: float) -> Iterator[int]:
    first, last = math.ceil(math.log10(low) - 0.02), math.floor(math.log10(high) + 0.02)
    return (10**power for power in range(max(first, 0), last + 1))


def _part(lines: list[GrowthLine]) -> None:
    """Move labels apart, downwards from the highest, and up again where that passes the bottom."""
    ordered = sorted(lines, key=lambda line: line.label_y)
    for above, below in pairwise(ordered):
        below.label_y = max(below.label_y, above.label_y + LINE)
    bottom: float = HEIGHT - BOTTOM
    for line in reversed(ordered):
        line.label_y = min(line.label_y, bottom)
        bottom = line.label_y - LINE
