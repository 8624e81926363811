"""Filters as SQL: which replies they allow, how many those are, and of which values."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from corpus.filters import UNMARKED, Filters
from corpus.outcomes import in_words
from corpus.store.database import Connection, Row
from corpus.store.encoding import decode_passage
from corpus.types import PERSONAL_FIELDS, FieldName, Passage, PassageRole, Reply

LOOKED_UP_FIELDS = frozenset(FieldName) - PERSONAL_FIELDS
"""Fields by whose values replies can be found."""


@dataclass(slots=True)
class Condition:
    """A condition on the table `replies AS r`, with the values of its question marks."""

    terms: list[str] = field(default_factory=list)
    values: list[str | int] = field(default_factory=list)

    @classmethod
    def of(cls, filters: Filters) -> Condition:
        """Translate filters; filters that allow any reply are `true`."""
        condition = cls()
        for field_name, allowed in filters.by_value():
            condition._allow(field_name, allowed)
        first, last = filters.years or (None, None)
        if filters.years is not None:
            condition.require("r.year IS NOT NULL")
        if first is not None:
            condition.require("r.year >= ?", first)
        if last is not None:
            condition.require("r.year <= ?", last)
        if filters.reply_ids is not None:
            condition.require(f"r.id IN ({IN_LIST})", as_list(filters.reply_ids))
        return condition

    def require(self, term: str, *values: str | int) -> None:
        """Add a term that must hold as well."""
        self.terms.append(term)
        self.values.extend(values)

    def contains(self, forms: Sequence[str], holders: Sequence[str] = ()) -> None:
        """Require that the id or a looked-up field's value contains one of a word's forms.

        Case does not count. Replies that are among the `holders` need not.
        """
        stored = [as_kept(form) for form in forms]

        def looks(column: str) -> str:
            return " OR ".join([f"instr(lower({column}), lower(?)) > 0"] * len(stored)) or "false"

        self.require(
            f"({looks('r.id')} OR r.id IN"
            f" (SELECT reply_id FROM field_values WHERE {looks('value')})"
            f" OR r.id IN ({IN_LIST}))",
            *(stored * 2),
            as_list(holders),
        )

    @property
    def sql(self) -> str:
        """Return the whole condition."""
        return " AND ".join(self.terms) or "true"

    def _allow(self, name: FieldName, allowed: tuple[str, ...]) -> None:
        term = (
            "r.id IN (SELECT reply_id FROM field_values"
            f" WHERE name = '{name.value}' AND value IN ({IN_LIST}))"
        )
        if name is FieldName.DISCLOSURE and UNMARKED in allowed:
            marked = f"SELECT reply_id FROM field_values WHERE name = '{name.value}'"
            term = f"({term} OR r.id NOT IN ({marked}))"
        self.require(term, as_list(allowed))


IN_LIST = "SELECT value FROM json_each(?)"
"""A list of any length as one value: see `as_list`."""

IN_KEYS = "SELECT CAST(value AS BIGINT) FROM json_each(?)"
"""The same of numbers."""


def as_list(values: Iterable[str | int]) -> str:
    """Return values as the JSON array that `IN_LIST` takes."""
    listed = list(values)
    written = json.dumps(listed)
    if _UNKEPT.search(written):
        written = json.dumps([as_kept(v) if isinstance(v, str) else v for v in listed])
    return written


_UNKEPT = re.compile(r"\\u(?:0000|d[89a-f])")
"""How JSON writes what no text in a database holds: NUL and, unless in pairs, half characters."""


def as_kept(text: str) -> str:
    """Return a text that somebody looks for without characters that no database keeps."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def year_of(reply: Reply) -> int | None:
    """Return the year of a reply's date, None where it has none."""
    year = (reply.value(FieldName.DATE) or "")[:4]
    return int(year) if year.isdecimal() else None


@dataclass(frozen=True, slots=True)
class StoreStats:
    """How much is loaded. `passages` counts those that are searched, `characters` all text."""

    replies: int
    passages: int
    characters: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class MeanLengths:
    """Mean numbers of characters of replies, and of passages of substance."""

    reply: float
    passage: float


def count_all(connection: Connection, filters: Filters) -> StoreStats:
    """Count what the filters allow."""
    condition = Condition.of(filters)
    row = connection.execute(
        f"WITH allowed AS (SELECT r.id FROM replies AS r WHERE {condition.sql}) SELECT"
        " (SELECT count(*) FROM allowed),"
        " (SELECT count(*) FROM passages"
        f"   WHERE role = '{PassageRole.SUBSTANCE}' AND reply_id IN (SELECT id FROM allowed)),"
        " (SELECT coalesce(sum(characters), 0) FROM replies WHERE id IN (SELECT id FROM allowed)),"
        " (SELECT count(*) FROM sources"
        "   WHERE parse IS NOT NULL AND reply_id IN (SELECT id FROM allowed))",
        condition.values,
    ).fetchone()
    return StoreStats(*map(int, row))


def count_values(
    connection: Connection, field: FieldName, condition: Condition
) -> tuple[tuple[str, int], ...]:
    """Count the allowed replies of each value of a field, most frequent first.

    Replies without a disclosure mark count under UNMARKED, those without another field not;
    results that say the same count under one name.
    """
    counts = _count_each(connection, field, condition)
    if field is not FieldName.OUTCOME:
        return counts
    together: Counter[str] = Counter()
    for value, count in counts:
        together[in_words(value)] += count
    return tuple(sorted(together.items(), key=lambda pair: (-pair[1], pair[0])))


def _count_each(
    connection: Connection, field: FieldName, condition: Condition
) -> tuple[tuple[str, int], ...]:
    if not condition.terms and field is not FieldName.DISCLOSURE:  # no reply need be looked at
        rows = connection.execute(
            "SELECT value, count(*) AS n FROM field_values WHERE name = ?"
            " GROUP BY value ORDER BY n DESC, value",
            (field.value,),
        )
        return tuple((row["value"], row["n"]) for row in rows)
    join = "LEFT JOIN" if field is FieldName.DISCLOSURE else "JOIN"
    rows = connection.execute(
        f"SELECT coalesce(v.value, '{UNMARKED}') AS value, count(*) AS n FROM replies AS r"
        f" {join} field_values AS v ON v.reply_id = r.id AND v.name = '{field.value}'"
        f" WHERE {condition.sql} GROUP BY v.value ORDER BY n DESC, value",
        condition.values,
    )
    return tuple((row["value"], row["n"]) for row in rows)


def count_years(connection: Connection, condition: Condition) -> tuple[tuple[int, int], ...]:
    """Count the allowed replies of each year, in ascending order."""
    rows = connection.execute(
        "SELECT r.year, count(*) AS n FROM replies AS r"
        f" WHERE r.year IS NOT NULL AND {condition.sql} GROUP BY r.year ORDER BY r.year",
        condition.values,
    )
    return tuple((row["year"], row["n"]) for row in rows)


def measure_lengths(connection: Connection) -> MeanLengths:
    """Measure the mean lengths of what is searched; 0 where nothing is loaded."""
    row = connection.execute(
        "SELECT (SELECT coalesce(avg(characters), 0.0) FROM replies),"
        " (SELECT coalesce(avg(stop - start), 0.0) FROM passages"
        f"   WHERE role = '{PassageRole.SUBSTANCE}')"
    ).fetchone()
    return MeanLengths(*map(float, row))


def decode_passages(connection: Connection, rows: Sequence[Row]) -> dict[int, Passage]:
    """Return the passages in rows of `passages`, by their keys.

    Each reply's text is read once: SQLite would read it from its beginning for every passage,
    which takes hours where a reply is a book.
    """
    replies = {row["reply_id"] for row in rows}
    found = connection.execute(
        f"SELECT id, text FROM replies WHERE id IN ({IN_LIST})", (as_list(replies),)
    )
    texts = {row["id"]: row["text"] for row in found}
    return {
        row["key"]: decode_passage(row, texts[row["reply_id"]])
        for row in rows
        if row["reply_id"] in texts
    }
