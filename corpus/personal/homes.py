"""Where private persons live: an address said to be someone's, or a dwelling in an estate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.types import Redaction, Secret

_COUNT = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_DWELLING = (
    rf"(?:\d{{1,5}}号[ ]?)?(?:[A-Z]?{_COUNT}[A-Z]?(?:[栋幢座]|号?楼|号院|#)|[A-Z]座)[ ]?"
    rf"(?:(?P<unit>{_COUNT}单元)[ ]?)?(?:{_COUNT}[层楼][ ]?)?"
    rf"\d{{3,4}}(?P<room>室|户|号?房|号)?(?!\d|年)"
)
"""A flat by building and room; what it stands in (胜利路, 翠湖花园) names nobody."""
_UNLABELLED = re.compile(rf"(?<![\dA-Z]){_DWELLING}(?![\d.．]|\s?(?:[年元米个平万户名]|栋|幢))")
_BUILDING = re.compile("[栋幢座楼院#]")
_ROOM = re.compile(r"\d{3}")
_AROUND = 16
"""A building's number and a room's stand so near to what the building is called."""
_OFFICE = re.compile(
    r"局|委员会|中心|大厦|大厅|政府|写字楼|办公|窗口|公司|学校|大学|医院|市场|商场|科室|广场|法院|派出所|服务|办理地|报名|地点"
)
_LIVES = re.compile(
    r"(?:家住|现住|居住[在于]|住在|家在|家住在|住址|住所地?|家庭(?:住址|地址)|居住地址?|户籍(?:所在)?地址?|我家的?地址|家里的?地址|我们?的?地址|本人的?地址|户口[在于]|"
    r"房[子屋](?:坐落|位)?[在于]|住(?<=[，,男女]住))(?:[为是在于：:|\s]{0,3})"
)
_WITHIN = r"[^，,。；;：:\n|（()）的]{0,40}?"
_HOUSE = re.compile(rf"{_WITHIN}{_DWELLING}")
_NUMBERED = re.compile(rf"{_WITHIN}\d{{1,5}}(?:号|室|户)(?![楼线公])")
_VILLAGE_HOUSE = re.compile(
    r"[组队屯社](?<=[\d一二三四五六七八九十小][组队屯社])\s?\d{1,4}(?:-\d{1,2})?号(?![楼线公])"
)
_GROUP = re.compile(r"第?[\d一二三四五六七八九十]{1,3}(?:村民小)?$")
"""A house in a village, by the number of its group (组)."""


def iter_homes(plain: str, persons: list[Redaction]) -> Iterator[Redaction]:
    """Yield the addresses of dwellings; the text must be `legible`.

    :param persons: the private persons named; an address in brackets behind one is theirs.
    """
    for match in _LIVES.finditer(plain):
        lived = _HOUSE.match(plain, match.end()) or _NUMBERED.match(plain, match.end())
        if lived:
            yield Redaction(*lived.span(), Secret.ADDRESS)
    for match in _VILLAGE_HOUSE.finditer(plain):
        group = _GROUP.search(plain, max(match.start() - 8, 0), match.start())
        if group:
            yield Redaction(group.start(), match.end(), Secret.ADDRESS)
    for person in persons:
        if plain[person.end : person.end + 1] in ("（", "("):
            house = _HOUSE.match(plain, person.end + 1)
            if house and house["room"]:
                yield Redaction(*house.span(), Secret.ADDRESS)
    last = 0
    for building in _BUILDING.finditer(plain):
        low, high = max(building.start() - _AROUND, last), building.end() + _AROUND
        if not _ROOM.search(plain, low, high):  # as mostly; the whole pattern takes long
            continue
        if not (flat := _UNLABELLED.search(plain, low, high)):
            continue
        last = flat.end()
        before = plain[max(flat.start() - 24, 0) : flat.start()]
        clause = re.split("[，,。；;\n]", before)[-1]
        if (flat["room"] or flat["unit"]) and not _OFFICE.search(clause):
            yield Redaction(*flat.span(), Secret.ADDRESS)
