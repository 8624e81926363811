"""The collapsible panel of filters that stands on every tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.types import Stats
from app.web.parts import PRIVATE, Parts, Refresher
from app.wording import FILTERS, facet_words
from corpus.errors import InputError
from corpus.filters import Filters

NAME = "筛选"
ANY_YEAR = "不限"


@dataclass(frozen=True, slots=True)
class FilterPanel:
    """The panel's components; handlers take them as inputs and give their values to `read`."""

    names: tuple[str, ...]
    components: tuple[gr.Dropdown, ...]

    def read(self, values: Sequence[Any]) -> Filters:
        """Turn the components' values, in their order, into filters.

        :raises InputError: where the first year is later than the last.
        """
        chosen = {name: tuple(v) for name, v in zip(self.names, values, strict=False) if v}
        first, last = (_year(value) for value in values[len(self.names) :])
        if first is not None and last is not None and first > last:
            raise InputError(f"起始年份 {first} 晚于截止年份 {last}：请对调或改选。")
        years = None if first is None and last is None else (first, last)
        return Filters(**chosen, years=years)


def build_filters(parts: Parts) -> FilterPanel:
    """Build the panel, folded; its choices follow what is loaded."""
    names = tuple(n for n in FILTERS if n != "disclosures" or parts.is_owner)
    with gr.Accordion(NAME, open=False, elem_classes="dafu-filters") as accordion:
        with gr.Row():
            values = [
                gr.Dropdown(
                    [],
                    label=FILTERS[name],
                    multiselect=True,
                    min_width=150,
                    elem_classes="dafu-any",
                )
                for name in names
            ]
        with gr.Row():
            years = [
                gr.Dropdown([ANY_YEAR], value=ANY_YEAR, label=label, min_width=150)
                for label in ("年份自", "年份至")
            ]
    panel = FilterPanel(names, (*values, *years))
    changes = [component.change for component in panel.components]
    gr.on(changes, _name_panel, list(panel.components), accordion, **PRIVATE)
    parts.refreshers.append(Refresher(panel.components, lambda stats: _choices(names, stats)))
    return panel


def _name_panel(*values: Any) -> Any:
    """Say on the folded panel how many filters are set: a forgotten one hides replies."""
    chosen = sum(bool(value) and value != ANY_YEAR for value in values)
    return gr.update(label=f"{NAME}（已选 {chosen} 项）" if chosen else NAME)


def _choices(names: tuple[str, ...], stats: Stats) -> list[Any]:
    updates = [
        gr.update(
            choices=[
                (f"{facet_words(name, value)}（{count}）", value)
                for value, count in stats.facets.get(name, ())
            ]
        )
        for name in names
    ]
    years = [ANY_YEAR, *(str(year) for year, _ in reversed(stats.years))]
    return [*updates, gr.update(choices=years), gr.update(choices=years)]


def _year(value: Any) -> int | None:
    text = str(value or ANY_YEAR)
    return int(text) if text.isdecimal() else None
