"""What stands in addresses: which view they open, and the filters that all tabs share."""

from __future__ import annotations

from urllib.parse import unquote

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import parse_years, year_words
from app.links import LONGEST_TEXT, PATHS, View, link_reply, link_tab, read_address
from app.web.panel import FilterPanel
from app.web.server.guard import VIEWS
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


# Addresses


def test_an_address_says_what_was_asked_and_of_which_replies() -> None:
    filters = Filters(agencies=("甲区民政局", "乙区民政局"), disclosures=("",), years=(2021, None))
    link = link_tab("ask", "养老床位？", " 养老床位？ ", filters, exactly="1")
    assert unquote(link.address) == (
        "ask?q=养老床位？&agency=甲区民政局&agency=乙区民政局&disclosure=-&year=2021-&exactly=1"
    )
    assert (link.title, link.whole) == ("养老床位？", True)
    view = read_address(link.address)
    assert (view.tab, view.text, view.others) == ("ask", "养老床位？", {"exactly": "1"})
    assert view.words["agency"] == ("甲区民政局", "乙区民政局")
    assert view.words["disclosure"] == ("",)
    assert view.words["year"] == "2021-"


def test_a_tab_as_it_stands_and_a_reply_have_short_addresses() -> None:
    assert link_tab("ledger", "承诺").address == "promises"
    assert link_reply("ab12", "护栏").address == "reply/ab12"
    assert link_reply("ab12", "护栏", 3, 9).address == "reply/ab12?mark=3-9"
    assert read_address("reply/ab12?mark=3-9") == View(reply_id="ab12", start=3, end=9)
    assert read_address("reply/ab12") == View(reply_id="ab12")
    assert read_address("").tab == "ask"
    assert read_address("?key=secret").others == {}


def test_a_long_proposal_is_left_out_and_that_is_said() -> None:
    link = link_tab("precedents", "查先例", "增设护栏。" * LONGEST_TEXT, Filters(regions=("甲区",)))
    assert (unquote(link.address), link.whole) == ("precedents?region=甲区", False)


@pytest.mark.parametrize("mark", ["", "x", "-1-5", "5", "3-9-1", "３-9x", "9" * 12 + "-3"])
def test_a_mark_that_is_none_marks_nothing(mark: str) -> None:
    view = read_address(f"reply/ab12?mark={mark}")
    assert (view.reply_id, view.start, view.end) == ("ab12", -1, -1)


@pytest.mark.parametrize("path", ["answers", "reply/", "reply/a b", "reply/<b>", "../ask", "ask/x"])
def test_what_is_no_address_is_said_to_be_none(path: str) -> None:
    with pytest.raises(InputError, match="没有这个页面"):
        read_address(path)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(
    st.sampled_from(sorted(PATHS)),
    TEXTS,
    st.lists(TEXTS.filter(lambda text: text not in ("", "-")), max_size=3),
    st.sampled_from([None, (2021, 2021), (2019, 2022), (None, 2022), (2019, None)]),
)
def test_what_is_written_is_read_again_and_served(
    tab: str, text: str, agencies: list[str], years: tuple[int | None, int | None] | None
) -> None:
    link = link_tab(tab, "", text, Filters(agencies=tuple(agencies) or None, years=years))
    view = read_address(link.address)
    assert (view.tab, view.text) == (tab, text.strip())
    assert view.words["agency"] == tuple(agencies)
    assert parse_years(view.words["year"]) == years
    assert VIEWS.fullmatch("/" + link.address.partition("?")[0])
    assert link.address.isascii()


@pytest.mark.parametrize("reply_id", ["12da34801a54", "wsw-2023", "绿政_2024.7", "..a"])
def test_a_reply_of_any_id_has_an_address(reply_id: str) -> None:
    address = link_reply(reply_id, "", 3, 9).address
    view = read_address(address)
    assert (view.reply_id, view.start, view.end) == (reply_id, 3, 9)
    assert address.isascii()
    assert VIEWS.fullmatch("/" + unquote(address.partition("?")[0]))


def test_years_are_written_as_they_are_read() -> None:
    assert [year_words(years) for years in (None, (2021, 2021), (2019, 2022))] == [
        *("", "2021", "2019-2022")
    ]
