"""What kind of reply a text is."""

from __future__ import annotations

import re

from corpus.fields.layout import Layout
from corpus.spans import squeeze
from corpus.types import Field, FieldName, Kind

_ANSWER = r"(?:答复|复函|回复|函复|函|批复|意见|情况|反馈)"
_IN_TITLE = (
    (re.compile(r"(?:会办|协办)意见"), Kind.OPINION),
    (re.compile(rf"提案.*{_ANSWER}"), Kind.PROPOSAL),
    (re.compile(rf"(?:人大|代表|人民代表大会|号).*(?:建议|议案).*{_ANSWER}"), Kind.SUGGESTION),
    (re.compile(rf"(?:网友|网民|留言|来信|来帖|信访|市民|市长信箱).*{_ANSWER}"), Kind.MESSAGE),
    (re.compile(r"提案(?:[（(].*[）)])?$"), Kind.PROPOSAL),
)
_RECEIVED = r"(?:收悉|已悉|收到|敬悉|已阅)"
_IN_OPENING = (
    (re.compile(r"(?:会办|协办)意见"), Kind.OPINION),
    (re.compile(rf"提案[^。]{{0,30}}{_RECEIVED}|政协[^。]{{0,80}}提案"), Kind.PROPOSAL),
    (
        re.compile(rf"(?:人大|代表)[^。]{{0,100}}(?:建议|议案)[^。]{{0,30}}{_RECEIVED}"),
        Kind.SUGGESTION,
    ),
)
_FROM_DELEGATE = re.compile(rf"(?:建议|议案)[^。]{{0,30}}{_RECEIVED}")
_SALUTATIONS = (
    (re.compile(r"代表(?:们)?[：:]?$"), Kind.SUGGESTION),
    (re.compile(r"委员(?:们)?[：:]?$"), Kind.PROPOSAL),
)
_MESSAGE = re.compile(r"留言|来信|来帖|发帖|网帖|帖文|跟帖|诉求|来电|信件|投诉|反映|咨询|信访|问政")
_CITIZEN = re.compile(r"网友|网民|留言|网帖|[发来跟网一]帖|发贴|来信|信件|问政")
_GREETING = re.compile(r"[您你]好")
_GREETING_LIMIT = 60
_NEAR = 400
_FIRST = 120


def find_kind(layout: Layout, title: Field | None, question: str | None) -> Field:
    """Return the kind of reply with the words that show it.

    `question` is the heading of the table's column that holds the citizen's message, None where
    there is none; a row with a message is a 留言答复 whatever its text says. Where nothing shows
    the kind it is 其他, with origin `default`.
    """
    if question is not None:
        return _message(layout, title) or Field(
            FieldName.KIND, Kind.MESSAGE.value, origin=f"column:{question}"
        )
    found = _titled(layout, title)
    if found is None and not layout.to_citizen:
        found = _opened(layout)
    return (
        found
        or _message(layout, title)
        or Field(FieldName.KIND, Kind.OTHER.value, origin="default")
    )


def _titled(layout: Layout, title: Field | None) -> Field | None:
    if title is None or title.start < 0:
        return None
    zone = squeeze(layout.text, title.start, title.end)
    for pattern, kind in _IN_TITLE:
        match = pattern.search(zone.text)
        if match:
            return Field(FieldName.KIND, kind.value, *zone.span(*match.span()))
    return None


def _opened(layout: Layout) -> Field | None:
    zone = squeeze(layout.text, *layout.opening)
    for pattern, kind in _IN_OPENING:
        match = pattern.search(zone.text)
        if match:
            return Field(FieldName.KIND, kind.value, *zone.span(*match.span()))
    match = _FROM_DELEGATE.search(zone.text)
    who = squeeze(layout.text, *layout.salutation)
    for pattern, kind in _SALUTATIONS:
        if match and pattern.search(who.text):
            return Field(FieldName.KIND, kind.value, *zone.span(*match.span()))
    return None


def _message(layout: Layout, title: Field | None) -> Field | None:
    start, end = layout.salutation
    if layout.to_citizen:
        return Field(FieldName.KIND, Kind.MESSAGE.value, start, end)
    body = layout.opening[0]
    greeting = _GREETING.search(layout.text, body, body + _GREETING_LIMIT)
    match = None
    if greeting:
        match = _MESSAGE.search(layout.text, greeting.end(), greeting.end() + _NEAR)
    elif title is None:
        match = _CITIZEN.search(layout.text, body, body + _FIRST)
    return Field(FieldName.KIND, Kind.MESSAGE.value, *match.span()) if match else None
