"""Contents: what the cells of a column show it to hold, whatever it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from corpus.readers.values import date_text

_MOST = 0.8
"""Share of a column's cells that must be of a kind: some are always missing or odd."""
_DATE = re.compile(
    r"(?:19|20)\d\d(?:[-./]\d{1,2}[-./]\d{1,2}|年\d{1,2}月\d{1,2}[日号]?)"
    r"(?:[T ]{1,3}\d{1,2}:\d\d.{0,20})?"
)
_DOC_NUMBER = re.compile(
    r"[^〔\[【(（\s]{2,20}[〔\[【(（](?:19|20)\d\d[〕\]】)）]\s?第?\s?\d{1,6}\s?号"
)
_OUTCOME = re.compile(
    r"[“\"]?[ABC][”\"]?类?(?:[（(].{0,12}[）)])?|.{0,6}(?:采纳|解决|留作参考|供参考|列入计划).{0,10}"
)
_CLOSED = (
    r"(?:依申请|不予|不宜|暂不|免予|不同意|部分|非|不)公开(?:发布|答复)?"
    r"|(?:秘密|机密|绝密)(?:★.{0,8})?|内部(?:资料|文件|使用|掌握|公开)?"
)
_CLOSED_MARK = re.compile(rf"(?:此件|本件)?(?:{_CLOSED})")
_MARK = re.compile(
    rf"(?:此件|本件)?(?:{_CLOSED}|(?:主动|依法|全文|同意|可以?|予以)?公开(?:发布|全文|答复)?)"
)
_FLAG = re.compile(r"[是否YyNn01√×]|[Tt]rue|[Ff]alse|TRUE|FALSE|[Yy]es|[Nn]o|不?同意|不?可以")
_SENTENCE = re.compile("[，。；：！？]")
_SHORTEST_TEXT = 15
_ANSWERS = re.compile(
    r"收悉|答复如下|回复如下|现答复|答复您|回复您|经(?:核实|查|调查|了解|核查|研究)|感谢您?对?.{0,12}(?:关注|支持|监督)"
    r"|^\W{0,8}[^，。：:]{0,12}[您你]好[：:，,！!。].{0,300}已|^(?:网友|市民|.{2,12}(?:委员|代表))[^，。]{0,8}[：:]",
    re.DOTALL,
)


def are_dates(cells: Sequence[str]) -> bool:
    """Tell whether a column's cells are dates; numbers are none, unless written as a timestamp."""
    return _are(cells, lambda cell: _DATE.fullmatch(date_text(cell) if len(cell) > 9 else cell))


def are_doc_numbers(cells: Sequence[str]) -> bool:
    """Tell whether a column's cells are 发文字号."""
    return _are(cells, _DOC_NUMBER.fullmatch)


def are_outcomes(cells: Sequence[str]) -> bool:
    """Tell whether a column's cells are results such as A类, 采纳或解决."""
    return _are(cells, _OUTCOME.fullmatch)


def are_marks(cells: Sequence[str]) -> bool:
    """Tell whether a column's cells are disclosure or secrecy marks."""
    return _are(cells, _MARK.fullmatch)


def is_closing_mark(cell: str) -> bool:
    """Tell whether a cell is a mark that a reply is not for everybody, whatever its column."""
    return len(cell) <= 20 and _CLOSED_MARK.fullmatch(cell) is not None


def is_opening_mark(cell: str) -> bool:
    """Tell whether a cell is a mark that a reply is for everybody."""
    return _MARK.fullmatch(cell) is not None and not is_closing_mark(cell)


def are_flags(cells: Sequence[str]) -> bool:
    """Tell whether a column's cells are yes or no, or disclosure marks."""
    return _are(cells, lambda cell: _FLAG.fullmatch(cell) or _MARK.fullmatch(cell))


def are_texts(cells: Sequence[str]) -> bool:
    """Tell whether most of a column's cells are sentences rather than entries."""
    return _are(cells, lambda c: len(c) >= _SHORTEST_TEXT and _SENTENCE.search(c), 0.5)


def are_answers(cells: Sequence[str]) -> bool:
    """Tell whether most of a column's texts speak as replies do."""
    return are_texts(cells) and _are(cells, lambda c: _ANSWERS.search(c[:2000]), 0.5)


def _are(cells: Iterable[str], fits: Callable[[str], object], share: float = _MOST) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(bool(fits(cell)) for cell in filled) >= share * len(filled)
