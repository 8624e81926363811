"""How a measure went from run to run, drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.web.evaluation_words import model_words, short_leg_words
from app.web.render import local_moment, render
from eval.history.cards import RunCard
from eval.history.trend import Point, Series, make_trends

MEASURE = "nDCG@10"

WIDTH, HEIGHT, MARGIN = 640, 110, 8

LEAST_SPAN = 0.1
"""The drawing shows at least so much of a measure, that a small change may look small."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A run at its place in the drawing; `told` is said of it."""

    x: float
    y: float
    told: str


@dataclass(frozen=True, slots=True)
class Line:
    """The runs of one way of ranking, oldest first; `change` is that of the last two."""

    label: str
    dots: tuple[Dot, ...]
    last: float
    change: float


def render_trend(cards: Iterable[RunCard]) -> str:
    """Render the trend of each test set that something was measured on more than once."""
    drawn = [
        (trend.test_set, [_draw(series) for series in trend.series if len(series.points) > 1])
        for trend in make_trends(cards, MEASURE)
    ]
    shown = [(name, lines) for name, lines in drawn if lines]
    return render("evaluation_trend", trends=shown, measure=MEASURE, width=WIDTH, height=HEIGHT)


def _draw(series: Series) -> Line:
    means = [point.mean.mean for point in series.points]
    span = max(LEAST_SPAN, max(means) - min(means))
    top = (max(means) + min(means) + span) / 2
    step = (WIDTH - 2 * MARGIN) / (len(means) - 1)
    return Line(
        f"{short_leg_words(series.leg)}，{model_words(series.model)}",
        tuple(
            Dot(
                MARGIN + number * step,
                MARGIN + (HEIGHT - 2 * MARGIN) * (top - mean) / span,
                _tell(point),
            )
            for number, (point, mean) in enumerate(zip(series.points, means, strict=True))
        ),
        means[-1],
        means[-1] - means[-2],
    )


def _tell(point: Point) -> str:
    changed = f"，变了：{'、'.join(point.changed)}" if point.changed else ""
    return f"{local_moment(point.made)}，{MEASURE} {point.mean.mean:.3f}{changed}"
