"""What corrections by hand make of a reply: its fields, and all that follows from them.

The text never changes. A correction is decided for one text; `still_holds` says what becomes of it
when that text changes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from corpus.fields.agency import find_regions
from corpus.fields.dates import DATE, to_iso
from corpus.spans import in_order
from corpus.text.redact import find_redactions
from corpus.types import (
    BY_HAND,
    PERSONAL_FIELDS,
    UNSURE,
    Correction,
    Disclosure,
    Field,
    FieldName,
    Kind,
    Reply,
)

EXPECTED = (FieldName.TITLE, FieldName.AGENCY, FieldName.DATE)
"""Fields that hardly any reply is without: where one is, somebody had better look."""

_SEPARATORS = re.compile(r"[\s\-－—–]+")
_BRACKETS = {"〔": "[〔\\[［（(【]", "〕": "[〕\\]］）)】]"}
_BETWEEN = r"[\s\-－—–]{0,3}"


def correct(parsed: Reply, corrections: Collection[Correction]) -> Reply:
    """Return a reply as parsed, with the corrections that hold.

    The region follows a corrected agency, unless it is corrected itself; the redactions follow the
    contact fields. Personal data that a correction has named stays hidden, whether it still holds
    or not.
    """
    standing = {each.name: each for each in corrections if each.holds}
    kept = [field for field in parsed.fields if field.name not in standing]
    made = [field for each in standing.values() for field in _make_fields(parsed, each)]
    if FieldName.AGENCY in standing and FieldName.REGION not in standing:
        agencies = [field for field in made if field.name is FieldName.AGENCY]
        kept = [field for field in kept if field.name is not FieldName.REGION]
        made += find_regions(parsed.text, agencies)
    fields = in_order([*kept, *made])
    corrected = replace(parsed, fields=fields)
    if PERSONAL_FIELDS.isdisjoint(each.name for each in corrections):
        return corrected
    named = [
        Field(each.name, value, start, end)
        for each in corrections
        if each.name in PERSONAL_FIELDS
        for value in each.values
        for start, end in iter_places(parsed.text, each.name, value)
    ]
    return replace(corrected, redactions=find_redactions(parsed.text, [*fields, *named]))


def still_holds(correction: Correction, parsed: Reply, content: str) -> bool:
    """Tell whether a correction holds for a reply as parsed now, `content` being its digest.

    It does for the text that it was decided for, however that is parsed, and for another one where
    the same is found as then. But what closes a reply closes whatever comes in its place, and what
    lets the public see it holds only for that text with the marks that it had then.
    """
    same_text = correction.content == content
    same_found = correction.found == parsed.values(correction.name)
    if correction.name is FieldName.DISCLOSURE:
        opens = not correction.values or Disclosure.PUBLIC in correction.values
        return not opens or (same_text and same_found)
    return same_text or same_found


def find_doubts(reply: Reply, corrections: Collection[Correction]) -> tuple[FieldName, ...]:
    """Return the fields of a reply that somebody had better look at, in the order of FieldName.

    They are those that a reply is expected to have and this one lacks, a kind that nothing shows,
    a disclosure mark that isn't understood, a text that was recognised with little confidence, and
    those whose correction no longer holds. What was corrected is beyond doubt, also where it was
    decided that there is no such field.
    """
    settled = {each.name for each in corrections if each.holds}
    doubted = {each.name for each in corrections if not each.holds}
    doubted |= {name for name in EXPECTED if reply.value(name) is None}
    if reply.value(FieldName.MATTER_TITLE):  # by which the reply is named
        doubted.discard(FieldName.TITLE)
    if reply.value(FieldName.KIND) in (None, Kind.OTHER):
        doubted.add(FieldName.KIND)
    if Disclosure.UNCLEAR in reply.values(FieldName.DISCLOSURE):
        doubted.add(FieldName.DISCLOSURE)
    if reply.value(FieldName.MEDIUM) == UNSURE:
        doubted.add(FieldName.MEDIUM)
    return tuple(name for name in FieldName if name in doubted - settled)


def iter_places(text: str, name: FieldName, value: str) -> Iterator[tuple[int, int]]:
    """Yield where a value stands in a text, also spaced out, or as a date in another form."""
    if name in (FieldName.DATE, FieldName.ASKED):
        yield from (match.span() for match in DATE.finditer(text) if to_iso(match) == value)
    elif name not in _FROM_LISTS:
        letters = _SEPARATORS.sub("", value)
        pattern = _BETWEEN.join(_BRACKETS.get(c, re.escape(c)) for c in letters)
        if pattern:
            yield from (match.span() for match in re.finditer(pattern, text))


_FROM_LISTS = frozenset({FieldName.KIND, FieldName.ROLE, FieldName.OUTCOME, FieldName.DISCLOSURE})
"""Fields whose values are words of ours: that such a word stands in the text proves nothing."""


def _make_fields(parsed: Reply, correction: Correction) -> Iterator[Field]:
    """Yield the fields of a correction, each at the place that bears it out, where there is one."""
    found = {field.value: field for field in parsed.fields if field.name is correction.name}
    for value in correction.values:
        place = (-1, -1)
        if value in found:
            place = (found[value].start, found[value].end)
        else:
            places = list(iter_places(parsed.text, correction.name, value))
            if places:
                # A letter ends with its date, and begins with all else.
                place = places[-1 if correction.name is FieldName.DATE else 0]
        yield Field(correction.name, value, *place, f"{BY_HAND}{correction.at}")
