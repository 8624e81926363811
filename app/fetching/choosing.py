"""Which links of a page are followed: those to replies, and those to a reply's attachments."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, unquote, urlsplit

from app.fetching.links import Link, Page
from app.fetching.paging import is_turning
from corpus.readers.endings import DOCUMENTS, SUFFIXES, TABLES

_REPLY = re.compile(
    r"答复|复函|回复|答覆|会办意见|办理意见|协办意见|处理意见|办理情况的?报告|办理结果"
)
_PAGES = (".html", ".htm", ".shtml", ".jhtml", ".mht", ".mhtml", ".json", ".txt", ".md")
_ATTACHED = frozenset((*DOCUMENTS, *TABLES, ".zip")) - frozenset(_PAGES)
"""Endings of what is fetched as the attachment of a page."""
_LEAST_WORDS = 6
"""A reply's title has more characters; names of columns have fewer."""
_LEAST_LIST = 2
_DIGIT, _NUMBERED = re.compile(r"\d"), re.compile(r"\d{2}")
_NUMBER = re.compile(r"[\d〇一二三四五六七八九十百]号")
_ABOUT = re.compile(rf"关于|^对(?![外口照应话])|{_NUMBER.pattern}")
"""What the title of one reply has before it says that it is one; names of columns don't."""
_GENERAL = re.compile(
    r"人民代表大会|人大|政协|代表|委员|常委会|会议|建议|提案|议案|全国|依申请|申请|政府|政务|政民|信息|公开"
    r"|办理|信访|领导|市长|区长|县长|局长|书记|信箱|邮箱|热线|群众|网民|网友|公众|市民|来信|来访|来电|留言"
    r"|咨询|投诉|诉求|互动|我们|关于|有关|相关|部分|所提|提出|意见|问题|事项|情况|结果|反映"
    r"|[省市区县局本我各级年月届次第对、和及与的等\d〇零一二三四五六七八九十百\W]"
)
"""What the names of columns are made of; the title of one reply names a matter of its own."""
_LEAST_MATTER = 2
_AFTER = re.compile(r"(?:意见书?|的?函|的报告|稿|件)?(?:[（(【\[].*)?(?:[.]\w{2,5}|…+|[.]{3})?$")
"""What may stand behind that word in a title."""
_LONGEST_TITLE = 200
_OVERVIEW = re.compile(r"(?:index|list|default|home|main)(?:[_-]?\d{0,4})?(?:\.\w{2,6})?", re.I)


def ending_of(address: str, words: str = "") -> str:
    """Return the ending of a file as its address or the words of its link tell; empty for none."""
    parts = urlsplit(address)
    named = [parts.path, *(value for _, value in parse_qsl(parts.query)), words]
    for name in named:
        ending = PurePosixPath(unquote(name).strip()).suffix.lower()
        if ending in SUFFIXES:
            return ending
    return ""


def choose_replies(page: Page, links: Iterable[Link], match: Sequence[str] = ()) -> list[Link]:
    """Choose the links of a list that lead to replies, in their order.

    With words to `match`, those that have one. Else those whose titles say that they are replies,
    with the rest of a list of which half does; where no title says so, the lists whose entries are
    dated. Links of the page's navigation, and those that lead to other lists, are none. A document
    is told by a number in its address, a title that names its matter, or a word to `match`; beside
    others of its list, or a date, a single digit will do.
    """
    candidates = _candidates(page, links, match)
    if match:
        return [link for link in candidates if any(word in link.words for word in match)]
    sure = [link for link in candidates if _is_one(link)]
    entries = [link for link in candidates if _DIGIT.search(_end_of(link.address)) or _is_one(link)]
    if any(says_reply(link.words) for link in sure):
        whole = {
            place
            for place, within in _by_place(sure).items()
            if 2 * sum(says_reply(link.words) for link in within) >= len(within)
        }
        chosen = {link.address for link in sure if says_reply(link.words)}
        return [x for x in entries if x.address in chosen or x.place in whole]
    dated = {
        place
        for place, within in _by_place(entries).items()
        if len(within) >= _LEAST_LIST and 2 * sum(link.dated for link in within) >= len(within)
    }
    return [link for link in entries if link.place in dated]


def find_doubtful(page: Page, links: Iterable[Link], chosen: Iterable[Link]) -> list[Link]:
    """Find what says that it is a reply and was not chosen, since its address may be a list's."""
    known = {link.address for link in chosen}
    found = [x for x in _candidates(page, links, ()) if not x.furniture]
    return [x for x in found if x.address not in known and says_reply(x.words)]


def choose_attachments(page: Page) -> list[Link]:
    """Choose the files that a reply's page attaches or shows within itself, each once."""
    chosen: dict[str, Link] = {}
    for link in page.links:
        if link.address and not link.furniture and ending_of(link.address, link.words) in _ATTACHED:
            chosen.setdefault(link.address, link)
    for address in page.embedded:
        if ending_of(address) in _ATTACHED:
            chosen.setdefault(address, Link(address, "", "embedded"))
    return list(chosen.values())


def says_reply(words: str) -> bool:
    """Tell whether a title or the name of a file says that it is a reply."""
    return _REPLY.search(words) is not None


def _candidates(page: Page, links: Iterable[Link], match: Sequence[str]) -> list[Link]:
    """Return what may be a document, without the page's navigation."""
    found: dict[str, Link] = {}
    for link in links:
        if not link.address or len(link.words) < _LEAST_WORDS:
            continue
        if link.address == page.address or is_turning(link.words) or _is_overview(link.address):
            continue
        found.setdefault(link.address, link)
    apart = [link for link in found.values() if not link.furniture]
    # A page may call all of itself by a name that others give to what stands beside.
    return apart if any(_is_one(link, match) for link in apart) else list(found.values())


def _is_overview(address: str) -> bool:
    """Tell whether an address is a list's by its name, or by having none."""
    parts = urlsplit(address)
    last = parts.path.rsplit("/", 1)[-1]
    return not parts.query and (not last or _OVERVIEW.fullmatch(last) is not None)


def _is_one(link: Link, match: Sequence[str] = ()) -> bool:
    """Tell whether a link is one document's."""
    if _NUMBERED.search(_end_of(link.address)) or ending_of(link.address) in _ATTACHED:
        return True
    if any(word in link.words for word in match):
        return True
    title = link.words[:_LONGEST_TITLE]
    about = _ABOUT.search(title)
    said = _REPLY.finditer(title, about.end() + _LEAST_MATTER) if about else ()
    start = about.start() if about else 0
    return any(
        _AFTER.match(title, found.end()) and _names_matter(title[start : found.start()])
        for found in said
    )


def _names_matter(about: str) -> bool:
    """Tell whether what a title is about is one matter, or one number."""
    return bool(_NUMBER.search(about)) or len(_GENERAL.sub("", about)) >= _LEAST_MATTER


def _by_place(links: Iterable[Link]) -> dict[str, list[Link]]:
    lists: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        lists[link.place].append(link)
    return lists


def _end_of(address: str) -> str:
    """Return the part of an address in which a document has its number."""
    parts = urlsplit(address)
    return f"{'/'.join(parts.path.split('/')[-2:])}?{parts.query}"
