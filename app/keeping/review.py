"""The door to correcting: fields that want looking at, what was corrected, and correcting them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from app.access import Role, check_edits, masks
from app.actor import current
from app.audit import Action
from app.home import Home
from app.keeping.settling import settle
from app.keeping.values import read_values
from app.present import Presenter
from app.types import ReplyCard, ReplyView
from app.wording import FIELDS, change_words
from corpus.errors import InputError
from corpus.serialise import FLAT
from corpus.store.correcting import Corrections
from corpus.store.corrections import find_doubts
from corpus.types import Correction, FieldName

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReviewedReply:
    """A reply whose fields want looking at, or have been corrected."""

    card: Annotated[ReplyCard, FLAT]
    doubts: tuple[FieldName, ...]
    """待核对的字段"""
    corrections: tuple[Correction, ...]
    """人工更正过的字段"""


@dataclass(frozen=True, slots=True)
class ReviewList:
    """One page of the replies to be looked at, or of those that were corrected.

    `total` counts all of them; `done` of the `wanted` that ever wanted looking at need it no more.
    """

    done: int
    """待核对的答复中，已核对的有多少份"""
    wanted: int
    """待核对的答复共有多少份，含已核对的"""
    total: int
    """符合条件的共有多少份，不只是列出的"""
    replies: tuple[ReviewedReply, ...]
    """列出的答复"""


class Review:
    """Fields corrected by hand, for the owner of a home; may be shared between threads.

    Every method raises NotAllowed for a role that does not edit.
    """

    def __init__(self, home: Home, role: Role) -> None:
        self._home = home
        self._role = role
        self._presenter = Presenter(masks(role, home.settings))

    def show(self, reply_id: str) -> ReplyView:
        """Return a whole reply, with what was corrected and what wants looking at.

        :raises NotFound: where there is none of that id.
        """
        check_edits(self._role)
        store = self._home.store
        reply, passages = store.reply(reply_id), store.passages_of(reply_id)
        corrections = store.corrections.of([reply_id]).get(reply_id, ())
        history = store.corrections.history(reply_id)
        return self._presenter.reply(reply, tuple(passages.values()), corrections, history)

    def list_replies(self, corrected: bool = False, limit: int = 50, offset: int = 0) -> ReviewList:
        """List the replies that want looking at, or those `corrected` by hand, newest first."""
        check_edits(self._role)
        kept = self._home.store.corrections
        page = (kept.corrected if corrected else kept.doubtful)(limit, offset)
        progress = kept.progress()
        replies = tuple(
            ReviewedReply(
                self._presenter.card(reply),
                find_doubts(reply, corrections),
                tuple(self._presenter.correction(reply, each) for each in corrections),
            )
            for reply, corrections in page.replies
        )
        return ReviewList(progress.done, progress.total, page.total, replies)

    def find_doubts(self, reply_ids: Sequence[str]) -> dict[str, tuple[FieldName, ...]]:
        """Return which fields of these replies want looking at; unknown ids are left out."""
        check_edits(self._role)
        store = self._home.store
        corrections = store.corrections.of(reply_ids)
        return {
            each: find_doubts(reply, corrections.get(each, ()))
            for each, reply in store.replies(reply_ids).items()
        }

    def correct(
        self,
        reply_id: str,
        values: Mapping[FieldName, Sequence[str]],
        seen: int | None = None,
    ) -> ReplyView:
        """Give fields of a reply other values, or none; return the reply.

        Searches follow at once, and so does who may see it. Loading the file again keeps it so.

        :param seen: the number of the last change that whoever asks has seen, 0 where there was
            none; None: they need not have seen any.
        :raises InputError: for a value that can't be, or where a field was changed after that.
        :raises NotFound: where there is no reply of that id.
        :raises HomeBusy: where another process is writing.
        """
        check_edits(self._role)
        read = {name: read_values(name, given) for name, given in values.items()}
        if not read:
            raise InputError("没有要更正的字段。请写成 字段=值，如 公开属性=主动公开。")
        return self._write(
            reply_id, lambda kept: kept.correct(reply_id, read, current().name), "更正", read, seen
        )

    def undo(
        self, reply_id: str, names: Sequence[FieldName] = (), seen: int | None = None
    ) -> ReplyView:
        """Take back corrections of a reply, of all its fields where none is named; return it.

        :param seen: as for `correct`.
        :raises InputError: where nothing was corrected, or a field was changed after that.
        :raises NotFound: where there is no reply of that id.
        :raises HomeBusy: where another process is writing.
        """
        check_edits(self._role)
        return self._write(
            reply_id,
            lambda kept: kept.undo(reply_id, names, current().name),
            "撤销更正",
            names,
            seen,
        )

    def revert(self, reply_id: str, number: int, seen: int | None = None) -> ReplyView:
        """Take back one change of a reply's history: its field is again what it was before it.

        :param seen: as for `correct`.
        :raises InputError: where there is no change of that number, or a later one than was seen.
        :raises NotFound: where there is no reply of that id.
        :raises HomeBusy: where another process is writing.
        """
        check_edits(self._role)
        kept = self._home.store.corrections
        found = kept.found(reply_id)
        change = next((each for each in kept.history(reply_id) if each.number == number), None)
        if change is None:
            raise InputError(f"答复 {reply_id} 没有第 {number} 号更正记录。")
        corrected = any(each.name is change.name for each in kept.of([reply_id])[reply_id])
        if corrected and change.before == found.values(change.name):
            return self.undo(reply_id, [change.name], seen)
        values = {change.name: change.before}
        return self._write(
            reply_id,
            lambda kept: kept.correct(reply_id, values, current().name),
            "改回",
            values,
            seen,
        )

    def _write(
        self,
        reply_id: str,
        change: Callable[[Corrections], None],
        what: str,
        names: Collection[FieldName],
        seen: int | None,
    ) -> ReplyView:
        with self._home.engine() as engine, self._home.writing():
            if seen is not None:
                self._check_seen(reply_id, names or tuple(FieldName), seen)
            change(self._home.store.corrections)
            named = "、".join(FIELDS[n] for n in names) or "全部"
            LOGGER.info("%s %s：%s", what, reply_id, named)
            settle(self._home, engine, Action.CORRECTED, f"{what} {reply_id}：{named}")
        return self.show(reply_id)

    def _check_seen(self, reply_id: str, names: Collection[FieldName], seen: int) -> None:
        """Refuse to replace what somebody else has made of a field, unseen."""
        for change in self.show(reply_id).history:
            if change.number > seen and change.name in names:
                who = change.by or "有人"
                raise InputError(
                    f"{FIELDS[change.name]}刚由“{who}”改动：{change_words(change)}。"
                    "如果仍要改，请再点一次。"
                )
