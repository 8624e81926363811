"""Who put the proposal or suggestion forward."""

from __future__ import annotations

import re

from corpus.fields.layout import Layout
from corpus.fields.spans import Squeezed, squeeze
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
