"""Requests that stand as sentences of their own: 建议…, 希望…, 能不能…？"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.ranking.requests.listed import CLOSING, Span, trim

_QUOTED = re.compile(r"“[^“”\n]{0,200}”|‘[^‘’\n]{0,200}’|「[^「」\n]{0,200}」|《[^《》\n]{0,80}》")
_END = re.compile(
    r"[。！？!?；;…\n]+[”’」]?"
    r"|[，, ](?=(?:还有|另外?|再一个|再有|再就是|再说|此外|同时|顺便"
    r"|并[将把]|也?建议|再?请问)[^，。]{2})"
)
LEADING = re.compile(
    r"\s*(?:(?:还有(?:就是|一个|一点|个事)?|另外?(?=[，,：:]|咨询|外|请|建议|希望|能)外?|此外|再一个|再有|再就是|再说|再者|同时|顺便|最后|其次|首先|第[一二三四五六]"
    r"|[问Q][：:]|为此|因此|因而|所以|对此|据此|鉴于此|综上(?:所述)?|总之|故|而且|并且|以及|那么|那)[，,：:、]?\s*)+"
)
_FORMAL = re.compile(
    r"^[^\S\n]{0,20}[#*]{0,3} ?(?:关于|对)[^\n]{2,60}(?:提案|建议|议案|意见)[^\S\n]{0,20}$"
    r"|案由|提案人|为此[，,]?建议|[我们]们?建议",
    re.MULTILINE,
)
_SUBJECT = (
    r"(?:(?:我|我们|俺们?|本人|来电人|来信人|市民|诉求人|投诉人|居民|业主们?|代表们|委员们)"
    r"(?:也|都|真心|诚挚地?|强烈|衷心|郑重)?|强烈|真诚|诚|迫切|衷心|郑重|特|特此|谨|在此|也|再次)?"
)
_REQUEST = re.compile(
    rf"{_SUBJECT}(?:建议(?!如下|书|人|：)|希望|恳请|恳求|请求|呼吁|提议|期盼|盼望|热切?盼)"
)
_SHOULD = re.compile(
    r"(?:应当|应该|应尽快|应由|应(?=[^\s对用付急聘届邀])|可以|可由|可在|不妨|有必要|亟需|亟待"
    r"|能否|可否|能不能|是否可以|可不可以|请(?![问予您你示]|研究|领导|审|阅))"
)
_WITHIN = re.compile(
    r"(?<=[，,：:])(?:因此|为此|所以)?(?:我们?|特|谨|强烈)?(?:建议|恳请|呼吁|能否|可否)"
)
_WITHIN_MESSAGE = re.compile(
    r"(?<=[，,：:])(?:我们?|特|谨|强烈)*(?:建议|恳请|呼吁|要求|希望|请(?![问等您你]))"
)
_PAST = re.compile(r"去年|前年|上届|曾经?|当时|此前|上次|20\d\d年")
_DEPARTMENT = re.compile(r"建议[^，。]{0,24}(?:办理|承办|会办|主办|协办)[。]?$")
_DEMAND = re.compile(
    rf"{_SUBJECT}(?:要求|麻烦|求|请(?![问予示教])|拜托|能不能|能否|可否|可不可以|想请问|请问|想问|想咨询|想了解|咨询)"
)
_QUESTION = re.compile(
    r"[？?]\s*[”’」]?$|(?:吗|么|呢|伐|嘛|不)[。！!…]*$|能不能|能否|可否|可不可以|可唔可以|得不得|能勿能|请问|想问问|想咨询|想了解"
    r"|(?:吗|么|呢|伐|嘛)(?=[\s，])|归谁管|归哪个|归啥|归边|找哪个部门|(?:啥|什么)时候能|[怎咋]么?办|怎么[申办]"
)
_SURE = re.compile(
    r"[？?]\s*[”’」]?$|能不能|能否|可否|可不可以|可唔可以|请问|想问问|想咨询|归谁管|归哪个"
)
_RHETORICAL = re.compile(
    r"难道|谁不|凭什么|凭啥|何不|何必|怎么能|哪能(?!办|够)|哪里还|还让不让|何在|不是.{0,12}吗[？?]|还有没有王法|有人管(?:吗|么)[？?]"
    r"|(?:对|是)不对[？?]$|^.{0,4}[？?！!]*$|良心"
)
_ANNOUNCED = re.compile(
    r"[几两三四五六\d下]个?(?:问题|事情?|情况|件事|点疑问)[^，。？?]{0,4}[。：:！!]?$"
)
_POLITE = re.compile(
    r"(?:[希盼]?望|恳请|请|求|麻烦|期盼|要求|拜托)[^，。]{0,14}"
    r"(?:了|办结|反馈|重视|回复|答复|采纳|关注|支持|说法|理解|研究|考虑|回音|解答|帮忙|解决问题?|处理)(?:一下)?(?:此事|此问题|这个问题)?"
    r"(?:为盼|谢谢|谢谢您|，谢谢|，感谢)?[。！!～~，,]*$"
)
_AND = re.compile(r"并[将把]")
_COMMA = re.compile(r"[，、,]")
_TURN = re.compile(r"还有(?!的|人)|另外|再一个|再就是|再有|此外|顺便|请问")
BARE = 7
"""A question of so many characters says nothing without the one before it."""

LONG = 30
"""A sentence of so many characters without a comma is written without any."""
_BARE = re.compile(
    r"(?:能不能|能否|可否|可不可以|要不要|是不是|是否|还是|或者|怎么[办收]|如果|多少钱|需要|要带|有没有[标要规])"
)


def find_asked(text: str, taken: list[Span]) -> list[Span]:
    """Return the sentences, or parts of them, that ask for something, outside of what is taken.

    Of a proposal what suggests; of a message questions and demands as well. A question that leans
    on the one before it (归谁管？能不能划线？) is one request with it.
    """
    hidden = _QUOTED.sub(lambda quoted: "□" * len(quoted.group()), text)
    formal = bool(taken) or bool(_FORMAL.search(hidden))
    question = _SURE if re.search("[？?]", hidden) else _QUESTION
    spans: list[Span] = []
    for start, end in _units(hidden, taken):
        if formal:
            goes_on = bool(spans) and spans[-1][1] == start
            begin = _asks_formally(hidden, start, end, goes_on)
        else:
            begin = _asks(hidden, start, end, question)
        if begin is None:
            continue
        span = trim(text, begin, end)
        short = span[1] - span[0] <= BARE
        leans = (short or _BARE.match(hidden, span[0])) and hidden[span[1] - 1] in "？?"
        if not formal and spans and leans and spans[-1][1] == span[0] == start:
            spans[-1] = (spans[-1][0], span[1])
        elif span[0] < span[1]:
            spans.append(span)
    return spans


def _units(text: str, taken: list[Span]) -> Iterator[Span]:
    """Yield the sentences, cut before 还有 and the like too, that lie outside of what is taken."""
    start, free = 0, iter((*taken, (len(text), len(text))))
    block = next(free)
    for stop in (*(end.end() for end in _END.finditer(text)), len(text)):
        while block[1] <= start and block[0] < len(text):
            block = next(free)
        if stop > start and stop <= block[0] and text[start:stop].strip():
            yield from _unmarked(text, start, stop)
        start = stop


def _unmarked(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the parts of a sentence; of one without a comma those that 还有 and the like begin."""
    if end - start > LONG and not _COMMA.search(text, start, end):
        for turn in _TURN.finditer(text, start + 1, end):
            yield start, turn.start()
            start = turn.start()
    yield start, end


def _asks_formally(text: str, start: int, end: int, goes_on: bool) -> int | None:
    begin = _lead(text, start, end)
    unit = text[begin:end]
    if goes_on and (begin > start or _AND.match(unit)) and len(unit) > 5:
        return begin if not CLOSING.match(unit) and not _POLITE.search(unit) else None
    if CLOSING.match(unit) or _POLITE.search(unit) or len(unit.strip()) < 5:
        return None
    if _DEPARTMENT.search(unit) or unit.rstrip().endswith(("：", ":")):
        return None
    if _REQUEST.match(unit) or (
        len(unit) > 7 and _SHOULD.match(unit) and not _RHETORICAL.search(unit)
    ):
        return begin
    return _behind(_WITHIN, unit, begin)


def _behind(pattern: re.Pattern[str], unit: str, begin: int) -> int | None:
    """Return where a clause within asks, unless it tells what was asked before."""
    within = pattern.search(unit)
    told = within and _PAST.search(unit, 0, within.start())
    return begin + within.start() if within and not told else None


def _asks(text: str, start: int, end: int, question: re.Pattern[str]) -> int | None:
    begin = _lead(text, start, end)
    unit = text[begin:end].rstrip()
    if CLOSING.match(unit) or _ANNOUNCED.search(unit) or _POLITE.fullmatch(unit):
        return None
    asked = question.search(unit)
    if _RHETORICAL.search(unit) or (len(unit) < 8 and not asked):
        return None
    if asked or _REQUEST.match(unit) or _DEMAND.match(unit):
        return begin
    return _behind(_WITHIN_MESSAGE, unit, begin)


def _lead(text: str, start: int, end: int) -> int:
    """Return where a sentence begins behind 另外， and the like."""
    leading = LEADING.match(text, start, end)
    return leading.end() if leading else start
