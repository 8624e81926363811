"""Whom to ask about a reply: name, telephone, address and postcode of its contact lines."""

from __future__ import annotations

import re

from corpus.fields.dates import DATE
from corpus.fields.layout import Layout
from corpus.personal.contacts import (
    Contact,
    is_contact_line,
    iter_contacts,
    names_person,
    read_contacts,
)
from corpus.personal.numbers import PHONE, is_phone, legible
from corpus.text.label_words import LABEL
from corpus.types import Field, FieldName

_TAIL = 8
"""Contact lines stand among so many last paragraphs, or so many behind the signature's date."""
_LINE_LIMIT = 160
_OF_CONTACT = re.compile(r"[\s（(【]*(?:联系|通讯|通信|邮)")
_APART = frozenset({FieldName.CONTACT_PERSON, FieldName.POSTCODE})
"""Fields whose characters may stand apart: 张 三."""


def find_contacts(layout: Layout, foot: int) -> tuple[Field, ...]:
    """Return the fields of the contact lines, in text order.

    A contact line begins with a label (`联系人：`, `联系电话：`, …) in the head or the tail of the
    document; anywhere else a sentence, or lines that belong together, count that name a contact
    person.

    :param foot: where in the text the foot of the page begins, whose lines that name nobody are
        the site's.
    """
    plain = legible(layout.text)
    contacts = [
        each
        for start, end in _contact_lines(layout, foot)
        for each in read_contacts(plain, start, end)
    ]
    fields: dict[tuple[int, int], Field] = {}
    for each in (*contacts, *iter_contacts(plain)):
        if each.name is FieldName.CONTACT_PERSON and _is_nobody(plain, each):
            continue
        fields.setdefault((each.start, each.end), _field(layout.text, each))
    return tuple(sorted(fields.values(), key=lambda field: field.start))


def _is_nobody(plain: str, person: Contact) -> bool:
    """Tell whether a name is the next label of a row, whose cell before it is empty, or a body."""
    name, cell = plain[person.start : person.end], _CELL.match(plain, person.start)
    return (
        LABEL.fullmatch(name) is not None
        or _LABEL_END.search(name) is not None
        or (cell is not None and _BODY_END.search(cell.group()) is not None)
    )


_CELL = re.compile(r"[^\s|｜:：，。；]+")
_LABEL_END = re.compile(
    r"..(?:时间|日期|内容|正文|详情|意见|结果|情况|单位|部门|程度|类别|类型|方式|编号|标题|状态|目的)$"
)
_BODY_END = re.compile(
    r"(?:^员会|大队|支队|中队|总队|中心|公司|政府|街道|办事处|办公室|医院|学校|学院|法院|检察院|集团|银行)$"
)
"""`回复人：某某局交警大队`; a name is cut out of what stands behind a body's sign."""
_OFFICE_LINE = re.compile(
    r"(?:电话|方式|热线|致电|拨打|手机|座机|联系|咨询|详询|垂询)"
    r"(?:号码|咨询|联系|预约|[\u4e00-\u9fff]{1,16}(?:[局委办院所镇乡处科室站股部队]|中心|政府|街道|公司))?"
    r"(?:[（(][^（()）]{1,12}[）)])?[为是：:（(\s]{0,3}$"
)
_AND = re.compile(r"\s?[、/或和及，,；;]\s?")
_BEFORE = 40
_CLOSING = 400
"""An answer closes with where to turn to, in so many last characters."""


def find_office_line(layout: Layout, foot: int) -> tuple[Field, ...]:
    """Return the telephones at which the office that answers a citizen is to be asked.

    They stand in a sentence at the end of the answer, side by side, and belong to nobody
    (`如有疑问，请致电……`). Where several are announced, each is for something else, and none is it.

    :param foot: where in the text the foot of the page begins.
    """
    plain = legible(layout.text)[:foot]
    lines: list[list[re.Match[str]]] = []
    for match in PHONE.finditer(plain, max(foot - _CLOSING, 0)):
        if not is_phone(plain, match):
            continue
        if lines and _AND.fullmatch(plain, lines[-1][-1].end(), match.start()):
            lines[-1].append(match)
        elif _OFFICE_LINE.search(plain, max(match.start() - _BEFORE, 0), match.start()):
            lines.append([match])
    if len({tuple(match.group() for match in line) for line in lines}) != 1:
        return ()
    return tuple(_phone(layout.text, *match.span()) for match in lines[0])


def _phone(text: str, start: int, end: int) -> Field:
    if text[start] in "（(" and not re.search("[）)]", text[start:end]):
        start += 1  # which parts the number from what it belongs to
    return Field(FieldName.CONTACT_PHONE, text[start:end].strip(), start, end)


def _field(text: str, contact: Contact) -> Field:
    value = text[contact.start : contact.end].strip()
    if contact.name in _APART:
        value = re.sub(r"\s", "", value)
    return Field(contact.name, value, contact.start, contact.end)


def _contact_lines(layout: Layout, foot: int) -> list[tuple[int, int]]:
    signed = next(
        (n for n, p in enumerate(layout.paragraphs) if n >= layout.head and DATE.match(p.text)),
        len(layout.paragraphs),
    )
    lines = [
        line
        for number, line in enumerate(layout.paragraphs)
        if (line.start < foot or names_person(line.text))
        and is_contact_line(line.text)
        and len(line.text) <= _LINE_LIMIT
        and (
            number < layout.head
            or number >= len(layout.paragraphs) - _TAIL
            or signed < number <= signed + _TAIL
        )
    ]
    # Without a person, `电话：` and `地址：` are where the public may turn to.
    personal = any(names_person(line.text) for line in lines)
    return [(line.start, line.end) for line in lines if personal or _OF_CONTACT.match(line.text)]
