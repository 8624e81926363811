"""What judges said together, as topics and qrels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median_low

from corpus.errors import InputError
from corpus.redact import redact
from corpus.store import Store
from eval.files.qrels import Qrels, save_qrels
from eval.files.saving import save_topics
from eval.files.spans import Span, judge_documents
from eval.files.topics import Topic
from eval.judging.anchor import anchor_places
from eval.judging.types import Judgment, Origin

TOPICS, REPLIES, PASSAGES = "topics.jsonl", "qrels.txt", "qrels-passages.txt"
"""The names of the files."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Judgments at the places where they stand now, one for each judge, query and place.

    `lost` are those whose place is nowhere any more, as they were.
    """

    judgments: tuple[Judgment, ...]
    lost: tuple[Judgment, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported: so many queries, places and replies, of so many judgments.

    `feedback` counts the judgments among them that are thumbs; `lost` were left out.
    """

    topics: tuple[Topic, ...]
    passages: Qrels
    replies: Qrels
    judgments: int
    feedback: int
    lost: int


def resolve(store: Store, judgments: Sequence[Judgment]) -> Resolved:
    """Find the places of judgments again; where a judge's meet in one place, the last counts.

    :param judgments: in the order they were made.
    """
    now = anchor_places(store, {judgment.place for judgment in judgments})
    latest: dict[tuple[str, str, Span], Judgment] = {}
    lost = []
    for judgment in judgments:
        place = now[judgment.place]
        if place is None:
            lost.append(judgment)
            continue
        latest[judgment.judge, judgment.topic.id, place.span] = replace(judgment, place=place)
    return Resolved(tuple(latest.values()), tuple(lost))


def merge(resolved: Resolved, feedback: bool = False) -> Exported:
    """Make qrels of what was judged.

    A place has the median of its judges' grades, the lower where two are in the middle: what they
    are at odds about is not held for relevant. A reply has the highest grade of its places.
    Feedback, where asked for, counts only at places that no judge has judged. Personal data in
    queries is masked.
    """
    grades: dict[tuple[Topic, Span], list[Judgment]] = {}
    for judgment in resolved.judgments:
        if feedback or judgment.origin is Origin.JUDGING:
            grades.setdefault((judgment.topic, judgment.place.span), []).append(judgment)
    passages: Qrels = {}
    used: list[Judgment] = []
    for (topic, span), given in grades.items():
        counted = [j for j in given if j.origin is Origin.JUDGING] or given
        used += counted
        passages.setdefault(topic.id, {})[str(span)] = median_low(j.grade for j in counted)
    topics = dict.fromkeys(topic for topic, _ in grades)
    return Exported(
        topics=tuple(Topic(topic.id, redact(topic.text)) for topic in topics),
        passages=passages,
        replies=judge_documents(passages),
        judgments=len(used),
        feedback=sum(judgment.origin is Origin.FEEDBACK for judgment in used),
        lost=_count_lost(resolved.lost, feedback),
    )


def save_exported(exported: Exported, folder: Path) -> None:
    """Write topics.jsonl, qrels.txt of replies and qrels-passages.txt into a folder.

    :raises InputError: where nothing was judged, or the folder can't be written.
    """
    if not exported.topics:
        raise InputError("还没有可导出的判断：请先在网页的评测中判断几段。")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"写不了 {folder}：{error.strerror}") from error
    save_topics(exported.topics, folder / TOPICS)
    save_qrels(exported.replies, folder / REPLIES)
    save_qrels(exported.passages, folder / PASSAGES)


def _count_lost(lost: Iterable[Judgment], feedback: bool) -> int:
    return sum(feedback or judgment.origin is Origin.JUDGING for judgment in lost)
