"""The links of a page: where they lead, what they say, and where on the page they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from lxml import etree
from lxml import html as lxml_html

from app.fetching.addresses import join
from app.fetching.types import Answer
from corpus.errors import UnreadableFile
from corpus.readers.html import FURNITURE, open_page

_DATE = re.compile(r"(?<!\d)(?:19|20)?\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)")
_ROWS = frozenset(("li", "tr", "dd", "dt", "p"))
_ABOVE = 6
"""So many elements above a link say where it stands: its neighbours in a list share them."""
_LONGEST_ROW = 400
_LONGEST_NAME = 200
MOST_BYTES = 5 << 20
"""A page that is looked through for links has no more."""
_MOST_FRAMES = 100
_MOST_LINKS = 5000
_MOST_SCRIPT = 2_000_000
_RECORD = re.compile(r"<a\s[^<>]{1,2000}>[^<]{0,500}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """One link: the words it shows, or its title where that is longer.

    `place` is shared by the links of one list. `dated` says that a date stands beside it,
    `furniture` that it stands in what a page names its navigation, head or foot.
    """

    address: str
    words: str
    place: str
    dated: bool = False
    furniture: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the net, taken apart: its links in their order, and the text of its scripts."""

    address: str
    links: tuple[Link, ...]
    scripts: str
    embedded: tuple[str, ...] = ()


def open_links(answer: Answer) -> Page:
    """Find the links of a page.

    :raises UnreadableFile: where the page cannot be read, or is larger than pages are.
    """
    if len(answer.content) > MOST_BYTES:
        raise UnreadableFile(answer.address, f"网页超过 {MOST_BYTES >> 20} MiB，太大了，没有看")
    root, _ = open_page(answer.content, answer.address, answer.charset)
    if root is None:
        return Page(answer.address, (), "")
    base = answer.address
    for element in root.iter("base"):
        base = join(base, element.get("href", "")) or base
        break
    scripts = "\n".join(each.text or "" for each in root.iter("script"))[:_MOST_SCRIPT]
    links = islice(chain(_iter_links(root, base), _iter_written(scripts, base)), _MOST_LINKS)
    frames = (
        join(base, each.get("src") or each.get("data") or "")
        for each in islice(root.iter("iframe", "embed", "object"), _MOST_FRAMES)
    )
    return Page(answer.address, tuple(links), scripts, tuple(filter(None, frames)))


def _iter_links(root: etree._Element, base: str) -> Iterator[Link]:
    for anchor in root.iter("a"):
        raw = anchor.get("href", "")
        above = list(
            islice((e for e in anchor.iterancestors() if e.tag not in ("html", "body")), _ABOVE)
        )
        names = [_names(element) for element in above]
        furniture = any(e.tag in ("nav", "header", "footer", "aside") for e in above) or any(
            map(FURNITURE.search, names)
        )
        yield Link(
            (join(base, raw) if raw and not raw.startswith("#") else None) or "",
            _words(anchor),
            "/".join(f"{e.tag}.{e.get('class', '')[:_LONGEST_NAME]}" for e in above),
            _is_dated(anchor, above),
            furniture,
        )


def _names(element: etree._Element) -> str:
    """Return what an element is called; cut, since each link asks it of those above."""
    named = (element.get(name, "")[:_LONGEST_NAME] for name in ("id", "class", "role"))
    return " ".join(named)


def _words(anchor: etree._Element) -> str:
    """Return what a link says; lists cut long titles short and keep them whole in `title`."""
    shown = "".join(_text(anchor).split())
    title = "".join(anchor.get("title", "")[:_LONGEST_ROW].split())
    return title if len(title) > len(shown) else shown


def _is_dated(anchor: etree._Element, above: list[etree._Element]) -> bool:
    row = next((e for e in above[:4] if e.tag in _ROWS), above[0] if above else anchor)
    text = _text(row)
    return len(text) <= _LONGEST_ROW and _DATE.search(text) is not None


def _text(element: etree._Element) -> str:
    """Return the text of an element, or enough of it to see that it is longer than a row."""
    pieces: list[str] = []
    length = 0
    for piece in element.itertext():
        pieces.append(str(piece[: _LONGEST_ROW + 1]))
        length += len(piece)
        if length > _LONGEST_ROW:
            break
    return "".join(pieces)


def _iter_written(scripts: str, base: str) -> Iterator[Link]:
    """Yield the links that scripts write into a page, as lists of some systems are kept."""
    for record in _RECORD.findall(scripts):
        try:
            anchor = lxml_html.fragment_fromstring(record.replace("\\", "") + "</a>")
        except (etree.ParserError, etree.XMLSyntaxError):
            continue
        if anchor.tag == "a" and (address := join(base, anchor.get("href", ""))):
            yield Link(address, _words(anchor), "script")
