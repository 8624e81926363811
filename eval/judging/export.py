"""What judges said together: how far they agree, and topics and qrels made of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from statistics import median_low
from typing import Annotated, Any

from corpus.errors import InputError
from corpus.files import say_trouble
from corpus.serialise import Figure, Rounded, shown
from corpus.store.store import Store
from corpus.text.redact import redact
from corpus.types import Reply
from eval.data.qrels import Qrels, save_qrels
from eval.data.spans import Span, judge_documents
from eval.data.topics import Topic, save_topics
from eval.judging.pool import GRADES, Judgment, Origin, Place


@shown("judges items same kappa weighted")
@dataclass(frozen=True, slots=True)
class JudgeAgreement:
    """How far two judges agree over the `items` that both judged; `same` is a share, 0..1.

    `kappa` is Cohen's (1 full agreement, 0 what chance gives, negative less), `weighted` the same
    with a disagreement by two grades counting twice one by one. Both are None where they have no
    value, for only a single grade was ever given.
    """

    first: str
    second: str
    items: int
    """两人都判断过的段落数"""
    same: Figure
    """完全一致的份额，0 到 1"""
    kappa: Annotated[float | None, Rounded()]
    """Cohen 的 κ；算不出的为 null"""
    weighted: Annotated[float | None, Rounded()]
    """加权的 κ；算不出的为 null"""

    @property
    def judges(self) -> tuple[str, str]:
        """哪两人"""
        return self.first, self.second


def compare_judges(judgments: Iterable[Judgment]) -> tuple[JudgeAgreement, ...]:
    """Compare all judges two by two, those with most items in common first; no feedback.

    The places are those of `resolve`, so that the same place is the same to both.
    """
    grades: dict[str, dict[tuple[str, str], int]] = {}
    for judgment in judgments:
        if judgment.origin is Origin.JUDGING:
            item = judgment.topic.id, str(judgment.place.span)
            grades.setdefault(judgment.judge, {})[item] = judgment.grade
    pairs = (
        _compare(one, other, grades[one], grades[other])
        for one, other in combinations(sorted(grades), 2)
    )
    return tuple(sorted(filter(None, pairs), key=lambda pair: -pair.items))


def _compare(
    first: str, second: str, one: Mapping[Any, int], other: Mapping[Any, int]
) -> JudgeAgreement | None:
    common = sorted(one.keys() & other.keys())
    if not common:
        return None
    grades = [one[item] for item in common], [other[item] for item in common]
    same = sum(a == b for a, b in zip(*grades, strict=True)) / len(common)
    return JudgeAgreement(
        first, second, len(common), same, _kappa(*grades), _kappa(*grades, weights="linear")
    )


def _kappa(one: list[int], other: list[int], weights: str | None = None) -> float | None:
    """Return Cohen's kappa, None where only a single grade was ever given.

    J. Cohen, A coefficient of agreement for nominal scales, 1960; weighted: J. Cohen, Weighted
    kappa, 1968.
    """
    from sklearn.metrics import cohen_kappa_score

    if len({*one, *other}) == 1:
        return None
    return float(cohen_kappa_score(one, other, labels=GRADES, weights=weights))


def anchor_places(store: Store, places: Collection[Place]) -> dict[Place, Place | None]:
    """Say where the places are now, by the places as they were; None: lost.

    A reply that was loaded from elsewhere has another id: it is known by its whole text. In a
    reply that changed, the place is where the same words stand, nearest to where they stood; else
    where they stand with other spaces and line breaks.
    """
    replies = store.replies({place.reply_id for place in places})
    found = {place: _find(place, replies.get(place.reply_id)) for place in places}
    homeless = {place.content for place, now in found.items() if now is None}
    moved = store.replies_with_content(homeless) if homeless else {}
    elsewhere = store.replies(moved.values())
    for place, now in found.items():
        if now is None and (reply := elsewhere.get(moved.get(place.content, ""))):
            found[place] = _find(place, reply)
    return found


def locate(text: str, wanted: str, start: int) -> tuple[int, int] | None:
    """Find words in a text nearest to an offset, spaces and line breaks aside if need be.

    Return where they begin and end, or None where they are not.
    """
    if text.startswith(wanted, start):
        return start, start + len(wanted)
    exact = list(_iter_starts(text, wanted))
    if exact:
        nearest = min(exact, key=lambda at: abs(at - start))
        return nearest, nearest + len(wanted)
    offsets = [at for at, character in enumerate(text) if not character.isspace()]
    squeezed = "".join(text[at] for at in offsets)
    sought = "".join(wanted.split())
    spans = [
        (offsets[at], offsets[at + len(sought) - 1] + 1) for at in _iter_starts(squeezed, sought)
    ]
    return min(spans, key=lambda span: abs(span[0] - start), default=None)


def _find(place: Place, reply: Reply | None) -> Place | None:
    if reply is None:
        return None
    span = locate(reply.text, place.text, place.start)
    return span and Place.of(reply, *span)


def _iter_starts(text: str, wanted: str) -> Iterator[int]:
    """Yield where the words begin, also where they overlap; never for no words."""
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


TOPICS, REPLIES, PASSAGES = "topics.jsonl", "qrels.txt", "qrels-passages.txt"
"""The names of the files."""


@dataclass(frozen=True, slots=True)
class AnchoredJudgments:
    """Judgments at the places where they stand now, one for each judge, query and place.

    `lost` are those whose place is nowhere any more, as they were.
    """

    judgments: tuple[Judgment, ...]
    lost: tuple[Judgment, ...]


@dataclass(frozen=True, slots=True)
class JudgmentExport:
    """What was exported: so many queries, places and replies, of so many judgments.

    `feedback` counts the judgments among them that are thumbs; `lost` were left out.
    """

    topics: tuple[Topic, ...]
    passages: Qrels
    replies: Qrels
    judgments: int
    feedback: int
    lost: int


def resolve(store: Store, judgments: Sequence[Judgment]) -> AnchoredJudgments:
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
    return AnchoredJudgments(tuple(latest.values()), tuple(lost))


def merge(resolved: AnchoredJudgments, feedback: bool = False) -> JudgmentExport:
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
    return JudgmentExport(
        topics=tuple(Topic(topic.id, redact(topic.text)) for topic in topics),
        passages=passages,
        replies=judge_documents(passages),
        judgments=len(used),
        feedback=sum(judgment.origin is Origin.FEEDBACK for judgment in used),
        lost=_count_lost(resolved.lost, feedback),
    )


def save_exported(exported: JudgmentExport, folder: Path) -> None:
    """Write topics.jsonl, qrels.txt of replies and qrels-passages.txt into a folder.

    :raises InputError: where nothing was judged, or the folder can't be written.
    """
    if not exported.topics:
        raise InputError("还没有可导出的判断：请先在网页的评测中判断几段。")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"写不了 {folder}：{say_trouble(error)}") from error
    save_topics(exported.topics, folder / TOPICS)
    save_qrels(exported.replies, folder / REPLIES)
    save_qrels(exported.passages, folder / PASSAGES)


def _count_lost(lost: Iterable[Judgment], feedback: bool) -> int:
    return sum(feedback or judgment.origin is Origin.JUDGING for judgment in lost)
