"""Values: what a table's cell says, without the markup, escapes and serial numbers of exports."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

from corpus.types import Line

_NOTHING = frozenset(["null", "none", "nan", "nil", "undefined", "(null)", "\\n", "#n/a", "n/a"])
"""How databases and programs write that a cell is empty."""
_LONGEST_NOTHING = max(map(len, _NOTHING))
_MARKED = re.compile(r"[<&\\\n\r]|_x00")
"""What a plain text of one line has none of."""
_ESCAPED = re.compile(r"_x(000[9AaDd]|005[Ff])_")
_OF_ESCAPED = {"0009": " ", "000a": "\n", "000d": "", "005f": "_"}
"""Signs that Excel's files write by their numbers."""
_BREAK = re.compile(r"\\r\\n|\\[rn](?![a-z])")
"""Line breaks that a database's export wrote as letters; `C:\\new` has none."""
_TAB = re.compile(r"\\t(?![a-z])")
_TAG = re.compile(
    r"</?(?:p|br|div|span|strong|b|i|u|em|font|table|tbody|tr|td|th|ul|ol|li|a|img|h[1-6]|section"
    r"|center|o:p|blockquote|pre|hr|sup|sub)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"<(?:p|br|div|li|tr|h[1-6]|section|table)[\s/>]", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{1,6}|#x[0-9A-Fa-f]{1,5});")

_SPACES = re.compile(r"[ \u3000]+")
_BEFORE = re.compile(r"[。！？；：][”’）》]?$")
_BEHIND = re.compile(
    r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,2}、|[您你]好"
    r"|\d{4}年\d{1,2}月\d{1,2}日\s{0,40}$"
)


def cell_text(value: object) -> str:
    """Spell a cell as text: whole numbers without a point, midnight as a mere date."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = (value if isinstance(value, str) else str(value)).strip()
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a sign, which JSON may have
        return text.encode("utf-8", "replace").decode("utf-8").strip()
    return text


def read_cell(value: object) -> str:
    """Return what a cell of an export says: nothing where it says NULL, of `="0042"` the number.

    Yes and no are 是 and 否.
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    text = cell_text(value)
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]  # how exports keep Excel from taking an id for a number
    return "" if len(text) <= _LONGEST_NOTHING and text.lower() in _NOTHING else text


def cell_lines(text: str) -> list[Line]:
    """Cut a cell into lines: at its line breaks, written or escaped, or at its markup's blocks.

    A text of one line whose export lost the breaks gets them back where white space shows them.
    """
    text = _unescape(text)
    if "<" in text and _TAG.search(text):
        if not _BLOCK.search(text):
            text = text.replace("\n", "<br>")
        from corpus.readers.html import html_lines  # with lxml, which most tables don't need

        return list(html_lines(text))
    lines = text.splitlines()
    return [Line(line) for line in (_unflatten(text) if len(lines) == 1 else lines)]


def cell_paragraphs(text: str) -> str:
    """Return a cell's text without markup and escapes; one without them as it is."""
    return "\n".join(line.text for line in cell_lines(text)) if _MARKED.search(text) else text


def cell_words(text: str) -> str:
    """Return a cell that holds a name or a number as one line, without markup."""
    return " ".join(cell_paragraphs(text).split())


def _unescape(text: str) -> str:
    """Undo the escapes of Excel, of a database's export, and of markup that was escaped once more.

    Entities are left to the reader of markup where there is any.
    """
    if "_x00" in text:
        text = _ESCAPED.sub(lambda match: _OF_ESCAPED[match[1].lower()], text)
    if "\\" in text:
        text = _TAB.sub(" ", _BREAK.sub("\n", text))
    for _ in range(2):
        if "&" not in text or _TAG.search(text) or not _ENTITY.search(text):
            break
        text = html.unescape(text).replace("\xa0", " ")
    return text


def _unflatten(text: str) -> Iterator[str]:
    """Break a line where an export that knows no line breaks had one.

    At white space behind the end of a sentence, before a number, a greeting, or the date at the
    end.
    """
    start = 0
    for run in _SPACES.finditer(text):
        low, high = run.span()
        if high == len(text):
            break
        if _BEFORE.search(text, max(0, low - 2), low) or _BEHIND.match(text, high):
            yield text[start:low]
            start = high
    yield text[start:]


_CHINA = timezone(timedelta(hours=8))
_EPOCHS = ((10**9, 1), (10**12, 10**3), (10**15, 10**6), (10**18, 10**9))
"""From which number on an instant is counted in seconds, milliseconds and so on since 1970, and
how many of them are a second: from 2001 on, each to 4.2 times as much (2103)."""
_SERIALS = range(25_000, 80_000)
"""Excel's numbers of days since 1899-12-30: 1968 to 2119."""
_ZONED = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)?(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)", re.IGNORECASE
)
_NUMBER = re.compile(r"\d{4,19}(?:\.\d{1,12})?")
_WRAPPED = re.compile(r"/?Date\((\d{9,14})(?:[+-]\d{4})?\)/?")


def date_text(value: object) -> str:
    """Spell a cell of a column of dates: serial and epoch numbers and zoned times as local dates.

    >>> date_text(45356.0), date_text("1709707200000"), date_text("2024-03-05T16:30:00Z")
    ('2024-03-05', '2024-03-06 14:40:00', '2024-03-06 00:30:00')
    """
    text = read_cell(value)
    if match := _WRAPPED.fullmatch(text):
        text = match[1]
    if match := _ZONED.match(text):
        zone = "+0000" if match[3] in "Zz" else match[3]
        try:
            at = datetime.strptime(f"{match[1]} {match[2]} {zone}", "%Y-%m-%d %H:%M %z")
            return cell_text(at.astimezone(_CHINA).replace(tzinfo=None))
        except (ValueError, OverflowError):
            return text
    if not _NUMBER.fullmatch(text):
        return text
    found = _number_date(text)
    return cell_text(found) if found else text


def _number_date(text: str) -> datetime | None:
    whole = text.partition(".")[0]
    if len(whole) in (8, 14):
        try:
            return datetime.strptime(whole, "%Y%m%d%H%M%S"[: 6 if len(whole) == 8 else 12])
        except ValueError:
            return None
    number = float(text)
    if int(number) in _SERIALS:
        return datetime(1899, 12, 30) + timedelta(minutes=round(number * 24 * 60))
    for least, second in reversed(_EPOCHS):
        if least <= number < 4.2 * least:
            at = datetime.fromtimestamp(number / second, _CHINA)
            return at.replace(microsecond=0, tzinfo=None)
    return None
