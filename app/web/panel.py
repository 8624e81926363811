"""What the panel of filters says: its components, and filters read of them and shown in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.access import parse_years, year_words
from app.web.links import Asked
from corpus.filters import Filters


@dataclass(frozen=True, slots=True)
class FilterPanel:
    """The panel's components; handlers take them as inputs and give their values to `read`.

    The last is the field for years, the others stand in the order of `names`.
    """

    names: tuple[str, ...]
    components: tuple[gr.Dropdown, ...]

    def read(self, values: Sequence[Any]) -> Filters:
        """Turn the components' values, in their order, into filters.

        :raises InputError: where what was typed for years is no year and no range of years.
        """
        *chosen, years = values
        each = {name: tuple(v) for name, v in zip(self.names, chosen, strict=True) if v}
        return Filters(**each, years=parse_years(str(years or "")))

    def ask(self, text: str | None, values: Sequence[Any]) -> Asked:
        """Return what a list is to be narrowed by; InputError as `read`."""
        return self.read(values), (text or "").strip()

    def show(self, filters: Filters) -> list[Any]:
        """Return the components' values for filters, as `read` would read them."""
        chosen = [list(getattr(filters, name) or ()) for name in self.names]
        return [*chosen, year_words(filters.years) or None]
