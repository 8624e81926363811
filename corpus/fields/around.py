"""The dates beside a citizen's message, where no label that is known says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.fields.dates import DATE, read_date, to_iso
from corpus.fields.layout import Layout
from corpus.spans import Paragraph
from corpus.text.bylines import read_byline
from corpus.text.days import SHORT_DAY
from corpus.text.label_words import ANSWERED, HANDLED, TIME
from corpus.text.sides import ANSWER_LABEL, is_byline
from corpus.types import Field, FieldName

_PUBLISHED = re.compile(
    r"[^\d]{0,20}(?:发布|更新|来源|回复|答复|公开)|[\d: /.年月日-]{6,24}(?:发布|更新)"
)
_WRITER = re.compile(r"网友|网民|用户|市民|来信|留言|已发布")
"""Who wrote the message, beside the date."""
_OF_ANSWER = re.compile(r".{0,6}?(?:回复|答复|办理|处理|受理|转|官方|单位|部门)|.*[:：]$")
_PASSED_ON = re.compile(
    r"(?:受理|承办|承接|主办|经办|首办|接收|收到|转办|转达|交办|派发|转交|阅读|更新)(?:时间|日期)?\s?[:：|]?\s?20"
    r"|20\d\d[^。]{6,60}(?:受理|签收|接收|登记|审核|[转交派][办单发])$"
)
_HANDLED = re.compile(
    rf"(?!承|经办|主办|首办)(?:{ANSWERED}|{HANDLED})(?:{TIME}|于)?[】\]]?\s?[:：|]?\s?(?=20)"
    r"|(?=(?:19|20)\d\d[^。]{6,60}(?<!已)(?:回复|答复|办结|反馈)$)"
)
"""What stands before the day of an answer, and a step of a matter's way that was the answer."""
_DUE = re.compile(rf"(?:[时期]限|到期|截止){TIME}?[】\]]?\s?[:：|]?\s?(?=20)")
"""When an answer was due."""
_PROPOSED = re.compile(rf"(?:建议|提出){TIME}[】\]]?\s?[:：|]?\s?(?=20)")
"""When a citizen proposed something; of a member's proposal it is the proposal's."""
_POSTER = re.compile(
    r"[【\[]?(?:发[布帖表]|投诉|咨询|留言|提问)(?:人|者)[】\]]?\s?[：:|]|楼主|昵称"
)
"""Who put the message up: what 发布时间 says beside it is when."""
_TIME_ALONE = re.compile(r"(?<![\u4e00-\u9fff])[时日]\s{0,4}[间期]\s?[:：|]\s?(?:19|20)\d\d")
_DATE_ALONE = re.compile(rf"[—-]{{0,3}}\s?[（(\[【]?{DATE.pattern}[）)\]】]?")
_DATED_LINE = 80
"""A longer line beside a message is prose, and a date in it is not the message's own."""
_SHORT = re.compile(rf"(?<!\d){SHORT_DAY}")
_NEAR = 6
"""Lines of particulars that may stand beside a message."""


def find_dates_around(layout: Layout, place: int, read: Sequence[Field]) -> list[Field]:
    """Read the dates of a page that says them without a label that is known.

    Above the message, or right below it, stands when it was written, between it and the answer
    when that was given.

    :param place: where in the text the message stood.
    :param read: the fields that were read; of dates only what is not among them is looked for.
    """
    known = {field.name for field in read}
    of_message = [field.start for field in read if field.name is FieldName.ASKED]
    lines = [
        line
        for line in layout.paragraphs
        if len(line.text) <= _DATED_LINE
        and (
            _HANDLED.search(line.text) or not any(line.start <= at < line.end for at in of_message)
        )
    ]
    posted = any(_POSTER.match(line.text) for line in lines if line.end <= place)
    above = [
        line
        for line in lines
        if line.end <= place
        and (
            posted
            or not _PUBLISHED.match(line.text)
            or _WRITER.search(line.text)
            or _TIME_ALONE.search(line.text)
        )
        and not (_PASSED_ON.search(line.text) or _HANDLED.search(line.text))
    ]
    below = [line for line in lines if line.start >= place][:_NEAR]
    find = _Finder(lines)
    found = []
    if FieldName.ASKED not in known:
        asked = find.first(FieldName.ASKED, lines, _PROPOSED)
        if asked is None and below and _signs_message(below):
            asked = find.first(FieldName.ASKED, below[:1])
            below = below[1:]
        asked = asked or find.first(FieldName.ASKED, above[: -_NEAR - 1 : -1])
        if asked is None and below and not _OF_ANSWER.match(below[0].text):
            asked = find.first(FieldName.ASKED, below[:1]) if _is_dated(below[0]) else None
            below = below[1:] if asked else below
        found.append(asked)
    if FieldName.DATE not in known:
        told = [
            line
            for line in below
            if not any(each.search(line.text) for each in (_PASSED_ON, _PROPOSED, _DUE))
        ]
        found.append(
            find.first(FieldName.DATE, told, _HANDLED)
            or find.first(FieldName.DATE, lines, _HANDLED)
            or find.first(FieldName.DATE, told)
        )
    return [field for field in found if field]


def _signs_message(below: Sequence[Paragraph]) -> bool:
    """Tell whether the first line below a message is its signature: `（李先生，2021年5月11日）`."""
    byline = None if ANSWER_LABEL.match(below[0].text) else read_byline(below[0].text)
    if byline is not None:
        return not byline.official
    announced = len(below) > 1 and ANSWER_LABEL.match(below[1].text)
    return announced is not None and _DATE_ALONE.fullmatch(below[0].text) is not None


def _is_dated(line: Paragraph) -> bool:
    """Tell whether a line is a date alone, or says who wrote something and when."""
    if _DATE_ALONE.fullmatch(line.text) or is_byline(line.text):
        return True
    byline = read_byline(line.text)
    return byline is not None and not byline.official


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds dates in lines; a byline's without a year is of the page's last twelve months."""

    lines: Sequence[Paragraph]

    def first(
        self, name: FieldName, lines: Iterable[Paragraph], label: re.Pattern[str] | None = None
    ) -> Field | None:
        """Return the first date of some lines, of those with a label the one behind it."""
        for line in lines:
            labelled = label.search(line.text) if label else None
            if label and not labelled:
                continue
            date = self._date(name, line, labelled.end() if labelled else 0)
            if date:
                return date
        return None

    def _date(self, name: FieldName, line: Paragraph, at: int) -> Field | None:
        match = DATE.search(line.text, at)
        value = to_iso(match) if match else None
        if match is None and read_byline(line.text):
            match = _SHORT.search(line.text, at)
            value = self._of_year(match) if match else None
        if match is None or value is None:
            return None
        return line.field(name, match.span(), value)

    def _of_year(self, day: re.Match[str]) -> str | None:
        """Return a day as ISO 8601, of the year before the page's own where it is later in it."""
        full = (to_iso(match) for line in self.lines for match in DATE.finditer(line.text))
        last = max(filter(None, full), default="")
        if not last:
            return None
        month_day = "-".join(number.zfill(2) for number in re.findall(r"\d+", day.group()))
        year = int(last[:4]) - (month_day > last[5:])
        return read_date(f"{year}-{month_day}")
