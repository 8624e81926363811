"""The picture of a report: how long a whole search takes against how well it ranks, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from eval.bench.beside import OWN, measured_peers, peer_latency
from eval.report.fragments import open_templates

TEMPLATES = Path(__file__).with_name("templates")

WIDTH, HEIGHT = 880, 420
"""Of the picture, in its own units: about as wide as a README is shown."""

LEFT, RIGHT, TOP, BOTTOM, GAP = 56, 28, 92, 64, 54
"""The margins around both panels, and the space between them."""

LETTER, LINE = 7.4, 17
"""How wide a letter of a label is at most, and how far labels stand apart."""

KINDS = ("short", "long")
"""The panels: each kind of queries, against the test set at the same place in the report."""

WORDS = {
    "en": {
        "title": "Whole search beside other programs, {passages} passages",
        "under": "same passages, tokens and vectors; higher and further left is better",
        "short": "short queries",
        "long": "long queries",
        "time": "milliseconds a query, p50",
        "quality": "nDCG@10 on {test_set} ({queries} queries)",
        "lexical": "words alone",
        "dense": "vectors alone",
    },
    "zh": {
        "title": "与其他程序相比：检索全程，{passages} 段",
        "under": "同样的段落、词和向量；越高越准，越靠左越快",
        "short": "短查询",
        "long": "长查询",
        "time": "每次查询的毫秒数，p50",
        "quality": "{test_set} 的 nDCG@10（{queries} 个查询）",
        "lexical": "只按词语",
        "dense": "只按向量",
    },
}


Box = tuple[float, float, float, float]
"""Left, right, top and bottom of what is drawn."""


@dataclass(slots=True)
class Mark:
    """A program at its place; its label stands at `label_x`, `label_y`, anchored there."""

    name: str
    label: str
    x: float
    y: float
    label_x: float = 0.0
    label_y: float = 0.0
    anchor: str = "start"

    def box(self, anchor: str, x: float, y: float) -> Box:
        """Return what the label takes where its text is anchored at a place."""
        wide = LETTER * sum(2 if ord(letter) > 0x2E7F else 1 for letter in self.label) * 0.95
        low = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        return low, low + wide, y + 4 - LINE, y + 4


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: its left edge, its words, and (place, value) of the ticks of both axes."""

    left: float
    title: str
    quality: str
    marks: list[Mark]
    across: list[tuple[float, str]]
    up: list[tuple[float, str]]


def draw_picture(found: dict[str, Any], language: str) -> str:
    """Return the picture of a report's largest size.

    :raises InputError: where the report has no quality.
    """
    size, quality = found["sizes"][-1], found.get("quality")
    if not quality:
        raise InputError(
            "报告里没有质量，画不了图：请先用 python -m tools.peers.quality 测量，"
            "再用 python -m tools.peers --quality 把它放进报告"
        )
    words = WORDS[language]
    judged = [quality[min(number, len(quality) - 1)] for number in range(len(KINDS))]
    dots = [list(_dots(size, *pair, words)) for pair in zip(KINDS, judged, strict=True)]
    panels = [
        _lay_panel(number, dots[number], words, judged[number]) for number in range(len(KINDS))
    ]
    return (
        open_templates(TEMPLATES)
        .get_template("peers.svg")
        .render(
            width=WIDTH,
            height=HEIGHT,
            top=TOP,
            bottom=HEIGHT - BOTTOM,
            inner=_inner(),
            own=OWN,
            words=words,
            title=words["title"].format(passages=f"{size['passages']:,}"),
            panels=panels,
        )
    )


Dot = tuple[str, str, float, float]
"""A program's name, its label, its milliseconds and its quality."""


def _dots(
    size: dict[str, Any], kind: str, judged: dict[str, Any], words: dict[str, str]
) -> Iterator[Dot]:
    """Yield each program by its whole search, or where it has none by its better leg."""
    for name, peer in measured_peers(size).items():
        ranked = judged["peers"].get(name, {})
        legs = [leg for leg in ("fused", "lexical", "dense") if leg in ranked]
        if not legs:
            continue
        leg = legs[0] if legs[0] == "fused" else max(legs, key=lambda leg: float(ranked[leg]))
        latency = peer_latency(size, name, kind, leg)
        if latency:
            beside = "" if leg == "fused" else f" ({words[leg]})"
            yield name, f"{peer['title']}{beside}", latency["p50"], ranked[leg]


def _inner() -> float:
    """Return how wide a panel is."""
    return (WIDTH - LEFT - RIGHT - GAP) / len(KINDS)


def _lay_panel(
    number: int, dots: Sequence[Dot], words: dict[str, str], judged: dict[str, Any]
) -> Panel:
    left, inner = LEFT + number * (_inner() + GAP), _inner()
    times, values = [dot[2] for dot in dots] or [1.0], [dot[3] for dot in dots] or [0.0]
    first, last = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    last = max(last, first + 1)
    low, high = math.floor(min(values) * 50) / 50, math.ceil(max(values) * 50) / 50
    low, high = (low - 0.02, high + 0.02) if high - low < 0.03 else (low, high)

    def across(value: float) -> float:
        return left + inner * (math.log10(value) - first) / (last - first)

    def up(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value - low) / (high - low)

    marks = [Mark(name, label, across(time), up(value)) for name, label, time, value in dots]
    place_labels(marks, left, left + inner)
    steps = round((high - low) / 0.02)
    return Panel(
        left,
        words[KINDS[number]],
        words["quality"].format(test_set=judged["test_set"], queries=judged["queries"]),
        marks,
        [(across(10.0**power), f"{10.0**power:g}") for power in range(first, last + 1)],
        [(up(low + 0.02 * n), f"{low + 0.02 * n:.2f}"[1:]) for n in range(steps + 1)],
    )


def place_labels(marks: Sequence[Mark], left: float, right: float) -> None:
    """Put each label at the nearest place of a panel where it lies over nothing else.

    Those on the right, which have the least room, choose first. Where no place is free, the label
    lies over as few things as may be.

    :param left: where the panel begins, in the picture's units; it ends at `right`.
    """
    drawn = [(mark.x - 7, mark.x + 7, mark.y - 7, mark.y + 7) for mark in marks]
    for mark in sorted(marks, key=lambda mark: -mark.x):
        free = [(*place, mark.box(*place)) for place in _places(mark)]
        mark.anchor, mark.label_x, mark.label_y, box = min(
            free,
            key=lambda each: (
                _leaves(each[-1], left, right) + sum(_overlap(each[-1], other) for other in drawn)
            ),
        )
        drawn.append(box)


def _places(mark: Mark) -> Iterator[tuple[str, float, float]]:
    """Yield how a label may be anchored and where, from the nearest to its mark outwards."""
    for lines in (0, -1, 1, -2, 2, -3, 3):
        y = mark.y + 4 + lines * LINE
        yield "start", mark.x + 10, y
        yield "end", mark.x - 10, y
        if lines:
            yield "middle", mark.x, y


def _leaves(box: Box, left: float, right: float) -> bool:
    low, high, top, bottom = box
    return low < left or high > right or top < TOP or bottom > HEIGHT - BOTTOM


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
