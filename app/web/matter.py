"""One matter through time, in the reader: cards newest first, a plot, and what to check."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from app.links import link_matter
from app.views.matters import MatterHistory, MatterReply
from app.web.clicks import read_target
from app.web.parts import ASKING, Parts, tell_errors
from app.web.reader import GONE, connect_reader, render_failure
from app.web.render import render
from app.web.tones import LEGEND, tone_of
from app.wording import headline, outcome_words
from corpus.errors import InputError, NotFound

LABELS, COLUMN, ROW, MARGIN, DOT = 118, 58, 36, 26, 15
"""Pixels: the names of districts, a year, a district, the years' own line, from dot to dot."""

MOST_YEARS = 20
"""Of more years those in between that nobody answered in are left out."""

LONGEST_NAME = 8


def connect_matter(parts: Parts) -> None:
    """Let the reader show who else answered the matter of what it shows, and open those."""

    @tell_errors(render_failure)
    def show_matter(event: gr.EventData) -> str:
        return open_matter(parts, *read_target(event))

    parts.reader.expand(show_matter, outputs=parts.reader, **ASKING)
    connect_reader(parts, parts.reader)


def open_matter(parts: Parts, reply_id: str, start: int = -1, end: int = -1) -> str:
    """Render the replies to the matter of a reply, or of a span, for whoever has the page.

    :raises InputError: where there is no reply that may be seen.
    """
    try:
        history = parts.service.matters.through_time(reply_id, start, end)
    except NotFound:
        raise InputError(GONE) from None
    return render_matter(history, reply_id, start, end)


def render_matter(history: MatterHistory, reply_id: str, start: int, end: int) -> str:
    """Render the replies to the matter of a reply, or of a span of it (-1, -1: all of it)."""
    return render(
        "matter",
        history=history,
        reply_id=reply_id,
        start=start,
        end=end,
        plot=make_plot(history.replies),
        legend=LEGEND,
        link=link_matter(reply_id, f"同一事项：{history.matter}", start, end),
        dates={one.card.reply_id: one.card for one in history.replies},
        opened=time.time_ns(),
    )


@dataclass(frozen=True, slots=True)
class Dot:
    """A reply in the plot; `words` say what it is."""

    reply: MatterReply
    x: int
    y: int
    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Years from left to right, districts from top to bottom, with their places in pixels."""

    width: int
    height: int
    years: tuple[tuple[int, int], ...]
    districts: tuple[tuple[str, int], ...]
    dots: tuple[Dot, ...]


def make_plot(replies: Sequence[MatterReply]) -> Plot | None:
    """Lay out the replies with a year; None where there are fewer than two."""
    dated = [one for one in replies if one.year]
    if len(dated) < 2:
        return None
    years = _list_years({one.year for one in dated if one.year})
    districts = list(dict.fromkeys(one.district for one in dated))
    at = {year: LABELS + COLUMN * n + COLUMN // 2 for n, year in enumerate(years)}
    rows = {district: MARGIN + ROW * n + ROW // 2 for n, district in enumerate(districts)}
    cells: dict[tuple[int, str], list[MatterReply]] = {}
    for one in reversed(dated):
        cells.setdefault((one.year or 0, one.district), []).append(one)
    dots = tuple(
        Dot(
            one,
            at[year] + _offset(n, len(cell)),
            rows[district],
            tone_of(one.card.outcome),
            _words(one),
        )
        for (year, district), cell in cells.items()
        for n, one in enumerate(cell)
    )
    return Plot(
        width=LABELS + COLUMN * len(years),
        height=MARGIN + ROW * len(districts),
        years=tuple(at.items()),
        districts=tuple((_short(district), row) for district, row in rows.items()),
        dots=dots,
    )


def _list_years(years: set[int]) -> list[int]:
    first, last = min(years), max(years)
    return sorted(years) if last - first >= MOST_YEARS else list(range(first, last + 1))


def _offset(number: int, count: int) -> int:
    """Return how far from its year's middle a dot of several stands; they stay in the column."""
    step = min(DOT, (COLUMN - DOT) // max(count - 1, 1))
    return step * number - step * (count - 1) // 2


def _short(district: str) -> str:
    return district if len(district) <= LONGEST_NAME else f"{district[: LONGEST_NAME - 1]}…"


def _words(one: MatterReply) -> str:
    outcome = outcome_words(one.card.outcome) if one.card.outcome else ""
    facts = (one.card.date or "", one.card.agency or one.district, headline(one.card), outcome)
    return " · ".join(fact for fact in facts if fact)
