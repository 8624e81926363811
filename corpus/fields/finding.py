"""All fields of a reply, found in its text and its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from corpus.fields.agency import find_regions, merge_agencies
from corpus.fields.answerer import find_answerer, find_signed, without_speaker
from corpus.fields.around import find_dates_around
from corpus.fields.columns import column_fields
from corpus.fields.contact import find_contacts, find_office_line
from corpus.fields.disclosure import find_disclosure
from corpus.fields.doc_number import find_doc_number
from corpus.fields.header import (
    find_letterhead,
    find_recipient,
    find_title,
    is_answer,
    title_agencies,
)
from corpus.fields.heading import asked_whom, find_heading, names_matter
from corpus.fields.holders import (
    find_holders,
    find_publisher,
    find_receiver,
    find_role,
    sender_among,
)
from corpus.fields.kind import find_kind
from corpus.fields.layout import Layout, lay_out
from corpus.fields.letter import find_letter_number, find_writer
from corpus.fields.matter import find_matter_title
from corpus.fields.matter_number import find_matter_numbers
from corpus.fields.outcome import find_outcome
from corpus.fields.particulars import find_particulars
from corpus.fields.proposers import find_proposers
from corpus.fields.session import find_session
from corpus.fields.signature import find_signature
from corpus.spans import in_order, tidy
from corpus.text.furniture import foot_from
from corpus.text.simplified import plain
from corpus.types import Field, FieldName, Kind

_ANSWERED_MATTER = re.compile(r"提案$|议案$")
_CHOSEN = frozenset({FieldName.KIND, FieldName.OUTCOME, FieldName.DISCLOSURE, FieldName.ROLE})
"""Fields that have one of a few values, however it is written."""
_TAKEN_UP = 4
_LONGEST_MATTER = 40
"""What an answer quotes at greater length is the message itself, and not its title."""

_NONE: Mapping[str, str] = MappingProxyType({})


def find_fields(
    text: str,
    columns: Mapping[str, str] = _NONE,
    column_names: Mapping[str, str] = _NONE,
    message_at: int = -1,
    aside: Iterable[str] = (),
    question: str = "",
) -> tuple[Field, ...]:
    """Find the fields of a reply's cleaned text, in text order; those of columns come last.

    A field that is not there is absent. A column goes before the text: what a table says of a
    field is what its owner declared; but of all disclosure marks, those in the lines `aside`
    among them, the strictest one holds. The one field that is always there is KIND; where nothing
    in the text shows it, it is 其他 with origin `default`. `columns` and `column_names` are those
    of `corpus.types.Document`; `message_at` is where in the text a
    citizen's message, `question`, stood that it answers; -1 = nowhere.
    """
    # Patterns know simplified characters only; the values are the text's own.
    simplified = plain(text)
    given = column_fields(columns, column_names)
    layout = lay_out(simplified)
    foot = _foot(layout) if message_at >= 0 else len(text)
    said = question + simplified[message_at:foot] if message_at >= 0 else ""
    labelled = find_particulars(layout)
    own = find_title(layout)
    titles = _titles(own, labelled, said)
    untitled = [field for field in labelled if field.name is not FieldName.TITLE]
    where = _asked_where(columns, column_names, message_at)
    kind = find_kind(layout, titles[0] if titles else None, where, untitled)
    # Beside a citizen's message labels may be the message's, and names the site's.
    asked_at = message_at if kind.value == Kind.MESSAGE else -1
    asked = asked_at >= 0
    if asked:
        labelled = tuple(_of_message(field) for field in labelled)
        titles = _titles(own, labelled, said)
    titled = _entitle(layout, titles, labelled, said, asked_at)
    labelled = tuple(field for field in labelled if field.name is not FieldName.TITLE)
    signature = find_signature(layout)
    agencies = (
        [field for field in given if field.name is FieldName.AGENCY]
        or _agencies(layout, titled.title, signature, max(asked_at, 0))
        or (find_signed(layout, message_at) if asked else [])
        or [field for field in labelled if field.name is FieldName.AGENCY]
        or sender_among(find_holders(layout, foot=asked), Kind(kind.value))
        or (find_answerer(layout, message_at) if message_at >= 0 else [])
        or (find_publisher(layout) if layout.anchored else ())
        or (find_receiver(layout) or find_letterhead(layout) if asked else ())
    )
    recipients = find_recipient(layout)
    if asked:
        recipients = tuple(without_speaker(recipients, layout)) or find_writer(layout, message_at)
    contacts = find_contacts(layout, foot)
    if asked and all(field.name is not FieldName.CONTACT_PHONE for field in contacts):
        contacts += find_office_line(layout, foot)
    found = [
        *titled.titles,
        *agencies,
        *find_regions(text, agencies),
        *find_doc_number(layout),
        kind,
        *_matter_fields(layout, titled, kind, agencies),
        *(find_letter_number(layout, message_at) if asked else ()),
        *recipients,
        *find_outcome(layout),
        *(field for field in signature if field.name is FieldName.DATE),
        *contacts,
    ]
    if kind.value == Kind.MESSAGE:
        given += tuple(_as_matter(field) for field in given if field.name is FieldName.TITLE)
    marks = find_disclosure(text, columns, column_names, aside)
    placed = [mark for mark in marks if mark.start >= 0]
    given = (*given, *(mark for mark in marks if mark.start < 0))
    read = [*_with_particulars(found, labelled), *placed]
    if asked:
        read += find_dates_around(layout, message_at, read)
    if simplified != text:
        read = [_as_written(field, text, simplified) for field in read]
    names = {field.name for field in given}
    return (*in_order(field for field in read if field.name not in names), *given)


def _foot(layout: Layout) -> int:
    """Return where the foot of a page begins, which no letter says."""
    foot = foot_from([line.text for line in layout.paragraphs])
    return layout.paragraphs[foot].start if foot < len(layout.paragraphs) else len(layout.text)


def _as_written(field: Field, text: str, simplified: str) -> Field:
    """Spell a field's value as the text does, where it was read from it as it stands."""
    start, end = field.start, field.end
    if field.name in _CHOSEN or start < 0:
        return field
    if tidy(simplified[start:end]) == tidy(field.value):
        return replace(field, value=tidy(text[start:end]))
    return field


def _titles(found: tuple[Field, ...], labelled: Iterable[Field], said: str) -> tuple[Field, ...]:
    """Return the letter's own title, else what a label calls so, else what may be one.

    :param found: what `find_title` finds.
    :param said: a citizen's message and all below it, of which an answer's title speaks.
    """
    if found and is_answer(found[0]) and (not said or names_matter(found[0], said)):
        return found
    return tuple(field for field in labelled if field.name is FieldName.TITLE)[:1] or found


def _asked_where(
    columns: Mapping[str, str], column_names: Mapping[str, str], message_at: int
) -> str | None:
    if columns.get("question"):
        return f"column:{column_names.get('question', 'question')}"
    return "question" if message_at >= 0 else None


def _agencies(
    layout: Layout, title: Field | None, signature: Iterable[Field], place: int
) -> tuple[Field, ...]:
    """Find who signs; above `place`, where a message stood, a body's name may be the site's."""
    signed = [field for field in signature if field.name is FieldName.AGENCY]
    if place and signed:
        return tuple(signed)  # what else names a body may have passed the message on
    titled = title_agencies(layout, title) if title else ()
    heads = [field for field in find_letterhead(layout) if field.start >= place]
    return merge_agencies((heads, titled, signed))


@dataclass(frozen=True, slots=True)
class _Titled:
    """A letter's titles, the first of them its own, and how they were found.

    :ivar labelled: whether a label announces one: it is then the message's own.
    :ivar headed: whether they stand above the message.
    :ivar called: the titles that labels announce, beside one of the letter's own.
    """

    titles: Sequence[Field]
    labelled: bool
    headed: bool
    called: Sequence[Field]

    @property
    def title(self) -> Field | None:
        return self.titles[0] if self.titles else None


def _entitle(
    layout: Layout, titles: tuple[Field, ...], labelled: Sequence[Field], said: str, asked_at: int
) -> _Titled:
    """Choose the titles; a citizen's message, which begins at `asked_at`, has them above it."""
    called = [field for field in labelled if field.name is FieldName.TITLE]
    own = any(field in titles for field in called)
    answers = bool(titles) and is_answer(titles[0]) and names_matter(titles[0], said)
    if asked_at < 0 or own or answers:
        return _Titled(titles, own, False, called)
    above = find_heading(layout, asked_at, said, titles)
    return _Titled(above, own, bool(above), called)


def _matter_fields(
    layout: Layout, titled: _Titled, kind_found: Field, agencies: Iterable[Field]
) -> tuple[Field, ...]:
    """Find what is answered."""
    title, kind = titled.title, Kind(kind_found.value)
    known = kind is not Kind.OTHER or layout.anchored
    matter = find_matter_title(layout, title) if known else ()
    quoted = bool(matter) and not titled.labelled and len(matter[0].value) <= _LONGEST_MATTER
    if quoted and titled.headed and title and matter[0].value[:_TAKEN_UP] in title.value:
        quoted = False  # the answer shortens the title that stands above the message
    if kind is Kind.MESSAGE and title and not quoted and (titled.headed or not is_answer(title)):
        # The page is headed by the message's own title.
        asked = asked_whom(title)
        matter = (replace(_as_matter(title), value=asked) if asked else _as_matter(title),)
    elif kind is Kind.MESSAGE and title and titled.called and is_answer(title):
        matter = (_as_matter(titled.called[0]),)
    if kind is Kind.MESSAGE or not known:
        return matter
    return (
        *find_matter_numbers(layout, title),
        *matter,
        *find_session(layout, title),
        *find_proposers(layout, title),
        *find_role(layout, title, tuple(agencies)),
    )


def _with_particulars(found: list[Field], labelled: tuple[Field, ...]) -> list[Field]:
    """Prefer what labels say, but to sender and date the letterhead and the signature."""
    own = {field.name for field in found} & {FieldName.AGENCY, FieldName.DATE}
    preferred = [field for field in labelled if field.name not in own]
    names = {field.name for field in preferred}
    return [*(field for field in found if field.name not in names), *preferred]


def _of_message(field: Field) -> Field:
    """Take what a label calls a suggestion's title for a message's: `建议标题：……`."""
    of_citizen = field.name is FieldName.MATTER_TITLE and not _ANSWERED_MATTER.search(field.value)
    return replace(field, name=FieldName.TITLE) if of_citizen else field


def _as_matter(title: Field) -> Field:
    return replace(title, name=FieldName.MATTER_TITLE)
