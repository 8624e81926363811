"""Names of government bodies, and the region within them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus.spans import Paragraph, squeeze
from corpus.text.label_words import LABEL
from corpus.types import Field, FieldName

_ENDINGS = (
    "委员会|人民政府|政府|办公室|办公厅|街道办事处|办事处|管委会|国务院|法院|检察院|医院|研究院|"
    "厅|局|部|委|办|署|处|科|股|所|站|室|馆|院|镇|乡|街道|中心|总队|支队|大队|中队|执法队|稽查队|管理队|救援队|公司|集团|"
    "海关|银行|支行|分行|总行|气象台|电视台|广播电台|地震台|调查队|军分区|武装部|党校|监狱|林场|农场|"
    "[\u4e00-\u9fff]{2}司|供销社|红十字会|科协|文联|侨联|台联|青联|社科联|贸促会|联合会|总会|协会|学会|总工会|残联|妇联|工商联|党组|专班|领导小组|工作组|指挥部|"
    "学校|大学|学院|中学|小学|幼儿园|社"
)
_NAME = r"[A-Za-z0-9\u4e00-\u9fff（）()]"
_NOT_IN_NAMES = (
    r"[您你我们的了谢请]|全部|顶部|返回|阅读|网站|关于|转发|印发|批转|收悉|答复|回复|对(?!外)"
    r"|[第]\d+号"
)

AGENCY = rf"(?:(?!{_NOT_IN_NAMES}){_NAME}){{1,38}}?(?:{_ENDINGS})"
"""A body's whole name; to be matched where something else says that one stands there."""
_AGENCY = re.compile(rf"{AGENCY}(?:[（(](?:{AGENCY})[）)])?")
_MARK = r"[^\w）)。，；：！？]"
_MARKS = tuple(" ：:|】]")
_PROSE = re.compile("[。，；：！？]")
_NUMBER = re.compile(r"\d{3}")
_DOCUMENT = re.compile(r"文\s*件$")
_SEAL = re.compile(
    rf"[（(][^（）()]{{0,4}}章[^（）()]{{0,2}}[）)]|&\w{{1,20}};?{_MARK}*$|(?<!{_MARK}){_MARK}+$"
)

_CITY = r"市(?!场|容|政(?:园|公|工|管|设|建)|民(?:中心|服务|热线))"
_DISTRICT = "区(?!域|划|块)"
_REGION = re.compile(
    r"(?:中共|中国共产党|政协|国网|共青团)?"
    r"(?:(?:新疆生产建设)?兵团(?:第?[一二三四五六七八九十]{1,2}师)?|第[一二三四五六七八九十]{1,2}师)?"
    rf"(?P<unit>(?:市[南北中]|沙市){_DISTRICT}|津市{_CITY}"
    r"|(?:(?!自治州|地区)[^省市县旗盟局厅委部院\s]){1,10}?"
    rf"(?:自治州|地区|省|盟|{_CITY}|{_DISTRICT}|县|旗))"
)
"""A division's name holds none of the words that end one, but for those of a few cities."""
_NO_REGION = re.compile(
    r"^[区县]?城市$|(?:自治区|自治州|特别行政区|地区|省|盟|开发区|高新区|示范区|保税区|自贸区|试验区|园区|"
    r"景区|林区|矿区|灌区|库区|社区|小区|辖区|片区|保护区|生态区|功能区)$"
)


def read_agencies(paragraph: Paragraph) -> list[tuple[str, int, int]]:
    """Return the bodies whose names make up the whole line, each as (name, start, end).

    Several stand side by side (`国务院办公厅 中央军委办公厅`) or with 、 between; a name may be
    spaced out (`临 江 市 民 政 局`). Without such names the list is empty.
    """
    if _PROSE.search(paragraph.text) and "章" not in paragraph.text:
        return []  # as most lines: a seal alone may hold such a sign
    marked = any(mark in paragraph.text for mark in _MARKS)  # few lines are
    label = LABEL.match(paragraph.text, paragraph.text[:1] in ("【", "[")) if marked else None
    if label and paragraph.text[label.end() : label.end() + 1] in _MARKS:
        return []  # 所属区域 东城街道
    line = _SEAL.sub("", paragraph.text)
    if "件" in line and (document := _DOCUMENT.search(line)):
        line = line[: document.start()].rstrip()
    for pattern in (r"[^\s、]+", r"[^、]+"):
        parts = [(m.group(), m.start(), m.end()) for m in re.finditer(pattern, line)]
        names = [(re.sub(r"\s", "", name), start, end) for name, start, end in parts]
        if names and all(_is_agency(name) for name, _, _ in names):
            return [(n, *paragraph.span(s, e)) for n, s, e in names]
    return []


def _is_agency(name: str) -> bool:
    return len(name) > 2 and not _NUMBER.search(name) and _AGENCY.fullmatch(name) is not None


def same_agency(name: str, other: str) -> bool:
    """Tell whether one name abbreviates the other: its characters stand in it, in order.

    普陀区商务委 and 普陀区商务委员会 both abbreviate 上海市普陀区商务委员会.
    """
    short, long = sorted((name, other), key=len)
    rest = iter(long)
    return all(character in rest for character in short)


def merge_agencies(found: Sequence[Sequence[Field]]) -> tuple[Field, ...]:
    """Keep each body once, in its fullest form; `found` holds one list for each place."""
    merged: list[Field] = []
    for fields in found:
        fresh: list[Field] = []
        for field in fields:
            known = next((i for i, m in enumerate(merged) if same_agency(m.value, field.value)), -1)
            if known < 0 and all(one.value != field.value for one in fresh):
                fresh.append(field)
            elif known < 0:
                continue
            elif len(field.value) > len(merged[known].value):
                merged[known] = field
        merged.extend(fresh)
    return tuple(merged)


def find_regions(text: str, agencies: Iterable[Field]) -> tuple[Field, ...]:
    """Return the districts, counties and cities that stand in the bodies' names."""
    regions: dict[str, Field] = {}
    for agency in agencies:
        match = _last_region(agency.value)
        if match is None:
            continue
        start = end = -1
        if agency.start >= 0:
            start, end = squeeze(text, agency.start, agency.end).span(*match.span("unit"))
        field = Field(FieldName.REGION, match["unit"], start, end, agency.origin)
        regions.setdefault(field.value, field)
    return tuple(regions.values())


def _last_region(name: str) -> re.Match[str] | None:
    units = [m for m in _REGION.finditer(name) if not _NO_REGION.search(m["unit"])]
    return units[-1] if units else None
