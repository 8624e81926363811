"""The numbers of the proposals or suggestions that a reply answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus.fields.head_line import read_head_line
from corpus.fields.layout import Layout
from corpus.fields.zones import MATTER, Zone, iter_zones, read_zone
from corpus.types import Field, FieldName

_ID = r"[A-Za-z]{0,3}-?\d{1,12}(?:[-.]\d{1,6}){0,2}"
_HAN = r"[一二三四五六七八九十百〇零]{1,7}"
_DASH = r"(?:[—–－―~～]{1,2}|至|到)"
_AND = rf"(?:[、和及与/]|，(?=第)|以及|{_DASH}|[（，、]?(?:并案?|合并|含)(?:办理)?：?)"
_LIST = rf"{_ID}(?:[）]?号?{MATTER}?{_AND}第?（?{_ID}){{0,40}}"
_NUMBER = re.compile(
    rf"(?<![令告])第（?(?P<listed>{_LIST}|{_HAN}(?=号[^，。；、]{{0,16}}?{MATTER}))）?号）?"
    rf"(?:[^，。；、]{{0,16}}?{MATTER}|$|[“《（])"
    rf"|{MATTER}（?(?:编号|案号)?(?:为|是|：)?第?（?(?P<after>{_LIST})）?号"
    rf"|（?{MATTER}?(?:编号|案号)：?第?(?P<bracketed>{_ID})号?）"
    rf"|{MATTER}(?P<behind>(?:19|20)\d\d-\d{{1,6}})(?!\d)"
    rf"|{MATTER}[”》」]的?{MATTER}?（(?:{MATTER}?(?:编号|案号)[：为]?第?|{MATTER}?第|(?=[^（）]{{1,40}}号))"
    rf"(?P<quoted>{_LIST})号?{MATTER}?）"
    rf"|(?<![〔〕\]）】\dA-Za-z年月-])(?P<bare>[A-Za-z]{{0,3}}\d{{2,12}}(?:[、和及]\d{{2,12}}){{0,20}})号{MATTER}"
)
_OF_SESSION = re.compile(rf"次(?:全体)?会议第（?(?P<of>{_LIST})）?号")
_HEAD_LINE = 60
_RANGE = re.compile(rf"）?号?{_DASH}第?（?")
_HYPHENED = re.compile(r"(\d{2,12})-(\d{2,12})")
_MOST = 30
"""A range of more numbers is not written out: its ends alone are sure."""


_IN_BRACKETS = re.compile(rf"{MATTER}（[^（）]{{0,30}}第(?P<id>{_ID})号）")
"""`……的建议（某市某次会议第62号）`, in the title of a reply."""


def find_matter_numbers(layout: Layout, title: Field | None) -> tuple[Field, ...]:
    """Return the numbers of the proposals or suggestions answered, without 第 and 号.

    A range (`42—44号`) gives each number in it: those between its ends stand at its dash.
    """
    for zone in iter_zones(layout, title):
        match = _NUMBER.search(zone.text) if "号" in zone.text or "-" in zone.text else None
        if match and match.lastgroup:
            return tuple(_each(zone, *match.span(match.lastgroup)))
        bracketed = _IN_BRACKETS.search(zone.text) if "号）" in zone.text else None
        if bracketed:
            return tuple(_each(zone, *bracketed.span("id")))
    return _in_head(layout)


def _in_head(layout: Layout) -> tuple[Field, ...]:
    """Return the numbers of a line above the letter that holds a session or calls them numbers."""
    for line in layout.head_paragraphs:
        if "号" not in line.text or len(line.text) > _HEAD_LINE or read_head_line(line.text):
            continue
        zone = read_zone(layout.text, line.start, line.end)
        match = _OF_SESSION.search(zone.text) or _NUMBER.search(zone.text)
        if match and match.lastgroup:
            return tuple(_each(zone, *match.span(match.lastgroup)))
    return ()


def read_matter_numbers(text: str) -> list[tuple[str, int, int]]:
    """Return the numbers that a short text (a table's cell) consists of, with their places."""
    match = re.fullmatch(
        rf"第? ?[（〔\[]?(?P<list>{_LIST})[）〕\]]? ?号?(?: ?{MATTER})?"
        r"(?: ?[（(][^（）()]{1,16}[）)])?",
        text,
    )
    return list(_numbers(text, *match.span("list"))) if match else []


def _each(zone: Zone, start: int, end: int) -> Iterator[Field]:
    for value, low, high in _numbers(zone.text, start, end):
        yield zone.field(FieldName.MATTER_NUMBER, (low, high), value)


def _numbers(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    written = [
        (match.group(), *match.span())
        for match in re.compile(rf"{_ID}|{_HAN}").finditer(text, start, end)
    ]
    parts = [part for number in written for part in _ends(*number)]
    for number, (before, after) in enumerate(pairwise(parts)):
        if number == 0:
            yield before
        between = text[before[2] : after[1]]
        if between == "-" or _RANGE.fullmatch(between):
            for value in _within(before[0], after[0]):
                yield value, before[2], after[1]
        yield after
    if len(parts) == 1:
        yield parts[0]


def _ends(number: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """Part `42-44` at its hyphen where it is a range; the hyphen of `3-012` is the number's."""
    match = _HYPHENED.fullmatch(number)
    if match is None or len(match[1]) != len(match[2]) or not _within(match[1], match[2]):
        return [(number, start, end)]
    return [(match[1], start, start + len(match[1])), (match[2], end - len(match[2]), end)]


def _within(first: str, last: str) -> list[str]:
    """Return the numbers between two, as wide as they are; none where there are too many."""
    low, high = (re.fullmatch(r"([A-Za-z]*)(\d+)", end) for end in (first, last))
    if low is None or high is None or low[1] != high[1]:
        return []
    numbers = range(int(low[2]) + 1, int(high[2]))
    if len(numbers) > _MOST:
        return []
    return [f"{low[1]}{number:0{len(low[2])}d}" for number in numbers]
