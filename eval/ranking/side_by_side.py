"""The hits of several runs for one query beside each other, with what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpus.errors import NotFound
from eval.ranking.found import Found
from eval.ranking.measured import MeasuredRun

MOST_NAMED = 10


class Change(StrEnum):
    """What became of a document beside the first run."""

    NEW = "new"
    UP = "up"
    DOWN = "down"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Place:
    """A document at its rank in a run, counted from 1.

    `gain` is its judgment, None where it has none; `before` its rank in the first run, None where
    it is not among the hits kept of it.
    """

    rank: int
    hit: Found
    gain: int | None
    before: int | None

    @property
    def change(self) -> Change:
        """What became of it."""
        if self.before is None:
            return Change.NEW
        if self.before == self.rank:
            return Change.SAME
        return Change.UP if self.rank < self.before else Change.DOWN


@dataclass(frozen=True, slots=True)
class Column:
    """What one run found; `gone` are the first run's documents that are not among it."""

    run: str
    values: dict[str, float]
    places: tuple[Place, ...]
    gone: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The hits of one query by each run; `unfound` are relevant documents that no run has found."""

    query: str
    text: str
    columns: tuple[Column, ...]
    unfound: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `dafu eval compare --query --json` prints."""
        return {
            "query": self.query,
            "text": self.text,
            "unfound": list(self.unfound),
            "runs": [
                {
                    "name": column.run,
                    "measures": {name: round(value, 6) for name, value in column.values.items()},
                    "hits": [
                        {**_hit(place), "before": place.before, "change": str(place.change)}
                        for place in column.places
                    ],
                    "gone": [_hit(place) for place in column.gone],
                }
                for column in self.columns
            ],
        }


def _hit(place: Place) -> dict[str, Any]:
    hit = place.hit
    return {
        "rank": place.rank,
        "document": hit.document,
        "score": round(hit.score, 6),
        "gain": place.gain,
        "title": hit.title,
        "heading_path": list(hit.headings),
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
    }


def lay_side_by_side(runs: Sequence[MeasuredRun], query: str) -> SideBySide:
    """Lay the hits of one query side by side, each run's beside those of the first.

    :param runs: over the same queries.
    :raises NotFound: where they have no such query.
    """
    known = runs[0].query_ids
    if query not in known:
        some = "、".join(known[:MOST_NAMED])
        raise NotFound(f"评测里没有编号为 {query!r} 的查询（共 {len(known)} 个，如 {some}）")
    gains = next((run.qrels[query] for run in runs if query in run.qrels), {})
    first = runs[0].found.get(query, ())
    before = {hit.document: rank for rank, hit in enumerate(first, 1)}
    columns = []
    for number, run in enumerate(runs):
        found = run.found.get(query, ())
        here = {hit.document for hit in found}
        places = [
            Place(rank, hit, gains.get(hit.document), before.get(hit.document))
            for rank, hit in enumerate(found, 1)
        ]
        gone = [
            Place(rank, hit, gains.get(hit.document), rank)
            for rank, hit in enumerate(first, 1)
            if number and hit.document not in here
        ]
        values = {measure: by[query] for measure, by in run.values.items()}
        columns.append(Column(run.name, values, tuple(places), tuple(gone)))
    shown = {place.hit.document for column in columns for place in column.places}
    return SideBySide(
        query=query,
        text=next((run.queries[query] for run in runs if query in run.queries), ""),
        columns=tuple(columns),
        unfound=tuple(id for id, gain in gains.items() if gain > 0 and id not in shown),
    )


def has_hits(runs: Sequence[MeasuredRun]) -> bool:
    """Tell whether any run has kept what it found; runs saved by early versions have not."""
    return any(run.found for run in runs)
