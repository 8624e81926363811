"""Why a query missed what answers it, and how that is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from corpus.serialise import FLAT, shown

DEPTH = 10
"""A query is missed where none of its relevant documents is among so many."""


class Cause(StrEnum):
    """Where a missed query was lost, in the order in which it is looked for."""

    ABSENT = "absent"
    EMPTY = "empty"
    UNPROPOSED = "unproposed"
    RERANKED = "reranked"
    FILTERED = "filtered"
    FUSED = "fused"
    CUT = "cut"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Failure:
    """A missed query, with the ranks of the first of its relevant documents, counted from 1.

    `document` is that document. Of the candidates, `rank` is its place after fusion, `lexical` and
    `dense` by one leg alone, `unfiltered` without the rule that sets other districts' replies
    back, `joined` where each passage may be one with its neighbour (looked at last, and only where
    its text is cut at all); None where it is not among them. `shared` says whether it has any term
    of the query. `unjudged` counts the unjudged documents among those found instead.
    """

    cause: Cause
    """丢在哪一步"""
    document: str
    """第一份相关文档"""
    text: str = ""
    """相关文档的片段"""
    rank: int | None = None
    """融合后的名次；不在候选里的为 null，下同"""
    lexical: int | None = None
    """只按词语的名次"""
    dense: int | None = None
    """只按向量的名次"""
    unfiltered: int | None = None
    """不按地区压后时的名次"""
    joined: int | None = None
    """相邻段落合并后的名次"""
    shared: bool = True
    """与查询有没有共同的词"""
    unjudged: int = 0
    """找到的文档中没有判断过的份数"""


@dataclass(frozen=True, slots=True)
class MissedQuery:
    """A missed query by itself."""

    query: str
    """查询的编号"""
    query_text: str
    """查询的文字"""
    failure: Annotated[Failure, FLAT]


@shown("queries depth missed counts by_query")
@dataclass(frozen=True, slots=True)
class Failures:
    """The missed ones of `queries` queries, by the query's id; `texts` are the missed queries'."""

    queries: int
    """查询数"""
    depth: int
    """前多少名里没有找到算漏掉"""
    missed: Annotated[Mapping[str, Failure], len]
    """漏掉的查询数"""
    texts: Mapping[str, str]

    @property
    def counts(self) -> dict[Cause, int]:
        """每种原因的查询数"""
        causes = [failure.cause for failure in self.missed.values()]
        return {cause: causes.count(cause) for cause in Cause}

    @property
    def by_query(self) -> tuple[MissedQuery, ...]:
        """每个漏掉的查询一条"""
        return tuple(
            MissedQuery(id, self.texts.get(id, ""), failure) for id, failure in self.missed.items()
        )

    def of(self, cause: Cause) -> tuple[str, ...]:
        """Return the ids of the queries that were lost there."""
        return tuple(id for id, failure in self.missed.items() if failure.cause is cause)
