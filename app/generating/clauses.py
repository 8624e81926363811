"""The parts of a text between marks: what each counts, denies, limits, and tells as done."""

from __future__ import annotations

import re
from datetime import date

from app.generating.numbers import Number, find_days, find_numbers
from corpus.statements.due import find_due
from index.answers.figures import without_figures

_CLAUSE = re.compile(r"[，。；：！？,;:!?\n]")
_NO = re.compile(
    r"不(?!仅|但|断|同|少|久|动产|锈|(?:得|能)?(?:超|低于|高于|少于|多于|晚于|早于)|足|便)|未(?!来|成年)|没有|暂缓"
    r"|停止|取消|禁止|严禁|无需|无须|免(?![疫费])"
)
_MAY = re.compile(r"可以?|允许|应当?|必须|须|需要?|要|能够?|支持")
_NO_MORE = re.compile(r"不(?:得|能)?(?:超过?|高于|多于|晚于)|以内|以下|[至最][多高]|上限|封顶")
_NO_LESS = re.compile(r"不(?:得|能)?(?:低于|少于|早于)|以上|[至最][少低]|下限")
_DONE = re.compile(r"已经?(?!有居民)|完成了|建成了")
DONE_WHAT = re.compile(r"已经?(?:全部|全面|都|基本|正式|陆续)?(?P<what>[\u4e00-\u9fff]{2})")
_AHEAD = re.compile(r"将(?!近)|拟|计划|力争|争取|预计|准备|尚在|正在|尚未|下一步")
FINISHED = re.compile(r"完工|竣工|建成|投用|投入使用|通车|交付|开放")
BEGUN = re.compile(r"开工|动工|启动|施工|在建|设计")


class Clause:
    """A part of a text between marks, as `in_digits` makes it."""

    def __init__(self, text: str, dated: date | None = None) -> None:
        self.text = text
        self.numbers = find_numbers(text)
        self.bare = _NO.sub("", _DONE.sub("", _AHEAD.sub("", _MAY.sub("", text))))
        self.bare_pairs = pairs_of(self.bare)
        self.pairs = pairs_of(without_figures(text))
        self.says_no = len(_NO.findall(text)) % 2 == 1
        self.is_done = bool(_DONE.search(text))
        self.limit = bool(_NO_LESS.search(text)) - bool(_NO_MORE.search(text))
        self.years = {year for year, _, _ in find_days(text) if year}
        self._dated = dated

    @property
    def is_ahead(self) -> bool:
        """Whether what it says lies ahead of when it was written."""
        if self.is_done:
            return False
        dues = (due.by for due in find_due(self.text, self._dated))
        return bool(_AHEAD.search(self.text)) or any(
            by and self._dated and by > self._dated for by in dues
        )

    def likeness(self, other: Clause) -> float:
        """Return which part of their pairs of characters two clauses share, 0 to 1."""
        ours, theirs = self.bare_pairs, other.bare_pairs
        return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0

    def counts(self, unit: str) -> bool:
        """Tell whether it has a number of a unit."""
        return any(each.unit == unit for each in self.numbers)

    def has(self, number: Number) -> bool:
        """Tell whether it has a number."""
        return any(number.is_the(each) for each in self.numbers)

    def in_order(self, first: Number, second: Number) -> bool:
        """Tell whether it has two numbers in this order."""
        places = [
            [p for p, n in enumerate(self.numbers) if n.is_the(each)] for each in (first, second)
        ]
        return min(places[0]) < max(places[1])


def cut(text: str) -> list[str]:
    """Return the parts of a text between marks."""
    return [each.strip() for each in _CLAUSE.split(text) if len(each.strip()) > 1]


_OTHER = re.compile(r"[^\u4e00-\u9fffa-z0-9]")


def pairs_of(text: str) -> set[str]:
    """Return the pairs of neighbouring characters of a text, without its marks."""
    plain = _OTHER.sub("", text)
    return {plain[place : place + 2] for place in range(len(plain) - 1)}
