"""Numbers with what they count, in digits and in Chinese numerals: 三万元, 3万元, 30000元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

MOST_DIGITS = 20
"""A number of more counts nothing; of more than 308 there is no float."""
MOST_NUMBERS = 50
"""Other ways are looked up for so many numbers of a text: each costs a search of its own."""
_NUMERALS = "零一二三四五六七八九"
_DIGITS = {c: i for i, c in enumerate(_NUMERALS)} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10_000, "亿": 100_000_000}

# What follows a number and shows that it is one; longer ones first.
_ORDERED = r"号线|号楼|年级|单元|楼|层|级|期|号|月|路|届|等"
_COUNTED = (
    r"平方公里|平方米|公里|千米|公斤|分钟|小时|个月|个工作日|工作日|周岁|年|天|日|周|岁|户|人|名"
    r"|台|辆|间|套|米|亩|吨|倍|所|家|座|栋|幢|成|折|轮|孩|胎|元|块|个|次|项|床"
)
HAN = "零〇○一二三四五六七八九十百千两"
# Not \d, which is also the digits of other scripts, before which the pattern would begin anew.
_NUMBER = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+(?:\.[0-9]+)?|[{HAN}]+(?:点[{HAN[:12]}]+)?)"
_FOUND = re.compile(
    rf"(?<![0-9.{HAN}万亿几数])(?:"
    r"(?P<year>(?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{3})年"
    rf"|百分之(?P<share>{_NUMBER})|(?P<percent>[0-9]+(?:\.[0-9]+)?)%"
    rf"|第(?P<place>{_NUMBER})(?P<of>[条款项章节号届次期批名类轮档])"
    rf"|(?P<number>{_NUMBER})(?P<large>[万亿]?)(?P<unit>{_ORDERED}|{_COUNTED})"
    r")"
)
_ORDERED_UNIT = re.compile(_ORDERED)


def find_numerals(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each number of a normalised text with its unit, and the other ways to write it."""
    for match in islice(_FOUND.finditer(text), MOST_NUMBERS):
        others = tuple(form for form in dict.fromkeys(_forms(match)) if form != match[0])
        if others:
            yield match[0], others


def _forms(match: re.Match[str]) -> Iterator[str]:
    if match["year"]:
        yield from _year_forms(match["year"])
    elif share := match["share"] or match["percent"]:
        value = read_number(share)
        if value is not None:
            yield f"{_plain(value)}%"
            yield from (f"百分之{numeral}" for numeral in _numerals(value))
    elif match["place"]:
        value = read_number(match["place"])
        if value is not None:
            yield f"第{_plain(value)}{match['of']}"
            yield from (f"第{numeral}{match['of']}" for numeral in _numerals(value))
    else:
        value = read_number(match["number"])
        if value is not None:
            value = round(value * LARGE.get(match["large"], 1), 4)
            yield from _quantity_forms(value, match["unit"])


def _year_forms(year: str) -> Iterator[str]:
    digits = "".join(str(_DIGITS.get(c, c)) for c in year)
    yield f"{digits}年"
    for zero in "〇零○":
        yield "".join(zero if c == "0" else _NUMERALS[int(c)] for c in digits) + "年"


def _quantity_forms(value: float, unit: str) -> Iterator[str]:
    # “一个”, “一年” are said of anything; “一号线” and “一楼” are not.
    if value < 2 and not _ORDERED_UNIT.fullmatch(unit):
        return
    yield f"{_plain(value)}{unit}"
    if value >= 1000 and value == int(value):
        yield f"{int(value):,}{unit}"
    for name, size in LARGE.items():
        if value >= size and value * 100 % size == 0:
            yield f"{_plain(value / size)}{name}{unit}"
    for numeral in _numerals(value):
        yield f"{numeral}{unit}"
        if numeral == "二":
            yield f"两{unit}"


def _plain(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _numerals(value: float) -> tuple[str, ...]:
    """Return the value in Chinese numerals; none for what is rarely written in them."""
    if value == int(value):
        return (write_numeral(int(value)),) if value < 10**12 else ()
    whole, _, decimals = _plain(value).partition(".")
    return (f"{write_numeral(int(whole))}点{''.join(_NUMERALS[int(c)] for c in decimals)}",)


def read_number(numeral: str) -> float | None:
    """Return the value of `3.5`, `30,000`, `三十二`, `一百零五` or `三点五`; None for no number.

    三四 (three or four) and 百 alone are none, nor are more than `MOST_DIGITS` digits.
    """
    if numeral[0].isdecimal():
        digits = numeral.replace(",", "")
        return float(digits) if len(digits) <= MOST_DIGITS else None
    whole, _, decimals = numeral.partition("点")
    value = _read_whole(whole)
    if value is None or not decimals:
        return value
    return float(f"{value:.0f}.{''.join(str(_DIGITS[c]) for c in decimals)}")


def _read_whole(text: str) -> float | None:
    if len(text) == 1 and text in _DIGITS:
        return float(_DIGITS[text])
    value, digit, last = 0, None, 10_000
    for character in text:
        if character in _UNITS:
            unit = _UNITS[character]
            if unit >= last or (digit is None and (unit != 10 or value)):
                return None
            value, digit, last = value + (digit or 1) * unit, None, unit
        elif _DIGITS[character] == 0:
            if digit is not None:
                return None
        elif digit is None:
            digit = _DIGITS[character]
        else:
            return None
    return float(value + (digit or 0))


def write_numeral(value: int) -> str:
    """Write a whole number below 10 to the 12th in Chinese numerals: 32 as 三十二."""
    for name, size in reversed(LARGE.items()):
        if value >= size:
            high, low = divmod(value, size)
            gap = "零" if 0 < low < size // 10 else ""
            return write_numeral(high) + name + gap + (write_numeral(low) if low else "")
    written = ""
    for name, unit in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = value // unit % 10
        if digit:
            written += _NUMERALS[digit] + name
        elif written and value % unit and not written.endswith("零"):
            written += "零"
    if not written:
        return "零"
    return written.removeprefix("一") if 10 <= value < 20 else written
