"""Pool what several ways of ranking find, for people to judge.

Pooling as in TREC: K. Sparck Jones and C. J. van Rijsbergen, Report on the need for and provision
of an "ideal" information retrieval test collection, 1975. No way of ranking is favoured that way
among those pooled; one that was not may find what nobody has judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.encoding import digest
from corpus.errors import InputError
from corpus.types import Passage, Reply
from eval.files.topics import Topic
from eval.judging.types import Place
from eval.ranking.legs import Leg, rank_passages
from eval.ranking.program import describe_program
from index.retrieve import Retriever

DEPTH = 10
"""So many passages are taken of each ranking."""

DEEPEST = 100

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Pooling:
    """How a pool is made: the best `depth` passages of each of the `legs`.

    :raises InputError: where the depth is none.
    """

    legs: tuple[Leg, ...] = tuple(Leg)
    depth: int = DEPTH

    def __post_init__(self) -> None:
        if not 1 <= self.depth <= DEEPEST:
            raise InputError(f"每种排序取几段，应在 1 到 {DEEPEST} 之间，却是 {self.depth}")

    def settings(self, retriever: Retriever) -> dict[str, Any]:
        """Return what is kept of it beside the pool."""
        return {
            "legs": [str(leg) for leg in self.legs],
            "depth": self.depth,
            "model": retriever.embedder.name,
            "segmentation": retriever.segmenter.fingerprint,
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
        replies = retriever.store.replies({passage.reply_id for passage in passages})
        pooled.append((topic, tuple(sorted(_iter_places(passages, replies), key=_order))))
    return pooled


def _iter_places(passages: Iterable[Passage], replies: Mapping[str, Reply]) -> Iterator[Place]:
    for passage in passages:
        reply = replies.get(passage.reply_id)
        if reply and passage.stands_in(reply):  # else it was replaced in between
            yield Place.of(reply, passage.start, passage.end)


def _order(place: Place) -> tuple[str, int]:
    return place.reply_id, place.start
