"""Fields that stand in the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping

from corpus.fields.dates import read_date
from corpus.fields.number import read_number
from corpus.fields.outcome import read_disclosure, read_outcome
from corpus.fields.spans import tidy
from corpus.types import Field, FieldName

_READERS = {
    "title": (FieldName.TITLE, tidy),
    "agency": (FieldName.AGENCY, tidy),
    "doc_number": (FieldName.DOC_NUMBER, lambda cell: read_number(cell) or tidy(cell)),
    "outcome": (FieldName.OUTCOME, read_outcome),
    "disclosure": (FieldName.DISCLOSURE, read_disclosure),
    "date": (FieldName.DATE, read_date),
    "asked": (FieldName.ASKED, read_date),
}


def column_fields(columns: Mapping[str, str], column_names: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the fields that a row's columns give; a cell that cannot be read gives none.

    `columns` has the cells under the keys of `corpus.types.Document.columns`, `column_names` the
    columns' own headings, which become the fields' origin.
    """
    fields: list[Field] = []
    for key, (name, read) in _READERS.items():
        value = read(columns.get(key, ""))
        if value:
            fields.append(Field(name, value, origin=column_origin(key, column_names)))
    return tuple(fields)


def column_origin(key: str, column_names: Mapping[str, str]) -> str:
    """Return the origin of a field from that column: `column:答复时间`."""
    return f"column:{column_names.get(key, key)}"
