"""Numbers and dates as they stand in a text, however they are written: 15万元, 十五万元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from corpus.statements.due import find_due
from index.text.language.numerals import HAN, read_number
from index.text.segment import normalise

_LONGEST = 12
"""Signs of a numeral; a longer one says no number."""

_YEAR = re.compile(r"[一二][〇○零一二三四五六七八九]{3}(?=年)")
_SHARE = re.compile(
    rf"百分之([{HAN}]{{1,{_LONGEST}}}(?:点[{HAN}]{{1,6}})?|\d{{1,9}}(?:\.\d{{1,6}})?)"
)
_DIGIT_OF = {sign: str(value) for value, sign in enumerate("零一二三四五六七八九")}
_DIGIT_OF |= {"〇": "0", "○": "0"}

_LONG_UNITS = (
    "平方公里|平方米|立方米|公里|千米|公斤|千瓦时|分钟|小时|个月|个工作日|工作日|个百分点|周岁|人次|万人次"
    "|公顷|季度|年级|号线|号文|毫米|厘米"
)
_ONE = re.compile(r"一(?:[万亿]|季度|级|类)")
"""一 says a number here; elsewhere mostly none: 一些, 一半, 上一年."""
_COUNTED = (
    "[万亿个座处家所台部辆项条户套间栋幢件份张人名位元块岁天日月年次轮批期届季楼班场周层级类种倍成亩吨米折宗起号]"
    f"|{_LONG_UNITS}"
)
_NUMERAL = re.compile(
    rf"(?<![{HAN}几数])(?:[{HAN}]{{1,{_LONGEST}}}(?:点[{HAN}]{{1,6}})?)(?={_COUNTED})"
)

_NUMBER = re.compile(
    r"(?<![\d.])(?P<digits>\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?)"
    r"(?P<to>[至到~～—-]{1,2}(?=\d))?[余多]?(?P<large>[千百]?[万亿]?)"
    rf"(?P<unit>%|‰|{_LONG_UNITS}|[\u4e00-\u9fff])?"
)
_DATE = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年)?(?<!\d)(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>[0-3]?\d)[日号])?"
    r"|(?P<only>(?:19|20)\d\d)年"
)
_TERM = re.compile(
    r"年[底末初]|[上下]半年|第?[1-4]季度|[上中下]旬|月[底末初]|[今去明前后]年|本年|当年|近期|日前|春节|国庆|元旦"
)
_RELATIVE = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1, "后年": 2}

_SCALE = {"万": 1e4, "亿": 1e8, "千": 1e3, "百": 1e2}
_ALIKE = {
    **dict.fromkeys("元块", "元"),
    **dict.fromkeys("个座处家所台部辆项条户套间栋幢件份张盏株只架起宗支本册枚门棵片", "个"),
    **dict.fromkeys("人名位", "人"),
    **dict.fromkeys(("日", "天", "号"), "日"),
    **dict.fromkeys(("岁", "周岁"), "岁"),
    **dict.fromkeys(("工作日", "个工作日"), "工作日"),
    **dict.fromkeys(("公里", "千米"), "公里"),
    **{
        unit: unit
        for unit in ("%", "‰", "年", "个月", "小时", "分钟", "亩", "吨", "层", "倍", "成")
    },
}
"""Units in which two numbers can be told apart; of others nothing is known."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with what it counts; `unit` is one of `_ALIKE`, or "" where that is not known."""

    value: float
    unit: str
    start: int
    end: int

    def is_the(self, other: Number) -> bool:
        """Tell whether two say the same, as far as their units are known."""
        same = abs(self.value - other.value) <= 1e-6 * max(1.0, abs(self.value))
        return same and (not self.unit or not other.unit or self.unit == other.unit)


Day = tuple[int | None, int | None, int | None]
"""Year, month and day; what is not said is None."""


def in_digits(text: str) -> str:
    """Return a text folded, with its numerals in digits: 百分之三十 as 30%."""
    text = normalise(text).replace("％", "%")
    text = _YEAR.sub(lambda found: "".join(_DIGIT_OF[sign] for sign in found[0]), text)
    text = _SHARE.sub(_share, text)
    return _NUMERAL.sub(_digits, text)


def _share(found: re.Match[str]) -> str:
    value = read_number(found[1])
    return found[0] if value is None else f"{_plain(value)}%"


def _digits(found: re.Match[str]) -> str:
    value = read_number(found[0])
    if value is None or (value == 1 and not _ONE.match(found.string, found.start())):
        return found[0]
    return _plain(value)


def _plain(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def find_numbers(text: str) -> list[Number]:
    """Return the numbers of a text that `in_digits` has made, but for those of its dates."""
    bare = _DATE.sub(lambda found: "日" * len(found[0]), text)
    found: list[Number] = []
    joined: list[int] = []
    for match in _NUMBER.finditer(bare):
        scale = 1.0
        for sign in match["large"] or "":
            scale *= _SCALE[sign]
        value = float(match["digits"].replace(",", "")) * scale
        unit = _ALIKE.get(match["unit"] or "", "")
        found.append(Number(value, unit, *match.span()))
        if match["to"]:
            joined.append(len(found) - 1)
            continue
        for place in joined:  # 3至5万元: the first is counted as the last
            first = found[place]
            found[place] = replace(first, value=first.value * scale, unit=unit)
        joined = []
    return found


def find_days(text: str) -> list[Day]:
    """Return the dates of a text that `in_digits` has made, as they are written."""
    return [
        (_number(m["year"] or m["only"]), _number(m["month"]), _number(m["day"]))
        for m in _DATE.finditer(text)
    ]


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def find_terms(text: str) -> set[str]:
    """Return the words of a text for a time without a date: 年底, 上半年, 明年."""
    return set(_TERM.findall(text))


def meant_days(text: str, dated: date | None) -> Iterator[Day]:
    """Yield the days that terms end on, and the years that words stand for, as of a date."""
    for due in find_due(text, dated):
        if due.by:
            yield due.by.year, due.by.month, due.by.day
            yield due.by.year, due.by.month, None
    if dated:
        for word, apart in _RELATIVE.items():
            if word in text:
                yield dated.year + apart, None, None


def says_day(day: Day, among: list[Day]) -> bool:
    """Tell whether a date is among others, which may leave out a year that they name elsewhere."""
    years = {year for year, _, _ in among if year}
    year, month, date_ = day
    return any(
        (year is None or their == year or (their is None and year in years))
        and (month is None or theirs == month)
        and (date_ is None or them == date_)
        for their, theirs, them in among
    )
