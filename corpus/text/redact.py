"""Personal data in a text: where it stands, and the text without it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from corpus.personal.by_sound import iter_by_sound
from corpus.personal.contacts import is_contact_line, iter_contacts, person_spans
from corpus.personal.homes import iter_homes
from corpus.personal.likely import find_likely, iter_met
from corpus.personal.names import iter_again, iter_names, iter_phones_of
from corpus.personal.numbers import iter_mails, iter_numbers, legible
from corpus.types import Field, FieldName, Kind, Redaction, Reply, Secret

MASK = "＊"
"""Stands for each hidden character, so that offsets stay what they were."""

_SECRETS = {
    FieldName.CONTACT_PERSON: Secret.PERSON,
    FieldName.CONTACT_PHONE: Secret.PHONE,
    FieldName.CONTACT_ADDRESS: Secret.ADDRESS,
}

_DEPUTIES = frozenset({Kind.PROPOSAL, Kind.SUGGESTION, Kind.OPINION})
"""Kinds of replies that greet a deputy or a member, whose name is public…"""
_OF_DEPUTIES = frozenset({FieldName.MATTER_NUMBER, FieldName.PROPOSER, FieldName.SESSION})
"""… where one of these shows that it is so: complaints too are answered by an 意见书."""


def find_redactions(text: str, fields: Sequence[Field]) -> tuple[Redaction, ...]:
    """Find the personal data of a reply's text, sorted, not overlapping.

    Hidden are the contact fields among `fields`, and wherever they stand contact lines, the names
    and homes of private persons, and numbers that lead to a person. The names of proposers are
    public and stay.
    """
    plain = legible(text)
    spans = [
        Redaction(field.start, field.end, _SECRETS[field.name])
        for field in fields
        if field.name in _SECRETS
        and 0 <= field.start < field.end
        and not (field.name is FieldName.CONTACT_PHONE and _of_office(text, field))
    ]
    for contact in iter_contacts(plain, citizens=True):
        if secret := _SECRETS.get(contact.name):
            spans.append(Redaction(contact.start, contact.end, secret))
    public = {f.value for f in fields if f.name is FieldName.PROPOSER}
    matters = {f.value if f.name is FieldName.KIND else f.name for f in fields}
    deputies = bool(matters & _DEPUTIES and matters & _OF_DEPUTIES)
    named = [n for n in iter_names(plain, not deputies) if text[n.start : n.end] not in public]
    if not deputies:
        likely = find_likely(plain, {plain[n.start : n.end] for n in named})
        named.extend(Redaction(a, b, Secret.PERSON) for a, b in likely)
        named.extend(iter_by_sound(plain))
    spans.extend(named)
    spans.extend(iter_phones_of(plain, named))
    spans.extend(iter_homes(plain, named))
    spans.extend(iter_numbers(plain))
    if "@" in plain:
        for start, end in person_spans(plain):
            spans.extend(iter_mails(plain, start, end))
    names = {text[s.start : s.end].replace(" ", "") for s in spans if s.secret is Secret.PERSON}
    for name in sorted(each for each in names - public if len(each) > 1):
        spans.extend(iter_again(text, name))
    if not deputies:
        met = iter_met(plain, names - public)
        spans.extend(Redaction(a, b, Secret.PERSON) for a, b in met)
    return _without_overlaps(spans)


def _of_office(text: str, field: Field) -> bool:
    """Tell whether a telephone stands in a sentence of an answer, not in a line of contacts."""
    start = text.rfind("\n", 0, field.start) + 1
    end = text.find("\n", field.end)
    line = text[start : end if end >= 0 else len(text)]
    return field.origin == "text" and not is_contact_line(legible(line))


def mask(text: str, redactions: Sequence[Redaction], start: int = 0) -> str:
    """Hide the redactions in `text`, which begins at offset `start` of the reply's text.

    The length stays the same: each hidden character becomes a `＊`.
    """
    for redaction in redactions:
        low = max(redaction.start - start, 0)
        high = min(redaction.end - start, len(text))
        if low < high:  # else it lies outside
            text = f"{text[:low]}{MASK * (high - low)}{text[high:]}"
    return text


def redact(text: str, hidden: Iterable[str] = ()) -> str:
    """Hide the personal data of a loose text, such as a citizen's question.

    :param hidden: what is to be hidden beside that: what is hidden of the reply it is about.
    """
    spans = list(_in_short(text) if len(text) <= _SHORT else find_redactions(text, ()))
    for secret in hidden:
        if len(secret) > 1 and secret in text and not _SHORT_NUMBER.fullmatch(secret):
            spans.extend(iter_again(text, secret))
    return mask(text, _without_overlaps(spans)) if spans else text


_SHORT_NUMBER = re.compile(r"\d{1,4}\D?")
"""A house's number (12号) tells nothing elsewhere, where it is a document's or a day's."""
_SHORT = 100


@lru_cache(maxsize=8192)
def _in_short(text: str) -> tuple[Redaction, ...]:
    """Find the personal data of a short text.

    Two of three are met again: a reply's fields when it is indexed, an agency or a heading in the
    next reply.
    """
    return find_redactions(text, ())


def redact_about(reply: Reply, text: str) -> str:
    """Hide the personal data of a text about a reply, and all that is hidden of the reply's own."""
    return redact(text, {reply.text[r.start : r.end] for r in reply.redactions})


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
