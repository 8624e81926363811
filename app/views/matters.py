"""One matter through time (同一事项): who answered it when and where, and what has changed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated

from app.access import Role, allowed_disclosures, masks, may_see
from app.home import Home, healing
from app.present import Presenter
from app.types import ReplyCard, Stated
from app.wording import headline
from corpus.filters import ANY, Filters
from corpus.serialise import FLAT
from corpus.store.selection import year_of
from corpus.store.tables import unknown_replies
from corpus.types import Reply
from index.answers.conflicts import Conflict
from index.answers.history import Step, name_districts, trace
from index.answers.newest import Change
from index.ranking.retrieve import Retriever

UNKNOWN_PLACE = "地区不详"


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A figure or date that an older reply of the same district states otherwise."""

    since: str
    """较早的答复的编号"""
    older: Stated
    """较早的答复怎么说"""
    newer: Stated
    """这份答复怎么说"""


@dataclass(frozen=True, slots=True)
class MatterReply:
    """A reply to the matter, with the sentence that states its position."""

    card: Annotated[ReplyCard, FLAT]
    asked: bool
    """是否就是所问的那份答复"""
    year: int | None
    """哪一年的，没有成文日期的为 null"""
    district: str
    """地区；没有识别出的是发文机关，也没有的写“地区不详”"""
    start: int
    """说法从全文的第几个字起"""
    end: int
    """说法到全文的第几个字止（不含）"""
    text: str
    """对这件事的说法，与原文逐字相同"""
    changes: tuple[ChangedFigure, ...]
    """比同一地区较早的答复变了的数字和日期"""


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence of a reply, verbatim."""

    card: Annotated[ReplyCard, FLAT]
    start: int
    """从全文的第几个字起"""
    end: int
    """到全文的第几个字止（不含）"""
    text: str
    """原文"""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What two bodies state otherwise while both are in force; it may have a reason."""

    one: Saying
    """较早的一份怎么说"""
    other: Saying
    """较晚的一份怎么说"""


@dataclass(frozen=True, slots=True)
class MatterHistory:
    """The replies to one matter, newest first, those without a date last."""

    matter: str
    """事项"""
    replies: tuple[MatterReply, ...]
    """同一事项的各份答复，新的在前"""
    contradictions: tuple[Contradiction, ...]
    """同一地区的两个机关同时有效而说法不同之处，须人工核对；没有看出的为空"""


class Matters:
    """Follows a matter through the replies that a role may see; for use between threads."""

    def __init__(
        self,
        home: Home,
        role: Role,
        lend: Callable[[], AbstractContextManager[Retriever]],
    ) -> None:
        """Take a home, and what lends the retriever of it."""
        self.home = home
        self._lend = lend
        self._allowed = allowed_disclosures(role, home.settings)
        self._presenter = Presenter(masks(role, home.settings))

    @healing
    def through_time(
        self, reply_id: str, start: int = -1, end: int = -1, filters: Filters = ANY
    ) -> MatterHistory:
        """Return the replies to the matter of a reply, or of a span of it (-1, -1: of all).

        :raises NotFound: where there is no such reply, or the role may not see it.
        """
        asked = self.home.store.reply(reply_id)
        if not may_see(asked, self._allowed):
            raise unknown_replies([reply_id])
        span = (start, end) if 0 <= start < end <= len(asked.text) else None
        with self._lend() as retriever:
            history = trace(retriever, asked, span, filters.and_disclosures(self._allowed))
        districts = name_districts([step.reply for step in history.steps])
        replies = (
            self._reply(step, district, step.reply.id == reply_id)
            for step, district in zip(history.steps, districts, strict=True)
        )
        contradictions = map(self._contradiction, history.conflicts)
        matter = headline(self._presenter.card(asked))
        return MatterHistory(matter, tuple(replies), tuple(contradictions))

    def _reply(self, step: Step, district: str, asked: bool) -> MatterReply:
        start, end = step.position
        card = self._presenter.card(step.reply)
        return MatterReply(
            card=card,
            asked=asked,
            year=year_of(step.reply),
            district=self._presenter.district(step.reply, district) or card.agency or UNKNOWN_PLACE,
            start=start,
            end=end,
            text=self._presenter.span(step.reply, start, end),
            changes=tuple(self._changed(step.reply, *each) for each in step.changes),
        )

    def _changed(self, newer: Reply, older: Reply, change: Change) -> ChangedFigure:
        shown = self._presenter.change(older, newer, change)
        return ChangedFigure(older.id, shown.older, shown.newer)

    def _contradiction(self, conflict: Conflict) -> Contradiction:
        return Contradiction(
            self._saying(conflict.one, *conflict.ours),
            self._saying(conflict.other, *conflict.theirs),
        )

    def _saying(self, reply: Reply, start: int, end: int) -> Saying:
        shown = self._presenter.span(reply, start, end)
        return Saying(self._presenter.card(reply), start, end, shown)
