"""Fields and values as people write them, brought into the form that they are kept in."""

from __future__ import annotations

from collections.abc import Sequence

from app.wording import FIELDS
from corpus.errors import InputError
from corpus.fields.dates import read_date
from corpus.text.redact import MASK
from corpus.types import OUTCOMES, Disclosure, FieldName, Kind
from corpus.web_address import is_web_address

LONGEST = 300
"""Characters that a value may have."""

MOST = 50
"""Values that a field may have."""

SEVERAL = frozenset(
    {
        FieldName.AGENCY,
        FieldName.REGION,
        FieldName.MATTER_NUMBER,
        FieldName.PROPOSER,
        FieldName.RECIPIENT,
        FieldName.CONTACT_PERSON,
        FieldName.CONTACT_PHONE,
        FieldName.CONTACT_ADDRESS,
    }
)
"""Fields that may have several values."""

CHOICES: dict[FieldName, tuple[str, ...]] = {
    FieldName.KIND: tuple(Kind),
    FieldName.DISCLOSURE: tuple(mark for mark in Disclosure if mark is not Disclosure.UNCLEAR),
    FieldName.OUTCOME: OUTCOMES,
    FieldName.ROLE: ("主办", "会办"),
}
"""Fields that can have certain values only, and these."""


def read_name(text: str) -> FieldName:
    """Return the field that its name in Chinese or its key in JSON means: 公开属性, disclosure.

    :raises InputError: naming all fields, where it means none.
    """
    wanted = text.strip()
    for name, label in FIELDS.items():
        if wanted in (label, name.value):
            return name
    known = "、".join(f"{label}（{name.value}）" for name, label in FIELDS.items())
    raise InputError(f"没有“{wanted}”这个字段，可用的有：{known}。")


def read_values(name: FieldName, given: Sequence[str]) -> tuple[str, ...]:
    """Return the values that somebody gave a field, each once, in the form they are kept in.

    Blank ones are left out; none at all says that there is no such field.

    :raises InputError: saying which value cannot be, and what could.
    """
    values = tuple(dict.fromkeys(_read_value(name, text) for text in given if text.strip()))
    if len(values) > (MOST if name in SEVERAL else 1):
        most = f"最多 {MOST} 个值" if name in SEVERAL else "只能有一个值"
        raise InputError(f"这一项{most}，收到 {len(values)} 个：{'、'.join(values)[:100]}。")
    if name is FieldName.KIND and not values:
        raise InputError(f"每份答复都有种类；不属于其余几种的，请写“{Kind.OTHER}”。")
    return values


def _read_value(name: FieldName, text: str) -> str:
    text = " ".join(text.split())
    if not text.isprintable() or len(text) > LONGEST:
        raise InputError(
            f"值读不懂：应是最多 {LONGEST} 个字的一行文字，收到的有 {len(text)} 个字。"
        )
    if MASK in text:
        raise InputError(f"值里有遮盖用的“{MASK}”：请照原件写全。")
    if name in CHOICES:
        return _choose(name, text)
    if name in (FieldName.DATE, FieldName.ASKED):
        if date := read_date(text):
            return date
        raise InputError(f"日期读不懂：{text}。请写成 2024-05-06 或 2024年5月6日。")
    if name is FieldName.DOC_NUMBER:
        from corpus.fields.doc_number import read_doc_number  # slow to import, and seldom asked

        if number := read_doc_number(text):
            return number
        raise InputError(f"发文字号读不懂：{text}。请写成 某某发〔2024〕5号 的样子。")
    if name is FieldName.WEB_ADDRESS and not is_web_address(text):
        raise InputError(f"网址应以 http:// 或 https:// 开头，中间没有空格，收到的是 {text}。")
    if name is FieldName.POSTCODE and not (len(text) == 6 and text.isascii() and text.isdigit()):
        raise InputError(f"邮编应是六位数字，收到的是 {text}。")
    return text


def _choose(name: FieldName, text: str) -> str:
    allowed = CHOICES[name]
    wanted = text.removesuffix("类").strip().upper() if name is FieldName.OUTCOME else text
    for value in allowed:
        if wanted == value:
            return str(value)
    raise InputError(f"没有“{text}”这个值，应是 {'、'.join(allowed)} 之一。")
