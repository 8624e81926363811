"""What filters mean in Milvus: the scalar fields of a passage, and expressions over them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from corpus.filters import FILTER_FIELDS, UNMARKED, Filters
from corpus.types import FieldName
from index.stores.lexical_schema import LexicalEntry

NO_YEAR = -9999
FIRST, LAST = -1, 1_000_000
"""The years that a range without an end reaches to."""

MOST_BYTES = 512
"""Of a value; a longer one, which no field of a reply should have, is kept as its digest."""

MOST_VALUES = 1024
"""Of one field of one reply; more are not filtered by."""


def values_of(entry: LexicalEntry) -> dict[str, Any]:
    """Return what filters look at of a passage."""
    given = entry.values or {}
    values: dict[str, Any] = {
        str(name): list(dict.fromkeys(map(fit, given.get(name, ()))))[:MOST_VALUES]
        for name in FILTER_FIELDS.values()
    }
    if not given.get(FieldName.DISCLOSURE):
        values[FieldName.DISCLOSURE] = [UNMARKED]
    year = NO_YEAR if entry.year is None else entry.year
    return {"reply_id": fit(entry.reply_id), "year": year, **values}


def fit(value: str) -> str:
    """Return a value as Milvus can hold it."""
    written = value.encode("utf-8", "replace")
    return value if len(written) <= MOST_BYTES else hashlib.sha256(written).hexdigest()


def expression_of(filters: Filters) -> str | None:
    """Return the expression of what filters allow, "" for anything; None where that is nothing."""
    conditions = [
        f"array_contains_any({field_name}, {_listed(map(fit, allowed))})"
        for field_name, allowed in filters.by_value()
    ]
    if filters.reply_ids is not None:
        conditions.append(f"reply_id in {_listed(map(fit, filters.reply_ids))}")
    if filters.years is not None:
        first, last = filters.years
        conditions.append(f"year >= {FIRST if first is None else first}")
        conditions.append(f"year <= {LAST if last is None else last}")
    if any(each.endswith("[]") or each.endswith("[])") for each in conditions):
        return None
    return " and ".join(conditions)


def keys_expression(keys: Iterable[int]) -> str:
    """Return the expression that only these keys fulfil."""
    return f"key in {_listed(map(int, keys))}"


def _listed(values: Iterable[Any]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
