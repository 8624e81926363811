"""The door to judging: what the page and the command line call to pool, judge and export."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.access import Role, check_edits
from app.audit import Action
from app.evaluation.feedback import JUDGE as FEEDBACK_JUDGE
from app.home import Home
from app.present import Presenter
from app.types import ReplyCard
from corpus.errors import InputError, NotFound
from corpus.progress import Progress
from corpus.text.redact import redact
from eval.data.topics import Topic
from eval.judging.export import (
    AnchoredJudgments,
    JudgeAgreement,
    JudgmentExport,
    anchor_places,
    compare_judges,
    merge,
    resolve,
    save_exported,
)
from eval.judging.pool import GRADES, Item, Origin, Place, Pool, Pooling, pool_places
from eval.judging.store import JudgmentStore

LONGEST_NAME, LONGEST_JUDGE = 30, 64
"""Characters that the name of a pool may have, and of a judge: as long as that of an account."""


@dataclass(frozen=True, slots=True)
class JudgingTask:
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
    task: JudgingTask | None
    lost: int = 0


@dataclass(frozen=True, slots=True)
class JudgingSummary:
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
    """Pools and judgments of one home; may be shared between threads."""

    def __init__(self, home: Home, role: Role) -> None:
        """Take a home for who edits, since whole replies are shown; NotAllowed for other roles."""
        check_edits(role)
        self._home = home
        self._presenter = Presenter(home.settings.redact)

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
        with self._home.engine() as engine:
            pooled = pool_places(engine.retriever, topics, pooling, progress)
            settings = pooling.settings(engine.retriever)
        if not any(places for _, places in pooled):
            raise InputError("一段也没有找到：文库里还没有答复，或这些问题与文库毫不相干。")
        kept = self._home.judgments
        pool = _find_pool(kept, kept.add_pool(shorten_name(name), settings, pooled))
        self._home.audit.record(Action.JUDGED, f"汇集第 {pool.number} 批，{pool.items} 段")
        return pool

    def list_pools(self) -> tuple[Pool, ...]:
        """Return the pools, newest first."""
        return self._home.judgments.pools()

    def delete_pool(self, number: int) -> None:
        """Delete a pool; what was judged stays."""
        self._home.judgments.delete_pool(number)
        self._home.audit.record(Action.JUDGED, f"删除第 {number} 批")

    def next_sheet(
        self, pool: int, judge: str, skipped: Sequence[int] = (), wanted: int | None = None
    ) -> Sheet:
        """Return what a judge is to judge next: the item `wanted`, or one that was not skipped.

        What was skipped comes again at the end, in the order in which it was.

        :raises NotFound: where there is no such pool.
        """
        kept = self._home.judgments
        found = _find_pool(kept, pool)
        later = {item: number for number, item in enumerate(skipped, 1)}
        numbers = sorted(kept.open_items(pool, judge), key=lambda n: (n != wanted, later.get(n, 0)))
        done = dict(found.done).get(judge, 0)
        for item in map(kept.item, numbers):
            place = anchor_places(self._home.store, [item.place])[item.place]
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
        kept = self._home.judgments
        judged = kept.item(item)
        kept.judge(judged.topic, judged.place, judge, grade, Origin.JUDGING)

    def undo(self, pool: int, judge: str) -> int | None:
        """Take back what a judge judged last of a pool; return that item."""
        kept = self._home.judgments
        last = kept.last_item(pool, judge)
        if last is None:
            return None
        kept.withdraw(last.topic, last.place, judge)
        return last.number

    def summarise(self) -> JudgingSummary:
        """Say how far judging has come, and how far judges agree."""
        resolved = self._resolve()
        thumbs = sum(judged.origin is Origin.FEEDBACK for judged in resolved.judgments)
        return JudgingSummary(
            pools=self._home.judgments.pools(),
            judgments=len(resolved.judgments) - thumbs,
            feedback=thumbs,
            lost=len(resolved.lost),
            agreement=compare_judges(resolved.judgments),
        )

    def export(self, folder: Path, feedback: bool = False) -> JudgmentExport:
        """Write what was judged into a folder, as `eval.judging.export` says.

        :raises InputError: where nothing was judged, or the folder can't be written.
        """
        exported = merge(self._resolve(), feedback)
        save_exported(exported, folder)
        self._home.audit.record(Action.EXPORTED, "判断")
        return exported

    def _resolve(self) -> AnchoredJudgments:
        """Find all judgments at the places where they stand now."""
        return resolve(self._home.store, self._home.judgments.judgments())

    def _show(self, item: Item, place: Place) -> JudgingTask:
        store = self._home.store
        passages = tuple(store.passages_of(place.reply_id).values())
        view = self._presenter.reply(store.reply(place.reply_id), passages)
        above = [passage for passage in view.passages if passage.start <= place.start]
        return JudgingTask(
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
    if len(name) > LONGEST_JUDGE or not name.isprintable():
        raise InputError(f"名字最多 {LONGEST_JUDGE} 个字。")
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
