"""Where private persons live: an address said to be someone's, or a dwelling in an estate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.personal.dwellings import (
    AROUND,
    BED,
    BUILDING,
    COUNT,
    DESCRIBED,
    FLAT,
    FLAT_BY_NUMBERS,
    GROUP,
    GROUP_HOUSE,
    HOUSE,
    PLACED,
    ROOM,
    ROOMS,
    begin,
    begin_within,
)
from corpus.spans import clause_end, clause_start
from corpus.types import Redaction, Secret

_OFFICE = re.compile(
    r"局(?![^，,。；;：:\n]{0,16}[您你他]|接)|委员会|中心|大厦|大厅|政府|写字楼|办公|窗口|公司|学校|大学|医院|市场|商场|科室|广场|法院|派出所|服务|办理|报名|地点"
    r"|之家|大院|机关|前往|请到|请大家|会诊|药房|排队|专家|(?:[办处站]|(?<!住)所)（"
)
_WHO = "我他她其您你俺咱"
_HAN = "\u4e00-\u9fff"
_THEN = r"(?:[为是在于：:|\s（(]{0,3})(?!\d+余?户)"
# Each alternative begins with its own sign, and looks behind after it: `re` then skips to the next.
_LIVES = re.compile(
    rf"(?:家(?:住(?!址)|(?<![{_HAN}]家)就?[是在]|(?<=[{_WHO}女老妈娘婆们]家)就?[是住在](?!址)|(?<=[{_WHO}]家)位于|(?<=[{_WHO}]家)中?(?=[（(])"
    rf"|(?<=[我俺咱]家)(?!门牌|老?房|地下)(?=(?:[{_HAN}]{{2,8}}[路街巷村园区苑里城]|)\d{{1,4}}(?:号[楼院后附]|[栋幢组#])|[{_HAN}]{{2,8}}第)"
    r"|庭(?:住址|地址)|的?地址)|我(?:家的?)?的?地址|门牌(?<!楼门牌)号?[是为]?"
    rf"|住(?:(?<=[{_WHO}]住)|(?<=[{_WHO}][们就都也现原一]住)|(?<=[母人现原借都]住)[在址]?)(?![建房宅院户宿进了满不址所]))"
    + _THEN
)
"""What says so plainly that somebody lives there that no office is thought of."""
_SAID = re.compile(
    rf"(?:家里?[：:]|家(?<![{_HAN}]家)(?![住就是在属])(?=[^，,。；;：:\n第令]{{2,24}}[号栋幢组户])|家里的?地址"
    r"|[收邮寄][件信递寄]人?地址|现在住|现居|租[住在]|租的是?|寄至|挤在|房号|房[子屋](?:坐落|位)?[在于]"
    rf"|房(?<![{_HAN}]房)在|居住[在于]|居住证?地址?|住(?:址|所地?|在)|住房?(?:坐落|位)[在于]"
    r"|住所（(?<=反映住所（)|住(?<=[，,男女我系人她他是们\s\d]住)(?![建房宅院户宿进了满])"
    r"|户[籍口](?:所在)?地(?:址|区)?|户[籍口][是在于：:]|户(?<=[您你]户)(?:位于|（)|户口还[在于]|本人的?地址|您留的地址|们的?地址(?<=我..地址)|宅基地(?:坐落|位于))"
    + _THEN
)
_CLAUSE = re.compile(r"[^，,。；;：:\n|（()）的]{2,48}")
_FLOOR = re.compile(rf"{COUNT}[栋幢座楼层]")
_PATIENT = re.compile("住院|患者|病人|病房|治疗|我|[父母妈爸老爱妻女儿]|[他她]")
_WITHIN = r"[^，,。；;：:\n|（()）的]{0,40}?"
_FLAT_THERE = re.compile(rf"{_WITHIN}{FLAT.pattern}")
_PARTED = "，,。；;\n"
"""What parts the clause of an address from others."""


def iter_homes(plain: str, persons: list[Redaction]) -> Iterator[Redaction]:
    """Yield the addresses of dwellings; the text must be `legible`.

    :param persons: the private persons named; an address in brackets behind one is theirs.
    """
    yield from _iter_announced(plain)
    for match in GROUP_HOUSE.finditer(plain):
        if group := GROUP.search(plain, max(match.start() - 8, 0), match.start()):
            yield _address(begin(plain, group.start()), match.end())
    for match in HOUSE.finditer(plain):
        if not _is_office(plain, *match.span("house")):
            yield _address(begin(plain, match.start("house")), match.end())
    yield from _iter_beds(plain)
    for person in persons:
        if plain[person.end : person.end + 1] in ("（", "("):
            house = _FLAT_THERE.match(plain, person.end + 1)
            if house and house["room"]:
                yield _address(*house.span())
    yield from _iter_flats(plain)


def _address(start: int, end: int) -> Redaction:
    return Redaction(start, end, Secret.ADDRESS)


def _iter_announced(plain: str) -> Iterator[Redaction]:
    """Yield where somebody is said to live."""
    for sure, pattern in ((True, _LIVES), (False, _SAID)):
        for match in pattern.finditer(plain):
            clause = _CLAUSE.match(plain, match.end())
            if not clause or (not sure and _is_office(plain, match.start(), clause.end())):
                continue
            places = [*PLACED.finditer(plain, *clause.span())]
            if sure:
                places += DESCRIBED.finditer(plain, *clause.span())
            alone = len(places) == 1 and _FLOOR.fullmatch(plain, clause.start(), places[0].end())
            if places and not alone:
                end = max(place.end() for place in places)
                yield _address(begin_within(plain, clause.start(), places[0].start()), end)


def _iter_beds(plain: str) -> Iterator[Redaction]:
    """Yield the beds of patients."""
    at = plain.find("床")
    while at >= 0:
        bed = BED.search(plain, max(at - AROUND, 0), at + 1)
        if bed and _PATIENT.search(plain, max(bed.start() - 16, 0), at + 8):
            yield _address(*bed.span())
        at = plain.find("床", at + 1)


def _iter_flats(plain: str) -> Iterator[Redaction]:
    """Yield the dwellings that are said to be nobody's, but for those of offices."""
    last = 0
    for building in BUILDING.finditer(plain):
        low, high = max(building.start() - AROUND, last), building.end() + AROUND
        if not ROOM.search(plain, low, high):  # as mostly; the whole pattern takes long
            continue
        if not (flat := FLAT.search(plain, low, high)):
            continue
        last = flat.end()
        start = begin(plain, flat.start())
        told = start < flat.start() or any(flat[part] for part in ROOMS)
        if told and not _is_office(plain, flat.start(), flat.end()):
            yield _address(start, flat.end())
    if "-" in plain:
        for flat in FLAT_BY_NUMBERS.finditer(plain):
            if not _is_office(plain, flat.start(), flat.end()):
                yield _address(begin(plain, flat.start()), flat.end())


def _is_office(plain: str, start: int, end: int) -> bool:
    """Tell whether an office stands before or behind an address, or in it, in the same clause."""
    begins = clause_start(plain, start, _PARTED, max(start - 24, 0))
    stop = clause_end(plain, end, _PARTED, end + 10)
    return _OFFICE.search(plain[begins:stop]) is not None
