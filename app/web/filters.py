"""The one panel of filters, which all tabs share: what is chosen in one holds in the others."""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.access import parse_years, year_words
from app.views.figures import Stats
from app.web.language import name, say, translate
from app.web.panel import FilterPanel
from app.web.parts import (
    FOLLOWING,
    REPEATED,
    Parts,
    Refresher,
    build_html,
    render_error,
    tell_errors,
)
from app.web.render import load_asset, render_notice
from app.wording import FILTERS, count_words, facet_words
from corpus.errors import InputError
from corpus.filters import ANY, UNMARKED, Filters

NAME = "筛选"


def build_filters(parts: Parts) -> FilterPanel:
    """Return the panel that all tabs share; who asks first builds it there, folded.

    Its choices follow what is loaded. Events that follow the panel's own are to be `FOLLOWING`.
    """
    if not parts.panels:
        parts.panels.append(_build_panel(parts))
    return parts.panels[0]


def _build_panel(parts: Parts) -> FilterPanel:
    names = tuple(n for n in FILTERS if n != "disclosures" or parts.service.role.sees_all)
    with gr.Accordion(
        name(NAME), open=False, elem_id="filters", elem_classes="dafu-filters"
    ) as panel:
        with gr.Row():
            values = [
                gr.Dropdown(
                    [],
                    label=name(FILTERS[each]),
                    multiselect=True,
                    min_width=150,
                    elem_classes="dafu-any",
                )
                for each in names
            ]
            years = gr.Dropdown(
                [],
                value=None,
                label=name("年份，如 2019-2022"),
                allow_custom_value=True,
                min_width=150,
                elem_id="years",
            )
        clear = gr.Button(name("清除筛选"), size="sm", elem_id="clear-filters", scale=0)
        problem = build_html("", "filter-problem")
    shared = FilterPanel(names, (*values, years))
    components = list(shared.components)
    changes = [component.change for component in components]
    gr.on(changes, None, components, panel, js=load_asset("filters.js"), **REPEATED)
    years.change(_check_years, years, problem, **FOLLOWING)
    clear.click(lambda: shared.show(ANY), None, components, **FOLLOWING)
    parts.refreshers.append(Refresher(components, lambda stats: _choices(names, stats)))
    return shared


def fill_filters(panel: FilterPanel, filters: Filters, stats: Stats) -> list[Any]:
    """Return updates that show filters in the panel, of what is loaded now."""
    updates = _choices(panel.names, stats)
    for update, value in zip(updates, panel.show(filters), strict=True):
        update["value"] = value
    return updates


@tell_errors(render_error)
def _check_years(years: object) -> str:
    """Say what is wrong with the years that somebody typed."""
    try:
        parse_years(str(years or ""))
    except InputError as error:
        return render_notice(str(error), "error")
    return ""


def name_view(title: str, filters: Filters, *others: str, page: int = 0) -> str:
    """Say with the title of a view what it is narrowed to, and which page of a list it is."""
    chosen = [(name, getattr(filters, name) or ()) for name in FILTERS]
    said = [_spoken(facet_words(name, value), value) for name, values in chosen for value in values]
    number = translate("第 %(page)s 页") % {"page": page + 1} if page else ""
    listed = [each for each in (*said, year_words(filters.years), *others, number) if each]
    if not listed:
        return title
    return title + translate("（") + translate("，").join(listed) + translate("）")


def _spoken(words: str, value: str) -> str:
    """Say a value as it stands in the library; that there is none is the page's own word."""
    return say(words) if value == UNMARKED else words


def _choices(names: tuple[str, ...], stats: Stats) -> list[Any]:
    updates = [
        gr.update(
            choices=[
                (_spoken(count_words(each, value), value) + translate("（%s）") % count, value)
                for value, count in stats.facets.get(each, ())
            ]
        )
        for each in names
    ]
    return [*updates, gr.update(choices=[str(year) for year, _ in reversed(stats.years)])]
