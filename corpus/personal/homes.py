"""Where private persons live: an address said to be someone's, or a dwelling in an estate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.spans import clause_end, clause_start
from corpus.types import Redaction, Secret

_COUNT = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_SIDE = r"[东西中南北左右]{1,2}(?:[户门]|手边?)?"
_NUMBERED = r"号(?:院|楼|附\d{1,3}号?)?"
_ROOMED = (
    rf"(?:{_COUNT}期)?(?:[A-Z甲乙丙丁]区)?(?:\d{{1,5}}(?:号院?|弄)[ ]?)?"
    rf"(?:[A-Z平甲乙丙丁东西南北]?{_COUNT}[A-Z]?(?:[栋幢座]|#楼?|{_NUMBERED}|楼)|(?<=区)"
    r"|[A-Z甲乙丙丁]座)[ ]?"
    rf"(?:(?P<unit>(?:{_COUNT}|[甲乙丙丁东中西A-Z])(?:单元|门))[ ]?)?"
    rf"(?:(?:负?{_COUNT}[层楼]|顶[层楼])[ ]?(?:{_SIDE}|\d{{1,2}}(?P<small>室|户|号))"
    rf"|(?:{_COUNT}[层楼][ ]?)?\d{{3,4}}(?P<room>寝?室(?:[A-Z]间)?|户|号?房|号)?(?!\d|年)"
    rf"|\d{{1,2}}(?P<letter>[A-Z])(?![A-Za-z\d])"
    rf"|(?P<dashed>\d{{1,3}}(?:-\d{{1,2}})?-\d{{1,4}})号?室?(?![\d-])"
    rf"|(?<=[元门院])[ ]?\d{{1,2}}(?P<door>室|户|号))"
)
_FLAT = re.compile(
    rf"(?<![\d\-共计达]){_ROOMED}(?![\d.．]|\s?(?:[年元米个平万户名套台根余多间人次楼层mM㎡]|栋|幢))"
)
"""A flat by its building and its room."""
_ROOMS = ("unit", "small", "room", "dashed", "door", "letter")
"""The groups of a flat that are more than a building and digits."""
_BUILDING = re.compile("[栋幢座楼院#弄]|单(?=元)|号(?=[ ]?(?:附|\\d{1,2}[层楼-]|\\d{3,4}[室户]))")
_ROOM = re.compile(r"\d{3}|单元|[\d一二三四五六七八九十]门|\d[室号]|[层楼][东西中南北]|\d-\d")
_AROUND = 16
"""A building's number and a room's stand so near to what the building is called."""
_FLAT_BY_NUMBERS = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<![第图表码为至自从到约共以、])[甲乙丙丁]?\d{1,4}"
    r"(?:(?:-\d{1,2}){1,2}-\d{3,4}|(?:-\d{1,2}){3}|号\d{1,2}-\d{1,2}-\d{1,3}"
    r"|(?<=[院区园里苑庄村楼府城]\d)-\d{1,2}-\d{1,2})(?:号|室)?(?![\d-]|年)"
)
"""A flat by numbers alone (甲5-2-101): building, unit and room."""
_GROUP_HOUSE = re.compile(
    r"[组队屯社排](?<=[\d一二三四五六七八九十小][组队屯社排])\s?\d{1,4}(?:-\d{1,2})?号(?![楼线公])"
)
"""A house in a village, by the number of its group (组)."""
_GROUP = re.compile(r"第?[\d一二三四五六七八九十]{1,3}(?:村民小)?$")
_HOUSE = re.compile(
    r"[街路巷村屯庄湾组寨弄段查里社][ ]?"
    r"(?P<house>[甲乙丙丁]?\d{1,4}(?:-\d{1,2})?号(?:院|附\d{1,3}号)?)"
    r"(?=家[中里门]|院落|住户|登记户主|的?房屋|的?住房|的?祖屋|宅基地|门[口前]"
    r"|(?<![路街巷]..号)(?<![路街巷].{3}号)(?<![路街巷].号)(?:[^\u4e00-\u9fffA-Za-z\d]|$|家|住|房|屋|宅|登记))"
)
"""A house by its village, or by its street where what follows says that somebody lives there."""
_BED = re.compile(
    r"(?:[\d一二三四五六七八九十]{1,3}[楼层])?(?:[外内骨儿妇产心神经康复呼吸肿瘤脑胸泌尿]{1,4}[一二三]?科|[一二三四五六七八九十\d]病区|病区|病房|ICU|[楼层])"
    r"[ ]?(?:[\u4e00-\u9fff]{1,4}科)?[ ]?(?:\d{1,3}|加\d{1,2})号?床$"
)
"""A patient's bed in a ward."""
_PLACED = re.compile(
    rf"(?:[A-Z平甲乙丙丁]?\d{{1,5}}[A-Z]?|[一二三四五六七八九十]{{1,3}})"
    rf"(?:号(?:附\d{{1,3}}号?|之[一二三四五六七八九\d])?|[组队社排栋幢座楼层室户弄门#舍]|单元|寝室|胡同|房间)(?![线公])(?:{_SIDE}|阁楼|平房|院内平房|后楼)?"
    r"|\d{1,4}(?:-\d{1,4}){1,3}号?|(?<=[巷街路村])\d{1,4}(?![\d年月])|(?<=[栋幢座楼元门层舍排#])[A-Z]?[东西甲乙]?\d{1,4}[A-Z]?房?|门牌\d{1,4}|(?<=楼)\d{3,4}"
)
"""What tells the place of a home within a clause that says where somebody lives."""
_DESCRIBED = re.compile(
    r"第[一二三四五六七八九十\d]{1,2}[家户间]|[那这]一?[家户](?![人])|最[东西南北里]边?一[家户]|(?<=村)[东西南北]头"
)
"""A home by where it stands in its row."""

_ADMINISTERED = re.compile(
    r"(?<=[\u4e00-\u9fff])(?:省|市(?!场)|县|旗|镇(?!上)|乡|街道|(?<![小社园厂校景矿新工属老A-Z甲乙丙丁一二三四五六七八九十\d])区)"
)
"""What districts and townships end with."""
_NO_PART = re.compile(
    r"[^\u4e00-\u9fffA-Z\d]|[的在到是于您我你他她们买由将把被至了从户租称寄]|(?<=\d)[年月日]|请问|地下室|对(?!门)|住(?!宅)|为(?!民)"
    r"|(?<![\u4e00-\u9fff])家|(?<=[我您你])家|安置房|一套|老家|坐落|地址|收悉|反映|楼[上下]|经查|其中|[号室]和"
)
"""What does not belong to what a road, a village or an estate is called."""
_CALLED = re.compile(
    "[路街道巷同里弄村庄屯湾寨组队社园苑城府庭院居楼寓舍都郡墅厦堡轩阁坊场段营庙店桥坪坝岗岭洼河塘坡查家区期南点]$"
)
_UNNAMED = re.compile("小区|宿舍|家属院|公寓|社区|院|房")
_LONGEST = 24
_TOWN = 5
"""A township is called by so many signs at most (前进街道 apart), or its county is before it."""

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
_FLOOR = re.compile(rf"{_COUNT}[栋幢座楼层]")
_PATIENT = re.compile("住院|患者|病人|病房|治疗|我|[父母妈爸老爱妻女儿]|[他她]")
_WITHIN = r"[^，,。；;：:\n|（()）的]{0,40}?"
_FLAT_THERE = re.compile(rf"{_WITHIN}{_FLAT.pattern}")
_PARTED = "，,。；;\n"
"""What parts the clause of an address from others."""


def iter_homes(plain: str, persons: list[Redaction]) -> Iterator[Redaction]:
    """Yield the addresses of dwellings; the text must be `legible`.

    :param persons: the private persons named; an address in brackets behind one is theirs.
    """
    yield from _iter_announced(plain)
    for match in _GROUP_HOUSE.finditer(plain):
        if group := _GROUP.search(plain, max(match.start() - 8, 0), match.start()):
            yield _address(_begin(plain, group.start()), match.end())
    for match in _HOUSE.finditer(plain):
        if not _is_office(plain, *match.span("house")):
            yield _address(_begin(plain, match.start("house")), match.end())
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
            places = [*_PLACED.finditer(plain, *clause.span())]
            if sure:
                places += _DESCRIBED.finditer(plain, *clause.span())
            alone = len(places) == 1 and _FLOOR.fullmatch(plain, clause.start(), places[0].end())
            if places and not alone:
                end = max(place.end() for place in places)
                yield _address(_begin_within(plain, clause.start(), places[0].start()), end)


def _iter_beds(plain: str) -> Iterator[Redaction]:
    """Yield the beds of patients."""
    at = plain.find("床")
    while at >= 0:
        bed = _BED.search(plain, max(at - _AROUND, 0), at + 1)
        if bed and _PATIENT.search(plain, max(bed.start() - 16, 0), at + 8):
            yield _address(*bed.span())
        at = plain.find("床", at + 1)


def _iter_flats(plain: str) -> Iterator[Redaction]:
    """Yield the dwellings that are said to be nobody's, but for those of offices."""
    last = 0
    for building in _BUILDING.finditer(plain):
        low, high = max(building.start() - _AROUND, last), building.end() + _AROUND
        if not _ROOM.search(plain, low, high):  # as mostly; the whole pattern takes long
            continue
        if not (flat := _FLAT.search(plain, low, high)):
            continue
        last = flat.end()
        start = _begin(plain, flat.start())
        told = start < flat.start() or any(flat[part] for part in _ROOMS)
        if told and not _is_office(plain, flat.start(), flat.end()):
            yield _address(start, flat.end())
    if "-" in plain:
        for flat in _FLAT_BY_NUMBERS.finditer(plain):
            if not _is_office(plain, flat.start(), flat.end()):
                yield _address(_begin(plain, flat.start()), flat.end())


def _is_office(plain: str, start: int, end: int) -> bool:
    """Tell whether an office stands before or behind an address, or in it, in the same clause."""
    begins = clause_start(plain, start, _PARTED, max(start - 24, 0))
    stop = clause_end(plain, end, _PARTED, end + 10)
    return _OFFICE.search(plain[begins:stop]) is not None


def _begin(plain: str, start: int) -> int:
    """Return where an address begins of which the dwelling begins at `start`.

    With the road, village or estate before it, behind the district and township; at `start` itself
    where none is told by its last sign.
    """
    low = max(start - _LONGEST, 0)
    cut = low
    for pattern in (_NO_PART, _ADMINISTERED):
        for match in pattern.finditer(plain, low, start):
            cut = max(cut, match.end())
    called = 2 <= start - cut <= _LONGEST - 8 and _CALLED.search(plain, cut, start)
    return cut if called and not _UNNAMED.fullmatch(plain, cut, start) else start


def _begin_within(plain: str, start: int, end: int) -> int:
    """Return where an address begins of a clause, behind its district and its township.

    A township alone is left to it.
    """
    parts = [match.end() for match in _ADMINISTERED.finditer(plain, start, end)]
    if not parts or end - parts[-1] < 2:
        return start
    named = len(parts) > 1 or plain[parts[-1] - 1] == "区" or parts[-1] - start > _TOWN
    return parts[-1] if named else start
