"""Requests that stand as sentences of their own: 建议…, 希望…, 能不能…？"""

from __future__ import annotations

import re

from index.ranking.requests.mood import MODAL, QUESTION, SURE, mood
from index.ranking.requests.points import CLOSING, Span, trim
from index.ranking.requests.units import AND, is_breathless, iter_units, lead

BARE = 7
"""A question of so many characters says nothing without the one before it."""

LABEL = 8
"""So few characters are a title, and say nothing of what should be done."""

NEAR = 12
"""So many characters before a word that asks tell whether it tells what was asked before."""

_QUOTED = re.compile(r"“[^“”\n]{0,200}”|‘[^‘’\n]{0,200}’|「[^「」\n]{0,200}」|《[^《》\n]{0,80}》")
_FORMAL = re.compile(
    r"^[^\S\n]{0,20}[#*]{0,3} ?(?:关于|对)[^\n]{2,60}(?:提案|建议|议案|意见)[^\S\n]{0,20}$"
    r"|案由|提案人|为此[，,]?建议|[我们]们?建议|各位(?:代表|委员)",
    re.MULTILINE,
)
_WHO = (
    r"(?:(?:我|我们|俺们?|咱们?|本人|来电人|来信人|市民|诉求人|投诉人|居民|业主们?|代表们|委员们)"
    r"|也|都|还|更|又|并|再次|首先|现|在此|真心|诚挚地?|衷心|郑重|强烈|真诚|诚|迫切|特此?|谨|敬|非常|急切){0,3}"
)
_TO = r"领导|政府|上级|主管|有关|相关|各级|各位|贵|能|早|尽"
_ASKS = r"建议(?!如下|书|人|：)|希望|[恳肯垦]请|恳求|请求|呼吁|提议|期盼|盼望|热切?盼|提请|敦请"
_HOPE = rf"[望盼希](?={_TO}|[\u4e00-\u9fff]{{2,6}}(?:部门|[局委办]))"
_REQUEST = re.compile(rf"{_WHO}(?:{_ASKS}|{_HOPE})")
_DEMAND = re.compile(
    rf"{_WHO}(?:要求|麻烦|求|请(?![问予示教])|拜托|能不能|能否|可否|可不可以|想请问|请问|想问|想咨询|想了解|咨询)"
)
_SHOULD = re.compile(
    r"(?:应当|应该|应尽快|应由|应(?=[^\s对用付急聘届邀])|可以|可由|可在|不妨|有必要|亟需|亟待|是否可以"
    r"|能否|可否|能不能|可不可以|请(?![问予您你示]|研究|领导|审|阅))"
)
_OBLIGES = re.compile(
    r"(?<![反响相对效供适])应(?:当|该|尽快|由)|必须|务必|理应|(?:至少|一定|都|总)要|不妨|有必要"
)
_OPINION = re.compile(
    r"(?:我们?|本人)(?:看|想|觉得|认为|主张|以为|的(?:意见|想法|看法|建议)是?)[，,：:]?"
)
_WITHIN = re.compile(
    r"(?<=[，,：:])(?:因此|为此|所以)?(?:我们?|特|谨|强烈)?(?:建议|恳请|呼吁|能否|可否|应当(?!说)|应该(?!说)|理应)"
)
_POLITELY = re.compile(r"[，,：:](?:也|还|就|那就|都)?请(?![问等您你予示教研审阅])")
_WITHIN_MESSAGE = re.compile(
    r"[，,：:、]\s?(?:我们?|现|今天|今|特|谨|强烈|真心|也|还|因此|为此|所以|在此|故|并|方便)*"
    rf"(?:建议|[恳肯垦敬]请|呼吁|请求|要求|希望|咨询|询问|想了解|求(?!助|救)|请(?![问等您你])|{_HOPE})"
)
_ANYWHERE = re.compile(r"希望|建议|麻烦|恳请|请求|求你|帮忙(?=[催看修查])")
_URGES = re.compile(
    r"(?:请|务必|必须|应该)?(?:尽快|尽早|立即|马上|赶紧|严查|严惩|彻查|公开|还(?:我们?|百姓|老百姓|居民)一)"
)
_PAST = re.compile(
    r"去年|前年|上届|曾经?|当时|此前|上次|20\d\d年|已经|以前|原来|说是|有人|(?<!来电)[称说道]，|原以为"
)
_TOLD = re.compile(
    r"(?:人家|他们?|她们?|对方|物业|回复|答复|工作人员|客服)[^，。]{0,4}[说讲称道](?!法)|告知"
)
"""What others say."""
_DEPARTMENT = re.compile(r"建议[^，。]{0,24}(?:办理|承办|会办|主办|协办)[。]?$")
_RHETORICAL = re.compile(
    r"难道|谁不|凭什么|凭啥|何不|何必|怎么[能可]|哪能(?!办|够)|哪里还|还让不让|何在|谈何|何谈|试问|岂|不是.{0,12}吗[？?]"
    r"|还有没有王法|有人管(?:吗|么)[？?]|(?:政府|[交民]警|管|法律?|公平|天理|公道)[^，。]{0,6}在哪里?[？?]"
    r"|(?:对|是)不对[？?]$|^.{0,4}[？?！!]*$|良心|天理|公理|正义"
)
_ANNOUNCED = re.compile(
    r"关于[^，。]{0,12}的问题[。：:]?$|[几两三四五六\d下]个?(?:问题|事情?|情况|件事|点疑问)[^，。？?]{0,4}[。：:！!]?$"
)
_POLITE = re.compile(
    r"[^，。]{0,8}(?:[希盼]?望|恳请|请|求|麻烦|期盼|要求|拜托)[^，。]{0,14}"
    r"(?:了|办结|反馈|重视|回复|答复|采纳|关注|支持|说法|理解|研究|考虑|回音|解答|帮忙|解决问题?|处理)(?:一下)?(?:此事|此问题|这个问题)?"
    r"(?:(?<=重视|关注|关心|考虑|核实|理解|支持)[^，。]{0,7})?(?:为盼|为谢|谢谢|谢谢您|，谢谢|，感谢)?[。！!～~，,]*$"
)
_LEANS = re.compile(
    r"(?:能不能|能否|可否|可不可以|要不要|是不是|是否|还是|或者|怎么[办收]|如果|多少钱|需要|要带|有没有[标要规])"
)


def is_formal(text: str) -> bool:
    """Tell whether a text is a proposal by its title, its particulars or its manner."""
    return bool(_FORMAL.search(_hide(text)))


def find_asked(text: str, taken: list[Span], formal: bool) -> list[Span]:
    """Return the sentences, or parts of them, that ask for something, outside of what is taken.

    Of a proposal what suggests; of a message questions and demands as well. A question that leans
    on the one before it (归谁管？能不能划线？) is one request with it. A message that only asks to
    be heeded (望重视) asks for that.
    """
    hidden = _hide(text)
    formal = formal or bool(taken)
    question = SURE if re.search("[？?]", hidden) else QUESTION
    last = taken[-1][1] if taken else 0
    spans: list[Span] = []
    polite: list[Span] = []
    for start, end in iter_units(hidden, taken):
        goes_on = bool(spans) and spans[-1][1] == start
        if formal:
            begin = _asks_formally(hidden, start, end, goes_on, start >= last)
        else:
            begin = _asks(hidden, start, end, question, goes_on)
        if begin is None:
            if not formal and _POLITE.search(hidden[start:end].rstrip()):
                polite = [trim(text, lead(hidden, start, end), end)]
            continue
        span = trim(text, begin, end)
        short = span[1] - span[0] <= BARE
        leans = (short or _LEANS.match(hidden, span[0])) and hidden[span[1] - 1] in "？?！!"
        if not formal and spans and leans and spans[-1][1] == span[0] == start:
            spans[-1] = (spans[-1][0], span[1])
        elif span[0] < span[1]:
            spans.append(span)
    return spans or polite


def _hide(text: str) -> str:
    """Return the text without what stands in quotation marks."""
    return _QUOTED.sub(lambda quoted: "□" * len(quoted.group()), text)


def _asks_formally(text: str, start: int, end: int, goes_on: bool, free: bool) -> int | None:
    """Return where a proposal's sentence asks; `free` tells that no list follows it."""
    begin = lead(text, start, end)
    unit = text[begin:end].rstrip()
    if CLOSING.match(unit) or _POLITE.search(unit) or len(unit) < 5:
        return None
    if _DEPARTMENT.search(unit) or unit.endswith(("：", ":")):
        return None
    more = goes_on and len(unit) > 5 and (begin > start or AND.match(unit) or _does(unit))
    if more:
        return begin
    if _REQUEST.match(unit):
        return begin
    if _RHETORICAL.search(unit) or len(unit) < 8:
        return None
    if _SHOULD.match(unit) or (free and _obliges(unit)):
        return begin
    return _behind(_WITHIN, unit, begin)


def _does(unit: str) -> bool:
    """Tell whether a sentence says what should be done, and more than a title does."""
    return (len(unit) > LABEL or unit[0] in "再还") and mood(unit) > 0


def _obliges(unit: str) -> bool:
    """Tell whether a sentence asks, or says what must be done, elsewhere than where it begins."""
    if _PAST.search(unit):
        return False
    opinion = _OPINION.match(unit)
    if opinion:
        return (
            bool(_OBLIGES.search(unit) or _SHOULD.search(unit)) or mood(unit[opinion.end() :]) > 0
        )
    return bool(MODAL.search(unit) or _POLITELY.search(unit)) or (
        mood(unit) > 0 and bool(_OBLIGES.search(unit))
    )


def _behind(pattern: re.Pattern[str], unit: str, begin: int) -> int | None:
    """Return where a clause within asks, unless it tells what was asked before."""
    within = pattern.search(unit)
    told = (
        within
        and not within.group().endswith("恳请")
        and _PAST.search(unit, max(0, within.start() - NEAR), within.start())
    )
    return begin + within.start() if within and not told else None


def _asks(text: str, start: int, end: int, question: re.Pattern[str], goes_on: bool) -> int | None:
    """Return where a message's sentence asks: with the reason that it gives before."""
    begin = lead(text, start, end)
    unit = text[begin:end].rstrip()
    if CLOSING.match(unit) or _ANNOUNCED.search(unit) or _POLITE.fullmatch(unit):
        return None
    asked = question.search(unit)
    if _RHETORICAL.search(unit) or (len(unit) < 8 and not asked):
        return None
    if goes_on and begin > start and mood(unit) > 0:
        return begin
    if asked and unit[-1] not in "？?" and _TOLD.search(unit, 0, asked.start()):
        asked = None
    if asked or _REQUEST.match(unit) or _DEMAND.match(unit) or _URGES.match(unit):
        return begin
    within = (_ANYWHERE if is_breathless(unit) else _WITHIN_MESSAGE).search(unit)
    told = within and (
        _PAST.search(unit, max(0, within.start() - NEAR), within.start())
        or _POLITE.fullmatch(unit, within.start() + 1)
    )
    return begin if within and not told else None
