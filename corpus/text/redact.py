"""Personal data in a text: where it stands, and the text without it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.types import Field, FieldName, Redaction, Secret

MASK = "＊"
"""Stands for each hidden character, so that offsets stay what they were."""

_SECRETS = {
    FieldName.CONTACT_PERSON: Secret.PERSON,
    FieldName.CONTACT_PHONE: Secret.PHONE,
    FieldName.CONTACT_ADDRESS: Secret.ADDRESS,
}

_MOBILE = re.compile(
    r"(?<![\d.第])(?:\+?86[- ]?)?1[3-9]\d(?:[-－—– ]?\d{4}){2}(?![\d.]*\d|\s*[元万亿])"
    r"|(?<![\d.第])1[3-9]\d{2}[- ]\d{3}[- ]?\d{4}(?![\d.]*\d|\s*[元万亿])"
)
_IDENTITY = re.compile(
    r"(?<![\dA-Za-z])(?P<area>[1-8]\d)\d{4}(?P<born>(?:18|19|20)?\d{2}(?:0[1-9]|1[0-2])"
    r"(?:0[1-9]|[12]\d|3[01]))\d{3}(?P<check>[\dXx])?(?![\dA-Za-z])"
)
_LABELLED_IDENTITY = re.compile(
    r"(?:身份证|公民身份)(?:号码?|证号|件号)?[^\d\n]{0,6}?"
    r"(?P<number>\d(?:[ -]?\d){12,17}(?:[ -]?[\dXx])?)(?!\d)"
)
_ENOUGH_DIGITS = re.compile(r"\d(?:[-－—– ]?\d){10}")
"""What each of the three begins with or holds."""
_AREAS = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""The provinces' codes, GB/T 2260."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""Weights and check characters of the 18-digit number, GB 11643-1999."""

_TITLE = r"(?:同志|先生|女士|主任|科长|局长|处长|股长|所长|站长|队长|书记|老师|[：:])"


def find_redactions(text: str, fields: Sequence[Field]) -> tuple[Redaction, ...]:
    """Find the personal data of a reply's text, sorted, not overlapping.

    Hidden are the contact fields among `fields` with further places of the persons' names, and
    anywhere in the text mobile and identity numbers. The names of proposers are public and stay.
    """
    spans = [
        Redaction(field.start, field.end, _SECRETS[field.name])
        for field in fields
        if field.name in _SECRETS and 0 <= field.start < field.end
    ]
    names = {f.value for f in fields if f.name is FieldName.CONTACT_PERSON and len(f.value) > 1}
    for name in sorted(names):
        spans.extend(_iter_name(text, name))
    spans.extend(_iter_numbers(text))
    return _without_overlaps(spans)


def mask(text: str, redactions: Sequence[Redaction], start: int = 0) -> str:
    """Hide the redactions in `text`, which begins at offset `start` of the reply's text.

    The length stays the same: each hidden character becomes a `＊`.
    """
    if not redactions:
        return text
    characters = list(text)
    for redaction in redactions:
        low = max(redaction.start - start, 0)
        high = min(redaction.end - start, len(characters))
        if low < high:  # else it lies outside
            characters[low:high] = MASK * (high - low)
    return "".join(characters)


def redact(text: str) -> str:
    """Hide the mobile and identity numbers of a loose text, such as a citizen's question."""
    return mask(text, find_redactions(text, ()))


def _iter_name(text: str, name: str) -> Iterator[Redaction]:
    """Yield the places of a contact person's name.

    A name of two characters may be a common word (高峰); it counts only where it stands alone or
    where a title follows.
    """
    pattern = re.escape(name)
    if len(name) == 2:
        han = r"[\u4e00-\u9fff]"
        pattern = rf"(?<!{han}){pattern}(?!{han})|{pattern}(?={_TITLE})"
    for match in re.finditer(pattern, text):
        yield Redaction(*match.span(), Secret.PERSON)


def _iter_numbers(text: str) -> Iterator[Redaction]:
    if not _ENOUGH_DIGITS.search(text):  # the others take ten times as long to find nothing
        return
    for match in _LABELLED_IDENTITY.finditer(text):
        yield Redaction(*match.span("number"), Secret.IDENTITY_NUMBER)
    for match in _IDENTITY.finditer(text):
        if _is_identity(match):
            yield Redaction(*match.span(), Secret.IDENTITY_NUMBER)
    for match in _MOBILE.finditer(text):
        yield Redaction(*match.span(), Secret.PHONE)


def _is_identity(match: re.Match[str]) -> bool:
    number = match.group()
    if not _AREAS.fullmatch(match["area"]):
        return False
    if len(number) == 15:
        return True
    if len(number) != 18 or len(match["born"]) != 8:
        return False
    total = sum(int(n) * w for n, w in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == number[17].upper()


def _without_overlaps(spans: Sequence[Redaction]) -> tuple[Redaction, ...]:
    """Sort the spans and join those that overlap, under the secret of the first."""
    merged: list[Redaction] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Redaction(last.start, max(last.end, span.end), last.secret)
        else:
            merged.append(span)
    return tuple(merged)
