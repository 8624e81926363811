"""The hits of several runs for one query beside each other, with what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from corpus.errors import NotFound
from corpus.serialise import Named, Rounded, shown
from eval.ranking.found import FoundDocument
from eval.ranking.measured import MeasuredRun

MOST_NAMED = 10


class Change(StrEnum):
    """What became of a document beside the first run."""

    NEW = "new"
    UP = "up"
    DOWN = "down"
    SAME = "same"


HIT = "rank hit.document hit.score gain hit.title hit.headings hit.start hit.end hit.text"


@shown(HIT)
@dataclass(frozen=True, slots=True)
class LostHit:
    """A document at its rank in a run, counted from 1, where another run has not found it.

    `gain` is its judgment, None where it has none.
    """

    rank: int
    """名次，从 1 起"""
    hit: FoundDocument
    gain: int | None
    """判断；没判断过的为 null"""


@shown(HIT, "before change")
@dataclass(frozen=True, slots=True)
class RankedHit(LostHit):
    """A document at its rank in a run.

    `before` is its rank in the first run, None where it is not among the hits kept of it.
    """

    before: int | None
    """在第一次里的名次；不在其中的为 null"""

    @property
    def change(self) -> Change:
        """与第一次相比的变化：new、up、down、same"""
        if self.before is None:
            return Change.NEW
        if self.before == self.rank:
            return Change.SAME
        return Change.UP if self.rank < self.before else Change.DOWN


@dataclass(frozen=True, slots=True)
class Column:
    """What one run found; `gone` are the first run's documents that are not among it."""

    run: Annotated[str, Named("name")]
    """评测的名称"""
    values: Annotated[dict[str, float], Named("measures"), Rounded()]
    """这个查询的各个指标"""
    places: Annotated[tuple[RankedHit, ...], Named("hits")]
    """找到的文档，好的在前"""
    gone: tuple[LostHit, ...]
    """第一次找到、这次没有的文档"""


@shown("query text unfound columns")
@dataclass(frozen=True, slots=True)
class SideBySide:
    """The hits of one query by each run; `unfound` are relevant documents that no run has found."""

    query: str
    """查询的编号"""
    text: str
    """查询的文字"""
    columns: Annotated[tuple[Column, ...], Named("runs")]
    """每次评测一条"""
    unfound: tuple[str, ...]
    """都没有找到的相关文档"""


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
            RankedHit(rank, hit, gains.get(hit.document), before.get(hit.document))
            for rank, hit in enumerate(found, 1)
        ]
        gone = [
            LostHit(rank, hit, gains.get(hit.document))
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
