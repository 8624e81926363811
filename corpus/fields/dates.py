"""Dates as official documents write them, in digits or in Chinese numerals."""

from __future__ import annotations

import re
from datetime import date

_ZEROS = "〇○◯零OoＯｏ0"
_DIGITS = {**dict.fromkeys(_ZEROS, 0), **{c: i for i, c in enumerate("一二三四五六七八九", 1)}}
_YEAR = rf"(?:(?:19|20)\d\d|[一二][{_ZEROS}一二三四五六七八九]{{3}})"
_SMALL = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九元])"

DATE = re.compile(
    # What it begins with goes first: few characters do, and the rest needn't be tried.
    rf"(?=[12一二])(?<!\d)(?<!\d\.)(?:(?P<year>{_YEAR})[ \t]*年[ \t]*(?P<month>{_SMALL})[ \t]*月"
    rf"[ \t]*(?P<day>{_SMALL})(?:[ \t]*[日号]|(?=\s*$))"
    r"|(?P<y>(?:19|20)\d\d)(?P<mark>[-./])(?P<m>\d{1,2})(?P=mark)(?P<d>\d{1,2})(?![\d.]*\d))",
    re.MULTILINE,
)
"""A date with its day; of `2021年3月11` without 日 only at the end of a line."""


def read_numeral(numeral: str) -> int:
    """Return the value of a numeral up to 99 such as `7`, `元`, `十二` or `三十一`."""
    if numeral.isdecimal():
        return int(numeral)
    if numeral == "元":
        return 1
    tens, ten, ones = numeral.rpartition("十")
    high = _DIGITS[tens] if tens else 1
    return 10 * high * bool(ten) + (_DIGITS[ones] if ones else 0)


def to_iso(match: re.Match[str]) -> str | None:
    """Return the date that DATE matched as ISO 8601, None for one that no calendar has."""
    if match["year"]:
        year = int("".join(str(_DIGITS.get(c, c)) for c in match["year"]))
        month, day = read_numeral(match["month"]), read_numeral(match["day"])
    else:
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def read_date(text: str) -> str | None:
    """Return the first date of a short text (a table's cell) as ISO 8601, or None.

    `2016-01-08 17:08:30` gives `2016-01-08`.
    """
    match = DATE.search(text)
    return to_iso(match) if match else None
