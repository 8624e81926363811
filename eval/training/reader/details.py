"""Years, figures, districts, agencies and titles in texts, and others to put in their place."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from eval.training.pairs import iter_rows

AGENCIES = (
    "教育", "民政", "公安", "财政", "税务", "商务", "水利", "水务", "司法", "审计", "统计",
    "体育", "信访", "林业", "人社", "住建", "城管", "卫健", "医保", "发改", "工信", "文旅",
    "环保", "规划", "国土资源", "自然资源", "生态环境", "应急管理", "医疗保障", "城市管理",
    "交通运输", "农业农村", "市场监管", "市场监督管理", "住房和城乡建设", "人力资源和社会保障",
    "卫生健康", "文化和旅游", "工业和信息化", "发展和改革",
)  # fmt: skip
"""What agencies are named after; 局, 厅, 部 or 委 follows."""

AGENCY = re.compile(
    f"(?:{'|'.join(sorted(AGENCIES, key=len, reverse=True))})(?:局|厅|部(?!门)|委员会|委(?!员))"
)
_YEAR = re.compile(r"(?<![\d.A-Za-z])(?:19|20)\d\d(?![\d.A-Za-z])")
_MONTH = re.compile(r"(?<![\d.])(?:1[0-2]|[1-9])月")
_DAY = re.compile(r"(?<![\d.])(?:3[01]|[12]\d|[1-9])[日号]")
_FIGURE = re.compile(r"(?<![\d.A-Za-z])\d+(?:\.\d+)?(?![\d.A-Za-z月日号])")
_ORDINAL = re.compile("第[一二三四五六七八九十]{1,3}[届次章期批条轮]")
_TITLE = re.compile("《[^《》\n]{2,30}》")
_MASKED = re.compile(r"(?<![A-Za-z])[A-Z]\d{0,2}[市区县]")
"""Districts as the board's source masks them: A7县."""

_FORMS = (_TITLE, AGENCY, _YEAR, _MONTH, _DAY, _MASKED, _ORDINAL, _FIGURE)

_DIVISION = re.compile("[省市区县旗]")
_LONGEST_DIVISION = 8


@dataclass(frozen=True, slots=True)
class Names:
    """Names that others can be put in the place of.

    :ivar districts: of provinces, cities and districts, with their endings.
    :ivar titles: of works and laws, in 《》.
    """

    districts: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()


def load_names(data: Path, texts: Sequence[str] = ()) -> Names:
    """Read the names of districts that a data folder lists, and the titles that texts mention."""
    rows = iter_rows(data / "lexicon" / "divisions.jsonl.gz")
    names = (str(row["name"]) for row in rows if int(str(row["level"])) <= 3)
    districts = frozenset(name for name in names if len(name) > 2 and _DIVISION.match(name[-1]))
    titles = dict.fromkeys(match[0] for text in texts for match in _TITLE.finditer(text))
    return Names(districts - {"市辖区"}, tuple(titles))


def find_details(text: str, names: Names) -> list[str]:
    """Return the details of a text, each once."""
    found = [match[0] for form in _FORMS for match in form.finditer(text)]
    return list(dict.fromkeys([*found, *_iter_districts(text, names)]))


def _iter_districts(text: str, names: Names) -> Iterator[str]:
    for match in _DIVISION.finditer(text):
        for length in range(_LONGEST_DIVISION, 2, -1):
            name = text[max(match.end() - length, 0) : match.end()]
            if name in names.districts:
                yield name
                break


def holds(text: str, detail: str) -> bool:
    """Tell whether a text holds a detail, and not only as part of another."""
    return _standing(detail).search(text) is not None


def swap(text: str, detail: str, other: str) -> str:
    """Put another in the place of a detail, wherever it stands."""
    return _standing(detail).sub(lambda _: other, text)


@lru_cache(4096)
def _standing(detail: str) -> re.Pattern[str]:
    before = r"(?<![\d.A-Za-z])" if detail[0].isascii() else ""
    behind = r"(?![\d.A-Za-z])" if detail[-1].isascii() else ""
    return re.compile(f"{before}{re.escape(detail)}{behind}")


def draw_other(detail: str, text: str, names: Names, chance: random.Random) -> str | None:
    """Draw another detail of the kind of one, which a text doesn't hold; None where none is found.

    A figure keeps its number of digits; a year moves by at most five.
    """
    for _ in range(10):
        other = _draw(detail, names, chance)
        if other and other != detail and other not in text:
            return other
    return None


def _draw(detail: str, names: Names, chance: random.Random) -> str | None:
    if _TITLE.fullmatch(detail):
        return chance.choice(names.titles) if names.titles else None
    if AGENCY.fullmatch(detail):
        stem = detail.rstrip("会员委部厅局")
        # Abbreviations give way to abbreviations.
        likes = [name for name in AGENCIES if (len(name) > 2) == (len(stem) > 2)]
        return chance.choice(likes) + detail[len(stem) :]
    if _YEAR.fullmatch(detail):
        return str(int(detail) + chance.choice([-1, 1]) * chance.randint(1, 5))
    if _MONTH.fullmatch(detail):
        return f"{chance.randint(1, 12)}月"
    if _DAY.fullmatch(detail):
        return f"{chance.randint(1, 28)}{detail[-1]}"
    if _MASKED.fullmatch(detail):
        number = chance.randint(1, 9) if detail[1:-1] else ""
        return f"{detail[0] if number else chance.choice('ABCDEFGHJK')}{number}{detail[-1]}"
    if _ORDINAL.fullmatch(detail):
        return f"第{chance.choice('一二三四五六七八九十')}{detail[-1]}"
    if _FIGURE.fullmatch(detail):
        return "".join(_digit(place, c, chance) for place, c in enumerate(detail))
    return chance.choice(_with_ending(names.districts)[detail[-1]])


def _digit(place: int, character: str, chance: random.Random) -> str:
    if not character.isdigit():
        return character
    return str(chance.randint(1 if place == 0 else 0, 9))


@cache
def _with_ending(districts: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in sorted(districts):
        found.setdefault(name[-1], []).append(name)
    return found
