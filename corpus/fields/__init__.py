"""The fields of a reply (公文要素), each with the place it was read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from corpus.fields.agency import find_regions, merge_agencies
from corpus.fields.contact import find_contacts
from corpus.fields.disclosure import find_disclosure
from corpus.fields.doc_number import find_doc_number
from corpus.fields.header import (
    find_letterhead,
    find_recipient,
    find_title,
    is_answer,
    title_agencies,
)
from corpus.fields.kind import find_kind
from corpus.fields.layout import Layout, lay_out
from corpus.fields.matter import (
    find_matter_numbers,
    find_matter_title,
    find_proposers,
    find_role,
    find_session,
)
from corpus.fields.outcome import find_outcome
from corpus.fields.particulars import column_fields, find_particulars
from corpus.fields.signature import find_signature
from corpus.types import Field, FieldName, Kind

_NONE: Mapping[str, str] = MappingProxyType({})

_OF_MATTERS = (Kind.PROPOSAL, Kind.OPINION, Kind.SUGGESTION)


def find_fields(
    text: str,
    columns: Mapping[str, str] = _NONE,
    column_names: Mapping[str, str] = _NONE,
    aside: Iterable[str] = (),
) -> tuple[Field, ...]:
    """Find the fields of a reply's cleaned text, in text order; those of columns come last.

    A field that is not there is absent. A column goes before the text: what a table says of a
    field is what its owner declared; but of all disclosure marks, those in the lines `aside`
    among them, the strictest one holds. The one field that is always there is KIND; where nothing
    in the text shows it, it is 其他 with origin `default`. `columns` and `column_names` are those
    of `corpus.types.Document`.
    """
    given = column_fields(columns, column_names)
    layout = lay_out(text)
    labelled = find_particulars(layout)
    titles = [f for f in labelled if f.name is FieldName.TITLE] or find_title(layout)
    title = titles[0] if titles else None
    question = column_names.get("question", "question") if columns.get("question") else None
    kind = find_kind(layout, title, question)
    signature = find_signature(layout)
    agencies = (
        [field for field in given if field.name is FieldName.AGENCY]
        or _agencies(layout, title, signature)
        or [field for field in labelled if field.name is FieldName.AGENCY]
    )
    found = [
        *titles,
        *agencies,
        *find_regions(text, agencies),
        *find_doc_number(layout),
        kind,
        *_matter_fields(layout, title, Kind(kind.value), agencies),
        *find_recipient(layout),
        *find_outcome(layout),
        *(field for field in signature if field.name is FieldName.DATE),
        *find_contacts(layout),
    ]
    if kind.value == Kind.MESSAGE:
        given += tuple(_as_matter(field) for field in given if field.name is FieldName.TITLE)
    marks = find_disclosure(text, columns, column_names, aside)
    found = [*_with_particulars(found, labelled), *(mark for mark in marks if mark.start >= 0)]
    return _in_order(found, (*given, *(mark for mark in marks if mark.start < 0)))


def _agencies(layout: Layout, title: Field | None, signature: Iterable[Field]) -> tuple[Field, ...]:
    signed = [field for field in signature if field.name is FieldName.AGENCY]
    titled = title_agencies(layout, title) if title else ()
    return merge_agencies((find_letterhead(layout), titled, signed))


def _matter_fields(
    layout: Layout, title: Field | None, kind: Kind, agencies: Iterable[Field]
) -> tuple[Field, ...]:
    matter = find_matter_title(layout, title) if kind is not Kind.OTHER else ()
    if kind is Kind.MESSAGE and title and not matter and not is_answer(title):
        matter = (_as_matter(title),)  # the page is headed by the message's own title
    if kind not in _OF_MATTERS:
        return matter
    return (
        *find_matter_numbers(layout, title),
        *matter,
        *find_session(layout, title),
        *find_proposers(layout),
        *find_role(layout, title, tuple(agencies)),
    )


def _with_particulars(found: list[Field], labelled: tuple[Field, ...]) -> list[Field]:
    """Prefer what labels say, but to sender and date the letterhead and the signature."""
    own = {field.name for field in found} & {FieldName.AGENCY, FieldName.DATE}
    preferred = [field for field in labelled if field.name not in own]
    names = {field.name for field in preferred}
    return [*(field for field in found if field.name not in names), *preferred]


def _as_matter(title: Field) -> Field:
    return replace(title, name=FieldName.MATTER_TITLE)


def _in_order(found: Iterable[Field], given: tuple[Field, ...]) -> tuple[Field, ...]:
    """Put the fields in text order, those of columns last and in place of the text's."""
    names = {field.name for field in given}
    kept = [field for field in found if field.name not in names]
    placed = sorted((f for f in kept if f.start >= 0), key=lambda f: (f.start, -f.end))
    return (*placed, *(field for field in kept if field.start < 0), *given)
