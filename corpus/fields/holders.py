"""Who deals with a matter, and whether they lead (主办) in answering it or contribute (会办)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from corpus.fields.agency import AGENCY, same_agency
from corpus.fields.layout import Layout
from corpus.fields.zones import iter_zones, read_zone
from corpus.spans import Paragraph
from corpus.text.furniture import is_furniture
from corpus.text.label_words import HOLDERS, PUBLISHERS, RECEIVERS
from corpus.types import Field, FieldName, Kind

_BODY = rf"{AGENCY}(?:[（(][^（）()]{{1,8}}[）)])?"
_HOLDERS = re.compile(
    rf"(?:^|(?<=[\s|｜•●◆■▪◇【\[]))(?P<label>{HOLDERS})[】\]]?(?:\s?[：:|｜][\s|｜]{{0,4}}|\s|(?<=[】\]]))"
    rf"(?P<names>{_BODY}(?:\s?[、，,；; ]\s?{_BODY}){{0,12}})"
    r"(?=\s|$|[|｜。])"
)
_PUBLISHED = re.compile(
    rf"(?:^|(?<=[\s|｜•●◆■▪◇【\[]))(?:{PUBLISHERS})[】\]]?\s?[：:|｜][\s|｜]{{0,4}}(?P<name>{AGENCY})"
    r"(?=\s|$|[|｜。]|发布|更新|时间|日期|浏览|作者|字)"
)
_RECEIVED = re.compile(
    rf"(?:^|(?<=[\s|｜【\[])){RECEIVERS}[】\]]?(?:\s?[：:|｜][\s|｜]{{0,4}}|\s|(?<=】))(?P<name>{AGENCY})(?=\s|$|[|｜])"
)
_PASSES_ON = re.compile(r"12345|热线|呼叫|信访|督查|信箱|平台|网络|问政|留言|大厅")
_NO_SENDER = re.compile(r"人大|政协|人民代表大会|信息中心|政务服务中心|新闻|宣传|督查|政府网|门户")
_NAME = re.compile(rf"(?P<name>{AGENCY})(?:[（(](?P<side>[^（）()]{{1,8}})[）)])?(?=[、，,；; ]|$)")
_OPENING = 2
"""Paragraphs from the salutation on in which a letter may begin with such labels."""
_FOOT = 6
"""Lines below an answer that may say who gave it."""
_SIDES = {"会办": "会办", "协办": "会办", "分办": "会办", "主办": "主办", "承办": ""}
"""What each word says of whom it stands by; 承办 says neither."""
_ROLES = re.compile(
    r"作为(?:本?[件提建]?[案议]?的?)?(?P<as>主办|会办|协办)(?:单位|部门)?"
    r"|我(?:[局委办厅部镇乡院会处]{1,2}|单位|公司|中心|街道)(?:负责|为|系|是)?(?P<we>主办|会办|协办)"
    r"|(?P<opinion>会办|协办|分办)(?:工作|件|提案|建议)?的?(?:意见|情况|复?函|回复|答复|单(?!位))"
    r"|[由转]我[局委办厅部镇乡院会处]{1,2}(?P<passed>会办|协办|分办)"
)


def find_holders(layout: Layout, *, foot: bool = False) -> tuple[tuple[str, Field], ...]:
    """Return who deals with it, as labels above the letter name them, each with its side.

    The side is 主办, 会办 or, where the label tells none (办理单位), an empty string.

    :param foot: whether they may stand below the letter as well, as on pages of messages.
    """
    opening = layout.head + _OPENING
    if not foot:
        return tuple(_holders(layout.paragraphs[:opening]))
    parts = layout.paragraphs[:opening], layout.paragraphs[opening:][-_FOOT:]
    above, below = ([line for line in part if not is_furniture(line.text)] for part in parts)
    return tuple(_holders(above)) or tuple(_holders(below))


def _holders(lines: Iterable[Paragraph]) -> Iterator[tuple[str, Field]]:
    for line in lines:
        if not any(word in line.text for word in ("办", "处", "复", "责", "落实", "牵头", "承")):
            continue
        for match in _HOLDERS.finditer(line.text):
            names = line.part(*match.span("names"))
            for name in _NAME.finditer(names.text):
                side = _side(name["side"] or "") or _side(match["label"])
                yield side, names.field(FieldName.AGENCY, name.span("name"))


def _side(label: str) -> str:
    said = "".join(label.split())
    return next((side for word, side in _SIDES.items() if word in said), "")


def read_role(text: str) -> str | None:
    """Return 主办 or 会办 for a short text that begins with it (协办 is 会办), or None."""
    match = re.match(r"主办|会办|协办", text)
    return _SIDES[match.group()] if match else None


def find_role(layout: Layout, title: Field | None, agencies: Sequence[Field]) -> tuple[Field, ...]:
    """Return whether the sender leads (主办) or contributes (会办), where the text says so."""
    zones = list(iter_zones(layout, title))
    zones += [
        read_zone(layout.text, line.start, line.end)
        for line in layout.head_paragraphs
        if "办" in line.text
    ]
    for zone in (zone for zone in zones if "办" in zone.text):
        match = _ROLES.search(zone.text)
        if match and match.lastgroup:
            side = _SIDES[match[match.lastgroup]]
            return (zone.field(FieldName.ROLE, match.span(match.lastgroup), side),)
    for side, holder in find_holders(layout):
        if side and any(same_agency(holder.value, agency.value) for agency in agencies):
            return (replace(holder, name=FieldName.ROLE, value=side),)
    return ()


def sender_among(holders: Iterable[tuple[str, Field]], kind: Kind) -> tuple[Field, ...]:
    """Return the one of those who deal with a matter whose letter it is, where that is sure."""
    holders = tuple(holders)
    wanted = ("会办",) if kind is Kind.OPINION else ("主办", "")
    for side in wanted:
        senders = [holder for held, holder in holders if held == side]
        if len(senders) == 1:
            return (senders[0],)
    return ()


def find_receiver(layout: Layout) -> tuple[Field, ...]:
    """Return the body that took a citizen's message up, unless it only passes messages on."""
    for line in layout.paragraphs:
        match = _RECEIVED.search(line.text) if "受" in line.text else None
        if match and not _PASSES_ON.search(match["name"]):
            return (line.field(FieldName.AGENCY, match.span("name")),)
    return ()


def find_publisher(layout: Layout) -> tuple[Field, ...]:
    """Return the body that put the page of a letter up, where it may have sent the letter."""
    for line in layout.head_paragraphs:
        if not any(word in line.text for word in ("发布", "源", "稿", "公开")):
            continue
        for match in _PUBLISHED.finditer(line.text):
            if not _NO_SENDER.search(match["name"]):
                return (line.field(FieldName.AGENCY, match.span("name")),)
    return ()
