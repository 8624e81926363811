"""The ledger of promises (承诺台账): what the replies of a library promise, by when it is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from app.access import Audience, allowed_disclosures
from app.home import Home
from app.present import Presenter
from app.types import ReplyCard
from app.wording import headline
from corpus.errors import InputError
from corpus.filters import ANY, Filters
from corpus.serialise import FLAT
from corpus.types import FieldName, Reply, Role

if TYPE_CHECKING:
    from corpus.statements.promises import Promise

COLUMNS = (
    "到期日",
    "是否逾期",
    "承诺",
    "何人",
    "何事",
    "期限原文",
    "发文机关",
    "事项",
    "发文字号",
    "成文日期",
    "编号",
)


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A promise of a reply, verbatim; `overdue` says that its last day lies behind, no more."""

    card: Annotated[ReplyCard, FLAT]
    start: int
    """承诺从全文的第几个字起"""
    end: int
    """承诺到全文的第几个字止（不含）"""
    text: str
    """承诺，与原文逐字相同"""
    who: str | None
    """何人；没有写明的是发文机关"""
    what: str
    """何事"""
    by: str | None
    """到期日（ISO 8601）：期限的最后一天；没有期限或算不出的为 null"""
    by_text: str | None
    """期限的原文"""
    overdue: bool
    """期限已过；是否已经兑现，要看后来的答复"""


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A part of the ledger: `total` and `overdue` count all that match, not just these."""

    today: str
    """按哪一天算是否逾期（ISO 8601）"""
    total: int
    """符合条件的共有多少条，不只是列出的"""
    overdue: int
    """其中期限已过的有多少条"""
    promises: tuple[Undertaking, ...]
    """列出的承诺，先到期的在前，没有到期日的在后"""


class Ledger:
    """Promises in the replies that an audience may see; may be shared between threads."""

    def __init__(self, home: Home, audience: Audience) -> None:
        self._home = home
        self._allowed = allowed_disclosures(audience, home.settings)
        self._presenter = Presenter(home.settings.redact)

    def read(
        self,
        filters: Filters = ANY,
        today: date | None = None,
        overdue: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> LedgerPage:
        """Return the promises, those due first first; with `overdue` only those past their day."""
        day = (today or date.today()).isoformat()
        store = self._home.store
        ids = store.reply_ids(filters.and_disclosures(self._allowed))
        found = [one for reply in store.replies(ids).values() for one in self._read(reply, day)]
        late = [one for one in found if one.overdue]
        listed = sorted(late if overdue else found, key=_due)
        stop = None if limit is None else offset + limit
        return LedgerPage(day, len(listed), len(late), tuple(listed[offset:stop]))

    def _read(self, reply: Reply, today: str) -> Iterator[Undertaking]:
        from corpus.statements.promises import find_promises  # whose patterns take long to compile

        passages = self._home.store.passages_of(reply.id).values()
        within = [(one.start, one.end) for one in passages if one.role is Role.SUBSTANCE]
        promises = find_promises(reply.text, _day(reply.value(FieldName.DATE)), within)
        if promises:
            card = self._presenter.card(reply)
            yield from (self._show(reply, card, promise, today) for promise in promises)

    def _show(self, reply: Reply, card: ReplyCard, promise: Promise, today: str) -> Undertaking:
        span = self._presenter.span
        return Undertaking(
            card=card,
            start=promise.start,
            end=promise.end,
            text=span(reply, promise.start, promise.end),
            who=span(reply, *promise.who) if promise.who else None,
            what=span(reply, *promise.what),
            by=promise.by,
            by_text=span(reply, *promise.by_text) if promise.by_text else None,
            overdue=promise.by is not None and promise.by < today,
        )


def save_ledger(page: LedgerPage, path: Path) -> None:
    """Save promises as a workbook, one a row.

    :raises InputError: where the file is not named as one, or cannot be written.
    """
    from eval.data.tables import save_workbook

    if path.suffix.lower() != ".xlsx":
        raise InputError(f"台账只能存为 .xlsx，给出的是 {path.name}：请改用如 台账.xlsx 的名称。")
    rows = (
        (
            one.by or "",
            "逾期" if one.overdue else "",
            one.text,
            one.who or "",
            one.what,
            one.by_text or "",
            one.card.agency or "",
            headline(one.card),
            one.card.doc_number or "",
            one.card.date or "",
            one.card.reply_id,
        )
        for one in page.promises
    )
    save_workbook((COLUMNS, *rows), path)


def _due(one: Undertaking) -> tuple[str, str, str, int]:
    return one.by or "9999", one.card.agency or "", one.card.reply_id, one.start


def _day(written: str | None) -> str | None:
    """Return a reply's date if a calendar has it: one that was typed may be any text."""
    try:
        return date.fromisoformat(written).isoformat() if written else None
    except ValueError:
        return None
