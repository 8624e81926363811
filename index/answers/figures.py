"""Figures and dates as replies state them: how much, of what, under which conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.text.language.numerals import LARGE, read_number
from index.text.segment import normalise

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
_HAN = "[零〇一二三四五六七八九十百千两]"
_NUMERAL = _HAN + "{1,12}"
"""A longer one says no number; without a bound a text of nothing else takes hours."""
_UNITS = (
    "平方公里|平方米|立方米|公里|千米|公斤|千瓦时|分钟|小时|个月|个工作日|工作日|周岁|人次|公顷"
    "|毫克|毫米|厘米|分贝"
)
_NAMED = "年月日时号路期届级层楼条款项幢栋版类档阶批章页线"
"""What makes of a number before it a date or a name: 62路 is not 62 of something."""

_FIGURE = re.compile(
    r"(?<![A-Za-z\d.〔\[第])(?<!\d{5}-)(?:"
    r"(?P<date>(?:(?:19|20)\d\d年)?(?:1[0-2]|0?[1-9])月"
    r"(?:[0-3]?\d[日号]?[至—~-](?=[0-3]?\d[日号]))?(?:[0-3]?\d[日号])?(?:底|初|[上中下]旬)?"
    r"|(?:19|20)\d\d年(?:底|初)?)"
    r"|(?P<clock>[0-2]?\d(?:时(?:[0-5]?\d分|半)?|[:：][0-5]\d))"
    rf"|(?P<share>{_DIGITS})%|百分之(?P<han_share>{_NUMERAL})"
    rf"|(?P<tenths>(?:{_HAN}|[\d.]){{1,12}})(?P<tenth>[成折])"
    rf"|(?P<amount>{_DIGITS})(?:[至到~～—-](?P<upper>{_DIGITS}))?[余多]?(?P<large>[万亿]?)"
    rf"(?P<unit>{_UNITS}|[年日](?!\d)|(?![{_NAMED}至到折成和与及或])[\u4e00-\u9fff])"
    rf"|(?<!月)(?P<numeral>{_NUMERAL})(?P<numeral_unit>个工作日|工作日|小时|个月|[年天日倍](?!{_HAN}))"
    r"|(?P<free>(?:全部|一律|均|改为)免费|免收|不再收)"
    r")"
)
_ALIKE = {"天": "日", "工作日": "日", "个工作日": "日", "块": "元"}
"""Units that are held against each other though they differ: 20个工作日 became 30日."""

_DATE = re.compile(r"(?:(?P<year>\d{4})年)?(?P<rest>.*)")
_RANGE = re.compile(r"(?:至|到|[~～—-]{1,2})(?:次日|次年|当年)?")
_BREAK = re.compile(r"[，。；：！？、,;:!?\n（）()“”|]")
_FORMER = re.compile(r"[由从自]")
_BECOMES = re.compile(r"[到至为]")
_PER = re.compile(
    r"每[一半]?(平方米|立方米|千瓦时|小时|[\u4e00-\u9fff])|(?<=[新改]建一)([座户台套间处所个])"
)
_ORDINAL = re.compile(rf"((?:{_HAN}|\d){{1,12}}|[国省市区县镇乡])([阶层级期类档价孩胎楼号路届批])")

_AT_MOST = re.compile(
    r"(?:不(?:得|能|应)?(?:超过|高于|多于|大于|超)|[至最][多高]|上限|封顶|以内|以下)"
)
_AT_LEAST = re.compile(r"(?:不(?:得|能|应)?(?:低于|少于|小于)|[至最][少低]|下限|以上)")
_NEAR = 6
"""Characters before a figure within which a limit is said of it: 最高不超过20万元."""

_IN_FORCE = re.compile(
    r"起|完工|竣工|开工|通车|开学|开园|开放|启用|投入使用|建成|截止|报名|登记|缴费|申报|申请"
    r"|施行|执行|实施|计划|预计|力争|时间|期"
)
"""What makes a date one that people go by. Others tell when something happened, and differ in any
two replies."""

_OWN = re.compile(r"本(?:法|条例|办法|规定|细则|规则|通知|决定|意见|方案)")
"""A clause about the document itself: each takes effect at a time of its own."""

_SAYS_NOTHING = re.compile(
    r"[自从由于在约共计为即达到至起前后内的每其中分别]|[^\u4e00-\u9fffA-Za-z]"
)

LONGEST = 100
"""So many years last what takes years; more are the name of one: 2018-2019年."""

LEAST_WORDS = 2
"""A clause with fewer characters beside its figures doesn't say what they count."""

Value = tuple[object, ...]
Conditions = Mapping[str, frozenset[object]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure or date of a text: `text[start:end]`, in the clause `text[clause_start:clause_end]`.

    :ivar kind: figures of one kind can be held against each other: `元`, `日`, `date`, `%`, …
    :ivar value: what it says, however it is written; of a range both ends.
    :ivar about: the clause without its figures, with the one beside it where it says nothing.
    :ivar conditions: what else the clause counts, shares out or names by number, by kind:
        80至89周岁, 每台, 第二阶梯; and whether it is the most or the least.
    :ivar former: the value that it took over from, where the clause tells: 由30日缩短到15日.
    """

    start: int
    end: int
    clause_start: int
    clause_end: int
    kind: str
    value: Value
    about: str
    conditions: Conditions
    former: Value | None = None

    def says_the_same(self, other: Figure) -> bool:
        """Tell whether two figures of one kind agree; a date without a year is of any year."""
        if self.kind != "date":
            return self.value == other.value
        return len(self.value) == len(other.value) and all(
            ours[1] == theirs[1] and (ours[0] == theirs[0] or not (ours[0] and theirs[0]))
            for ours, theirs in zip(self.value, other.value, strict=True)
            if isinstance(ours, tuple) and isinstance(theirs, tuple)
        )

    def takes_over_from(self, other: Figure) -> bool:
        """Tell whether its clause says that it took the place of what another figure says."""
        return self.former is not None and self.kind == other.kind and self.former == other.value

    def is_comparable(self, other: Figure) -> bool:
        """Tell whether two figures are of one kind, under no conditions of one kind that differ."""
        return self.kind == other.kind and not any(
            found.isdisjoint(other.conditions[kind])
            for kind, found in self.conditions.items()
            if kind in other.conditions
        )


def without_figures(text: str) -> str:
    """Return a text without its figures."""
    return _FIGURE.sub("", text)


def find_figures(text: str, start: int, end: int) -> list[Figure]:
    """Return the figures that the sentence `text[start:end]` states, in order.

    Of 由30日缩短到15日 the first is left out, which held before; and a date that nobody goes by.
    """
    raws = list(_merge(text, _iter_raw(text, start, end)))
    clauses = list(_cut(text, start, end, raws))
    ordinals: Conditions = {}
    figures = []
    for place, (first, last) in enumerate(clauses):
        within = [raw for raw in raws if first <= raw.start < last]
        # 九价疫苗每年2针，14周岁以下1针: what is said first holds on.
        ordinals = {**ordinals, **_ordinals(text[first:last])}
        about = _about(text, clauses, place)
        if len(_SAYS_NOTHING.sub("", about)) < LEAST_WORDS or _OWN.search(about):
            continue
        former: dict[str, Value] = {}
        for number, raw in enumerate(within):
            if _is_former(text, first, within[number:]):
                former[raw.kind] = raw.value
                continue
            if raw.kind == "date" and not _IN_FORCE.search(about):
                continue
            conditions = {
                **ordinals,
                **_shared_out(text[first:last]),
                **_beside(raw, within),
                **_limit(text, first, raw, last),
            }
            figures.append(
                Figure(
                    *(raw.start, raw.end, first, last, raw.kind, raw.value, about, conditions),
                    former=former.pop(raw.kind, None),
                )
            )
    return figures


@dataclass(frozen=True, slots=True)
class _Raw:
    start: int
    end: int
    kind: str
    value: Value


def _iter_raw(text: str, start: int, end: int) -> Iterator[_Raw]:
    for match in _FIGURE.finditer(text, start, end):
        if read := _read(match):
            yield _Raw(match.start(), match.end(), *read)


def _read(match: re.Match[str]) -> tuple[str, Value] | None:
    """Return the kind and the value of a figure; None of what is none, as 三四."""
    if match["date"]:
        found = _DATE.fullmatch(normalise(match["date"]).replace("号", "日"))
        return ("date", ((found["year"], found["rest"]),)) if found else None
    if match["clock"]:
        hour, _, minute = re.sub("[:：时]", ":", normalise(match["clock"])).partition(":")
        return "clock", ((int(hour), 30 if minute == "半" else int(minute.rstrip("分") or 0)),)
    if match["free"]:
        return "元", (0.0, "元")
    share = match["share"] or match["han_share"]
    number = share or match["tenths"] or match["amount"] or match["numeral"]
    unit = "%" if share else match["tenth"] or match["unit"] or match["numeral_unit"]
    scale = LARGE.get(match["large"] or "", 1)
    values = [read_number(normalise(each)) for each in (number, match["upper"]) if each]
    if None in values or (unit == "年" and (values[0] or 0) > LONGEST):
        return None
    scaled = (round(value * scale, 4) for value in values if value is not None)
    return _ALIKE.get(unit, unit), (*scaled, unit)


def _merge(text: str, raws: Iterator[_Raw]) -> Iterator[_Raw]:
    """Yield the figures, those of a range (9时至17时) as one."""
    kept: _Raw | None = None
    for raw in raws:
        if kept and kept.kind == raw.kind and _RANGE.fullmatch(text, kept.end, raw.start):
            kept = _Raw(kept.start, raw.end, raw.kind, (*kept.value, *raw.value))
            continue
        if kept:
            yield kept
        kept = raw
    if kept:
        yield kept


def _cut(text: str, start: int, end: int, raws: Sequence[_Raw]) -> Iterator[tuple[int, int]]:
    """Yield the spans of the clauses of a sentence; 17:30 and 1,200 are not cut."""
    inner = {place for raw in raws for place in range(raw.start, raw.end)}
    marks = (match.start() for match in _BREAK.finditer(text, start, end))
    breaks = [start - 1, *(mark for mark in marks if mark not in inner), end]
    for before, after in pairwise(breaks):
        clause = text[before + 1 : after]
        if clause.strip():
            yield after - len(clause.lstrip()), after - len(clause) + len(clause.rstrip())


def _about(text: str, clauses: Sequence[tuple[int, int]], place: int) -> str:
    first, last = clauses[place]
    about = without_figures(text[first:last])
    if len(_SAYS_NOTHING.sub("", about)) >= LEAST_WORDS or len(clauses) == 1:
        return about
    beside = text[slice(*clauses[place - 1 if place else 1])]
    return without_figures(f"{beside}，{text[first:last]}")


def _is_former(text: str, start: int, raws: Sequence[_Raw]) -> bool:
    """Tell whether the first of these figures of a clause is what a later one took over from."""
    return bool(_FORMER.search(text, start, raws[0].start)) and any(
        raw.kind == raws[0].kind and _BECOMES.search(text, raws[0].end, raw.start)
        for raw in raws[1:]
    )


def _limit(text: str, first: int, raw: _Raw, last: int) -> dict[str, frozenset[object]]:
    """Tell the most from the least: what may be paid is not what must be insured."""
    before = text[max(first, raw.start - _NEAR) : raw.start]
    said = f"{before}|{text[raw.end : min(last, raw.end + 2)]}"
    most, least = _AT_MOST.search(said), _AT_LEAST.search(said)
    return {"限": frozenset([bool(most)])} if bool(most) != bool(least) else {}


def _ordinals(clause: str) -> dict[str, frozenset[object]]:
    found: dict[str, set[object]] = {}
    for number, kind in _ORDINAL.findall(without_figures(clause)):
        found.setdefault(f"第几{kind}", set()).add(number)
    return {kind: frozenset(values) for kind, values in found.items()}


def _shared_out(clause: str) -> dict[str, frozenset[object]]:
    found = frozenset(unit for groups in _PER.findall(clause) for unit in groups if unit)
    return {"每": found} if found else {}


def _beside(raw: _Raw, others: Sequence[_Raw]) -> dict[str, frozenset[object]]:
    """Return the figures of other kinds in a clause."""
    kinds = {other.kind for other in others} - {raw.kind, "date"}
    return {kind: frozenset(o.value for o in others if o.kind == kind) for kind in kinds}
