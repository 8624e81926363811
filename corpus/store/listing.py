"""The list of a library: which replies it shows, in which order, and how many of each value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.filters import ANY, FILTER_FIELDS, Filters
from corpus.outcomes import in_words
from corpus.store import selection
from corpus.store.database import Connection
from corpus.store.encoding import decode_reply
from corpus.store.selection import IN_LIST, Condition, as_list
from corpus.types import OUTCOMES, FieldName, Reply


class Column(StrEnum):
    """What a list can be sorted by."""

    DATE = "date"
    AGENCY = "agency"
    TITLE = "title"
    DOC_NUMBER = "number"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Order:
    """In which order a list stands; replies without a value stand last, whichever way."""

    column: Column = Column.DATE
    descending: bool = True


NEWEST = Order()


@dataclass(frozen=True, slots=True)
class Word:
    """A word that replies are listed by: it stands in a field, in one of its forms, or in a text.

    `holders` are the ids of the replies whose text it stands in, as whoever searched them found.
    """

    forms: tuple[str, ...]
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which replies a list shows: those that the filters allow and that have each of the words."""

    filters: Filters = ANY
    words: tuple[Word, ...] = ()

    @property
    def condition(self) -> Condition:
        """Return the condition on a reply."""
        condition = Condition.of(self.filters)
        for word in self.words:
            condition.contains(word.forms, word.holders)
        return condition


@dataclass(frozen=True, slots=True)
class ReplyPage:
    """Some replies of a longer list; `total` counts the whole list."""

    total: int
    replies: tuple[Reply, ...]


def list_page(
    connection: Connection, wanted: Wanted, order: Order, limit: int, offset: int
) -> ReplyPage:
    """Return a page of a list; what is equal stands newest first, whichever way it is sorted."""
    ids = _ordered(connection, wanted.condition, order)
    page = ids[offset : offset + limit]
    rows = connection.execute(f"SELECT * FROM replies WHERE id IN ({IN_LIST})", (as_list(page),))
    replies = {row["id"]: decode_reply(row) for row in rows}
    return ReplyPage(len(ids), tuple(replies[id] for id in page))


def count_facets(
    connection: Connection, wanted: Mapping[str, Wanted]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Count the replies by each value of each filter, most frequent first.

    :param wanted: for each filter those that are counted.
    """
    return {
        name: selection.count_values(connection, FILTER_FIELDS[name], each.condition)
        for name, each in wanted.items()
    }


def _ordered(connection: Connection, condition: Condition, order: Order) -> list[str]:
    names = _FIELDS[order.column]
    values = ", ".join(
        "(SELECT min(value) FROM field_values AS v"
        f" WHERE v.reply_id = r.id AND v.name = '{name.value}')"
        for name in names
    )
    columns = f"r.id, {values}" if names else "r.id, r.date"
    found = connection.execute(
        f"SELECT {columns} FROM replies AS r WHERE {condition.sql} ORDER BY {NEWEST_FIRST}",
        condition.values,
    ).fetchall()
    if order == NEWEST:
        return [row[0] for row in found]
    key = _KEYS.get(order.column, _in_dictionary)
    keyed = [(_say(row[1:]), row[0]) for row in found]
    sorted_ = sorted(
        ((key(value), id) for value, id in keyed if value),
        key=lambda pair: pair[0],
        reverse=order.descending,  # which leaves equals as they are
    )
    return [*(id for _, id in sorted_), *(id for value, id in keyed if not value)]


def _say(values: Sequence[str | None]) -> str:
    """Say what stands in the column: a title unless it leaves out the matter that it is about."""
    first, *others = values
    title = others[0] if others else None
    if title and first and first in title:
        return title
    return first or title or ""


def _in_dictionary(value: str) -> tuple[bytes, ...]:
    """Return what sorts as a dictionary does: frequent characters by pinyin, as GB 2312 has them.

    Numbers stand in their own order, and brackets, quotation marks and spaces count nothing.
    """
    plain = _IGNORED.sub("", value).lower()
    padded = _NUMBER.sub(lambda match: match[0].zfill(8), plain)
    return (padded.encode("gb18030", "replace"),)


def _by_grade(value: str) -> tuple[bytes, ...]:
    value = in_words(value)
    return (bytes([OUTCOMES.index(value)]),) if value in OUTCOMES else (b"\xff", value.encode())


_IGNORED = re.compile(r"[\s《》〈〉“”‘’「」〔〕\[\]（）()【】]")
_NUMBER = re.compile(r"\d+")

_FIELDS: Mapping[Column, tuple[FieldName, ...]] = {
    Column.DATE: (),
    Column.AGENCY: (FieldName.AGENCY,),
    Column.TITLE: (FieldName.MATTER_TITLE, FieldName.TITLE),
    Column.DOC_NUMBER: (FieldName.DOC_NUMBER,),
    Column.OUTCOME: (FieldName.OUTCOME,),
}
"""The fields that a column shows the first of."""

_KEYS: Mapping[Column, Callable[[str], tuple[bytes, ...]]] = {
    Column.DATE: lambda value: (value.encode(),),
    Column.OUTCOME: _by_grade,
}

NEWEST_FIRST = "r.date DESC NULLS LAST, r.id"
