"""A site's lists of replies, page after page, and the links to replies that stand in them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from app.fetching.addresses import Site, site_of
from app.fetching.choosing import choose_replies, find_doubtful
from app.fetching.links import Link, open_links
from app.fetching.listed import links_in_scripts, open_data
from app.fetching.paging import further_pages
from app.fetching.polite import PoliteClient
from app.fetching.snapshots import Snapshot, now
from app.fetching.types import Wanted
from corpus.errors import UnreadableFile

_NAMED = 3


@dataclass(slots=True)
class Found:
    """The replies that lists link to, by address with the words of the link; and what to say.

    `doubtful` are links that say so too, to addresses that may be those of other lists.
    """

    replies: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lists:
    """Looks through lists, each up to its limit of pages.

    :ivar remembered: gives a list's page where this run has read it before a kill, else None.
    :ivar remember: takes note of one that was read.
    :ivar look: is called with how many pages were looked at.
    """

    client: PoliteClient
    wanted: Wanted
    remembered: Callable[[str], Snapshot | None]
    remember: Callable[[Snapshot], None]
    look: Callable[[int], None]

    def find(self) -> Found:
        """Find the replies of all lists."""
        found = Found()
        elsewhere: Counter[Site] = Counter()
        for address in self.wanted.addresses:
            self._walk(address, found, elsewhere)
        doubtful = {found.doubtful[x]: x for x in found.doubtful.keys() - found.replies.keys()}
        if doubtful:
            named = "”“".join(sorted(doubtful)[:_NAMED])
            found.notes.append(
                f"另有 {len(doubtful)} 条链接的题目有“答复”一类的词，网址却像是栏目，没有取"
                f"（“{named}”）；要取，请用 --match 指明题目里的词，或直接给出网址"
            )
        if len(found.replies) > self.wanted.most:
            found.notes.append(
                f"共找到 {len(found.replies)} 份，只取前 {self.wanted.most} 份；要多取，请加 --most"
            )
            for late in list(found.replies)[self.wanted.most :]:
                del found.replies[late]
        if elsewhere:
            names = "、".join(str(site) for site, _ in elsewhere.most_common(_NAMED))
            found.notes.append(
                f"另有 {elsewhere.total()} 条链接在别的网站（{names}）上，没有取；要取，请加 --also"
            )
        return found

    def _walk(self, first: str, found: Found, elsewhere: Counter[Site]) -> None:
        waiting, seen, own = deque([first]), {first}, 0
        for looked in range(1, self.wanted.pages + 1):
            if not waiting or len(found.replies) > self.wanted.most:
                break
            page = self._open(waiting.popleft(), first, found)
            self.look(looked)
            found.doubtful |= dict(page.doubtful if page else ())
            fresh = 0
            for address, words in page.links if page else ():
                if address in found.replies or address in seen:
                    continue
                fresh += 1
                if self.client.may_ask(address):
                    found.replies[address] = words
                else:
                    elsewhere[site_of(address)] += 1
                    seen.add(address)
            own += len(page.links) if page else 0
            if page is not None and looked > 1 and not fresh:
                waiting.clear()  # turning on gives the same again
                break
            further = [x for x in (page.further if page else ()) if x not in seen]
            waiting += (x for x in further if self.client.may_ask(x))
            seen.update(further)
        if waiting:
            found.notes.append(
                f"{first}：看了 {self.wanted.pages} 页目录，后面还有，没有看；要看，请加 --pages"
            )
        if not own and not any(note.startswith(first) for note in found.notes):
            found.notes.append(
                f"{first}：没有找到答复的链接；链接的题目里有什么词，请用 --match 指明，"
                "或直接给出答复的网址"
            )

    def _open(self, address: str, first: str, found: Found) -> Snapshot | None:
        """Read one page of a list, None where that can't be."""
        if known := self.remembered(address):
            return known
        try:
            answer = self.client.get(address)
            if answer.status != 200:
                raise UnreadableFile(address, f"网站答 HTTP {answer.status}")
            page = open_data(answer)
            data = page is not None
            links: Iterable[Link] = page.links if page else ()
            if page is None:
                page = open_links(answer)
                links = (*page.links, *links_in_scripts(page))
        except UnreadableFile as error:
            if address == first:
                found.notes.append(f"{address}：目录页没有取到：{error.reason}")
            elif "404" not in error.reason:
                found.notes.append(f"{first} 的后页 {address} 没有取到：{error.reason}")
            return None
        links = list(links)
        replies = choose_replies(page, links, self.wanted.match)
        doubtful = [] if self.wanted.match else find_doubtful(page, links, replies)
        snapshot = Snapshot(
            address,
            answer.address,
            checked=now(),
            links=tuple((link.address, link.words) for link in replies),
            doubtful=tuple((link.address, link.words) for link in doubtful),
            further=tuple(further_pages(page, data and bool(replies))),
        )
        self.remember(snapshot)
        return snapshot
