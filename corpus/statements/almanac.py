"""When feasts, months and five-year plans begin and end."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

FEASTS = {
    "元旦": (1, 1, 1),
    "清明": (4, 4, 6),
    "五一": (5, 1, 5),
    "劳动节": (5, 1, 5),
    "六一": (6, 1, 1),
    "七一": (7, 1, 1),
    "暑期": (7, 1, 31),
    "暑假": (7, 1, 31),
    "国庆": (10, 1, 7),
    "十一": (10, 1, 7),
}
"""The month, first day and last day of each; the summer's last day is of the month after."""
_NEW_YEARS = {
    **{2010: (2, 14), 2011: (2, 3), 2012: (1, 23), 2013: (2, 10), 2014: (1, 31)},
    **{2015: (2, 19), 2016: (2, 8), 2017: (1, 28), 2018: (2, 16), 2019: (2, 5)},
    **{2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10)},
    **{2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13)},
    **{2030: (2, 3), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8)},
}
"""When the Spring Festival is, by year."""
PLANS = {name: 2010 + 5 * i for i, name in enumerate(("十一五", "十二五", "十三五", "十四五"))}
PLANS |= {"十五五": 2030, "十六五": 2035}


def feast(name: str, year: int) -> tuple[date, date]:
    """Return the first and the last day of a feast.

    :raises ValueError: for a year whose Spring Festival is not known here.
    """
    if name in FEASTS:
        month, first, last = FEASTS[name]
        summer = name.startswith("暑")
        return date(year, month, first), date(year, month + summer, last)
    if year not in _NEW_YEARS:
        raise ValueError(year)
    first_day = date(year, *_NEW_YEARS[year])
    return first_day, first_day + timedelta(6)


def last_of(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])
