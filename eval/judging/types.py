"""What people judge, and what they said of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpus.encoding import digest
from corpus.types import Reply
from eval.files.spans import Span
from eval.files.topics import Topic

GRADES = (0, 1, 2, 3)
"""From not relevant to a direct answer; what they mean is told to judges where they judge."""

USEFUL, USELESS = 2, 0
"""The grades that 👍 and 👎 stand for: a thumb says that something helped, not that it is all."""


class Origin(StrEnum):
    """How a judgment came about; the value is what users see."""

    JUDGING = "判断"
    FEEDBACK = "反馈"


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a reply, `text`, as it was when it was pooled or judged.

    `content` is the digest of the reply's text and question at that time.
    """

    reply_id: str
    start: int
    end: int
    text: str
    content: str

    @classmethod
    def of(cls, reply: Reply, start: int, end: int) -> Place:
        """Make the place of `reply.text[start:end]`."""
        text = reply.text[start:end]
        return cls(reply.id, start, end, text, digest(reply.text, reply.question))

    @property
    def span(self) -> Span:
        """Return the span by which qrels name the place."""
        return Span(self.reply_id, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Judgment:
    """How relevant a judge holds a place for a query; `made` is ISO 8601, in UTC."""

    topic: Topic
    place: Place
    judge: str
    grade: int
    origin: Origin
    made: str


@dataclass(frozen=True, slots=True)
class Item:
    """One place of a pool that is to be judged for a query."""

    number: int
    topic: Topic
    place: Place


@dataclass(frozen=True, slots=True)
class Pool:
    """What several ways of ranking found, as it is listed.

    `settings` say which ways, and with which model. `done` counts each judge's items, most first.
    """

    number: int
    name: str
    made: str
    settings: dict[str, Any]
    queries: int
    items: int
    done: tuple[tuple[str, int], ...] = ()
