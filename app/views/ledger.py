"""The ledger of promises (承诺台账): what replies promise, and what became of it by later ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from app.access import Role, allowed_disclosures, masks
from app.home import Home, healing
from app.present import Presenter
from app.queries import LONGEST_QUESTION, check_words
from app.running.pace import Pace
from app.running.remembered import Remembered
from app.types import ReplyCard
from app.views.statements import catch_up
from app.wording import headline
from corpus.bounds import go_on
from corpus.errors import InputError, NotFound
from corpus.filters import ANY, Filters
from corpus.progress import Progress
from corpus.serialise import FLAT
from corpus.store.statements import KeptPromise, Order, State, end_of_quarter
from corpus.store.store import Store
from corpus.types import FieldName, Passage, PassageRole, Reply

if TYPE_CHECKING:
    from index.answers.later import Later
    from index.ranking.retrieve import Retriever

LATER_SHOWN = 2
"""So many later replies are shown beside a promise, the newest."""

IN_ONE_TURN = 10
"""Of so many promises later replies are looked for in one turn: others ask between."""

LATER_KEPT = 2_000
"""So many promises' later replies are remembered, of some 2 kB each."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which promises are asked for, as of which day, and in which order.

    :ivar words: each must stand in the id or a field of the reply, its matter among them.
    :ivar today: the day by which a promise is overdue; None: today's.
    """

    filters: Filters = ANY
    words: str = ""
    state: State = State.ALL
    order: Order = Order.DUE
    today: date | None = None


@dataclass(frozen=True, slots=True)
class LaterWords:
    """What a later reply of the same place says of a promise, verbatim."""

    card: Annotated[ReplyCard, FLAT]
    start: int
    """这句话从那份答复全文的第几个字起"""
    end: int
    """这句话到第几个字止（不含）"""
    text: str
    """这句话，与原文逐字相同"""
    says: Literal["done", "again", "dropped"]
    """done（说已经办的）、again（又作打算）或 dropped（说推迟、停办或还没有办的）"""


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
    later: tuple[LaterWords, ...] = ()
    """后来的答复对它怎么说，新的在前；没有找到的为空"""


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A part of the ledger; the counts are of all that match, in whatever state."""

    today: str
    """按哪一天算是否逾期（ISO 8601）"""
    quarter: str
    """这一天所在季度的最后一天（ISO 8601）"""
    total: int
    """符合条件的共有多少条，不只是列出的"""
    promised: int
    """不论到期与否，符合其他条件的共有多少条"""
    overdue: int
    """其中期限已过的有多少条"""
    due: int
    """其中本季到期、还没有过期的有多少条"""
    undated: int
    """其中没有期限或算不出的有多少条"""
    unread: int
    """还有多少份答复没有读到，不在其中；通常为 0"""
    promises: tuple[Undertaking, ...]
    """列出的承诺，按所要的次序"""


class Ledger:
    """Promises in the replies that a role may see; may be shared between threads."""

    def __init__(self, home: Home, role: Role, pace: Pace) -> None:
        self.home = home
        self._pace = pace
        self._allowed = allowed_disclosures(role, home.settings)
        self._presenter = Presenter(masks(role, home.settings))
        self._later = Remembered[tuple[LaterWords, ...]](LATER_KEPT)

    def read(
        self, wanted: Wanted = Wanted(), limit: int | None = None, offset: int = 0
    ) -> LedgerPage:
        """Return promises, in part of the list where `limit` or `offset` say so.

        :raises InputError: where there are too many words.
        """
        words = check_words(wanted.words)
        today = wanted.today or date.today()
        statements = self.home.store.statements
        unread = catch_up(self.home)
        filters = wanted.filters.and_disclosures(self._allowed)
        counts = statements.count_promises(filters, today, words)
        kept = statements.list_promises(
            filters, today, words, wanted.state, wanted.order, (limit, offset)
        )
        total = {
            State.ALL: counts.total,
            State.OVERDUE: counts.overdue,
            State.QUARTER: counts.quarter,
            State.AHEAD: counts.total - counts.overdue - counts.undated,
            State.UNDATED: counts.undated,
        }
        return LedgerPage(
            today=today.isoformat(),
            quarter=end_of_quarter(today).isoformat(),
            total=total[wanted.state],
            promised=counts.total,
            overdue=counts.overdue,
            due=counts.quarter,
            undated=counts.undated,
            unread=unread,
            promises=self._show(kept, today.isoformat()),
        )

    def _show(self, kept: tuple[KeptPromise, ...], today: str) -> tuple[Undertaking, ...]:
        replies = self.home.store.replies({each.reply_id for each in kept})
        cards = {id: self._presenter.card(reply) for id, reply in replies.items()}
        return tuple(
            self._undertaking(replies[one.reply_id], cards[one.reply_id], one, today)
            for one in kept
            if one.reply_id in replies  # else removed this moment
        )

    @healing
    def with_later(
        self, promises: Sequence[Undertaking], progress: Progress | None = None
    ) -> tuple[Undertaking, ...]:
        """Add to promises what later replies of the same place say of them.

        It takes some 30 ms for each, so that a long list asks for a page of it at a time.
        """
        done: list[Undertaking] = []
        for start in range(0, len(promises), IN_ONE_TURN):
            with self._pace.asking(), self.home.engine() as engine:
                retriever = replace(engine.retriever, reading=0.0)
                for one in promises[start : start + IN_ONE_TURN]:
                    go_on()
                    done.append(replace(one, later=self._find_later(retriever, one)))
                    if progress:
                        progress("查后来的答复", len(done), len(promises))
        return tuple(done)

    def _find_later(self, retriever: Retriever, one: Undertaking) -> tuple[LaterWords, ...]:
        key = one.card.reply_id, one.start, one.end, self.home.version, retriever.version
        return self._later.find(key, lambda: self._look_for_later(retriever, one))

    def _look_for_later(self, retriever: Retriever, one: Undertaking) -> tuple[LaterWords, ...]:
        from index.answers.later import LATER_READ, find_later
        from index.answers.matter import Quoted

        words, store = retriever.analyser.encoders.words, self.home.store
        reply = store.replies([one.card.reply_id]).get(one.card.reply_id)
        date = reply.value(FieldName.DATE) if reply else None
        if reply is None or words is None or not date or not date[:4].isdecimal():
            return ()
        own = (p for p in _substance(store, reply) if p.start <= one.start < p.end)
        passage = next(own, None)
        if passage is None:
            return ()
        regions = reply.values(FieldName.REGION)
        place = Filters(
            regions=regions or None,
            agencies=None if regions else reply.values(FieldName.AGENCY),
            years=(int(date[:4]), None),
        )
        asked = f"{headline(one.card)}\n{one.what}"[:LONGEST_QUESTION]
        query = retriever.analyse(asked, exactly=True)
        ranked = retriever.rank_replies(query, LATER_READ, place.and_disclosures(self._allowed))
        found = find_later(
            Quoted(reply, passage, one.start, one.end),
            [each.reply for each in ranked],
            partial(_substance, store),
            words.embed_passages,
        )
        return tuple(self._later_words(each) for each in found[:LATER_SHOWN])

    def _later_words(self, later: Later) -> LaterWords:
        text = self._presenter.span(later.reply, later.start, later.end)
        card = self._presenter.card(later.reply)
        return LaterWords(card, later.start, later.end, text, later.says.value)

    def _undertaking(
        self, reply: Reply, card: ReplyCard, one: KeptPromise, today: str
    ) -> Undertaking:
        span = self._presenter.span
        return Undertaking(
            card=card,
            start=one.start,
            end=one.end,
            text=span(reply, one.start, one.end),
            who=span(reply, *one.who) if one.who else None,
            what=span(reply, *one.what),
            by=one.due,
            by_text=span(reply, *one.term) if one.term else None,
            overdue=one.due is not None and one.due < today,
        )


def _substance(store: Store, reply: Reply) -> tuple[Passage, ...]:
    try:
        passages: Iterator[Passage] = iter(store.passages_of(reply.id).values())
    except NotFound:  # removed this moment
        return ()
    return tuple(p for p in passages if p.role is PassageRole.SUBSTANCE and p.stands_in(reply))


def read_day(text: str) -> date | None:
    """Read a day: 2025-12-31, 2025年12月31日; None where nothing is written.

    :raises InputError: for anything else.
    """
    if not text.strip():
        return None
    parts = re.fullmatch(r"\s*(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})日?\s*", text)
    try:
        if parts:
            return date(*map(int, parts.groups()))
    except ValueError:
        pass
    raise InputError(f"日期读不懂：{text}。请写成 2025-12-31。")
