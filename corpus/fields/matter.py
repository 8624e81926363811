"""What a reply answers: the proposal's number, title, session and proposers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.fields.agency import AGENCY, same_agency
from corpus.fields.layout import Layout
from corpus.spans import Squeezed, squeeze
from corpus.types import Field, FieldName

_NO_NAME = (
    "[您你我贵的等在由对第届次]|他们|各位|政协|人大|委员|代表|提案|建议|议案|尊敬|界别|同志|会议"
)
_PERSON = rf"(?:(?!{_NO_NAME})[\u4e00-\u9fff]){{2,4}}(?:·[\u4e00-\u9fff]{{1,8}})?"
_PERSONS = rf"(?P<names>{_PERSON}(?:[、，,]{_PERSON})*)"
_AND_OTHERS = r"(?:等(?:人|\d{0,3}[名位]?|[一二三四五六七八九十]{0,3}[名位]?)?)?"
_PARTY = (
    r"(?:民革|民盟|民建|民进|农工党|农工民主党|致公党|九三学社|台盟|无党派|共青团|侨联|台联|工商联|"
    r"[省市区县]?(?:工商联|总工会|妇联|团委|侨联|科协))"
)
_GROUP = (
    rf"(?P<group>(?:{_PARTY}[\u4e00-\u9fffA-Z0-9]{{0,12}}?(?:委员会|委会|委|总支|支部|支社|工委|小组)"
    rf"|{_PARTY}|(?!贵)[\u4e00-\u9fffA-Z0-9]{{1,10}}?(?:工商联|总工会|妇联|侨联|科协|界别?)))"
)

_SALUTATION = (
    re.compile(
        rf"(?:尊敬的)?{_PERSONS}{_AND_OTHERS}(?:政协|[省市区县]?人大)?(?:委员|代表)(?:们)?[：:]?"
    ),
    re.compile(rf"(?:尊敬的)?{_GROUP}[：:]?"),
)
_OPENING = (
    re.compile(
        rf"(?:^|[，。：；由]|政协|人大|委员|代表|对){_PERSONS}{_AND_OTHERS}(?:政协)?(?:人大)?"
        r"(?:委员|代表)(?:们)?(?:在[^，。]{1,30}上)?(?:共同|联名)?(?:提出|提交|领衔|反映|所提)"
    ),
    re.compile(
        rf"(?:委员|代表){_PERSONS}{_AND_OTHERS}(?:同志)?(?:在[^，。]{{1,30}}上)?(?:共同|联名)?(?:提出|提交|领衔|反映)"
    ),
    re.compile(rf"(?:^|[，。：；由对]){_GROUP}(?:在[^，。]{{1,30}}上)?(?:提出|提交)"),
)


def find_proposers(layout: Layout) -> tuple[Field, ...]:
    """Return the proposers, one field for each: a person's name or a party's or group's.

    They are read in the opening (`区政协某某委员提出的`) or in the salutation (`某某代表：`).
    """
    opening = squeeze(layout.text, *layout.opening)
    for pattern in _OPENING:
        found = _each(opening, pattern.search(opening.text))
        if found:
            return found
    salutation = squeeze(layout.text, *layout.salutation)
    for pattern in _SALUTATION:
        found = _each(salutation, pattern.fullmatch(salutation.text))
        if found:
            return found
    return ()


def _each(zone: Squeezed, match: re.Match[str] | None) -> tuple[Field, ...]:
    if match is None:
        return ()
    group = match.lastgroup or "names"
    base = match.start(group)
    return tuple(
        Field(
            FieldName.PROPOSER,
            part["name"],
            *zone.span(base + part.start("name"), base + part.end("name")),
        )
        for part in re.finditer(
            r"(?P<name>[^、，,等][^、，,]*?)(?:等(?:[\d一二三四五六七八九十]*[名位人].*)?)?(?:委员|代表)?(?:[、，,]|$)",
            match[group],
        )
    )


_MATTER = r"(?:提案|建议|议案)"
_ORDINAL = r"第?[一二三四五六七八九十百\d]{1,4}"
_PLACE = r"[\u4e00-\u9fffA-Z0-9]{0,12}?"
_BODY = r"(?:政协|人大|人民代表大会)"
_SESSION = re.compile(
    rf"{_PLACE}政协{_PLACE}{_ORDINAL}届(?:委员会)?(?:常委会)?{_ORDINAL}次(?:全体)?(?:会议|全会)"
    rf"|{_PLACE}{_ORDINAL}届{_PLACE}{_BODY}(?:常委会)?{_ORDINAL}次(?:全体)?(?:会议|全会)"
    rf"|{_PLACE}(?:人大|人民代表大会){_ORDINAL}届{_ORDINAL}次(?:全体)?(?:会议|全会)"
    rf"|{_PLACE}{_ORDINAL}届{_ORDINAL}次(?:全体)?(?:会议|全会)"
)
_SESSION_LEAD = re.compile(
    r"(?:.*(?:关于|针对|对于|对|[您你](?:们)?|委员(?!会)|代表(?!大会)|交办的?|提交|出席|[在就]|答复|回复|办理))?"
)

_ID = r"[A-Za-z]{0,3}-?\d{1,12}(?:-\d{1,6})?"
_NUMBER = re.compile(
    rf"第(?P<listed>{_ID}(?:号?[、，,和及]第?{_ID})*)号(?:[^，。；、]{{0,16}}?{_MATTER}|$|[“《（(])"
    rf"|{_MATTER}[（(]?(?:编号|案号)?(?:为|是|[：:])?第?(?P<after>{_ID})号"
    rf"|{_MATTER}[（(](?:编号|案号)[：:]?(?P<bracketed>{_ID})[）)]"
    rf"|(?<![〕\]）)】\d年月])(?P<bare>\d{{2,12}})号{_MATTER}"
)
_QUOTES = {"“": "”", "《": "》", "「": "」", "『": "』"}
_OF_MATTER = re.compile(rf"的?[^，。；“《]{{0,8}}?{_MATTER}")
_OF_MESSAGE = re.compile(r"的?.{0,4}(?:留言|来信|信件|帖|诉求|问题|情况|一事|收悉|来电|咨询)")
_BEFORE_MESSAGE = re.compile(
    r"(?:关于|反映|提[到出]|咨询|投诉|举报|发布|发表|发帖|题为|您说|获悉|平台)(?:的|了)?[：:]?$"
)
_BEFORE_TITLE = re.compile(r"(?:题为|标题为|标题是|主题为|名为|题目为)[：:]?$")
_NO_TITLE = re.compile(
    r"(?:专栏|栏目|平台|网站|留言板|信箱|热线|条例|办法|通知)$|^问政.{0,6}$|^[A-Za-z0-9_]+$"
)
_UNQUOTED = re.compile(
    rf"(?P<title>关于(?!对|[^，。；]{{0,20}}第[^，。；]{{1,12}}号)[^，。；“”《》：:]{{3,80}}?的?{_MATTER})"
    r"(?:（第?[\w-]{1,12}号?）)?(?:的?(?:答复|复函|回复|会办)|收悉|已收悉|已?收到|已悉|[，。])"
)
_ROLES = re.compile(
    r"作为(?:本?[件提建]?[案议]?的?)?(?P<as>主办|会办|协办)(?:单位|部门)?"
    r"|我[局委办厅部镇乡院会处]{1,2}(?:负责|为|系|是)?(?P<we>主办|会办|协办)"
    r"|(?P<opinion>会办|协办)意见"
)
_ROLE_HOLDER = re.compile(
    rf"(?P<role>主办|会办|协办)(?:单位|部门)[：:](?P<names>{AGENCY}(?:[、，,]{AGENCY})*)"
)


def find_matter_numbers(layout: Layout, title: Field | None) -> tuple[Field, ...]:
    """Return the numbers of the proposals or suggestions answered, without 第 and 号."""
    for zone in _zones(layout, title):
        for match in _NUMBER.finditer(zone.text):
            group = match.lastgroup or ""
            base = match.start(group)
            return tuple(
                Field(
                    FieldName.MATTER_NUMBER,
                    part.group(),
                    *zone.span(base + part.start(), base + part.end()),
                )
                for part in re.finditer(_ID, match[group])
            )
    return ()


def find_session(layout: Layout, title: Field | None) -> tuple[Field, ...]:
    """Return the session (届次) the matter was put to: 区政协十四届五次会议."""
    for zone in _zones(layout, title):
        match = _SESSION.search(zone.text)
        if match:
            lead = _SESSION_LEAD.match(match.group())
            start = match.start() + (lead.end() if lead else 0)
            value = zone.text[start : match.end()]
            return (Field(FieldName.SESSION, value, *zone.span(start, match.end())),)
    return ()


def find_matter_title(layout: Layout, title: Field | None) -> tuple[Field, ...]:
    """Return the title of the proposal, suggestion or message, without its quotation marks.

    Quoted titles go before unquoted ones (`关于……的建议`), the opening before the title.
    """
    zones = list(reversed(list(_zones(layout, title))))
    for zone in zones:
        for start, end in _quoted(zone.text):
            if _is_matter(zone.text, start, end):
                value = zone.text[start:end]
                return (Field(FieldName.MATTER_TITLE, value, *zone.span(start, end)),)
    for zone in zones:
        match = _UNQUOTED.search(zone.text)
        if match and "届" not in match["title"]:
            return (zone.field(FieldName.MATTER_TITLE, match, "title"),)
    return ()


def find_role(layout: Layout, title: Field | None, agencies: Sequence[Field]) -> tuple[Field, ...]:
    """Return whether the sender leads (主办) or contributes (会办), where the text says so."""
    zones = list(_zones(layout, title))
    zones += [squeeze(layout.text, p.start, p.end) for p in layout.head_paragraphs]
    for zone in zones:
        match = _ROLES.search(zone.text)
        if match and match.lastgroup:
            return (_role(zone, match, match.lastgroup),)
        for match in _ROLE_HOLDER.finditer(zone.text):
            names = re.split(r"[、，,]", match["names"])
            if any(same_agency(name, agency.value) for name in names for agency in agencies):
                return (_role(zone, match, "role"),)
    return ()


def _role(zone: Squeezed, match: re.Match[str], group: str) -> Field:
    return Field(
        FieldName.ROLE, match[group].replace("协办", "会办"), *zone.span(*match.span(group))
    )


def _zones(layout: Layout, title: Field | None) -> Iterator[Squeezed]:
    """Yield the title, then the opening with its salutation, without their spaces."""
    if title is not None and title.start >= 0:
        yield squeeze(layout.text, title.start, title.end)
    yield squeeze(layout.text, *layout.opening)


def _quoted(text: str) -> Iterator[tuple[int, int]]:
    """Yield what stands in outermost quotation marks, without them."""
    position = 0
    while position < len(text):
        closing = _QUOTES.get(text[position])
        if closing is not None:
            end = _closing(text, position, closing)
            if end > position:
                yield position + 1, end
                position = end
        position += 1


def _closing(text: str, start: int, closing: str) -> int:
    depth = 0
    for position in range(start, len(text)):
        if text[position] == text[start]:
            depth += 1
        elif text[position] == closing:
            depth -= 1
            if depth == 0:
                return position
    return -1


def _is_matter(text: str, start: int, end: int) -> bool:
    """Tell whether the quoted words are the title of what is answered."""
    quoted = text[start:end]
    if not 4 <= len(quoted) <= 120 or _NO_TITLE.search(quoted):
        return False
    before = text[: start - 1]
    return (
        _OF_MATTER.match(text, end + 1) is not None
        or _BEFORE_TITLE.search(before) is not None
        or re.search(rf"{_MATTER}$", quoted) is not None
        or (
            _OF_MESSAGE.match(text, end + 1) is not None
            and _BEFORE_MESSAGE.search(before) is not None
        )
    )
