"""What stands in addresses: which view they open, and the filters that all tabs share."""

from __future__ import annotations

from urllib.parse import unquote

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import parse_years, year_words
from app.links import (
    LONGEST_TEXT,
    PATHS,
    VIEWS,
    View,
    link_matter,
    link_reply,
    link_tab,
    read_address,
)
from app.web.language import speaking
from app.web.links import NOTHING, WITHIN, Listed, Opened
from app.web.panel import FilterPanel
from app.web.server.counting import kind_of
from app.web.server.guard import is_view
from app.web.tabs import ledger, library, policies
from corpus.errors import InputError
from corpus.filters import ANY, Filters
from corpus.store.listing import Column, Order
from corpus.store.statements import State

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


def test_a_matter_is_opened_beside_a_reply_and_beside_a_span() -> None:
    assert link_matter("ab12", "护栏").address == "reply/ab12/matter"
    assert link_matter("ab12", "护栏", 3, 9).address == "reply/ab12/matter?mark=3-9"
    assert read_address("reply/ab12/matter") == View(reply_id="ab12", matter=True)
    assert read_address("reply/ab12/matter?mark=3-9") == View("ask", "", {}, {}, "ab12", 3, 9, True)


def opened(address: str) -> Opened:
    """What the section 依据 is told when an address opens it."""
    return Opened(7, tuple(read_address(address).others.items()))


@pytest.mark.parametrize(
    ("view", "address"),
    [
        (policies.View(), "policies?q=养老&region=甲区"),
        (policies.View(2), "policies?q=养老&region=甲区&page=3"),
        (policies.View(0, "GB/T 1&2"), "policies?q=养老&region=甲区&policy=GB/T 1&2"),
        (
            policies.View(1, "甲政规〔2021〕4号"),
            "policies?q=养老&region=甲区&policy=甲政规〔2021〕4号&page=2",
        ),
    ],
)
def test_policies_are_opened_as_they_were_listed(view: policies.View, address: str) -> None:
    link = view.link("养老", Filters(regions=("甲区",)))
    assert unquote(link.address) == address
    read = read_address(link.address)
    assert (read.tab, read.text, read.words["region"]) == ("policies", "养老", ("甲区",))
    assert policies.View.of(opened(link.address)) == view


def test_an_address_leads_to_its_page_whatever_its_filters_set_off() -> None:
    first, asked = library.View(), (Filters(regions=("甲区",)), "养老")
    address = Opened(7, (("page", "2"),), asked)
    new = Listed(first)
    assert (new.is_new(Opened()), new.is_new(address)) == (True, False)
    shown = new.follow(NOTHING, address, library.View.of)  # before its filters have come
    assert (shown.view.page, shown.at) == (1, 7)
    assert shown.asked == asked
    for come in ((ANY, "养老"), (asked[0], ""), asked, asked):  # one after the other
        shown = shown.follow(come, address, library.View.of)
        assert (shown.view.page, shown.asked) == (1, asked)
    cleared = shown.follow((ANY, "养老"), address, library.View.of)  # all have come: it's new
    assert (cleared.view.page, cleared.asked) == (0, (ANY, "养老"))
    meanwhile = new.follow(NOTHING, address, library.View.of)
    kinds_too = Filters(regions=("甲区",), kinds=("提案",))  # which the address doesn't ask for
    chosen = kinds_too, "养老"
    assert meanwhile.follow(chosen, address, library.View.of).asked == chosen
    turned = shown.turn(asked, address, page=4)
    assert turned.follow(asked, address, library.View.of) == turned
    other = Filters(regions=("乙区",)), "养老"
    narrowed = turned.follow(other, address, library.View.of)
    assert (narrowed.view.page, narrowed.asked) == (0, other)
    back = narrowed.follow(asked, address, library.View.of)
    assert back.view.page == 0
    again = Opened(9, (("page", "3"), ("sort", "agency")), asked)
    opened_again = back.follow(other, again, library.View.of)
    assert opened_again.view == library.View(Order(Column.AGENCY, False), 2)


def test_what_was_chosen_after_an_address_was_opened_stands() -> None:
    address = opened("policies?page=2")
    chosen = Listed(policies.View(0, "甲政规〔2021〕4号"), NOTHING, address.at)
    assert chosen.follow(NOTHING, address, policies.View.of) == chosen
    before = Listed(policies.View(3, "别的"), NOTHING, 5)
    assert before.follow(NOTHING, address, policies.View.of).view == policies.View(1)


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "1.5", "9" * 12])
def test_a_page_that_is_none_is_the_first(page: str) -> None:
    assert opened(f"policies?page={page}").page == 0


def test_policies_are_named_in_the_title() -> None:
    assert policies.View().link("", ANY).title == "依据"
    assert policies.View().link("养老", ANY).title == "依据：养老"
    assert policies.View(0, "k").link("养老", ANY, "养老服务办法").title == "依据：养老服务办法"


def test_a_title_says_what_a_view_is_narrowed_to_and_which_page_it_is() -> None:
    narrow = Filters(outcomes=("列入计划拟解决", "A"), regions=("甲区",), years=(2021, None))
    title = library.View(page=1).link("养老", narrow).title
    assert title == "文库：养老（甲区，列入计划拟解决，A 类，2021-，第 2 页）"
    unmarked = Filters(outcomes=("",))
    assert library.View(Order(Column.AGENCY)).link("", unmarked).title == "文库（未标注）"
    late = ledger.View(State.OVERDUE, day="2030-01-01")
    assert late.link("", ANY).title == "承诺（期限已过，2030-01-01）"
    with speaking("en"):
        assert late.link("", unmarked).title == "Promises (not stated, Past due, 2030-01-01)"


def test_a_tab_that_holds_others_has_no_address_of_its_own() -> None:
    assert set(WITHIN) <= set(PATHS)
    assert not set(WITHIN.values()) & set(PATHS)


def test_a_long_proposal_is_left_out_and_that_is_said() -> None:
    link = link_tab("precedents", "查先例", "增设护栏。" * LONGEST_TEXT, Filters(regions=("甲区",)))
    assert (unquote(link.address), link.whole) == ("precedents?region=甲区", False)


@pytest.mark.parametrize("mark", ["", "x", "-1-5", "5", "3-9-1", "３-9x", "9" * 12 + "-3"])
def test_a_mark_that_is_none_marks_nothing(mark: str) -> None:
    view = read_address(f"reply/ab12?mark={mark}")
    assert (view.reply_id, view.start, view.end) == ("ab12", -1, -1)


@pytest.mark.parametrize(
    "path",
    [
        "answers",
        "reply/",
        "reply/a b",
        "reply/<b>",
        "../ask",
        "ask/x",
        "reply/a/x",
        "reply//matter",
    ],
)
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
    for link in (link_reply, link_matter):
        address = link(reply_id, "", 3, 9).address
        view = read_address(address)
        assert (view.reply_id, view.start, view.end) == (reply_id, 3, 9)
        assert view.matter is (link is link_matter)
        assert address.isascii()
        assert VIEWS.fullmatch("/" + unquote(address.partition("?")[0]))


def test_years_are_written_as_they_are_read() -> None:
    assert [year_words(years) for years in (None, (2021, 2021), (2019, 2022))] == [
        *("", "2021", "2019-2022")
    ]


@pytest.mark.parametrize("path", ["", *PATHS.values(), "reply/ab12", "reply/ab12/matter"])
def test_every_view_is_let_through_and_counted_as_a_page(path: str) -> None:
    assert is_view(f"/{path}")
    assert kind_of(f"/{path}") == "page"
    for none in (f"/{path}/x", f"/x/{path}", f"/{path}?"):
        assert not is_view(none)
        assert kind_of(none) == "other"
