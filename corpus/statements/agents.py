"""Who acts in a clause: an office or a part of one, by its name before what it does."""

from __future__ import annotations

import re

_OFFICES = (
    r"局|委(?!员?会)|委员?会|部门?|机构|[协学合工]会|办(?:事处|公室)?|厅|街道|政府|财政|社区|城管|(?<!排)队|专班"
    r"|[小工勤务程]组|公司|物业|企业|集团|单位|施工方|(?:(?<!城)市|(?<!地)区|[省县镇乡村])里?|站里|校里|[院校园厂馆场]方|处|科|室|供销社|[妇残文侨商]联|科协"
    r"|银行"
)
"""What the names of those who act end with."""
_PLACES = r"中心|馆|所|站|厂|院|校"
"""What names end with both of those who act and of what is built."""
_NEXT = (
    r"(?:[将拟会为每于在对从自按把与今明年再先还另也均都已愿]|\d{1,4}[年月日]|计划|正|要求|责[令成]|督促|[上下]半|[上下本]周|[下本]月|力争|承诺|答应|同意"
    r"|争取|基本|尽快|适时|近期|继续|进一步|积极|重点|定于|打算|决定|准备|保证|有望|可[在于]|负责(?!人)|牵头|组织|商定|国庆"
    r"|春节|[一二三四五六七八九十两半]{1,3}[个日天周月年]|完成|表示|考虑|同步|立即|随后|预计|利用|联合|同时)"
)
"""How it goes on behind a name."""
_INSIDE = (
    r"(?:(?![将拟对在把于正的我由]|要求|责[令成]|督促|新[建增设]|建设(?![局部委厅集单公指])|会(?![保计])|后(?!勤)|约谈|决定|经(?![营济信发开]))"
    r"[\u4e00-\u9fff])"
)
"""What a name has in it before it ends; no word of doing or joining."""
_BEFORE = (
    r"(?!商(?!务|业|[粮贸])|指导|联合|会同|协[调同助]|组织|配合|帮助|支持|引导|鼓励|根据|按照"
    r"|目前|当前|现[^代]|列入|如果|其中|待)"
)
"""What no name begins with: a word of what is done with whom it names, or of when."""
_WHO = re.compile(
    rf"(?:我们|我[会司行社]|{_BEFORE}[我本全两]?[A-Z]?\d?{_INSIDE}{{0,14}}?(?:{_OFFICES}|(?P<place>{_PLACES})))(?={_NEXT})"
)
_BUILT = re.compile(
    r"(?:[将可会能于在年月日底前后上中下旬半末初内季度今明本\d一二三四五六七八九十]|预计|有望|计划|力争|争取|正式|全[面部]|基本|对外|春节|国庆|元旦)*"
    r"(?:建成|[启投]用|投入使用|[开动竣完复]工|开[业园馆放诊学通]|通车|运营|交付|封顶|落成|挂牌)(?:[启使投]用)?"
)
"""How it goes on where a place is opened or built, which does nothing itself."""
_OWN = re.compile(r"[^，我]{2,10}(?=我)")
_HINGE = re.compile(r"但是?|不过|然而|只是|因此|为此|由")


def who_acts(sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the place of who acts: a name right at the start, or ours behind what it is about."""
    if about := _OWN.match(sentence, start, end):
        start = about.end()
    named = _WHO.match(sentence, start, end)
    if named is None or (named["place"] and _BUILT.fullmatch(sentence, named.end(), end)):
        return None
    return named.span()


def skip_hinge(sentence: str, start: int, end: int) -> int:
    """Return where a name begins behind a word that only joins it to what was said: 但我局."""
    hinge = _HINGE.match(sentence, start, end)
    return hinge.end() if hinge and who_acts(sentence, hinge.end(), end) else start
