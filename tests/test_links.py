"""What stands in addresses: which view they open, and the filters that all tabs share."""

from __future__ import annotations

import gradio as gr
import pytest

from app.web.panel import FilterPanel
from corpus.errors import InputError
from corpus.filters import ANY, Filters

NAMES = ("agencies", "regions")


def panel() -> FilterPanel:
    return FilterPanel(NAMES, tuple(gr.Dropdown([], multiselect=True) for _ in range(3)))


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        *((None, None), ("", None), ("  ", None), ("2021", (2021, 2021))),
        *(("2019-2022", (2019, 2022)), ("2019年至2022年", (2019, 2022)), ("2019-", (2019, None))),
        ("-2022", (None, 2022)),
    ],
)
def test_typed_years_are_read_and_shown_as_they_are_read(
    typed: str | None, years: tuple[int | None, int | None] | None
) -> None:
    read = panel().read([[], None, typed])
    assert read == Filters(years=years)
    assert panel().read(panel().show(read)) == read


@pytest.mark.parametrize("typed", ["去年", "21", "2022-2019", "2021,2022", "1" * 5000])
def test_other_years_are_answered_by_a_sentence(typed: str) -> None:
    with pytest.raises(InputError, match="年份"):
        panel().read([[], [], typed])


def test_chosen_values_come_back_as_they_were() -> None:
    chosen = Filters(agencies=("甲区民政局", "乙区民政局"), years=(2021, None))
    assert panel().show(chosen) == [["甲区民政局", "乙区民政局"], [], "2021-"]
    assert panel().read(panel().show(chosen)) == chosen
    assert panel().show(ANY) == [[], [], None]
