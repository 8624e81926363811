"""Contact lines: persons behind labels (联系人：…), their telephones, addresses and postcodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.personal.by_sound import SOUNDED
from corpus.personal.called import (
    CIVIL,
    CLEAR,
    DOUBLE,
    FIRST,
    GIVEN,
    HAN,
    NAMED,
    NO_WORD,
    ROLES,
    TITLE,
    is_label,
)
from corpus.personal.numbers import PHONE, is_phone
from corpus.personal.patterns import any_of
from corpus.spans import clause_end, clause_start
from corpus.types import BETWEEN_CELLS, FieldName

_AROUND = 120
"""A person named within a sentence is looked for so many characters around the label."""
_BLOCK = 6
"""So many lines above and below a person's label may belong to it."""


_TITLES_OF_OFFICIALS = (
    "承办负责人 承办人员 承办人 经办人员 经办人 经办同志 办理人员 联系同志 联系人员 联系人 联络人 "
    "联络员 责任领导 责任人 分管领导 主管领导 负责人 填表人 填报人 制表人 审核人 复核人 审批人 "
    "核稿人 拟稿人 起草人 校对人 答复人 回复人 经手人"
)
_OFFICIALS = any_of(_TITLES_OF_OFFICIALS.split(), "[ \u3000]{0,3}")
"""Their characters may stand apart: 联 系 人."""
_BARE = "|".join(f"{did}(?=[：:])" for did in ("经办", "承办", "校对", "拟稿", "核稿"))
_OF_OFFICIALS = f"{_OFFICIALS}|{_BARE}"
_OF_CITIZENS = rf"姓名(?=\s?[：:|])|{NAMED}(?=\s?[：:|])"
# Where these are looked for, each alternative must begin with its sign, not with a group: `re` then
# skips to the next of those signs at once.
PERSON_LABEL = f"(?:{_OF_OFFICIALS})"
_CITIZEN_LABEL = f"(?:{_OF_CITIZENS})"
_PHONE_LABEL = (
    r"(?:联\s?系\s?电\s?话|联系方式|办公电话|办公室电话|来电号码|电\s*话"
    r"|手\s{0,3}机(?:号码?)?|传\s{0,3}真)"
)
_ADDRESS_LABEL = r"(?:(?:联系|通讯|通信|单位|办公)?\s*地\s*址)"
_POSTCODE_LABEL = r"(?:邮政编码|邮\s*编)"
ANY_LABEL = rf"(?:{PERSON_LABEL}|{_PHONE_LABEL}|{_ADDRESS_LABEL}|{_POSTCODE_LABEL})"
_LABEL_LINE = re.compile(
    rf"[\s（(【]{{0,4}}(?:联系单位[：:].{{0,40}})?(?:{ANY_LABEL}|{_CITIZEN_LABEL}|联系(?:单位|部门|科室)|电子邮箱|邮\s?箱|微信|区\s?号)"
    r"(?:姓名|电话)?(?:及.{0,6})?(?:（[^）]{0,6}）)?\s?(?:[：:|]|\s|$)"
)
_PHONE_LINE = re.compile(rf"[\s:：]{{0,3}}{PHONE.pattern}\s{{0,3}}$")
_OF_CONTACTS = (_LABEL_LINE, _PHONE_LINE)
_BARE_LABEL = re.compile(rf"\s*{ANY_LABEL}[及和]?[^：:\s\d]{{0,6}}\s*[：:]?\s*$")

_STOP = rf"{ANY_LABEL}|姓名|及电|和电|谢谢|负责|进行|待定|暂无|详见|各|本人|见附"
_NAME = (
    rf"(?P<name>[{SOUNDED}]{{5,9}}(?=[^{HAN}]|$|{TITLE})"
    rf"|(?!{_STOP})[{HAN}](?:[ \u3000]{{1,2}}(?!{_STOP})[{HAN}](?![{HAN}])"
    rf"|(?:(?!{_STOP})[{HAN}]){{1,3}}?(?:·[{HAN}]{{1,8}})?))"
)
_AFTER_NAME = rf"(?<![局委办科处室部股]){TITLE}?(?=[^{HAN}]|$|{ANY_LABEL})"
_UNIT = rf"(?:[{HAN}]{{2,16}}(?:局|委|办|科|处|室|部|股|中心|院|队|站|所|镇|街道)[ ，、]*)?"
_POST = rf"(?:[{HAN}]{{0,10}}(?:主任|科长|局长|处长|股长|所长|站长|队长|书记|科员))?"
_MORE_LABEL = r"(?:(?:姓名)?[及和][^：:\s]{0,6}|姓名|[（(][^（()）\n]{1,8}[）)])?"
_PERSON = re.compile(rf"{PERSON_LABEL}{_MORE_LABEL}\s*[：:|]?\s*{_UNIT}{_POST}{_NAME}{_AFTER_NAME}")
_UNMARKED_PERSON = re.compile(
    rf"{PERSON_LABEL}{_NAME}(?=[，,、；]?\s*(?:{_PHONE_LABEL}|[(（]?[+\d][\d -]{{6}})"
    rf"|\s+{ANY_LABEL})"
)
_MARKED = re.compile(rf"{PERSON_LABEL}{_MORE_LABEL}?(?:\s*[：:|]|\s)")
_NEXT_PERSON = re.compile(rf"\s*(?:[、/]|[，,；\s](?=[{CLEAR}]))\s*{_NAME}{_AFTER_NAME}")
_ADDRESS = re.compile(
    rf"{_ADDRESS_LABEL}(?:\s*[：:|]|\s)\s*"
    r"(?P<value>(?!\s)(?:[（(][^（()）\n]{0,40}[）)]|[^。；;\n|（()）]){2,80}?)"
    rf"(?=\s*[，,。；;（(）)|]?\s*(?:{ANY_LABEL}|$)|[。；;\n）)|])"
)
_POSTCODE = re.compile(rf"{_POSTCODE_LABEL}\s*[：:|]?\s*(?P<value>\d(?: ?\d){{5}})(?!\d)")

_OFFICIAL = re.compile(_OF_OFFICIALS)
_CITIZEN = re.compile(_OF_CITIZENS)
_OFFICE = re.compile(r"人[：:][^，,。；;\n]{2,30}[局会府司院厅处社厂店校心][，,；;\s]")
_ANYBODY = re.compile(f"{_OF_OFFICIALS}|{_OF_CITIZENS}")


@dataclass(frozen=True, slots=True)
class Contact:
    """A person, telephone, address or postcode of a contact line, and where it stands."""

    name: FieldName
    start: int
    end: int


def iter_contacts(plain: str, citizens: bool = False) -> Iterator[Contact]:
    """Yield what contact sentences and lines hold that name a person; the text must be `legible`.

    :param citizens: whether labels of citizens (来信人：) count as well, for what stands around
        them: their names are found by `corpus.personal.names`.
    """
    for start, end in person_spans(plain, citizens):
        found = read_contacts(plain, start, end)
        person = any(each.name is FieldName.CONTACT_PERSON for each in found)
        if person:
            yield from found
        elif citizens and _CITIZEN.search(plain, start, end):
            # Not where the label is an office's or a firm's: 被申请人：某局，地址：……
            yield from (each for each in found if not _OFFICE.search(plain, start, each.start))
    if BETWEEN_CELLS in plain:
        yield from _iter_columns(plain)


def is_contact_line(line: str) -> bool:
    """Tell whether the line begins with a contact label."""
    return _LABEL_LINE.match(line) is not None


def names_person(line: str) -> bool:
    """Tell whether the line holds the label of an official."""
    return _OFFICIAL.search(line) is not None


def person_spans(plain: str, citizens: bool = False) -> list[tuple[int, int]]:
    """Return the sentences and blocks of lines, cut to what is near, that hold a person's label."""
    spans: list[tuple[int, int]] = []
    for match in (_ANYBODY if citizens else _OFFICIAL).finditer(plain):
        if spans and match.end() <= spans[-1][1]:
            continue
        low, high = max(match.start() - _AROUND, 0), match.end() + _AROUND
        start = clause_start(plain, match.start(), "。！？\n", low)
        end = clause_end(plain, match.end(), "。！？\n", high)
        start, end = _above(plain, start), _below(plain, start, end)
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _above(plain: str, start: int) -> int:
    for _ in range(2):
        above = plain.rfind("\n", max(start - 1 - _AROUND, 0), max(start - 1, 0)) + 1
        if not (start > 0 and plain[start - 1] == "\n" and _LABEL_LINE.match(plain, above, start)):
            break
        start = above
    return start


def _below(plain: str, start: int, end: int) -> int:
    """Go on over the lines that follow: the values of bare labels, and further labels."""
    line = plain.rfind("\n", start, end) + 1 or start
    for _ in range(_BLOCK):
        if plain[end : end + 1] != "\n":
            break
        following = plain.find("\n", end + 1, end + 1 + _AROUND)
        following = following if following >= 0 else min(len(plain), end + 1 + _AROUND)
        bare = _BARE_LABEL.match(plain, line, end)
        belongs = bare or any(each.match(plain, end + 1, following) for each in _OF_CONTACTS)
        if not belongs:
            break
        line, end = end + 1, following
    return end


def read_contacts(plain: str, start: int, end: int) -> list[Contact]:
    """Return what a contact line, sentence or block holds."""
    found = [
        Contact(name, *match.span("value"))
        for name, pattern in (
            (FieldName.CONTACT_ADDRESS, _ADDRESS),
            (FieldName.POSTCODE, _POSTCODE),
        )
        for match in pattern.finditer(plain, start, end)
    ]
    taken = [(each.start, each.end) for each in found]
    for match in PHONE.finditer(plain, start, end):
        inside = any(s < match.end() and match.start() < e for s, e in taken)
        if not inside and is_phone(plain, match):
            found.append(Contact(FieldName.CONTACT_PHONE, *match.span()))
    return found + _persons(plain, start, end)


def _persons(plain: str, start: int, end: int) -> list[Contact]:
    found: list[Contact] = []
    for label in _OFFICIAL.finditer(plain, start, end):
        marked = _MARKED.match(plain, label.start(), end)
        match = (_PERSON if marked else _UNMARKED_PERSON).match(plain, label.start(), end)
        while match and not is_label(match["name"]):
            found.append(Contact(FieldName.CONTACT_PERSON, *match.span("name")))
            match = _NEXT_PERSON.match(plain, match.end(), end)
    return found


# Only tables need these: `re` compiles them when they are first asked for, and keeps them.
_COLUMNS = (
    (
        FieldName.CONTACT_PERSON,
        rf"{PERSON_LABEL}(?:姓名)?|[{HAN}]{{0,6}}(?:姓名|{NAMED})|{ROLES}",
    ),
    (FieldName.CONTACT_PHONE, rf"(?:联系)?{_PHONE_LABEL}|号码"),
    (FieldName.CONTACT_ADDRESS, r"(?:家庭)?(?:住址|地址)"),
)
_CELLS = {
    FieldName.CONTACT_PERSON: rf"[{HAN}](?:[{HAN}·]{{1,6}}| [{HAN}])",
    FieldName.CONTACT_PHONE: r"[\d() +-]{7,20}",
    FieldName.CONTACT_ADDRESS: r".{4,60}",
}


_VALUE = (
    rf"{NO_WORD}(?:{DOUBLE}|[{FIRST}])(?:{GIVEN}){{1,2}}{TITLE}?"
    rf"|[{HAN}](?:[*＊×某]{{1,3}}|{CIVIL})"
)
"""A person as a form names one beside its label."""
_NO_HEADING = re.compile(
    r"(?:19|20)\d\d[-.年/]\d{1,2}(?:[-.月/]\d{0,2}日?)?(?: \d{1,2}:\d\d.*)?$|1\d{10}$"
)
"""A day or a telephone shows a row of labels, each with its value."""


def _iter_columns(plain: str) -> Iterator[Contact]:
    """Yield the cells below a table's headings that are contact labels, where one is a person's."""
    columns: dict[int, FieldName] = {}
    at = 0
    lines = plain.split("\n")
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        cells = line.split(BETWEEN_CELLS)
        headed = _headed(cells)
        if FieldName.CONTACT_PERSON in headed.values():
            columns = {} if _is_form(cells, headed, below.split(BETWEEN_CELLS)) else headed
        elif len(cells) < 2:
            columns = {}
        else:
            yield from _cells(cells, columns, at)
        at += len(line) + 1


def _headed(cells: list[str]) -> dict[int, FieldName]:
    if len(cells) < 2:
        return {}
    return {
        place: name
        for place, cell in enumerate(cells)
        for name, pattern in _COLUMNS
        if cell.strip() and re.fullmatch(pattern, cell.strip())
    }


def _is_form(cells: list[str], headed: dict[int, FieldName], below: list[str]) -> bool:
    """Tell whether a person stands beside the label (姓名 | 张三), and not below it."""
    if any(_NO_HEADING.match(cell.strip()) for cell in cells):
        return True
    place = next(at for at, name in headed.items() if name is FieldName.CONTACT_PERSON)
    beside, under = (
        at < len(row) and re.fullmatch(value, row[at].strip()) and not is_label(row[at].strip())
        for row, at, value in (
            (cells, place + 1, _VALUE),
            (below, place, rf"{_VALUE}|{_CELLS[FieldName.CONTACT_PERSON]}"),
        )
    )
    return bool(beside and not under)


def _cells(cells: list[str], columns: dict[int, FieldName], at: int) -> Iterator[Contact]:
    for place, cell in enumerate(cells):
        name, value = columns.get(place), cell.strip()
        if name and re.fullmatch(_CELLS[name], value) and not is_label(value):
            start = at + len(cell) - len(cell.lstrip())
            yield Contact(name, start, start + len(value))
        at += len(cell) + len(BETWEEN_CELLS)
