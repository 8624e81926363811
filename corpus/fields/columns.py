"""What a table's columns say of a reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from corpus.fields.dates import read_date
from corpus.fields.doc_number import read_doc_number
from corpus.fields.holders import read_role
from corpus.fields.outcome import read_outcome
from corpus.spans import tidy
from corpus.types import Field, FieldName, Kind

_NUMBER = re.compile(r"第?\s*(?P<id>[A-Za-z]{0,3}-?\d[\d-]{0,14})\s*号?")
_BETWEEN_NAMES = re.compile(r"[、，,；;／/\n]\s*")
_AND_OTHERS = re.compile(r"等(?:[\d一二两三四五六七八九十]{1,4}[名位人]|委员|代表).*|等$")
_PADDED = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s+([\u4e00-\u9fff])(?![\u4e00-\u9fff])"
)
_AGENCY_END = re.compile(
    r"(?:局|委|委员会|办|办公室|厅|部|会|府|院|司|中心|处|街道|镇|乡|公司|集团|队|站|所)$"
)
_KINDS = (
    (re.compile("会办|协办"), Kind.OPINION),
    (re.compile("提案"), Kind.PROPOSAL),
    (re.compile("建议|议案"), Kind.SUGGESTION),
    (re.compile("留言|来信|信件|咨询|投诉|诉求|求助|举报|热线|信箱"), Kind.MESSAGE),
)
_OF_MATTERS = ("matter_number", "proposer", "session")


def column_fields(columns: Mapping[str, str], column_names: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the fields that a row's columns give; a cell that cannot be read gives none.

    `columns` has the cells under the keys of `corpus.types.Document.columns`, `column_names` the
    columns' own headings, which become the fields' origin.
    """
    fields: list[Field] = []
    for key, (name, read) in _COLUMN_READERS.items():
        if not columns.get(key):
            continue
        origin = _origin(key, column_names)
        for part in _parts(key, columns[key]):
            value = read(part)
            if value:
                fields.append(Field(name, value, origin=origin))
    return (*fields, *_role_of_heading(columns, column_names))


def _parts(key: str, cell: str) -> list[str]:
    """Cut a cell into the names that it lists, where it may list several."""
    if key == "proposer":
        cell = _PADDED.sub(r"\1\2", _AND_OTHERS.sub("", cell.strip()))
        return [name for part in _BETWEEN_NAMES.split(cell) for name in part.split()]
    if key == "agency":
        names = [part.strip() for part in _BETWEEN_NAMES.split(cell)]
        if all(_AGENCY_END.search(name) for name in names):
            return names
    return [cell]


def _matter_number(cell: str) -> str | None:
    match = _NUMBER.fullmatch(cell.strip())
    return match["id"] if match else tidy(cell)


def _kind(cell: str) -> str | None:
    return next((kind.value for pattern, kind in _KINDS if pattern.search(cell)), None)


def _role_of_heading(
    columns: Mapping[str, str], column_names: Mapping[str, str]
) -> tuple[Field, ...]:
    """Return the role that the heading of the senders' column gives, 主办单位, of a matter."""
    heading = column_names.get("agency", "")
    if not columns.get("agency") or columns.get("role") or not any(map(columns.get, _OF_MATTERS)):
        return ()
    side = read_role(heading)
    return (Field(FieldName.ROLE, side, origin=_origin("agency", column_names)),) if side else ()


_COLUMN_READERS: dict[str, tuple[FieldName, Callable[[str], str | None]]] = {
    "title": (FieldName.TITLE, tidy),
    "agency": (FieldName.AGENCY, tidy),
    "doc_number": (FieldName.DOC_NUMBER, lambda cell: read_doc_number(cell) or tidy(cell)),
    "outcome": (FieldName.OUTCOME, read_outcome),
    "date": (FieldName.DATE, read_date),
    "asked": (FieldName.ASKED, read_date),
    "matter_number": (FieldName.MATTER_NUMBER, _matter_number),
    "matter_title": (FieldName.MATTER_TITLE, tidy),
    "session": (FieldName.SESSION, tidy),
    "proposer": (FieldName.PROPOSER, tidy),
    "recipient": (FieldName.RECIPIENT, lambda cell: tidy(cell).rstrip("：:")),
    "role": (FieldName.ROLE, read_role),
    "kind": (FieldName.KIND, _kind),
    "contact_person": (FieldName.CONTACT_PERSON, tidy),
    "contact_phone": (FieldName.CONTACT_PHONE, tidy),
    "contact_address": (FieldName.CONTACT_ADDRESS, tidy),
    "postcode": (FieldName.POSTCODE, tidy),
}


def _origin(key: str, column_names: Mapping[str, str]) -> str:
    """Return the origin of a field from that column: `column:答复时间`."""
    return f"column:{column_names.get(key, key)}"
