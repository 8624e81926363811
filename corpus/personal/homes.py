"""Where private persons live: an address said to be someone's, or a dwelling in an estate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.spans import clause_end, clause_start
from corpus.types import Redaction, Secret

_COUNT = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_SIDE = r"[东西中南北左右]{1,2}(?:[户门]|手边?)?"
_DWELLING = (
    rf"(?:{_COUNT}期)?(?:[A-Z]区)?(?:\d{{1,5}}[号弄][ ]?)?"
    rf"(?:[A-Z]?{_COUNT}[A-Z]?(?:[栋幢座]|号(?:院|楼|附\d{{1,3}}号)?|楼|#)|(?<=区)|[A-Z]座)[ ]?"
    rf"(?:(?P<unit>(?:{_COUNT}|[甲乙丙丁A-Z])(?:单元|门))[ ]?)?"
    rf"(?:{_COUNT}[层楼][ ]?(?:{_SIDE}|\d{{1,2}}(?P<small>室|户|号))"
    rf"|(?:{_COUNT}[层楼][ ]?)?\d{{3,4}}(?P<room>室|户|号?房|号)?(?!\d|年)"
    rf"|(?P<dashed>\d{{1,3}}(?:-\d{{1,2}})?-\d{{3,4}})号?室?(?![\d-])"
    rf"|(?<=[元门])[ ]?\d{{1,2}}(?P<door>室|户|号))"
)
"""A flat by building and room; what it stands in (胜利路, 翠湖花园) names nobody."""
_UNLABELLED = re.compile(rf"(?<![\dA-Z-]){_DWELLING}(?![\d.．]|\s?(?:[年元米个平万户名]|栋|幢))")
_DASHED = re.compile(
    r"(?<=[里院苑园区庄府城村楼号湾])[甲乙丙丁]?\d{1,4}-\d{1,2}-\d{3,4}(?:号|室)?(?![\d-])"
)
"""A flat by numbers alone (甲5-2-101): building, unit and room."""
_BUILDING = re.compile("[栋幢座楼院#弄]|号(?=[ ]?(?:\\d{1,2}[层楼]|\\d{3,4}[室户]))")
_ROOM = re.compile(r"\d{3}|单元|[\d一二三四五六七八九十]门|\d室")
_AROUND = 16
"""A building's number and a room's stand so near to what the building is called."""
_OFFICE = re.compile(
    r"局|委员会|中心|大厦|大厅|政府|写字楼|办公|窗口|公司|学校|大学|医院|市场|商场|科室|广场|法院|派出所|服务|办理|报名|地点"
    r"|之家|大院|机关|前往|请到|请大家|会诊|药房|排队|专家"
)
_LIVES = re.compile(
    r"(?:家住|(?<![\u4e00-\u9fff])家[是在]|(?<=[我他她其您你俺咱女老妈娘婆])家[是在]|家里?[：:]|[收邮寄][件信]人?地址|现在住|现居|租[住在]|现住|居住[在于]|住在|挤在|住址|住所地?|房号"
    r"|家庭(?:住址|地址)|居住地址?|居住证地址|户籍(?:所在)?地址?|我家的?地址|家里的?地址|我们?的?地址|本人的?地址"
    r"|户口还?[在于]|房[子屋](?:坐落|位)?[在于]|(?<![\u4e00-\u9fff])房在|住房?(?:坐落|位)[在于]|[您你]家(?:位于|住|（)|[您你]户(?:位于|（)"
    r"|[您你]们反映住所（|租的是?|寄至|家(?<![\u4e00-\u9fff]家)(?=[^，,。；;：:\n第令]{2,24}[号栋幢组户])|住(?<=[，,男女我系人她他是们\s\d]住)(?![建房宅院户宿进了满]))"
    r"(?:[为是在于：:|\s]{0,3})(?!\d+余?户)"
)
_CLAUSE = re.compile(r"[^，,。；;：:\n|（()）的]{2,48}")
_PLACED = re.compile(
    rf"(?:[A-Z]?\d{{1,5}}[A-Z]?|[一二三四五六七八九十]{{1,3}})"
    rf"(?:号(?:附\d{{1,3}}号|之[一二三四五六七八九\d])?|[组队社排栋幢座楼层室户弄门#舍]|单元)(?![线公])(?:{_SIDE}|阁楼)?"
    r"|\d{1,4}(?:-\d{1,4}){1,3}|(?<=[栋幢座楼元门层舍排#])[A-Z]?[东西甲乙]?\d{1,4}[A-Z]?|门牌\d{1,4}|(?<=楼)\d{3,4}"
)
"""What tells the place of a home within a clause that says where somebody lives."""
_HOUSE_OF = re.compile(
    r"(?<=[街路巷村屯庄湾组寨弄段])[ ]?\d{1,4}号(?:附\d{1,3}号)?"
    r"(?=家[中里门]|院落|住户|登记户主|的?房屋|的?住房|宅基地)"
)
"""A house by its street or village, where what follows says that somebody lives there."""
_WITHIN = r"[^，,。；;：:\n|（()）的]{0,40}?"
_HOUSE = re.compile(rf"{_WITHIN}{_DWELLING}")
_VILLAGE_HOUSE = re.compile(
    r"[组队屯社排](?<=[\d一二三四五六七八九十小][组队屯社排])\s?\d{1,4}(?:-\d{1,2})?号(?![楼线公])"
)
"""A house in a village, by the number of its group (组)."""
_GROUP = re.compile(r"第?[\d一二三四五六七八九十]{1,3}(?:村民小)?$")

_PARTED = "，,。；;\n"
"""What parts the clause of an address from others."""


def iter_homes(plain: str, persons: list[Redaction]) -> Iterator[Redaction]:
    """Yield the addresses of dwellings; the text must be `legible`.

    :param persons: the private persons named; an address in brackets behind one is theirs.
    """
    for match in _LIVES.finditer(plain):
        if clause := _CLAUSE.match(plain, match.end()):
            places = list(_PLACED.finditer(plain, *clause.span()))
            if places and not _is_office(plain, match.start(), clause.end()):
                yield Redaction(clause.start(), places[-1].end(), Secret.ADDRESS)
    for match in _VILLAGE_HOUSE.finditer(plain):
        group = _GROUP.search(plain, max(match.start() - 8, 0), match.start())
        if group:
            yield Redaction(group.start(), match.end(), Secret.ADDRESS)
    for match in _HOUSE_OF.finditer(plain):
        yield Redaction(*match.span(), Secret.ADDRESS)
    for person in persons:
        if plain[person.end : person.end + 1] in ("（", "("):
            house = _HOUSE.match(plain, person.end + 1)
            if house and house["room"]:
                yield Redaction(*house.span(), Secret.ADDRESS)
    yield from _iter_flats(plain)


def _iter_flats(plain: str) -> Iterator[Redaction]:
    """Yield the dwellings that are said to be nobody's, but for those of offices."""
    last = 0
    for building in _BUILDING.finditer(plain):
        low, high = max(building.start() - _AROUND, last), building.end() + _AROUND
        if not _ROOM.search(plain, low, high):  # as mostly; the whole pattern takes long
            continue
        if not (flat := _UNLABELLED.search(plain, low, high)):
            continue
        last = flat.end()
        told = any(flat[part] for part in ("room", "unit", "small", "door", "dashed"))
        if told and not _is_office(plain, flat.start(), flat.end()):
            yield Redaction(*flat.span(), Secret.ADDRESS)
    if "-" in plain:
        for flat in _DASHED.finditer(plain):
            if not _is_office(plain, flat.start(), flat.end()):
                yield Redaction(*flat.span(), Secret.ADDRESS)


def _is_office(plain: str, start: int, end: int) -> bool:
    """Tell whether an office stands before or behind an address, or in it, in the same clause."""
    begin = clause_start(plain, start, _PARTED, max(start - 24, 0))
    stop = clause_end(plain, end, _PARTED, end + 10)
    return _OFFICE.search(plain[begin:stop]) is not None
