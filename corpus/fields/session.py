"""The session (届次) that a proposal or suggestion was put to."""

from __future__ import annotations

import re
from itertools import islice

from corpus.fields.layout import Layout
from corpus.fields.zones import Zone, iter_zones, read_zone
from corpus.types import Field, FieldName

_ORDINAL = r"第?[一二三四五六七八九十百\d]{1,4}"
_BODY = r"(?:中国人民政治协商会议|政协|人民代表大会|人大)"
_PLACE = r"[\u4e00-\u9fffA-Z0-9]{0,14}?"
_BEFORE = re.compile(rf"(?:{_PLACE}(?P<body>{_BODY}))?(?P<place>{_PLACE}){_ORDINAL}$")
_AFTER = re.compile(
    rf"届(?:(?P<place>[\u4e00-\u9fff]{{0,14}}?)(?P<body>委员会|政协|人民代表大会|人大))?"
    rf"(?:常务委员会|常委会)?{_ORDINAL}次(?:全体)?(?P<meeting>会议|全会|大会|常委会议)?"
)
_WINDOW = 60
_MOST = 20
"""So many sessions are looked at before none is taken for the matter's."""
_LEAD = re.compile(
    r".*(?:关于|针对|对|[您你](?:们)?|委员(?!会)|代表(?!大会)|交办的?|提交|提出|出席|[在就将由的]|"
    r"答复|回复|办理|收到|转来|提案|建议)"
)
_OTHER_BODY = re.compile(r"委(?!员)|党|纪|工会|理事|董事|妇|团|学会|协会")
_OF_MATTER = re.compile(r"[^。；]{0,120}?(?:提案|建议|议案|提出|所提|提的|提交|号)")


def find_session(layout: Layout, title: Field | None) -> tuple[Field, ...]:
    """Return the session (届次) the matter was put to: 区政协十四届五次会议.

    In the opening only a session counts that a proposal or suggestion is spoken of behind.
    """
    heads = (read_zone(layout.text, p.start, p.end) for p in layout.head_paragraphs)
    for zone in (*iter_zones(layout, title), *heads):
        for after in islice(_AFTER.finditer(zone.text), _MOST) if "届" in zone.text else ():
            start = _start(zone, after)
            if start is not None and _OF_MATTER.match(zone.text, after.end()):
                return (zone.field(FieldName.SESSION, (start, after.end())),)
    return ()


def read_session(text: str) -> str | None:
    """Return the first session that a short text names, whatever is spoken of; None if none is."""
    zone = read_zone(text, 0, len(text))
    for after in islice(_AFTER.finditer(zone.text), _MOST) if "届" in zone.text else ():
        start = _start(zone, after)
        if start is not None:
            return zone.field(FieldName.SESSION, (start, after.end())).value
    return None


def _start(zone: Zone, after: re.Match[str]) -> int | None:
    """Return where the session begins that `after` matched from its 届 on, None for another's."""
    low = max(after.start() - _WINDOW, 0)
    before = _BEFORE.search(zone.text[low : after.start()])
    if before is None:
        return None
    lead = _LEAD.match(before.group())
    start = low + before.start() + (lead.end() if lead else 0)
    if before["body"] or (after["body"] and after["body"] != "委员会"):
        return start
    other = after["body"] or _OTHER_BODY.search(zone.text, start, after.start())
    return start if after["meeting"] and not other else None
