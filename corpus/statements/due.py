"""Until when: 年底前, “十四五”期间, 明年一季度, 三个月内, each as the last day that it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from corpus.statements.almanac import FEASTS, PLANS, feast, last_of
from corpus.text.numerals import read_numeral

_HAN = "零〇一二两三四五六七八九十"
_NUMBER = rf"(?:\d{{1,3}}|[{_HAN}]{{1,3}})"
_MONTH = (
    r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
    r"|(?<![\d零〇一二三四五六七八九十百千万亿两几多美欧日港公单])元(?=月))"
)
_YEAR = r"(?<!\d)(?:19|20)\d\d"


def _year_named(digits: str, word: str) -> str:
    """Return a pattern of a year in two groups, as it is written or as it is said."""
    said = rf"(?:一九|二[〇○零])[{_HAN}○]{{2}}"
    written = rf"(?P<{digits}>{_YEAR}|{said}|(?<!\d)[89]\d(?=年\d{{1,2}}月))年(?!代)度?"
    return rf"(?:{written}|(?P<{word}>[今本明后去前当次翌])年)"


FAR, TOLD, NEXT = 240, 100, 60
"""Days: a day without a year that lies further ahead was in the year before, at `TOLD` where
nothing says that it is planned, at `NEXT` with an hour."""
_HOUR = re.compile(r"上午|下午|中午|晚|凌晨|\d{1,2}[时点]")

_SEASONS = (
    "立春|雨水|惊蛰|春分|谷雨|立夏|小满|芒种|夏至|小暑|大暑|立秋|处暑|白露|秋分|寒露|霜降|立冬|小雪|大雪"
    "|冬至|小寒|大寒|入[春夏秋冬汛伏]|冬季|夏季|雨季|旱季|农闲|春耕|春播|秋收|麦收|采茶季|旺季|供暖季"
    "|放假|寒潮|台风季|汛期"
)
_SOON = (
    rf"(?:(?:{_YEAR}|[今明后])年)?(?:(?:{_SEASONS})(?:[之以]?前后?|[之以过]?后|结束[前后])"
    r"|(?:主汛|汛)期?[前后]|汛期|入冬前|供暖季前|开春[前后]?"
    r"|(?:元旦|春节|国庆|暑假|五一)节?[之以过]?后(?!(?:的|[两一二三四\d]))"
    r"|(?:元宵|端午|中秋|重阳)节?(?:前后?|[之以过]?后|期间)|寒假(?:前|期间)?"
    r"|(?:[新下本]学期|秋季|春季)?开学[前后]|[本下]?学期(?:内|末|结束前)|[新下]个?学期(?:起|初)?|这[几两]天内?"
    r"|[今明][春夏秋冬](?:明春)?|[今明]年[春夏秋冬][季天]?|[春夏秋冬]季(?=[\u4e00-\u9fff]{2})|近期|近日|适时)"
)
_TERM = (
    rf"(?:第?(?P<quarter>[一二三四1-4])季度末?|(?P<half>[上下]半年)"
    rf"|“?(?P<feast>{'|'.join(FEASTS)}|春节|农历新年)”?"
    r"(?:节(?!假)|节?假期|节?期间|(?<=暑[期假])|(?=[之以]?前|到|[通开建完投启竣交恢举首动装修]))"
    rf"|(?P<ahead>下个?月|[本当]月|这个月|(?<![\d个上下本当每一二三四五六七八九十])月(?=[底末内]))"
    r"(?:上旬|中旬|下旬"
    rf"|(?P<ahead_day>{_NUMBER})[日号]|底|末|内|初|中)?"
    rf"|(?<!\d)(?:{_MONTH}[至到—―–-])?(?<!\d)(?P<month>{_MONTH})月份?(?:(?P<day>\d{{1,2}}|[{_HAN}]{{1,3}})[日号]"
    r"|(?P<third>上中旬|中下旬|上旬|中旬|下旬)|底|末|初|中(?=前))?"
    r"|(?P<end>年(?:[底末内]|终(?!加薪|奖|绩效|总结))|(?<=年)[底末内])|(?P<early>年初|(?<=年)初))"
)
_COUNTED = (
    rf"(?:“?(?P<after>{'|'.join(FEASTS)}|春节)”?(?:节|假期)?[之以]?后)?"
    rf"(?<!\d)(?P<coming>未来|今后|接下来|分)?(?:{_NUMBER}[到至-])?(?P<count>{_NUMBER}|半(?=年|个月))"
    r"(?P<unit>个?工作日|个?星期|个?月|周|年|天|日)"
    r"(?:之?内|以内|左右时间|时间内?|左右|(?<=年)(?=建成|完成|实现|基本)|[之以]?后(?=[再由对重])|(?(coming)|(?!)))"
)
_FIRST = "".join(sorted({name[0] for name in (*_SEASONS.split("|"), *FEASTS)} - {"入"}))
_DAY_OF_MONTH = rf"(?<=每月)(?P<monthly>{_NUMBER})[日号](?:[至到-]{_NUMBER}[日号])?"
_DUE = re.compile(
    # First what each begins with: few characters do, and the rest needn't be tried.
    rf"(?=[\d到至从自“第上下今本明后去前当次翌年月主汛入供开端中重寒新学近适未接分半即这农春夏秋冬{_HAN}{_FIRST}])"
    r"(?P<open>[到至从自](?=[今本明后下次\d一二十年“五国春元暑]))?(?:"
    r"“?(?P<plan>十[一二三四五六]五)”?(?:期间|时期|规划期|期?末)"
    rf"|(?P<vague>{_SOON})"
    rf"|(?:{_year_named('year', 'said')}[的内]?)?{_TERM}"
    rf"|(?<=[入进])“?(?P<into>十[一二三四五六]五)”?"
    rf"|{_DAY_OF_MONTH}|{_COUNTED}|(?P<said_day>明[日天早晚]|后天|今晚|[今即]日(?=起))|(?P<week>[本下这]个?(?:周|星期))(?P<weekday>[一二三四五六日天])?[内末]?"
    rf"|(?:{_YEAR}[-—―－–~至到]{{1,2}})?{_year_named('only', 'alone')}"
    r")(?P<tail>以前|之前|前(?![期后往端景])|起|[之以]?后(?![续期勤方台面备]))?"
)
_AHEAD = re.compile(r"(?:定[在于到至]?|(?:预[计期]|计划|[将拟]|力争|争取|有望|确保)[^。；]{0,20})$")
_FROM_EVENT = re.compile(r"(?:后|之?日起|起|通知书?)的?\s?$")
_BRIDGE = re.compile(r"\s?[至到—―–－\-~～]+\s?")
_AND = re.compile(r"[至到—－\-~～、和及与]*")
"""What joins times that come again and again: 每年3月和9月."""
_AGAIN = re.compile(r"每(?:逢|到|隔|个)?(?:学年|年|季度?|个?月|周|星期|学期)?的?$")
_BEHIND = re.compile(r"(?:近|过去|前)$")


@dataclass(frozen=True, slots=True)
class Due:
    """A term as it stands in the text, and its last day; None where no calendar tells.

    `first` is the first day of the period, `yearly` tells of one that is no more than a year,
    `counted` of one that runs for so many days or months, `loose` of one that comes again and
    again (每年3月) or may lie behind as well (近日): it has no last day.
    """

    start: int
    end: int
    by: date | None
    first: date | None = None
    yearly: bool = False
    counted: bool = False
    loose: bool = False


def find_due(text: str, dated: date | None = None) -> Iterator[Due]:
    """Yield the terms in a text, in order; `dated` is when it was written.

    A term in two parts (7月8日至10月7日, 7月8日起三个月内) is one. A month without a year belongs
    to the year named before it, else to that of `dated`.
    """
    last: Due | None = None
    year = dated.year if dated else None
    for match in _DUE.finditer(text):
        counted = match["count"] is not None
        found = _counted(match, dated, last) if counted else _read(match, dated, year)
        if found is None:
            continue
        if again := _AGAIN.search(text, max(0, found.start - 6), found.start):
            found = replace(found, start=again.start(), by=None, loose=True)
        if found.by and (match["year"] or match["only"] or match["said"] or match["alone"]):
            year = found.by.year
        joined = _join(last, found, match) if last else None
        if last and not joined:
            yield last
        last = joined or found
    if last:
        yield last


def _join(last: Due, found: Due, match: re.Match[str]) -> Due | None:
    """Return two terms as one if they stand in the text as such."""
    text = match.string
    if text[last.start] == "每" and _AND.fullmatch(text, last.end, found.start):
        return replace(last, end=found.end)
    goes_on = match["open"] or (found.counted and found.first == last.by)
    if _BRIDGE.fullmatch(text, last.end, found.start) or (goes_on and last.end == found.start):
        return replace(found, start=last.start, first=last.first)
    return None


def _read(match: re.Match[str], dated: date | None, year: int | None) -> Due | None:
    start, end = match.span()
    if plan := match["plan"] or match["into"]:
        last = PLANS[plan]
        return Due(start, end, date(last, 12, 31), date(last - 4, 1, 1))
    if match["vague"]:
        written = re.match(_YEAR, match["vague"])
        past = bool(written and dated and int(written[0]) < dated.year)
        by = date(int(written[0]), 12, 31) if written and past else None
        return Due(start, end, by, loose=match["vague"] in ("近期", "近日"))
    if match["said_day"] or match["week"]:
        return _near(match, dated)
    if match["monthly"]:
        return Due(start, end, None)
    if "当年" in match[0] or match["ahead"] == "当月":  # of what is told
        return Due(start, end, None, counted=True)
    named = _year(match["year"] or match["only"], match["said"] or match["alone"], dated)
    own = year if named is None else named
    if own is None:
        return Due(start, end, None)
    try:
        first, by, yearly = _period(match, own, dated)
        if not named and dated:
            first, by = _nearest(match, first, by, dated)
    except ValueError:
        return None
    if (match["tail"] or "").endswith("后"):
        return Due(start, end, None, first)
    return Due(start, end, _ended(match, first, by), first, yearly)


def _near(match: re.Match[str], dated: date | None) -> Due:
    """Read 明天, 本周 and 下周三."""
    start, end = match.span()
    if dated is None:
        return Due(start, end, None)
    if match["said_day"]:
        day = dated + timedelta({"明": 1, "后": 2}.get(match["said_day"][0], 0))
        return Due(start, end, day, day)
    monday = dated + timedelta(7 * match["week"].startswith("下") - dated.weekday())
    if match["weekday"]:
        day = monday + timedelta(min(6, "一二三四五六日天".index(match["weekday"])))
        return Due(start, end, day, day)
    return Due(start, end, monday if match["tail"] == "起" else monday + timedelta(6), monday)


def _ended(match: re.Match[str], first: date, by: date) -> date:
    """Return the last day of a period, or of what is before it, or its first of 6月起."""
    if match["tail"] == "起":
        return first
    day = match["day"] or match["ahead_day"] or match["end"]
    if match["tail"] and not (day or any(sign in match[0] for sign in "底末旬")):
        return first - timedelta(1)
    return by


def _nearest(match: re.Match[str], first: date, by: date, dated: date) -> tuple[date, date]:
    """Return a feast, or a day, without a year as it is meant: feasts lie ahead, days are near."""
    begun = first if match["tail"] else by
    if match["feast"] and begun < dated and (match["tail"] or match[0].endswith(match["feast"])):
        return feast(match["feast"], first.year + 1)
    planned = _AHEAD.search(match.string, 0, match.start())
    far = FAR if planned or match["open"] or match["tail"] else TOLD
    far = NEXT if _HOUR.match(match.string, match.end()) else far
    if match["month"] and (dated - by).days > FAR and planned:
        return _a_year_on(first), _a_year_on(by)
    if match["day"] and first.year == dated.year and (first - dated).days > far:
        return first.replace(year=first.year - 1), by.replace(year=by.year - 1)
    return first, by


def _a_year_on(day: date) -> date:
    return (
        last_of(day.year + 1, 2)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year + 1)
    )


def _period(match: re.Match[str], year: int, dated: date | None) -> tuple[date, date, bool]:
    """Return the first and the last day, and whether they are a whole year's."""
    if match["quarter"]:
        month = 3 * read_numeral(match["quarter"])
        return date(year, month - 2, 1), last_of(year, month), False
    if match["half"]:
        month = 6 if match["half"] == "上半年" else 12
        return date(year, month - 5, 1), last_of(year, month), False
    if match["feast"]:
        return *feast(match["feast"], year), False
    if match["ahead"]:
        month = (dated.month if dated else 1) + ("下" in match["ahead"])
        year, month = year + month // 13, (month - 1) % 12 + 1
        if match["ahead_day"]:
            return *(2 * (date(year, month, read_numeral(match["ahead_day"])),)), False
        return *_part_of(year, month, match[0]), False
    if match["month"]:
        month = 1 if match["month"] == "元" else read_numeral(match["month"])
        if match["day"]:
            return *(2 * (date(year, month, read_numeral(match["day"])),)), False
        return *_part_of(year, month, match["third"] or ""), False
    if match["early"]:
        return date(year, 1, 1), date(year, 3, 31), False
    return date(year, 1, 1), date(year, 12, 31), not match["end"]


def _part_of(year: int, month: int, written: str) -> tuple[date, date]:
    """Return the first and the last day of a month, or of what is named of it: 本月上旬."""
    last = last_of(year, month)
    parts = {"上中旬": (1, 20), "中下旬": (1, last.day), "上旬": (1, 10), "中旬": (11, 20)}
    parts["下旬"] = 21, last.day
    days = next((days for part, days in parts.items() if part in written), (1, last.day))
    return last.replace(day=days[0]), last.replace(day=days[1])


def _counted(match: re.Match[str], dated: date | None, last: Due | None) -> Due | None:
    """Read 三个月内: it runs from `dated`, from a day before it (7月8日起) or an undated event."""
    text, (start, end) = match.string, match.span()
    if _BEHIND.search(text, max(0, start - 2), start):
        return None
    counted = not match["after"]
    if last and last.by and last.end == start and text[start - 1] == "起":
        dated = last.by
    elif dated is None or _FROM_EVENT.search(text, max(0, start - 6), start):
        return Due(start, end, None, counted=counted)
    try:
        if match["after"]:
            dated = max(dated, feast(match["after"], dated.year)[1])
        return Due(start, end, _run(match, dated), dated, counted=counted)
    except (ValueError, OverflowError):  # no number, or behind all calendars
        return None


def _run(match: re.Match[str], since: date) -> date | None:
    """Return the last day of what runs for so long since a day; working days have none."""
    unit = match["unit"].removeprefix("个")
    if unit == "工作日":
        return None
    half = match["count"] == "半"
    if half and unit == "月":
        return since + timedelta(15)
    count = 6 if half else read_numeral(match["count"])
    if unit in "周星期天日":
        return since + timedelta(count * (7 if unit in "周星期" else 1))
    months = since.month - 1 + count * (12 if unit == "年" and not half else 1)
    year, month = since.year + months // 12, months % 12 + 1
    return date(year, month, min(since.day, last_of(year, month).day))


def _year(written: str | None, said: str | None, dated: date | None) -> int | None:
    if written:
        digits = "".join(str(read_numeral(sign)) for sign in written.replace("○", "〇"))
        return int(digits) + (1900 if len(digits) == 2 else 0)
    if said and dated:
        return dated.year + {"去": -1, "前": -2, "明": 1, "次": 1, "翌": 1, "后": 2}.get(said[0], 0)
    return None
