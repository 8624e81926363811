"""The title of what a reply answers: a proposal's, a suggestion's or a message's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.fields.layout import Layout
from corpus.fields.zones import MATTER, iter_zones
from corpus.types import Field, FieldName

_QUOTES = {"“": "”", "《": "》", "「": "」", "『": "』"}
_OPENING_QUOTE = re.compile("[“《「『]")
_OF_MATTER = re.compile(rf"的?[^，。；“《]{{0,8}}?{MATTER}")
_OF_MESSAGE = re.compile(r"的?.{0,4}(?:留言|来信|信件|帖|诉求|问题|情况|一事|收悉|来电|咨询)")
_BEFORE_MESSAGE = re.compile(
    r"(?:关于|反映|提[到出]|咨询|投诉|举报|发布|发表|发帖|题为|您说|获悉|平台|转来|转办|交办|发来)(?:的|了)?[：:]?$"
)
_BEFORE_TITLE = re.compile(r"(?:题为|标题为|标题是|主题为|名为|题目为)[：:]?$")
_NO_TITLE = re.compile(
    r"(?:专栏|栏目|平台|网站|留言板|信箱|热线|条例|办法|通知)$|^问政.{0,6}$|^[A-Za-z0-9_]+$"
)
_UNQUOTED = re.compile(
    rf"(?P<title>关于(?!对|[^，。；]{{0,20}}第[^，。；]{{1,12}}号)[^，。；“”《》：:]{{3,80}}?(?<![和及])[”》]?的?{MATTER})"
    r"(?:（第?[\w-]{1,12}号?）)?(?:的?(?:答复|复函|回复|会办)|的?(?:落实|办理)?情况|收悉|已收悉|已?收到|已悉|[，。])"
)
_TITLE_LINE = re.compile(rf"关于[^，。；：|>]{{3,80}}的{MATTER}")
"""A line above the letter that is the title of what it answers."""


def find_matter_title(layout: Layout, title: Field | None) -> tuple[Field, ...]:
    """Return the title of the proposal, suggestion or message, without its quotation marks.

    Quoted titles go before unquoted ones (`关于……的建议`), the opening before the title.
    """
    zones = list(reversed(list(iter_zones(layout, title))))
    for zone in zones:
        for start, end in _quoted(zone.text):
            if _is_matter(zone.text, start, end):
                return (zone.field(FieldName.MATTER_TITLE, (start, end)),)
    for zone in zones:
        match = _UNQUOTED.search(zone.text)
        if match and "届" not in match["title"]:
            start, end = match.span("title")
            unopened = zone.text.find("”", start, end)
            end = end if unopened < 0 else unopened
            return (zone.field(FieldName.MATTER_TITLE, (start, end)),)
    for line in layout.head_paragraphs:
        if _TITLE_LINE.fullmatch(line.tidy):
            return (Field(FieldName.MATTER_TITLE, line.tidy, line.start, line.end),)
    return ()


def _quoted(text: str) -> Iterator[tuple[int, int]]:
    """Yield what stands in outermost quotation marks, without them."""
    opening = _OPENING_QUOTE.search(text)
    while opening:
        position = opening.start()
        end = _closing(text, position, _QUOTES[opening.group()])
        if end > position:
            yield position + 1, end
        opening = _OPENING_QUOTE.search(text, max(end, position) + 1)


def _closing(text: str, start: int, closing: str) -> int:
    depth = 0
    for position in range(start, len(text)):
        if text[position] == text[start]:
            depth += 1
        elif text[position] == closing:
            depth -= 1
            if depth == 0:
                return position
    return -1


def _is_matter(text: str, start: int, end: int) -> bool:
    """Tell whether the quoted words are the title of what is answered."""
    quoted = text[start:end]
    if not 4 <= len(quoted) <= 120 or _NO_TITLE.search(quoted):
        return False
    before = text[: start - 1]
    return (
        _OF_MATTER.match(text, end + 1) is not None
        or _BEFORE_TITLE.search(before) is not None
        or re.search(rf"{MATTER}$", quoted) is not None
        or (
            _OF_MESSAGE.match(text, end + 1) is not None
            and _BEFORE_MESSAGE.search(before) is not None
        )
    )
