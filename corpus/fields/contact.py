"""Whom to ask about a reply: name, telephone, address and postcode of its contact lines."""

from __future__ import annotations

import re

from corpus.fields.dates import DATE
from corpus.fields.layout import Layout
from corpus.types import Field, FieldName

_TAIL = 8
"""Contact lines stand among so many last paragraphs, or so many behind the signature's date."""
_LINE_LIMIT = 160
_AROUND = 120
"""A person named within a sentence is looked for so many characters around the label."""

_PERSON_LABEL = r"(?:联系人|经办人|承办人|联络人|经办同志|联系同志)"
_PHONE_LABEL = r"(?:联系电话|联系方式|办公电话|电\s*话|手机(?:号码)?|传真)"
_ADDRESS_LABEL = r"(?:(?:联系|通讯|通信|单位|办公)?\s*地\s*址)"
_POSTCODE_LABEL = r"(?:邮政编码|邮\s*编)"
_ANY_LABEL = rf"(?:{_PERSON_LABEL}|{_PHONE_LABEL}|{_ADDRESS_LABEL}|{_POSTCODE_LABEL})"
_CONTACT_LINE = re.compile(
    rf"[\s（(【]*(?:联系单位[：:].*)?{_ANY_LABEL}(?:姓名)?(?:及.{{0,6}})?(?:[：:|]|\s|$)"
)
_OF_CONTACT = re.compile(r"[\s（(【]*(?:联系|通讯|通信|邮)")

_STOP = rf"{_ANY_LABEL}|姓名|及电|和电|谢谢|负责|进行"
_NAME = (
    rf"(?P<name>(?:(?!{_STOP})[\u4e00-\u9fff]) (?!{_STOP})[\u4e00-\u9fff](?![\u4e00-\u9fff])"
    rf"|(?:(?!{_STOP})[\u4e00-\u9fff]){{2,4}}?(?:·[\u4e00-\u9fff]{{1,8}})?)"
)
_AFTER_NAME = (
    r"(?<![局委办科处室部股])(?:科长|主任|局长|处长|股长|科员|同志|先生|女士|老师)?"
    rf"(?=[^\u4e00-\u9fff]|$|{_ANY_LABEL})"
)
_UNIT = r"(?:[\u4e00-\u9fff]{2,16}(?:局|委|办|科|处|室|部|股|中心|院|队|站|所|镇|街道)[ ，、]*)?"
_POST = r"(?:[\u4e00-\u9fff]{0,10}(?:主任|科长|局长|处长|股长|所长|站长|队长|书记|科员))?"
_PERSON = re.compile(
    rf"{_PERSON_LABEL}(?:[及和][^：:\s]{{0,6}}|姓名)?\s*[：:|]?\s*{_UNIT}{_POST}{_NAME}{_AFTER_NAME}"
)
_UNMARKED_PERSON = re.compile(
    rf"{_PERSON_LABEL}{_NAME}(?=[，,、；]?\s*(?:{_PHONE_LABEL}|[\d(（])|\s+{_ANY_LABEL})"
)
_MARKED = re.compile(rf"{_PERSON_LABEL}[^，。；\d]{{0,8}}?(?:[：:|]|\s)")
_NEXT_PERSON = re.compile(rf"\s*[、/]\s*{_NAME}{_AFTER_NAME}")

PHONE = re.compile(
    r"(?<![\d-])(?:\+?86[- ]?)?(?:[（(]?0\d{2,3}[）)]?\s?[-－—–]{0,2}\s?)?"
    r"(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|\d{4}-\d{7,8}|\d{7,8}|\d{3,4}[- ]\d{4}"
    r"|[48]00-?\d{3,4}-?\d{3,4})"
    r"(?:[-－—转]{1,2}\d{1,6})?(?!\d)"
)
"""A telephone number with its area code and extension, where a label or a name announces it."""
_ADDRESS = re.compile(
    rf"{_ADDRESS_LABEL}\s*(?:[：:|]|\s)\s*"
    r"(?P<value>(?:[（(][^（()）\n]{0,40}[）)]|[^。；;\n|（()）]){2,80}?)"
    rf"(?=\s*[，,。；;（(）)|]?\s*(?:{_ANY_LABEL}|$)|[。；;\n）)|])"
)
_POSTCODE = re.compile(rf"{_POSTCODE_LABEL}\s*[：:|]?\s*(?P<value>\d(?: ?\d){{5}})(?!\d)")


def find_contacts(layout: Layout) -> tuple[Field, ...]:
    """Return the fields of the contact lines, in text order.

    A contact line begins with a label (`联系人：`, `联系电话：`, …) in the head or the tail of the
    document; within the body a sentence counts that names a contact person.
    """
    fields: dict[tuple[int, int], Field] = {}
    for start, end in _contact_lines(layout):
        for field in _read(layout.text, start, end):
            fields.setdefault((field.start, field.end), field)
    for start, end in _sentences(layout.text):
        found = _read(layout.text, start, end)
        if any(field.name is FieldName.CONTACT_PERSON for field in found):
            for field in found:
                fields.setdefault((field.start, field.end), field)
    return tuple(sorted(fields.values(), key=lambda field: field.start))


def _contact_lines(layout: Layout) -> list[tuple[int, int]]:
    signed = next(
        (n for n, p in enumerate(layout.paragraphs) if n >= layout.head and DATE.match(p.text)),
        len(layout.paragraphs),
    )
    lines = [
        line
        for number, line in enumerate(layout.paragraphs)
        if _CONTACT_LINE.match(line.text)
        and len(line.text) <= _LINE_LIMIT
        and (
            number < layout.head
            or number >= len(layout.paragraphs) - _TAIL
            or signed < number <= signed + _TAIL
        )
    ]
    # Without a person, `电话：` and `地址：` are where the public may turn to.
    personal = any(re.search(_PERSON_LABEL, line.text) for line in lines)
    return [(line.start, line.end) for line in lines if personal or _OF_CONTACT.match(line.text)]


def _sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences, cut to what is near, that hold a contact person's label."""
    spans: list[tuple[int, int]] = []
    for match in re.finditer(_PERSON_LABEL, text):
        low, high = max(match.start() - _AROUND, 0), match.end() + _AROUND
        start = max(low, *(text.rfind(mark, low, match.start()) + 1 for mark in "。！？\n"))
        ends = [text.find(mark, match.end(), high) for mark in "。！？\n"]
        end = min((at for at in ends if at >= 0), default=min(high, len(text)))
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _read(text: str, start: int, end: int) -> list[Field]:
    fields = [
        Field(name, _value(name, match["value"]), *match.span("value"))
        for name, pattern in (
            (FieldName.CONTACT_ADDRESS, _ADDRESS),
            (FieldName.POSTCODE, _POSTCODE),
        )
        for match in pattern.finditer(text, start, end)
    ]
    taken = [(field.start, field.end) for field in fields]
    for match in PHONE.finditer(text, start, end):
        if not any(s < match.end() and match.start() < e for s, e in taken):
            fields.append(Field(FieldName.CONTACT_PHONE, match.group(), *match.span()))
    return fields + _persons(text, start, end)


def _value(name: FieldName, text: str) -> str:
    return text.replace(" ", "") if name is FieldName.POSTCODE else text.strip()


def _persons(text: str, start: int, end: int) -> list[Field]:
    fields: list[Field] = []
    for label in re.compile(_PERSON_LABEL).finditer(text, start, end):
        marked = _MARKED.match(text, label.start(), end)
        match = (_PERSON if marked else _UNMARKED_PERSON).match(text, label.start(), end)
        while match:
            name = match["name"].replace(" ", "")
            fields.append(Field(FieldName.CONTACT_PERSON, name, *match.span("name")))
            match = _NEXT_PERSON.match(text, match.end(), end)
    return fields
