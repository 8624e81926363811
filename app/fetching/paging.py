"""The further pages of a list: as links, as a script counts, or by numbers in addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app.fetching.addresses import join
from app.fetching.links import Page

_NEXT = re.compile(
    r"[\[【(（]?(?:下一?页|下页|后一?页|next(?:page)?|[>›»→]{1,2})[>›»→\]】)）]{0,3}", re.I
)
_LAST = re.compile(r"[\[【(（]?(?:尾页|末页|最后一?页|last(?:page)?)[\]】)）]?", re.I)
_TURNING = re.compile(
    r"[\[【(（]?(?:首页|上一?页|前一?页|第?\d{1,5}页?|共\d{1,6}页|更多|more)[>›»<‹«\]】)）]{0,3}",
    re.I,
)
_CREATE = re.compile(r"create_?page(?:html)?\w{0,20}\s{0,20}\(([^()]{1,300})\)", re.IGNORECASE)
_ARGUMENT = re.compile(r"""(\d{1,6})|["']([^"']{0,80})["']""")
_COUNT = re.compile(
    r"\b(?:countPage|pageCount|totalPages?|page_count)\s{0,20}[=:]\s{0,20}[\"']?(\d{1,6})", re.I
)
_JOINED = re.compile(r"""_["']\s{0,5}\+""")
"""How a script puts the number of a page behind its name: "index_" + number."""
_KEYS = frozenset(
    ("page", "pageno", "pagenum", "pageindex", "currentpage", "curpage", "pn", "p", "pagenumber")
)
_NUMBERED = re.compile(r"(?<=[_-])(\d{1,4})(?=\.\w{2,6}$)")
_MOST = 10_000


def is_turning(words: str) -> bool:
    """Tell whether a link only turns the pages of a list."""
    return any(pattern.fullmatch(words) for pattern in (_NEXT, _LAST, _TURNING))


def further_pages(page: Page, data: bool = False) -> list[str]:
    """Return the pages of a list that follow this one, as far as this one tells.

    :param data: whether it is data that listed something: what follows is but counted on.
    """
    linked = [x.address for x in page.links if x.address and _NEXT.fullmatch(x.words)]
    if linked:
        return linked[:1]
    if written := list(_iter_written(page)):
        return written
    last = next((x.address for x in page.links if x.address and _LAST.fullmatch(x.words)), None)
    if last and (between := list(_iter_between(page.address, last))):
        return between
    number = _number_in(page.address) or 1
    following = (x.address for x in page.links if x.words == str(number + 1) and x.address)
    if found := next(following, None):
        return [found]
    if data and _counts_up(page.address):
        return [_with_number(page.address, number + 1)]
    return []


def _iter_written(page: Page) -> Iterator[str]:
    """Yield the pages that a script of the page counts: createPageHTML(9, 0, "index", "html")."""
    for call in _CREATE.findall(page.scripts):
        found = [(number, text) for number, text in _ARGUMENT.findall(call)]
        numbers = [int(number) for number, _ in found if number]
        first = next((n for n, (number, _) in enumerate(found) if number), len(found))
        texts = [text for number, text in found[first:] if not number]
        if len(numbers) >= 2 and len(texts) >= 2:
            yield from _counted(page.address, numbers[0], texts[0], texts[1])
            return
    count = _COUNT.search(page.scripts)
    if count and _counts_up(page.address):
        for number in range((_number_in(page.address) or 0) + 1, min(int(count[1]), _MOST) + 1):
            yield _with_number(page.address, number)
    elif count and _JOINED.search(page.scripts):
        stem, _, ending = urlsplit(page.address).path.rsplit("/", 1)[-1].rpartition(".")
        yield from _counted(page.address, int(count[1]), stem, ending)


def _counted(address: str, count: int, stem: str, ending: str) -> Iterator[str]:
    stem = re.sub(r"_\d{1,4}$", "", stem) or "index"
    for number in range(1, min(count, _MOST)):
        if found := join(address, f"{stem}_{number}.{(ending or 'html').lstrip('.')}"):
            yield found


def _iter_between(address: str, last: str) -> Iterator[str]:
    """Yield the pages up to the last one, where only a number tells one from the next."""
    number = _number_in(last)
    if number is not None and last != address:
        for each in range(_number_in(address) or 0, number):
            if found := _with_number(last, each + 1):
                yield found


def _counts_up(address: str) -> bool:
    """Tell whether an address counts pages in its query: ?page=2."""
    query = parse_qsl(urlsplit(address).query)
    return any(key.lower() in _KEYS and value.isdecimal() for key, value in query)


def _number_in(address: str) -> int | None:
    """Return the number of the page in an address of a list, None where it has none."""
    parts = urlsplit(address)
    for key, value in parse_qsl(parts.query):
        if key.lower() in _KEYS and value.isdecimal():
            return int(value[:6])
    found = _NUMBERED.search(parts.path)
    return int(found[1]) if found else None


def _with_number(address: str, number: int) -> str:
    parts = urlsplit(address)
    query: Mapping[str, str] = dict(parse_qsl(parts.query, keep_blank_values=True))
    keys = [key for key, value in query.items() if key.lower() in _KEYS and value.isdecimal()]
    if keys:
        counted = urlencode({**query, keys[0]: str(number)})
        return urlunsplit(parts._replace(query=counted))
    return urlunsplit(parts._replace(path=_NUMBERED.sub(str(number), parts.path)))
