"""What tells one dwelling from all others: flats, houses, beds, and where their addresses begin.

Nothing here asks whose it is; `homes` does.
"""

from __future__ import annotations

import re

COUNT = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
SIDE = r"[东西中南北左右]{1,2}(?:[户门]|手边?)?"
_HOUSE = r"号(?:院|楼|附\d{1,3}号?)?"
_FLAT = (
    rf"(?:{COUNT}期)?(?:[A-Z甲乙丙丁]区)?(?:\d{{1,5}}(?:号院?|弄)[ ]?)?"
    rf"(?:[A-Z平甲乙丙丁东西南北]?{COUNT}[A-Z]?(?:[栋幢座]|#楼?|{_HOUSE}|楼)|(?<=区)"
    r"|[A-Z甲乙丙丁]座)[ ]?"
    rf"(?:(?P<unit>(?:{COUNT}|[甲乙丙丁东中西A-Z])(?:单元|门))[ ]?)?"
    rf"(?:(?:负?{COUNT}[层楼]|顶[层楼])[ ]?(?:{SIDE}|\d{{1,2}}(?P<small>室|户|号))"
    rf"|(?:{COUNT}[层楼][ ]?)?\d{{3,4}}(?P<room>寝?室(?:[A-Z]间)?|户|号?房|号)?(?!\d|年)"
    rf"|\d{{1,2}}(?P<letter>[A-Z])(?![A-Za-z\d])"
    rf"|(?P<dashed>\d{{1,3}}(?:-\d{{1,2}})?-\d{{1,4}})号?室?(?![\d-])"
    rf"|(?<=[元门院])[ ]?\d{{1,2}}(?P<door>室|户|号))"
)
FLAT = re.compile(
    rf"(?<![\d\-共计达]){_FLAT}(?![\d.．]|\s?(?:[年元米个平万户名套台根余多间人次楼层mM㎡]|栋|幢))"
)
"""A flat by its building and its room."""
ROOMS = ("unit", "small", "room", "dashed", "door", "letter")
"""The groups of a flat that are more than a building and digits."""
BUILDING = re.compile("[栋幢座楼院#弄]|单(?=元)|号(?=[ ]?(?:附|\\d{1,2}[层楼-]|\\d{3,4}[室户]))")
ROOM = re.compile(r"\d{3}|单元|[\d一二三四五六七八九十]门|\d[室号]|[层楼][东西中南北]|\d-\d")
AROUND = 16
"""A building's number and a room's stand so near to what the building is called."""
FLAT_BY_NUMBERS = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<![第图表码为至自从到约共以、])[甲乙丙丁]?\d{1,4}"
    r"(?:(?:-\d{1,2}){1,2}-\d{3,4}|(?:-\d{1,2}){3}|号\d{1,2}-\d{1,2}-\d{1,3}"
    r"|(?<=[院区园里苑庄村楼府城]\d)-\d{1,2}-\d{1,2})(?:号|室)?(?![\d-]|年)"
)
"""A flat by numbers alone (甲5-2-101): building, unit and room."""
GROUP_HOUSE = re.compile(
    r"[组队屯社排](?<=[\d一二三四五六七八九十小][组队屯社排])\s?\d{1,4}(?:-\d{1,2})?号(?![楼线公])"
)
"""A house in a village, by the number of its group (组)."""
GROUP = re.compile(r"第?[\d一二三四五六七八九十]{1,3}(?:村民小)?$")
HOUSE = re.compile(
    r"[街路巷村屯庄湾组寨弄段查里社][ ]?"
    r"(?P<house>[甲乙丙丁]?\d{1,4}(?:-\d{1,2})?号(?:院|附\d{1,3}号)?)"
    r"(?=家[中里门]|院落|住户|登记户主|的?房屋|的?住房|的?祖屋|宅基地|门[口前]"
    r"|(?<![路街巷]..号)(?<![路街巷].{3}号)(?<![路街巷].号)(?:[^\u4e00-\u9fffA-Za-z\d]|$|家|住|房|屋|宅|登记))"
)
"""A house by its village, or by its street where what follows says that somebody lives there."""
BED = re.compile(
    r"(?:[\d一二三四五六七八九十]{1,3}[楼层])?(?:[外内骨儿妇产心神经康复呼吸肿瘤脑胸泌尿]{1,4}[一二三]?科|[一二三四五六七八九十\d]病区|病区|病房|ICU|[楼层])"
    r"[ ]?(?:[\u4e00-\u9fff]{1,4}科)?[ ]?(?:\d{1,3}|加\d{1,2})号?床$"
)
"""A patient's bed in a ward."""
PLACED = re.compile(
    rf"(?:[A-Z平甲乙丙丁]?\d{{1,5}}[A-Z]?|[一二三四五六七八九十]{{1,3}})"
    rf"(?:号(?:附\d{{1,3}}号?|之[一二三四五六七八九\d])?|[组队社排栋幢座楼层室户弄门#舍]|单元|寝室|胡同|房间)(?![线公])(?:{SIDE}|阁楼|平房|院内平房|后楼)?"
    r"|\d{1,4}(?:-\d{1,4}){1,3}号?|(?<=[巷街路村])\d{1,4}(?![\d年月])|(?<=[栋幢座楼元门层舍排#])[A-Z]?[东西甲乙]?\d{1,4}[A-Z]?房?|门牌\d{1,4}|(?<=楼)\d{3,4}"
)
"""What tells the place of a home within a clause that says where somebody lives."""
DESCRIBED = re.compile(
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


def begin(plain: str, start: int) -> int:
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


def begin_within(plain: str, start: int, end: int) -> int:
    """Return where an address begins of a clause, behind its district and its township.

    A township alone is left to it.
    """
    parts = [match.end() for match in _ADMINISTERED.finditer(plain, start, end)]
    if not parts or end - parts[-1] < 2:
        return start
    named = len(parts) > 1 or plain[parts[-1] - 1] == "区" or parts[-1] - start > _TOWN
    return parts[-1] if named else start
