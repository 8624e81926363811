"""Which replies a search may return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from corpus.outcomes import with_alike
from corpus.types import FieldName

UNMARKED = ""
"""Stands in `Filters.disclosures` for replies that carry no disclosure mark."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which replies a search may return: None = any, an empty tuple = none at all.

    Each tuple holds exact field values, any of which will do, of results also what says the same;
    the conditions together must all hold. `years` is an inclusive range of the reply's date; either
    end may be None; a reply without a date is outside every range. `reply_ids` limits the search to
    those replies.
    """

    agencies: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    outcomes: tuple[str, ...] | None = None
    sessions: tuple[str, ...] | None = None
    disclosures: tuple[str, ...] | None = None
    years: tuple[int | None, int | None] | None = None
    reply_ids: tuple[str, ...] | None = None

    def and_disclosures(self, allowed: tuple[str, ...] | None) -> Filters:
        """Narrow the filters to the disclosure marks `allowed` (None narrows nothing)."""
        if allowed is None:
            return self
        if self.disclosures is None:
            return replace(self, disclosures=allowed)
        return replace(self, disclosures=tuple(d for d in self.disclosures if d in allowed))

    def by_value(self) -> Iterator[tuple[FieldName, tuple[str, ...]]]:
        """Yield the fields that must have one of some values, with all values that will do."""
        for filter_name, field_name in FILTER_FIELDS.items():
            allowed: tuple[str, ...] | None = getattr(self, filter_name)
            if allowed is not None:
                outcome = field_name is FieldName.OUTCOME
                yield field_name, with_alike(allowed) if outcome else allowed

    @property
    def empty(self) -> bool:
        """Tell whether any reply at all is allowed."""
        return all(getattr(self, field.name) is None for field in fields(self))


ANY = Filters()
"""Allows every reply."""

FILTER_FIELDS: dict[str, FieldName] = {
    "agencies": FieldName.AGENCY,
    "regions": FieldName.REGION,
    "kinds": FieldName.KIND,
    "outcomes": FieldName.OUTCOME,
    "sessions": FieldName.SESSION,
    "disclosures": FieldName.DISCLOSURE,
}
"""Which reply field each value filter is compared with."""
