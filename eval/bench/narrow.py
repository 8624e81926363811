"""How long a search takes that filters narrow: filters that keep a part of a library, by size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from corpus.filters import ANY, Filters
from corpus.progress import Progress
from corpus.store.store import Store
from eval.bench.gauges import Stopwatch
from eval.collection import open_store_and_engine
from index.models.choice import Models

SHARES = (0.1, 0.01, 0.001)
"""Which parts of the replies filters are to keep."""

NEAR = 2.0
"""A filter may keep so many times more or fewer than it should."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Filters, and which part of the replies they keep."""

    kept: float
    filters: Filters


def choose_narrowings(store: Store) -> Iterator[Narrowing]:
    """Yield filters that keep about each of `SHARES`, where the library has such values.

    Each allows some values of one field, as a person ticks them: the most frequent that fit.
    """
    total = store.stats().replies
    if not total:
        return
    facets = store.facets()
    for share in SHARES:
        wanted = share * total
        found = [
            Narrowing(kept / total, _allow(name, values))
            for name, counts in facets.items()
            for kept, values in [_fill(counts, wanted)]
            if wanted / NEAR <= kept <= wanted * NEAR
        ]
        if found:
            yield min(found, key=lambda each: abs(each.kept - share))


def _allow(name: str, values: Any) -> Filters:
    return replace(ANY, **{name: values})


def _fill(counts: Sequence[tuple[str, int]], wanted: float) -> tuple[int, tuple[str, ...]]:
    """Choose values, most frequent first, that come as near as can be to what is wanted."""
    kept, values = 0, []
    for value, count in counts:
        if abs(kept + count - wanted) < abs(kept - wanted):
            kept += count
            values.append(value)
    return kept, tuple(values)


def search_narrowed(
    home: Path, queries: Sequence[str], models: Models, told: Progress
) -> list[dict[str, Any]]:
    """Search in turn without and with filters; return latencies by what is kept, all of it first.

    The first search with each is told by itself, for it finds out what the filters allow.
    """
    with open_store_and_engine(home, models) as engine:
        ways = [Narrowing(1.0, ANY), *choose_narrowings(engine.store)]
        watches = [Stopwatch() for _ in ways]
        for number, text in enumerate(queries):
            told("检索（筛选后）", number, len(queries))
            way, watch = ways[number % len(ways)], watches[number % len(ways)]
            name = "first" if number < len(ways) else "search"
            watch.measure(name, engine.retriever.search, text, 10, way.filters)
    found = [(way, watch.seconds) for way, watch in zip(ways, watches, strict=True)]
    return [
        {
            "kept": round(way.kept, 5),
            "first": round(seconds["first"][0] * 1000, 3),
            **asdict(watch.latencies()["search"]),
        }
        for (way, seconds), watch in zip(found, watches, strict=True)
        if "search" in seconds
    ]
