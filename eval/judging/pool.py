"""What people judge and what they said of it; and pooling what several rankings find for it.

Pooling as in TREC: K. Sparck Jones and C. J. van Rijsbergen, Report on the need for and provision
of an "ideal" information retrieval test collection, 1975. No way of ranking is favoured that way
among those pooled; one that was not may find what nobody has judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from corpus.errors import InputError
from corpus.progress import Progress
from corpus.serialise import as_counts, shown
from corpus.store.encoding import digest
from corpus.types import Passage, Reply
from eval.data.spans import Span
from eval.data.topics import Topic
from eval.ranking.measured import describe_program
from eval.ranking.search import WITHOUT_ENCODER, Leg, rank_passages
from index.ranking.retrieve import Retriever

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


@shown("name made queries items done settings")
@dataclass(frozen=True, slots=True)
class Pool:
    """What several ways of ranking found, as it is listed.

    `settings` say which ways, and with which model. `done` counts each judge's items, most first.
    """

    number: int
    name: str
    """名称"""
    made: str
    """何时汇集（ISO 8601，世界时）"""
    settings: dict[str, Any]
    """用了哪几种排序、什么模型"""
    queries: int
    """查询数"""
    items: int
    """段落数"""
    done: Annotated[tuple[tuple[str, int], ...], as_counts] = ()
    """各人已判断的段数，多的在前"""


DEPTH = 10
"""So many passages are taken of each ranking."""

DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Pooling:
    """How a pool is made: the best `depth` passages of each of the `legs`.

    :raises InputError: where the depth is none.
    """

    legs: tuple[Leg, ...] = WITHOUT_ENCODER
    depth: int = DEPTH

    def __post_init__(self) -> None:
        if not 1 <= self.depth <= DEEPEST:
            raise InputError(f"每种排序取几段，应在 1 到 {DEEPEST} 之间，却是 {self.depth}")

    def settings(self, retriever: Retriever) -> dict[str, Any]:
        """Return what is kept of it beside the pool."""
        return {
            "legs": [str(leg) for leg in self.legs],
            "depth": self.depth,
            "model": retriever.analyser.encoders.passages.name,
            "segmentation": retriever.analyser.segmenter.fingerprint,
            **describe_program(),
        }


def read_topics(text: str) -> tuple[Topic, ...]:
    """Read queries of a text, one a line, each once; their ids are digests.

    :raises InputError: where there is none.
    """
    lines = dict.fromkeys(" ".join(line.split()) for line in text.splitlines())
    topics = tuple(make_topic(line) for line in lines if line)
    if not topics:
        raise InputError("还没有问题：请每行写一个，或选择一个查询文件。")
    return topics


def make_topic(text: str) -> Topic:
    """Make a query that has no id of its own."""
    return Topic(f"q-{digest(text)[:12]}", text)


def pool_places(
    retriever: Retriever,
    topics: Sequence[Topic],
    pooling: Pooling,
    progress: Progress | None = None,
) -> list[tuple[Topic, tuple[Place, ...]]]:
    """Return what any of the ways of ranking finds for each query, none twice, in text order.

    The order says nothing of how well a place was ranked, nor by which way.
    """
    pooled = []
    for number, topic in enumerate(topics):
        if progress:
            progress("汇集", number, len(topics))
        passages = {
            ranked.passage
            for leg in pooling.legs
            for ranked in rank_passages(retriever, leg, topic.text, pooling.depth)
        }
        replies = retriever.library.store.replies({passage.reply_id for passage in passages})
        pooled.append((topic, tuple(sorted(_iter_places(passages, replies), key=_order))))
    return pooled


def _iter_places(passages: Iterable[Passage], replies: Mapping[str, Reply]) -> Iterator[Place]:
    for passage in passages:
        reply = replies.get(passage.reply_id)
        if reply and passage.stands_in(reply):  # else it was replaced in between
            yield Place.of(reply, passage.start, passage.end)


def _order(place: Place) -> tuple[str, int]:
    return place.reply_id, place.start
