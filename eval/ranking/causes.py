"""Why a query missed what answers it, and how that is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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
    document: str
    text: str = ""
    rank: int | None = None
    lexical: int | None = None
    dense: int | None = None
    unfiltered: int | None = None
    joined: int | None = None
    shared: bool = True
    unjudged: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "cause": str(self.cause),
            **{
                name: getattr(self, name)
                for name in (
                    *("document", "text", "rank", "lexical", "dense"),
                    *("unfiltered", "joined", "shared", "unjudged"),
                )
            },
        }


@dataclass(frozen=True, slots=True)
class Failures:
    """The missed ones of `queries` queries, by the query's id; `texts` are the missed queries'."""

    queries: int
    depth: int
    missed: Mapping[str, Failure]
    texts: Mapping[str, str]

    def counts(self) -> dict[Cause, int]:
        """Count the missed queries by cause, all causes in their order."""
        causes = [failure.cause for failure in self.missed.values()]
        return {cause: causes.count(cause) for cause in Cause}

    def of(self, cause: Cause) -> tuple[str, ...]:
        """Return the ids of the queries that were lost there."""
        return tuple(id for id, failure in self.missed.items() if failure.cause is cause)

    def as_json(self) -> dict[str, Any]:
        """Return what `dafu eval failures --json` prints."""
        return {
            "queries": self.queries,
            "depth": self.depth,
            "missed": len(self.missed),
            "counts": {str(cause): count for cause, count in self.counts().items()},
            "by_query": [
                {"query": id, "query_text": self.texts.get(id, ""), **failure.as_json()}
                for id, failure in self.missed.items()
            ],
        }
