"""The address of each view of the page: written where a view is shown, read where one is opened.

`ask?q=…&agency=…`, `precedents?…`, `library?q=…`, `policies?policy=…`, `reply/ID?mark=START-END`,
`reply/ID/matter?mark=…`: all relative to the page's own folder. Filters are named as the command
line names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from app.access import FILTER_WORDS, FilterWords, year_words
from corpus.errors import InputError
from corpus.files import REPLY_ID
from corpus.filters import ANY, UNMARKED, Filters

PATHS = {
    "ask": "ask",
    "precedents": "precedents",
    "library": "library",
    "ledger": "promises",
    "policies": "policies",
    "evaluation": "evaluation",
}
"""The path of each tab."""

VIEWS = re.compile(rf"/(?:|{'|'.join(PATHS.values())}|reply/{REPLY_ID}(?:/matter)?)")
"""The paths of all views, which the server lets through and counts as pages."""

HOME = "ask"
"""The tab that the page opens with."""

DESK = "precedents"
"""The tab that only who has a desk has."""

NO_MARK = "-"
"""Stands in an address for replies without a mark: a word that is no word would say nothing."""

NO_VIEW = "没有这个页面：链接可能不完整，或者只给文库的主人看。"

LONGEST_TEXT = 300
"""Characters of a question or proposal that an address may hold: programs cut longer addresses."""

LONGEST_ADDRESS = 16_000
"""Characters of an address that are looked at."""


@dataclass(frozen=True, slots=True)
class Link:
    """How a view is opened again; `whole` where its text could stand in the address."""

    address: str
    title: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """What an address asks for: a tab with what stands in it, or a reply with its marked span.

    `others` are what only that tab understands; -1 stands for no span; `matter` asks for the other
    replies to the matter of that reply, or of that span.
    """

    tab: str = HOME
    text: str = ""
    words: FilterWords = field(default_factory=FilterWords)
    others: Mapping[str, str] = field(default_factory=dict)
    reply_id: str = ""
    start: int = -1
    end: int = -1
    matter: bool = False


def link_tab(
    tab: str, title: str, text: str = "", filters: Filters = ANY, **others: str | None
) -> Link:
    """Return how a tab is opened with a text, filters, and what else it understands.

    Without a text and filters it is the tab as it stands; a text that is too long is left out.
    """
    text = text.strip()
    whole = len(text) <= LONGEST_TEXT
    asked = [("q", text)] if text and whole else []
    for name, word in FILTER_WORDS.items():
        asked += [(word, value or NO_MARK) for value in getattr(filters, name) or ()]
    asked.append(("year", year_words(filters.years)))
    asked += [(name, value or "") for name, value in others.items()]
    rest = urlencode([(name, value) for name, value in asked if value], quote_via=quote)
    return Link(PATHS[tab] + ("?" + rest if rest else ""), title, whole)


def link_reply(reply_id: str, title: str, start: int = -1, end: int = -1) -> Link:
    """Return how a reply is opened, with a span marked where there is one."""
    return Link(f"reply/{quote(reply_id, safe='')}{_mark(start, end)}", title)


def link_matter(reply_id: str, title: str, start: int = -1, end: int = -1) -> Link:
    """Return how the matter of a reply is opened, or that of a span of it where there is one."""
    return Link(f"reply/{quote(reply_id, safe='')}/matter{_mark(start, end)}", title)


MakeLinks = Callable[[str, int, int], dict[str, Any]]
"""Tells what is added to what names a reply: by its id and span, -1 and -1 where none is."""


def add_links(shown: Any, links_of: MakeLinks, whole_paths: bool) -> Any:
    """Return JSON in which every object that names a reply says where it stands.

    :param whole_paths: whether with the folders of the server's files, which are its editors' own.
    """
    if isinstance(shown, list):
        return [add_links(each, links_of, whole_paths) for each in shown]
    if not isinstance(shown, dict):
        return shown
    found = {key: add_links(each, links_of, whole_paths) for key, each in shown.items()}
    if not whole_paths and isinstance(found.get("source"), str):
        found["source"] = file_name(found["source"])
    if isinstance(reply_id := found.get("reply_id"), str):
        start, end = found.get("start"), found.get("end")
        span = (start, end) if isinstance(start, int) and isinstance(end, int) else (-1, -1)
        found |= links_of(reply_id, *span)
    return found


def file_name(source: str) -> str:
    """Return the last part of a path of any system, with the row of a table if it has one."""
    return re.split(r"[\\/]", source)[-1]


def _mark(start: int, end: int) -> str:
    return f"?mark={start}-{end}" if 0 <= start < end else ""


def read_address(address: str) -> View:
    """Read an address that `Link` has, or that somebody wrote by hand in its form.

    :raises InputError: where there is no such view.
    """
    path, _, query = address[:LONGEST_ADDRESS].partition("?")
    asked: dict[str, list[str]] = {}
    for name, value in parse_qsl(query):
        asked.setdefault(name, []).append(value)
    first = {name: values[0] for name, values in asked.items()}
    if reply := _REPLY.fullmatch(unquote(path)):
        mark = _MARK.fullmatch(first.get("mark", ""))
        start, end = map(int, mark.groups()) if mark else (-1, -1)
        return View(reply_id=reply[1], start=start, end=end, matter=reply[2] is not None)
    tab = next((tab for tab, own in PATHS.items() if own == (path or HOME)), None)
    if tab is None:
        raise InputError(NO_VIEW)
    first.pop("key", None)  # the owner's, which must stand in no address that is copied
    words = FilterWords(year=first.pop("year", None))
    for word in FILTER_WORDS.values():
        values = [UNMARKED if value == NO_MARK else value for value in asked.get(word, ())]
        words[word] = tuple(values)  # type: ignore[literal-required]
        first.pop(word, None)
    return View(tab, first.pop("q", ""), words, first)


_REPLY = re.compile(rf"reply/({REPLY_ID})(/matter)?")
_MARK = re.compile(r"(\d{1,9})-(\d{1,9})")
