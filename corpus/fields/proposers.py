"""Who put a proposal or suggestion: members and deputies, parties, committees and groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from corpus.fields.layout import Layout
from corpus.fields.surnames import COMPOUND, SINGLE
from corpus.fields.zones import Zone, fold, read_zone
from corpus.spans import Squeezed, clause_start
from corpus.text.label_words import PROPOSED
from corpus.types import Field, FieldName

_HAN = r"[\u4e00-\u9fff]"
_DOT = r"[·•・‧∙●]"
_NO_NAME = (
    r"[您你我贵的等在由对第届委局厅署界组党：]|他们|各位|政协|人大|代表|提案|建议|议案|尊敬|同志|先生|"
    r"女士|会议|次会|主任|主席|常务|全体|有关|相关|领导|网友|网民|市民|办公|政府|部门|"
    r"[两几诸列\d][位名]|关于|收到|转来|转交|针对|根据|按照|感谢|答复|回复|办理|期间|会上|群众|村民|居民|企业|职工"
)
_NAME = rf"(?:(?!{_NO_NAME}){_HAN})"
_PERSON = rf"(?P<person>{_NAME}{{1,8}}(?:{_DOT}{_NAME}{{1,8}}){{1,3}}|{_NAME}{{2,6}}?)"
_SURNAMED = re.compile(
    rf"(?:{COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{SINGLE}][\u4e00-\u9fff]{{1,2}}|.*{_DOT}.*"
)
_OTHERS = (
    r"(?:（?等[\d一二三四五六七八九十两]{0,3}[名位人]?(?:）|(?!）))"
    r"|[两二三四五六七八九十\d]{1,3}[位名])"
)
_LEVEL = r"(?:全国|[省市区县州盟旗乡镇])"
_OFFICE = rf"(?:(?:{_LEVEL}?(?:政协|人大){_HAN}{{0,8}}?)?(?:委员|代表)们?)"
_COURTESY = r"(?:同志|先生|女士|老师)们?"
_PARTY = (
    r"(?:中国国民党革命委员会|中国民主同盟|中国民主建国会|中国民主促进会|中国农工民主党|中国致公党|"
    r"台湾民主自治同盟|民革|民盟|民建|民进|农工民主党|农工党|致公党|九三学社|台盟)"
)
_BRANCH = r"(?:中央(?:委员会)?|委员会|委会|工委|委|总支部?|支部|支社|小组)"
_PLACE = r"(?:(?![您你我贵的])[\u4e00-\u9fffA-Z0-9])"
_ASSOCIATION = (
    r"(?:工商业联合会|工商联|总商会|总工会|妇女联合会|妇联|归国华侨联合会|侨联|台湾同胞联谊会|台联|"
    r"科学技术协会|科协|青年联合会|青联|知识分子联谊会|知联会|团[省市区县州]?委|"
    rf"共青团{_PLACE}{{1,12}}?(?:委员会|委))"
)
_GROUP = (
    rf"(?P<party>{_PLACE}{{0,8}}?{_PARTY}(?:{_PLACE}{{0,12}}?{_BRANCH})?)"
    rf"|(?P<committee>{_PLACE}{{0,8}}?政协(?!{_PLACE}{{0,9}}(?:全国|[省市区县州盟旗])(?:委员会|委)(?![\u4e00-\u9fff]))"
    rf"(?:(?!提案|[第届]){_PLACE}){{2,16}}?(?:委员会|委|联组|小组|活动组))"
    rf"|(?P<association>{_PLACE}{{0,10}}?{_ASSOCIATION}(?:界别?)?)"
    rf"|(?P<sector>(?!各){_PLACE}{{1,10}}?(?:界别?|无党派人士|代表团))"
)
_ITEM = re.compile(
    rf"(?:(?:{_GROUP}){_OTHERS}?|(?P<before>{_PLACE}{{0,10}}?(?:政协委员|人大代表)|{_HAN}{{1,6}}族(?:委员|代表)|委员|代表)?"
    rf"{_PERSON}(?<![省市区县镇乡村局办部厅校院])"
    rf"{_OTHERS}?(?:(?P<office>{_OFFICE})|(?P<courtesy>{_COURTESY}))?)"
    r"(?:[和与及并]?(?:其他|各)?附议(?:人|者|委员|代表))?"
    r"(?=[、，；\s]|[和与及并](?!委员|代表|等|$)|以及|$)"
)
_BETWEEN = re.compile(r"[、，；\s]+(?:并|和)?|以及|[和与及并]")
_WAYS = ("person", "party", "committee", "association", "sector")
_MOST = 40
_EDGE = "：，！。_ "
_GREETINGS = ("您好", "你好", "您们好", "你们好")
_RESPECT = re.compile(r"(?:尊敬|敬爱)的\s?")
_SPACED_NAME = re.compile(
    r"(?:^|(?<=[、，,的]))([\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])"
    r"|([\u4e00-\u9fff]) +(?=(?:委员|代表)们?\s?[：:]?\s?$)"
)
"""A space within a name of two signs, or before the title behind the last name."""

_AT = r"(?:于\d{4}年)?(?:在[^，。]{1,40}?(?:上|期间|中)?)?，?(?:共同|联名|联合)?"
_PUT = re.compile(rf"(?:同志)?{_AT}(?:提出|提交|领衔|反映|所提|撰写)|的?(?:关于|《|“|第\d)")
_LEADS = re.compile(
    r"由|对|现?将|就|[两几诸列\d][位名]|关于|收到|转来|转交|政协|人大|委员|代表|会议上?|会上|期间|，|的|向"
)
_WHO = re.compile(rf"委员|代表|{_PARTY}|政协|{_ASSOCIATION}|界")
_PUT_AT_ALL = re.compile(r"提[出交案]|所提|领衔|反映|建议|议案")
_ANSWERED = re.compile(r"收悉|已悉|如下")
_OPENING_LIMIT = 240
_LABELLED = re.compile(rf"[（，](?:{PROPOSED})：(?P<who>[^（）；。，：]{{2,40}})[）；，。]")
_PHRASE = 120
_OF_MATTERS = re.compile(r"提案|议案|政协|人大|建议[》”]|号建议")
_CONTRIBUTES = re.compile(r"会办|协办")


class _Rule(NamedTuple):
    """What a place asks of the persons in it."""

    in_office: bool  # 委员 or 代表 stands behind the last of them, or before the first
    courtesies: bool  # 先生 and the like do as well
    surnamed: bool  # each begins with a Chinese surname; else a name of 3 or 4 signs needn't


_IN_CELL = _Rule(in_office=False, courtesies=True, surnamed=False)
_IN_PHRASE = _Rule(in_office=True, courtesies=True, surnamed=True)


@dataclass(frozen=True, slots=True)
class _Named:
    """One who is named, and in which of _WAYS."""

    way: str
    start: int
    end: int


def find_proposers(layout: Layout, title: Field | None = None) -> tuple[Field, ...]:
    """Return the proposers, one field for each: a person's name or a party's or group's.

    They are read in the salutation (`某某、某某委员：`), in the opening (`区政协某某委员提出的`)
    or in the title. An association in the salutation may be the body that leads in answering:
    it counts last, and not where the reply is an opinion (会办意见) to that body.
    """
    if layout.to_citizen:
        return ()
    salutation = _salutation_zone(layout)
    greeted = _read_salutation(salutation, _speaks_of_matters(layout, title))
    opening = read_zone(layout.text, *layout.opening)
    titled = title is not None and title.start >= 0
    heading = read_zone(layout.text, title.start, title.end) if title and titled else None
    if greeted and all(named.way in ("person", "party") for named in greeted):
        return _fields(salutation, greeted)
    named = _labelled(opening.text)
    if named:
        return _fields(opening, named)
    for zone in (opening, heading):
        named = _read_phrases(zone.text) if zone else []
        if zone and named:
            return _fields(zone, named)
    if _CONTRIBUTES.search(opening.text) or (heading and _CONTRIBUTES.search(heading.text)):
        return ()
    return _fields(salutation, greeted)


def read_proposers(text: str) -> list[tuple[int, int]]:
    """Return where the proposers stand that a table's cell names, with or without 委员."""
    folded = fold(text)
    return [(named.start, named.end) for named in _items(folded, 0, len(folded), _IN_CELL) or ()]


def _fields(zone: Zone, named: list[_Named]) -> tuple[Field, ...]:
    return tuple(zone.field(FieldName.PROPOSER, (one.start, one.end)) for one in named)


def _salutation_zone(layout: Layout) -> Zone:
    """Fold the salutation; spaces part names, but for the one within a name of two signs."""
    start, end = layout.salutation
    text = layout.text[start:end]
    joined = {place for m in _SPACED_NAME.finditer(text) for place in range(m.start() + 1, m.end())}
    places = [place for place in range(len(text)) if place not in joined]
    written = Squeezed("".join(text[p] for p in places), tuple(start + p for p in places))
    return Zone(fold(written.text), written)


def _speaks_of_matters(layout: Layout, title: Field | None) -> bool:
    """Tell whether the letter answers a matter, so that a 先生 or a group it greets put it."""
    zones = [read_zone(layout.text, *layout.opening).text, title.value if title else ""]
    zones += [line.text for line in layout.head_paragraphs]
    return any(_OF_MATTERS.search(zone) for zone in zones)


def _read_salutation(zone: Zone, of_matters: bool) -> list[_Named]:
    respect = _RESPECT.match(zone.text)
    start = respect.end() if respect else 0
    kept = zone.text.rstrip(_EDGE)
    for greeting in _GREETINGS:
        kept = kept.removesuffix(greeting)
    end = len(kept.rstrip(_EDGE))
    rule = _Rule(in_office=True, courtesies=of_matters, surnamed=False)
    named = _items(zone.text, start, end, rule) or []
    return named if of_matters or all(one.way == "person" for one in named) else []


def _items(text: str, start: int, end: int, rule: _Rule) -> list[_Named] | None:
    """Read a list of names that fills `text[start:end]`, None where it is anything else."""
    named: list[_Named] = []
    led = pending = False
    phrase = text[start:end]
    position = 0
    while position < len(phrase) and len(named) < _MOST:
        match = _ITEM.match(phrase, position)
        if match is None:
            return None
        way = next(way for way in _WAYS if match[way])
        named.append(_Named(way, start + match.start(way), start + match.end(way)))
        if way == "person":
            titled = match["office"] or (match["courtesy"] and rule.courtesies)
            if not _is_name(match["person"], rule):
                return None
            led = led or match["before"] is not None
            pending = not titled and not led
        position = match.end()
        between = _BETWEEN.match(phrase, position)
        position = between.end() if between else position
    if not named or position < len(phrase) or (rule.in_office and pending):
        return None
    return named


def _is_name(person: str, rule: _Rule) -> bool:
    if _SURNAMED.fullmatch(person):
        return True
    return not rule.surnamed and (len(person) > 2)


def _read_phrases(text: str) -> list[_Named]:
    """Return those who, as the opening or the title says, put what is answered."""
    if not _PUT_AT_ALL.search(text):
        return []
    answered = _ANSWERED.search(text)
    limit = answered.end() if answered else min(len(text), _OPENING_LIMIT)
    for who in _WHO.finditer(text, 0, limit):
        for end in _ends(text, who):
            named = _before(text, end)
            if named:
                return named
    return []


def _ends(text: str, who: re.Match[str]) -> Iterator[int]:
    """Yield where the names may end that stand about `who` and put something, nearest first."""
    for end in range(who.end(), min(who.end() + 60, len(text)) + 1):
        if _PUT.match(text, end):
            yield end
        if end < len(text) and text[end] in "。；：！？《“”》":
            return


def _labelled(text: str) -> list[_Named]:
    """Return those whom the opening names in brackets: `（领衔代表：某某）`."""
    for match in _LABELLED.finditer(text, 0, _OPENING_LIMIT) if "：" in text else ():
        named = _items(text, *match.span("who"), _IN_CELL)
        if named:
            return named
    return []


def _first(lead: re.Match[str]) -> int:
    """Return where names may begin about a word: at a title before a name, else behind it."""
    return lead.start() if lead.group() in ("委员", "代表") else lead.end()


def _before(text: str, end: int) -> list[_Named]:
    """Read the names that end at `end`, from the start of the phrase or behind a word of it."""
    start = clause_start(text, end, "。；：！？“”《》", max(end - _PHRASE, 0))
    leads = list(_LEADS.finditer(text, start, end))
    starts = [start, *(place for lead in leads for place in sorted({lead.end(), _first(lead)}))]
    read = (_items(text, candidate, end, _IN_PHRASE) for candidate in starts)
    return next(filter(None, read), [])
