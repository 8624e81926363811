"""Dates as official documents write them, in digits or in Chinese numerals."""

from __future__ import annotations

import re
from datetime import date

from corpus.text.numerals import DIGITS, FORMAL_OF, ONES, ZEROS, read_numeral

_YEAR = rf"(?:(?:1 ?9|2 ?0) ?\d ?\d|[一二壹贰貳][{ZEROS}{ONES}]{{3}})"
_SMALL = (
    rf"(?:\d(?: ?\d)?|[一二三壹贰叁貳參]?[十拾][{ONES}]?|[廿卄卅][{ONES}]?"
    rf"|[一二三][〇○零]|[〇○零]?[{ONES}]|元)"
)

DATE = re.compile(
    # What it begins with goes first: few characters do, and the rest needn't be tried.
    rf"(?=[12一二壹贰貳])(?<!\d)(?<!\d\.)(?:(?P<year>{_YEAR})[ \t]*年[ \t]*"
    rf"(?P<month>{_SMALL})[ \t]*月[ \t]*(?P<day>{_SMALL})(?:[ \t]*[日号]|(?=\s*$))"
    r"|(?P<y>(?:19|20)\d\d)(?P<mark>[-./])(?P<m>\d{1,2})(?P=mark)(?P<d>\d{1,2})(?![\d.]*\d))",
    re.MULTILINE,
)
"""A date with its day; of `2021年3月11` without 日 only at the end of a line."""

TIME = (
    r"(?:T|[ \t]*)(?:[01]?\d|2[0-3])[：:][0-5]\d(?:[：:][0-5]\d(?:\.\d{1,6})?)?(?:Z|\+\d\d:?\d\d)?"
)
"""The time of day that systems put behind a date."""


def to_iso(match: re.Match[str]) -> str | None:
    """Return the date that DATE matched as ISO 8601, None for one that no calendar has."""
    if match["year"]:
        written = match["year"].replace(" ", "").translate(FORMAL_OF)
        year = int("".join(str(DIGITS.get(c, c)) for c in written))
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
