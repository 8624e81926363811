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
_NUMBERED = re.compile(r"\d{2}")
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
    dated. Links of the page's navigation, and those that lead to other lists, are none.
    """
    every = _candidates(page, links)
    # A page may call all of itself by a name that others give to what stands beside.
    candidates = [link for link in every if not link.furniture] or every
    if match:
        return [link for link in candidates if any(word in link.words for word in match)]
    lists: dict[str, list[Link]] = defaultdict(list)
    for link in candidates:
        lists[link.place].append(link)
    if any(_REPLY.search(link.words) for link in candidates):
        whole = {
            place
            for place, within in lists.items()
            if 2 * sum(_REPLY.search(link.words) is not None for link in within) >= len(within)
        }
        return [x for x in candidates if x.place in whole or _REPLY.search(x.words)]
    dated = {
        place
        for place, within in lists.items()
        if len(within) >= _LEAST_LIST and 2 * sum(link.dated for link in within) >= len(within)
    }
    return [link for link in candidates if link.place in dated]


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


def _candidates(page: Page, links: Iterable[Link]) -> list[Link]:
    chosen: dict[str, Link] = {}
    for link in links:
        if not link.address or len(link.words) < _LEAST_WORDS:
            continue
        if link.address == page.address or is_turning(link.words) or not _is_document(link.address):
            continue
        chosen.setdefault(link.address, link)
    return list(chosen.values())


def _is_document(address: str) -> bool:
    """Tell whether an address is one document's: a number in it, and no name of a list."""
    parts = urlsplit(address)
    last = parts.path.rsplit("/", 1)[-1]
    if _OVERVIEW.fullmatch(last) and not parts.query:
        return False
    if not last and not parts.query:
        return False
    within = "/".join(parts.path.split("/")[-2:])
    return (
        _NUMBERED.search(f"{within}?{parts.query}") is not None or ending_of(address) in _ATTACHED
    )
