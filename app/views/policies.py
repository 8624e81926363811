"""What replies rest on (依据): which policies they cite, and which replies cite a policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from app.access import Role, allowed_disclosures, masks, may_see
from app.home import Home
from app.present import Presenter
from app.queries import check_words
from app.types import ReplyCard
from app.views.cited import Cited, fold_words
from app.views.statements import catch_up
from app.wording import name_policy
from corpus.errors import NotFound
from corpus.filters import ANY, Filters
from corpus.serialise import FLAT
from corpus.store.statements import KeptCitation
from corpus.store.tables import unknown_replies

OTHERS = 5
"""So many of the other replies that cite a policy are named beside one that does."""
NAMED = 5
"""So many of several policies are named that what somebody wrote may mean."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that replies cite, by whatever title or number."""

    name: str | None
    """名称，不带书名号；只按文号引用的为 null"""
    number: str | None
    """文号或标准号；没有写明的为 null"""
    replies: int
    """有几份答复引用"""
    places: int
    """共引用几处"""
    first: str | None
    """最早引用的答复的成文日期（ISO 8601）"""
    last: str | None
    """最近引用的答复的成文日期（ISO 8601）"""
    standing: str | None
    """文库里就是这份文件的答复或公文的编号；没有的为 null"""

    @property
    def key(self) -> str:
        """What it can be looked up by."""
        return self.number or self.name or ""


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """A part of the policies that are cited, the most often cited first."""

    total: int
    """符合条件的共有多少项，不只是列出的"""
    unread: int
    """还有多少份答复没有读到，不在其中；通常为 0"""
    policies: tuple[Policy, ...]
    """列出的依据，引用的答复多的在前"""


@dataclass(frozen=True, slots=True)
class Citing:
    """A place where a reply cites a policy, verbatim."""

    card: Annotated[ReplyCard, FLAT]
    start: int
    """引用从全文的第几个字起"""
    end: int
    """引用到全文的第几个字止（不含）"""
    text: str
    """引用，与原文逐字相同"""


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy with the replies that cite it."""

    policy: Annotated[Policy, FLAT]
    total: int
    """共有几份答复引用，不只是列出的"""
    citing: tuple[Citing, ...]
    """列出的答复，每份给出第一处引用，早的在前"""


@dataclass(frozen=True, slots=True)
class Basis:
    """A policy that a reply cites, with where."""

    policy: Annotated[Policy, FLAT]
    spans: tuple[Citing, ...]
    """这份答复引用它的各处，按在正文中的次序"""
    others: tuple[Citing, ...]
    """别的答复里引用它的，新的在前，最多几份"""


@dataclass(frozen=True, slots=True)
class ReplyBasis:
    """What a reply rests on, and how often it is itself cited, where it is a policy."""

    policies: tuple[Basis, ...]
    """引用的依据，按在正文中的次序"""
    cited: PolicyView | None
    """引用这份文件的答复；没有的为 null"""


class Policies:
    """Policies cited in the replies that a role may see; may be shared between threads."""

    def __init__(self, home: Home, role: Role) -> None:
        self.home = home
        self._allowed = allowed_disclosures(role, home.settings)
        self._presenter = Presenter(masks(role, home.settings))
        self._kept: tuple[object, Cited] | None = None

    def read(
        self, filters: Filters = ANY, words: str = "", limit: int | None = None, offset: int = 0
    ) -> PolicyPage:
        """Return the policies that the allowed replies cite.

        :param words: each must stand in the policy's name or number.
        :raises InputError: where there are too many.
        """
        unread = catch_up(self.home)
        cited = self._cited()
        counted = cited.places
        if not filters.empty:
            allowed = filters.and_disclosures(self._allowed)
            counted = cited.group(self.home.store.statements.citations(allowed))
        wanted = [fold_words(word) for word in check_words(words).split()]
        found = [
            (key, places)
            for key, places in counted.items()
            if all(any(word in name for name in cited.names[key]) for word in wanted)
        ]
        found.sort(key=lambda each: (-len({p.reply_id for p in each[1]}), each[0]))
        part = found[offset : None if limit is None else offset + limit]
        return PolicyPage(len(found), unread, tuple(self._describe(cited, part)))

    def find(
        self, text: str, filters: Filters = ANY, limit: int | None = None, offset: int = 0
    ) -> PolicyView:
        """Return the policy of a name or number, with the replies that cite it, first first.

        :raises NotFound: where no reply that the role may see cites it, or several go by it.
        """
        catch_up(self.home)
        cited = self._cited()
        text = check_words(text)
        keys = cited.find(text)
        if not keys:
            raise NotFound(
                f"没有答复引用过“{text.strip()}”。请核对名称或文号，或在全部依据里查找。"
            )
        if len(keys) > 1:
            named = "、".join(name_policy(*cited.titles[key]) for key in keys[:NAMED])
            if len(keys) > NAMED:
                named = f"{named}等"
            raise NotFound(
                f"名称或文号含有“{text.strip()}”的依据有 {len(keys)} 项，请写全是哪一项：{named}。"
            )
        (key,) = keys
        return self._view(cited, key, filters, limit, offset)

    def of_reply(self, reply_id: str) -> ReplyBasis:
        """Return what a reply rests on, and with it others that cite the same, at most `OTHERS`.

        :raises NotFound: where there is none of that id, or the role may not see it.
        """
        reply = self.home.store.reply(reply_id)
        if not may_see(reply, self._allowed):
            raise unknown_replies([reply_id])
        catch_up(self.home)
        cited, statements = self._cited(), self.home.store.statements
        own = cited.group(statements.citations(Filters(reply_ids=(reply_id,))))
        policies = self._describe(cited, [(key, cited.places[key]) for key in own])
        bases = (
            Basis(
                policy,
                tuple(self._citings(places)),
                tuple(self._citings(_newest(cited.places[key], reply_id)[:OTHERS])),
            )
            for policy, (key, places) in zip(policies, own.items(), strict=True)
        )
        keys = map(cited.key_of.get, statements.names_of(reply_id))
        view = next((self._view(cited, key, ANY, OTHERS, 0) for key in keys if key), None)
        return ReplyBasis(tuple(bases), view)

    def _cited(self) -> Cited:
        """Return what the role may see, made anew once anything was written."""
        version, kept = self.home.version, self._kept
        if kept is None or kept[0] != version:
            visible = ANY.and_disclosures(self._allowed)
            statements = self.home.store.statements
            found = statements.citations(visible)
            kept = version, Cited(found, lambda names: statements.aliases(names, visible))
            self._kept = kept
        return kept[1]

    def _view(
        self, cited: Cited, key: str, filters: Filters, limit: int | None, offset: int
    ) -> PolicyView:
        allowed = filters.and_disclosures(self._allowed)
        ids = None if filters.empty else set(self.home.store.reply_ids(allowed))
        places = [p for p in cited.places[key] if ids is None or p.reply_id in ids]
        (policy,) = self._describe(cited, [(key, places)])
        firsts = list({p.reply_id: p for p in reversed(places)}.values())[::-1]
        part = firsts[offset : None if limit is None else offset + limit]
        return PolicyView(policy, len(firsts), tuple(self._citings(part)))

    def _describe(
        self, cited: Cited, found: Sequence[tuple[str, Sequence[KeptCitation]]]
    ) -> Iterator[Policy]:
        names = [name for key, _ in found for name in cited.names[key]]
        visible = ANY.and_disclosures(self._allowed)
        standing = self.home.store.statements.standing(names, visible)
        for key, places in found:
            dates = sorted(place.date for place in places if place.date)
            title, number = cited.titles[key]
            yield Policy(
                name=title,
                number=number,
                replies=len({place.reply_id for place in places}),
                places=len(places),
                first=dates[0] if dates else None,
                last=dates[-1] if dates else None,
                standing=next((standing[n] for n in cited.names[key] if n in standing), None),
            )

    def _citings(self, places: Iterable[KeptCitation]) -> Iterator[Citing]:
        places = list(places)
        replies = self.home.store.replies({place.reply_id for place in places})
        for place in places:
            if reply := replies.get(place.reply_id):
                text = self._presenter.span(reply, place.start, place.end)
                yield Citing(self._presenter.card(reply), place.start, place.end, text)


def _newest(places: Sequence[KeptCitation], but: str) -> list[KeptCitation]:
    """Return the first place of each reply but one, the newest reply first."""
    firsts = {p.reply_id: p for p in reversed(places) if p.reply_id != but}
    return sorted(firsts.values(), key=lambda place: place.date or "", reverse=True)
