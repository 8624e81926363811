"""What replies promise and cite, kept beside them, so that no list of it reads them all again.

All of it is made of the texts by the grammars of `corpus.statements`. A reply is read when a list
is next asked for after it, or a grammar, has changed; it takes what is kept of it along when it
goes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from corpus.filters import ANY, Filters
from corpus.progress import Progress
from corpus.store.database import Database, Row
from corpus.store.encoding import decode_reply
from corpus.store.selection import IN_LIST, Condition, as_list
from corpus.store.stating import grammar, read_statements
from corpus.types import FieldName

Span = tuple[int, int]

READ_TOGETHER = 50
"""Replies that are read in one transaction, of some 30 ms: others write in between."""


class State(StrEnum):
    """Which promises are meant, by their last day."""

    ALL = "all"
    OVERDUE = "overdue"
    QUARTER = "quarter"
    AHEAD = "ahead"
    UNDATED = "undated"


class Order(StrEnum):
    """What promises are ordered by."""

    DUE = "due"
    AGENCY = "agency"
    MATTER = "matter"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """A promise as spans of its reply's text; `due` is its last day (ISO 8601)."""

    reply_id: str
    start: int
    end: int
    what: Span
    who: Span | None
    term: Span | None
    due: str | None


@dataclass(frozen=True, slots=True)
class PromiseCounts:
    """How many promises there are, how many of them are past their day, and so on."""

    total: int
    overdue: int
    quarter: int
    undated: int


@dataclass(frozen=True, slots=True)
class KeptCitation:
    """A place where a reply cites a policy, by its name, its number or both."""

    reply_id: str
    date: str | None
    start: int
    end: int
    name: str | None
    number: str | None


class Statements:
    """The promises and citations of one library; shared between threads as the store is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unread(self) -> int:
        """Return how many replies are yet to be read."""
        with self._database.reading() as connection:
            return int(
                connection.execute(
                    "SELECT (SELECT count(*) FROM replies)"
                    " - (SELECT count(*) FROM statements_read WHERE grammar = ?)",
                    (grammar(),),
                ).fetchone()[0]
            )

    def catch_up(
        self, progress: Progress | None = None, goes_on: Callable[[], bool] = lambda: True
    ) -> int:
        """Read the replies that were not read yet; return how many are left.

        :param goes_on: asked before each few replies whether to.
        :raises HomeBusy: where another process has been writing for long.
        """
        total = self.unread()
        after, done = "", 0
        while done < total and goes_on():
            with self._database.transaction() as connection:
                rows = connection.execute(
                    "SELECT * FROM replies AS r WHERE id > ? AND NOT EXISTS (SELECT 1 FROM"
                    " statements_read WHERE reply_id = r.id AND grammar = ?) ORDER BY id LIMIT ?",
                    (after, grammar(), READ_TOGETHER),
                ).fetchall()
                for row in rows:
                    read_statements(connection, decode_reply(row))
            if not rows:
                break
            after, done = rows[-1]["id"], done + len(rows)
            if progress:
                progress("读承诺和依据", done, total)
        return self.unread()

    # Promises

    def count_promises(self, filters: Filters, today: date, words: str = "") -> PromiseCounts:
        """Count the promises of the allowed replies; see `list_promises`."""
        condition = _of_replies(filters, words)
        first, last = today.isoformat(), end_of_quarter(today).isoformat()
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT count(*), count(*) FILTER (WHERE p.due < ?),"
                " count(*) FILTER (WHERE p.due BETWEEN ? AND ?),"
                " count(*) FILTER (WHERE p.due IS NULL)"
                f" FROM promises AS p JOIN replies AS r ON r.id = p.reply_id WHERE {condition.sql}",
                (first, first, last, *condition.values),
            ).fetchone()
        return PromiseCounts(*row)

    def list_promises(
        self,
        filters: Filters,
        today: date,
        words: str = "",
        state: State = State.ALL,
        order: Order = Order.DUE,
        part: tuple[int | None, int] = (None, 0),
    ) -> tuple[KeptPromise, ...]:
        """Return promises of the allowed replies, without a term last.

        :param words: each must stand in the id or a field of the reply.
        :param part: how many, None for all, and how many are left out before them.
        """
        condition = _of_replies(filters, words)
        _require(condition, state, today)
        limit, offset = part
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT p.* FROM promises AS p JOIN replies AS r ON r.id = p.reply_id"
                f" WHERE {condition.sql} ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?",
                (*condition.values, sys.maxsize if limit is None else limit, offset),
            )
            return tuple(_promise(row) for row in rows)

    # Citations

    def citations(self, filters: Filters = ANY) -> tuple[KeptCitation, ...]:
        """Return where the allowed replies cite policies, the oldest reply first."""
        condition = Condition.of(filters)
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT c.*, r.date FROM citations AS c JOIN replies AS r ON r.id = c.reply_id"
                f" WHERE {condition.sql} ORDER BY r.date IS NULL, r.date, r.id, c.start",
                condition.values,
            )
            return tuple(
                KeptCitation(
                    row["reply_id"],
                    row["date"],
                    row["start"],
                    row["stop"],
                    row["name"],
                    row["number"],
                )
                for row in rows
            )

    def standing(self, names: Iterable[str], filters: Filters = ANY) -> dict[str, str]:
        """Return by these names the allowed replies that are themselves cited so, the newest."""
        condition = Condition.of(filters)
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT a.name, r.id FROM cited_as AS a JOIN replies AS r ON r.id = a.reply_id"
                f" WHERE a.name IN ({IN_LIST}) AND {condition.sql}"
                " ORDER BY r.date NULLS FIRST, r.id",
                (as_list(names), *condition.values),
            )
            return {row["name"]: row["id"] for row in rows}

    def aliases(self, names: Iterable[str], filters: Filters = ANY) -> tuple[tuple[str, ...], ...]:
        """Return the names of each allowed reply that is itself cited by one of these."""
        condition = Condition.of(filters)
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT a.reply_id, a.name FROM cited_as AS a"
                " JOIN replies AS r ON r.id = a.reply_id WHERE a.reply_id IN"
                f" (SELECT reply_id FROM cited_as WHERE name IN ({IN_LIST})) AND {condition.sql}"
                " ORDER BY a.reply_id, a.name",
                (as_list(names), *condition.values),
            )
            replies = groupby(rows, key=lambda row: row["reply_id"])
            return tuple(tuple(row["name"] for row in own) for _, own in replies)

    def names_of(self, reply_id: str) -> tuple[str, ...]:
        """Return by which names a reply is itself cited."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT name FROM cited_as WHERE reply_id = ?", (reply_id,))
            return tuple(row[0] for row in rows)


def end_of_quarter(day: date) -> date:
    """Return the last day of the quarter that a day is in."""
    month = (day.month + 2) // 3 * 3
    return date(day.year, month, 30 if month in (6, 9) else 31)


_FIRST_VALUE = "(SELECT min(value) FROM field_values WHERE reply_id = p.reply_id AND name IN ({}))"
_BY_DATE = "r.date DESC NULLS LAST, p.reply_id, p.start"
_BY_DUE = f"p.due IS NULL, p.due, {_BY_DATE}"
_ORDERS = {
    Order.DUE: _BY_DUE,
    Order.AGENCY: f"{_FIRST_VALUE.format(repr(FieldName.AGENCY.value))} NULLS LAST, {_BY_DUE}",
    Order.MATTER: f"coalesce({_FIRST_VALUE.format(repr(FieldName.MATTER_TITLE.value))},"
    f" {_FIRST_VALUE.format(repr(FieldName.TITLE.value))}) NULLS LAST, {_BY_DATE}",
    Order.DATE: _BY_DATE,
}


def _of_replies(filters: Filters, words: str) -> Condition:
    condition = Condition.of(filters)
    for word in words.split():
        condition.contains((word,))
    return condition


def _require(condition: Condition, state: State, today: date) -> None:
    first, last = today.isoformat(), end_of_quarter(today).isoformat()
    if state is State.OVERDUE:
        condition.require("p.due < ?", first)
    elif state is State.QUARTER:
        condition.require("p.due BETWEEN ? AND ?", first, last)
    elif state is State.AHEAD:
        condition.require("p.due >= ?", first)
    elif state is State.UNDATED:
        condition.require("p.due IS NULL")


def _promise(row: Row) -> KeptPromise:
    def span(name: str) -> Span | None:
        start = row[f"{name}_start"]
        return None if start is None else (start, row[f"{name}_stop"])

    what = row["what_start"], row["what_stop"]
    return KeptPromise(
        row["reply_id"], row["start"], row["stop"], what, span("who"), span("term"), row["due"]
    )
