"""How many replies there are, in all and of each value of a field, and how long they are."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from corpus.filters import UNMARKED, Filters
from corpus.selection import Condition
from corpus.types import FieldName, Role


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


def count_all(connection: sqlite3.Connection, filters: Filters) -> StoreStats:
    """Count what the filters allow."""
    condition = Condition.of(filters)
    row = connection.execute(
        f"WITH allowed AS (SELECT r.id FROM replies AS r WHERE {condition.sql}) SELECT"
        " (SELECT count(*) FROM allowed),"
        " (SELECT count(*) FROM passages"
        f"   WHERE role = '{Role.SUBSTANCE}' AND reply_id IN allowed),"
        " (SELECT coalesce(sum(characters), 0) FROM replies WHERE id IN allowed),"
        " (SELECT count(*) FROM sources WHERE parse IS NOT NULL AND reply_id IN allowed)",
        condition.values,
    ).fetchone()
    return StoreStats(*row)


def count_values(
    connection: sqlite3.Connection, field: FieldName, filters: Filters
) -> tuple[tuple[str, int], ...]:
    """Count the allowed replies of each value of a field, most frequent first.

    Replies without a disclosure mark count under UNMARKED, those without another field not.
    """
    condition = Condition.of(filters)
    join = "LEFT JOIN" if field is FieldName.DISCLOSURE else "JOIN"
    rows = connection.execute(
        f"SELECT ifnull(v.value, '{UNMARKED}') AS value, count(*) AS n FROM replies AS r"
        f" {join} field_values AS v ON v.reply_id = r.id AND v.name = '{field.value}'"
        f" WHERE {condition.sql} GROUP BY v.value ORDER BY n DESC, value",
        condition.values,
    )
    return tuple((row["value"], row["n"]) for row in rows)


def count_years(connection: sqlite3.Connection, filters: Filters) -> tuple[tuple[int, int], ...]:
    """Count the allowed replies of each year, in ascending order."""
    condition = Condition.of(filters)
    condition.require("r.year IS NOT NULL")
    rows = connection.execute(
        "SELECT r.year, count(*) AS n FROM replies AS r"
        f" WHERE {condition.sql} GROUP BY r.year ORDER BY r.year",
        condition.values,
    )
    return tuple((row["year"], row["n"]) for row in rows)


def measure_lengths(connection: sqlite3.Connection) -> MeanLengths:
    """Measure the mean lengths of what is searched; 0 where nothing is loaded."""
    row = connection.execute(
        "SELECT (SELECT ifnull(avg(characters), 0.0) FROM replies),"
        " (SELECT ifnull(avg(stop - start), 0.0) FROM passages"
        f"   WHERE role = '{Role.SUBSTANCE}')"
    ).fetchone()
    return MeanLengths(*row)
