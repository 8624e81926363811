"""The door to judging: what the page and the command line call to pool, judge and export."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.feedback import JUDGE as FEEDBACK_JUDGE
from app.types import ReplyCard
from corpus.errors import InputError, NotFound
from corpus.progress import Progress
from corpus.store.store import Store
from corpus.text.redact import redact
from eval.data.topics import Topic
from eval.judging.agreement import JudgeAgreement, compare_judges
from eval.judging.export import JudgmentExport, anchor_places, merge, resolve, save_exported
from eval.judging.pool import GRADES, Item, Origin, Place, Pool, Pooling, pool_places
from eval.judging.store import JudgmentStore

if TYPE_CHECKING:
    from app.service import Service

LONGEST_NAME = 30
"""Characters that the name of a judge or of a pool may have."""


@dataclass(frozen=True, slots=True)
class Task:
    """One place to be judged, as it is shown: nothing says what found it, or how well."""

    item: int
    query: str
    card: ReplyCard
    headings: tuple[str, ...]
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What lies before a judge: the next task, None at the end; `done` of `total` are judged.

    At the end `lost` places are left, which the library no longer has.
    """

    pool: int
    name: str
    judge: str
    done: int
    total: int
    task: Task | None
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How far judging has come. `lost` judgments are of places that are nowhere any more."""

    pools: tuple[Pool, ...]
    """每批汇集的段落一条，新的在前"""
    judgments: int
    """判断的条数"""
    feedback: int
    """网页反馈的条数"""
    lost: int
    """原文已变动或移除的条数"""
    agreement: tuple[JudgeAgreement, ...]
    """每两人一条"""


class Judging:
    """Pools and judgments of one home, for its owner; may be shared between threads."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._home: Path = service.settings.home

    def make_pool(
        self,
        name: str,
        topics: Sequence[Topic],
        pooling: Pooling,
        progress: Progress | None = None,
    ) -> Pool:
        """Pool what each way of ranking finds in the library for some queries.

        :raises InputError: where nothing is found.
        """
        retriever = self._service.open_retriever()
        pooled = pool_places(retriever, topics, pooling, progress)
        if not any(places for _, places in pooled):
            raise InputError("一段也没有找到：文库里还没有答复，或这些问题与文库毫不相干。")
        with JudgmentStore.open(self._home) as kept:
            number = kept.add_pool(shorten_name(name), pooling.settings(retriever), pooled)
            return _find_pool(kept, number)

    def list_pools(self) -> tuple[Pool, ...]:
        """Return the pools, newest first."""
        with JudgmentStore.open(self._home) as kept:
            return kept.pools()

    def delete_pool(self, number: int) -> None:
        """Delete a pool; what was judged stays."""
        with JudgmentStore.open(self._home) as kept:
            kept.delete_pool(number)

    def next_sheet(
        self, pool: int, judge: str, skipped: Sequence[int] = (), wanted: int | None = None
    ) -> Sheet:
        """Return what a judge is to judge next: the item `wanted`, or one that was not skipped.

        What was skipped comes again at the end, in the order in which it was.

        :raises NotFound: where there is no such pool.
        """
        with ExitStack() as stack:
            kept = stack.enter_context(JudgmentStore.open(self._home))
            library = stack.enter_context(Store.open(self._home))
            found = _find_pool(kept, pool)
            later = {item: number for number, item in enumerate(skipped, 1)}
            numbers = sorted(
                kept.open_items(pool, judge), key=lambda n: (n != wanted, later.get(n, 0))
            )
            done = dict(found.done).get(judge, 0)
            for item in map(kept.item, numbers):
                place = anchor_places(library, [item.place])[item.place]
                if place is not None:
                    task = self._show(item, place)
                    return Sheet(pool, found.name, judge, done, found.items, task)
            return Sheet(pool, found.name, judge, done, found.items, None, len(numbers))

    def grade(self, item: int, judge: str, grade: int) -> None:
        """Keep a judge's grade of an item.

        :raises NotFound: where its pool was deleted.
        :raises InputError: where there is no such grade.
        """
        if grade not in GRADES:
            raise InputError(f"没有 {grade} 这一档，应是 0、1、2、3 之一。")
        with JudgmentStore.open(self._home) as kept:
            judged = kept.item(item)
            kept.judge(judged.topic, judged.place, judge, grade, Origin.JUDGING)

    def undo(self, pool: int, judge: str) -> int | None:
        """Take back what a judge judged last of a pool; return that item."""
        with JudgmentStore.open(self._home) as kept:
            last = kept.last_item(pool, judge)
            if last is None:
                return None
            kept.withdraw(last.topic, last.place, judge)
            return last.number

    def measure_standing(self) -> Standing:
        """Say how far judging has come, and how far judges agree."""
        with JudgmentStore.open(self._home) as kept, Store.open(self._home) as library:
            resolved = resolve(library, kept.judgments())
            thumbs = sum(judged.origin is Origin.FEEDBACK for judged in resolved.judgments)
            return Standing(
                pools=kept.pools(),
                judgments=len(resolved.judgments) - thumbs,
                feedback=thumbs,
                lost=len(resolved.lost),
                agreement=compare_judges(resolved.judgments),
            )

    def export(self, folder: Path, feedback: bool = False) -> JudgmentExport:
        """Write what was judged into a folder, as `eval.judging.export` says.

        :raises InputError: where nothing was judged, or the folder can't be written.
        """
        with JudgmentStore.open(self._home) as kept, Store.open(self._home) as library:
            exported = merge(resolve(library, kept.judgments()), feedback)
        save_exported(exported, folder)
        return exported

    def _show(self, item: Item, place: Place) -> Task:
        view = self._service.show(place.reply_id)
        above = [passage for passage in view.passages if passage.start <= place.start]
        return Task(
            item=item.number,
            query=redact(item.topic.text),
            card=view.card,
            headings=above[-1].heading_path if above else (),
            start=place.start,
            end=place.end,
            text=view.text[place.start : place.end],
        )


def check_judge(name: str) -> str:
    """Return a judge's name without needless spaces.

    :raises InputError: where it is none, too long, or one that feedback is kept under.
    """
    name = " ".join(name.split())
    if not name:
        raise InputError("请先写上您的名字：各人的判断分开保存，也便于下次接着做。")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError(f"名字最多 {LONGEST_NAME} 个字。")
    if name.startswith(FEEDBACK_JUDGE):
        raise InputError(f"名字不能以“{FEEDBACK_JUDGE.strip()}”开头，那是网页反馈用的。")
    return name


def shorten_name(name: str) -> str:
    """Return a pool's name as it is kept and shown: short, and without personal data."""
    name = " ".join(redact(name).split())
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _find_pool(kept: JudgmentStore, number: int) -> Pool:
    pools: Collection[Pool] = kept.pools()
    for pool in pools:
        if pool.number == number:
            return pool
    raise NotFound("没有这一批，可能已被删除；请重新选择。")
