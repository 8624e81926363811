"""Every view has an address, in a real browser: opened, copied, gone back to, printed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pytest

from app.access import Role
from app.service import open_service
from app.settings import load_settings
from app.types import ReplyView
from app.web import Page, serve
from app.web.reader import GONE
from tests.browsing import Visits, ask, go_to, marked, on_paper, scrolls_sideways

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Browser, Route
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples" / "replies"
QUESTION = "云桥区老房子装电梯，政府现在补多少钱？"

CLOSED = """云桥区保密局
云密函〔2024〕2号
关于绝密护栏的答复
公开属性：不予公开
王小明委员：
您提出的关于绝密护栏的提案收悉，现答复如下：
一、绝密护栏只供内部掌握。
云桥区保密局
2024年5月7日
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("links")
    (folder / "护栏.txt").write_text(CLOSED, encoding="utf-8")
    with open_service(load_settings(folder / "home")) as service:
        service.ingest([SAMPLES, folder / "护栏.txt"])
    return folder / "home"


@pytest.fixture(scope="module")
def page(home: Path) -> Iterator[Page]:
    """The page as visitors have it, of a Dafu that always dares to answer."""
    settings = load_settings(home, abstain_below=0.0)
    with open_service(settings, Role.READER) as service:
        page = serve(service)
        yield page
        page.close()


def place_of(tab: Tab, page: Page) -> str:
    """The address that the browser shows, as people read it."""
    return unquote(tab.url.removeprefix(page.address))


def wait_for(tab: Tab, address: str) -> None:
    tab.wait_for_function(
        "address => decodeURIComponent(location.pathname + location.search) === address",
        arg=address,
    )


def wait_for_title(tab: Tab, title: str) -> None:
    """Wait for a title, which comes a moment after its address."""
    tab.wait_for_function("title => document.title === title", arg=title)


def reply_of(home: Path, matter: str) -> str:
    with open_service(load_settings(home)) as service:
        return service.list_replies(text=matter).cards[0].reply_id


def copied(tab: Tab, place: str) -> str:
    """The address that the button of a view copies."""
    tab.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    tab.locator(f"{place} [data-link]").click()
    return str(tab.evaluate("window.copied"))


def test_a_link_opens_the_same_answer_and_the_same_mark_in_a_fresh_browser(
    page: Page, visits: Visits
) -> None:
    tab = visits.open(page)
    ask(tab, QUESTION)
    wait_for(tab, f"/ask?q={QUESTION}")
    wait_for_title(tab, f"{QUESTION} · 答复 Dafu")
    quotes = tab.locator(".quote-text").all_inner_texts()
    link = copied(tab, "#answer")
    assert link == tab.url
    tab.locator(".quote-open").first.click()
    text = marked(tab)
    assert text == quotes[0]
    assert re.fullmatch(r"/reply/[0-9a-f]{12}\?mark=\d+-\d+", place_of(tab, page))
    title = tab.locator(".reader-title").inner_text()
    wait_for_title(tab, f"{title} · 答复 Dafu")
    reply = tab.url

    fresh = visits.open(page, place=link.removeprefix(page.address))
    fresh.locator(".quote-text").first.wait_for()
    assert fresh.locator(".quote-text").all_inner_texts() == quotes
    assert fresh.locator("#question textarea").input_value() == QUESTION
    wait_for_title(fresh, f"{QUESTION} · 答复 Dafu")
    assert fresh.url == link

    other = visits.open(page, place=reply.removeprefix(page.address))
    assert marked(other) == text
    wait_for_title(other, f"{title} · 答复 Dafu")
    assert other.url == reply
    other.locator("[data-close]").click()
    wait_for(other, "/ask")
    other.go_back()
    assert marked(other) == text


def test_back_and_forward_go_through_what_was_shown(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    ask(tab, QUESTION)
    first = tab.locator(".quote-text").first.inner_text()
    ask(tab, "公积金能提出来装电梯吗？")
    wait_for(tab, "/ask?q=公积金能提出来装电梯吗？")
    second = tab.locator(".quote-text").first.inner_text()
    tab.locator(".quote-open").first.click()
    assert marked(tab) == second
    go_to(tab, "文库")
    wait_for(tab, "/library")
    tab.locator("#library-words input, #library-words textarea").fill("电梯")
    tab.keyboard.press("Enter")
    wait_for(tab, "/library?q=电梯")
    found = tab.locator("#library .count").inner_text()
    for _ in range(2):
        tab.go_back()
    assert marked(tab) == second
    tab.go_back()
    wait_for(tab, "/ask?q=公积金能提出来装电梯吗？")
    tab.locator(".reader").wait_for(state="detached")
    tab.go_back()
    tab.locator(".quote-text", has_text=first).wait_for()
    assert tab.locator("#question textarea").input_value() == QUESTION
    wait_for_title(tab, f"{QUESTION} · 答复 Dafu")
    tab.go_back()
    tab.locator(".welcome").wait_for()
    wait_for_title(tab, "答复 Dafu")
    assert place_of(tab, page) == "/"
    for _ in range(5):
        tab.go_forward()
        tab.wait_for_timeout(300)
    wait_for(tab, "/library?q=电梯")
    tab.locator("#library .count", has_text=found.split(" 复")[0]).wait_for()
    assert tab.locator("#library-words input, #library-words textarea").input_value() == "电梯"


def test_a_view_outlasts_loading_the_page_again(page: Page, browser: Browser) -> None:
    visits = Visits(browser)  # which may complain: Gradio does where a page is left
    tab = visits.open(page)
    ask(tab, QUESTION)
    quotes = tab.locator(".quote-text").all_inner_texts()
    tab.reload()
    tab.locator(".quote-text").first.wait_for()
    assert tab.locator(".quote-text").all_inner_texts() == quotes
    tab.locator(".quote-open").first.click()
    text = marked(tab)
    tab.reload()
    assert marked(tab) == text
    tab.locator("[data-matter]").click()
    tab.locator(".matter-line").wait_for()
    cards = tab.locator(".matter-text").all_inner_texts()
    tab.reload()
    tab.locator(".matter-line").wait_for()
    assert tab.locator(".matter-text").all_inner_texts() == cards
    tab.goto(f"{page.address}/policies?q={quote('办法')}")
    count = tab.locator("#policies .count").inner_text()
    tab.reload()
    assert tab.locator("#policies .count").inner_text() == count
    visits.leave()


def test_filters_stand_in_the_address_and_hold_in_every_tab(page: Page, visits: Visits) -> None:
    asked = f"/ask?q={quote('加装电梯补贴多少？')}&region={quote('望湖')}&year=2019-2022"
    tab = visits.open(page, place=asked)
    tab.locator(".answer").wait_for()
    tab.get_by_text("筛选（已选 2 项）").wait_for()
    wait_for(tab, "/ask?q=加装电梯补贴多少？&region=望湖区&year=2019-2022")  # 望湖 means 望湖区
    agencies = tab.locator("#answer .agency").all_inner_texts()
    assert agencies
    assert all("望湖" in agency for agency in agencies)
    go_to(tab, "文库")
    wait_for(tab, "/library?region=望湖区&year=2019-2022")
    dates = tab.locator("table.library .nowrap", has_text=re.compile(r"^\d{4}-")).all_inner_texts()
    assert dates
    assert all("2019" <= date[:4] <= "2022" for date in dates)
    tab.locator("#library thead").get_by_role("button", name="按发文机关排序").click()
    wait_for(tab, "/library?region=望湖区&year=2019-2022&sort=agency")
    wait_for_title(tab, "文库（望湖区，2019-2022） · 答复 Dafu")
    tab.locator("[data-history]").click()
    assert tab.locator(".history-list a").all_inner_texts() == [
        "文库（望湖区，2019-2022）",
        "加装电梯补贴多少？（望湖区，2019-2022）",
    ]
    tab.locator("[data-history-close]").click()
    tab.get_by_role("button", name="筛选").first.click()
    years = tab.locator("#years input")
    assert years.input_value() == "2019-2022"
    years.fill("前年")
    years.press("Enter")
    tab.locator("#filter-problem", has_text="年份读不懂：前年").wait_for()
    tab.locator("#clear-filters").click()
    wait_for(tab, "/library?sort=agency")


def test_what_a_link_asks_for_and_nobody_has_is_said(page: Page, visits: Visits) -> None:
    tab = visits.open(page, place=f"/ask?q={quote('护栏')}&agency={quote('月球局')}")
    tab.locator("#links .notice", has_text="文库里没有链接所要的发文机关：月球局").wait_for()
    assert tab.locator("#answer .answer").count() == 0
    tab = visits.open(page, place="/evaluation")
    tab.locator("#links .notice", has_text="没有这个页面").wait_for()
    tab = visits.open(page, place="/library?year=long")
    tab.locator("#links .notice", has_text="年份读不懂：long").wait_for()


def test_an_unknown_reply_and_a_closed_one_look_alike(
    home: Path, page: Page, visits: Visits
) -> None:
    shown = []
    for reply_id in ("000000000000", reply_of(home, "绝密护栏")):
        tab = visits.open(page, place=f"/reply/{reply_id}?mark=3-9")
        tab.locator(".reader", has_text="打不开这件答复").wait_for()
        assert GONE in tab.locator(".reader").inner_text()
        assert "dafu" not in tab.locator(".reader").inner_text()
        wait_for_title(tab, "打不开这件答复 · 答复 Dafu")
        opened = tab.locator(".reader").evaluate("each => each.outerHTML")
        shown.append(re.sub(r'data-opened="\d+"', "", opened))
    assert shown[0] == shown[1]


def test_a_proposal_and_a_page_of_the_library_open_again(page: Page, visits: Visits) -> None:
    tab = visits.open(page, place=f"/precedents?q={quote('建议加快加装电梯')}")
    tab.locator(".desk").wait_for()
    assert tab.locator("#proposal textarea").input_value() == "建议加快加装电梯"
    tab.locator("#proposal textarea").fill("建议加快加装电梯，提高补贴。" * 40)
    tab.locator("#find").click()
    tab.get_by_text("复制链接（不含正文）").wait_for()
    assert place_of(tab, page) == "/precedents"
    tab = visits.open(page, place="/library?page=2")
    tab.get_by_text("第 2 /").wait_for()
    wait_for(tab, "/library?page=2")


def test_a_phone_goes_back_from_the_reader_and_closes_it(page: Page, visits: Visits) -> None:
    tab = visits.open(page, 390, 844, place=f"/ask?q={quote(QUESTION)}")
    for close in (tab.go_back, tab.locator("[data-close]").click):
        tab.locator(".quote-open").first.click()
        marked(tab)
        assert "/reply/" in tab.url
        close()
        tab.locator(".reader").wait_for(state="detached")
        wait_for(tab, f"/ask?q={QUESTION}")
        assert tab.locator(".quote-open").count()
    assert not scrolls_sideways(tab)


def test_what_is_opened_as_soon_as_the_last_was_closed_is_shown(page: Page, visits: Visits) -> None:
    tab = visits.open(page, place="/library")
    links = tab.locator("table.library .link")
    links.first.click()
    tab.locator(".reader .paper").wait_for()
    first = tab.url
    tab.evaluate("""() => {
        document.querySelector('[data-close]').click();  // goes back, which the browser tells later
        document.querySelectorAll('table.library .link')[1].click();
    }""")
    tab.locator(".reader .paper").wait_for()
    tab.wait_for_url(lambda url: "/reply/" in url and url != first)
    settle(tab)
    assert tab.locator(".reader .paper").count() == 1


def test_a_matter_and_who_cites_a_policy_open_again(home: Path, page: Page, visits: Visits) -> None:
    reply_id = reply_of(home, "加装电梯")
    tab = visits.open(page, place=f"/reply/{reply_id}")
    tab.locator("[data-matter]").click()
    wait_for(tab, f"/reply/{reply_id}/matter")
    matter = tab.locator(".matter .reader-title").inner_text()
    wait_for_title(tab, f"同一事项：{matter} · 答复 Dafu")
    assert copied(tab, "#reader") == tab.url
    tab.go_back()
    tab.locator("#reader .paper").wait_for()
    tab.go_forward()
    tab.locator(".matter-line").wait_for()
    tab.locator("[data-close]").click()

    go_to(tab, "承诺与依据")
    wait_for(tab, "/promises")
    tab.get_by_role("tab", name="依据", exact=True).click()
    wait_for(tab, "/policies")
    words = tab.locator("#policies-words").locator("input, textarea")
    words.fill("办法")
    words.press("Enter")
    wait_for(tab, "/policies?q=办法")
    found = tab.locator("#policies .count").inner_text()
    tab.locator("#policies td .link").first.click()
    title = tab.locator(".policy-title").inner_text()
    tab.wait_for_function("location.search.includes('policy=')")
    assert tab.title().removeprefix("依据：").removesuffix(" · 答复 Dafu") in title
    link = copied(tab, "#policies")
    assert link == tab.url
    citing = tab.locator("#policies td .link").all_inner_texts()
    tab.go_back()
    tab.locator("#policies .count", has_text=found).wait_for()
    wait_for_title(tab, "依据：办法 · 答复 Dafu")
    tab.go_back()
    tab.go_back()
    tab.locator("#ledger-words").wait_for()
    wait_for(tab, "/promises")
    for _ in range(3):
        tab.go_forward()
        tab.wait_for_timeout(300)
    tab.locator(".policy-title", has_text=title).wait_for()

    fresh = visits.open(page, place=link.removeprefix(page.address))
    fresh.locator(".policy-title", has_text=title).wait_for()
    assert fresh.locator("#policies td .link").all_inner_texts() == citing
    assert fresh.locator("#policies-words").locator("input, textarea").input_value() == "办法"
    assert fresh.url == link
    fresh = visits.open(page, place=f"/reply/{reply_id}/matter")
    assert fresh.locator(".matter .reader-title").inner_text() == matter
    wait_for_title(fresh, f"同一事项：{matter} · 答复 Dafu")
    fresh = visits.open(page, place=f"/reply/{reply_of(home, '绝密护栏')}/matter")
    fresh.locator(".reader", has_text=GONE).wait_for()


def test_an_answer_for_an_address_that_was_left_again_does_not_bring_it_back(
    page: Page, visits: Visits
) -> None:
    tab = visits.open(page, place="/promises")
    tab.locator("table.ledger").wait_for()
    for _ in range(5):  # back before the first has been answered
        tab.evaluate("history.pushState(null, '', 'policies?q=办法')")
        tab.evaluate("dispatchEvent(new PopStateEvent('popstate')); history.back()")
        settle(tab)
        wait_for(tab, "/promises")


def test_of_two_steps_back_whose_answers_cross_the_second_is_shown(
    page: Page, visits: Visits
) -> None:
    tab = visits.open(page, place="/promises")
    tab.locator("table.ledger").wait_for()
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        asked = route.request.post_data or ""
        if not held and "policies?q=" in asked:
            held.append((route, route.fetch()))  # it is taken, which the browser learns later
        elif held and "promises" in asked:
            answer = route.fetch()
            route.fulfill(response=answer)
            first, taken = held[0]
            first.fulfill(response=taken)
        else:
            route.continue_()

    tab.route("**/queue/join*", hold)
    for _ in range(3):
        tab.evaluate("history.pushState(null, '', 'policies?q=办法')")
        tab.evaluate("dispatchEvent(new PopStateEvent('popstate')); history.back()")
        tab.wait_for_timeout(1500)
        assert held
        held.clear()
        tab.locator("#ledger-words").wait_for()
        settle(tab)
        assert tab.locator("#ledger-words").is_visible()
        wait_for(tab, "/promises")


def test_promises_open_as_they_were_listed(page: Page, visits: Visits) -> None:
    tab = visits.open(page, place=f"/promises?q={quote('电梯')}&state=overdue&day=2030-01-01")
    tab.locator("table.ledger").wait_for()
    wait_for(tab, "/promises?q=电梯&state=overdue&day=2030-01-01")
    wait_for_title(tab, "承诺：电梯（期限已过，2030-01-01） · 答复 Dafu")
    tab.locator(".ledger-states button", has_text="全部").click()
    wait_for(tab, "/promises?q=电梯&day=2030-01-01")
    tab.go_back()
    tab.locator(".ledger-states [aria-pressed=true]", has_text="期限已过").wait_for()
    assert tab.locator("#ledger-day").locator("input, textarea").input_value() == "2030-01-01"


def test_a_reader_that_was_closed_before_its_reply_came_stays_closed(
    home: Path, visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on = threading.Event()
    with open_service(load_settings(home, abstain_below=0.0), Role.READER) as service:
        show, slow = service.show, reply_of(home, "加装电梯")

        def wait(reply_id: str) -> ReplyView:
            assert reply_id != slow or going_on.wait(60)
            return show(reply_id)

        with visits.serving(service) as page:
            tab = visits.open(page, place="/library")
            rows = tab.locator("table.library .link")
            rows.nth(1).click()
            tab.locator(".reader .paper").wait_for()
            monkeypatch.setattr(service, "show", wait)
            tab.evaluate("id => history.pushState(null, '', `reply/${id}`)", slow)
            tab.evaluate("dispatchEvent(new PopStateEvent('popstate'))")  # its address is opened
            tab.keyboard.press("Escape")
            wait_for(tab, "/library")
            going_on.set()
            settle(tab)
            assert tab.locator("#stage.reading").count() == 0
            assert tab.locator(".reader").count() == 0
            assert place_of(tab, page) == "/library"
            rows.nth(0).click()  # what is asked for then is shown
            tab.locator(".reader .paper").wait_for()
            assert "/reply/" in tab.url
            tab.keyboard.press("Escape")
            tab.locator(".reader").wait_for(state="detached")


@pytest.mark.parametrize(
    ("path", "place"), [("promises", "ledger"), ("library", "library"), ("policies", "policies")]
)
def test_a_page_of_a_list_opens_again_whatever_filters_its_address_sets(
    page: Page, browser: Browser, monkeypatch: pytest.MonkeyPatch, path: str, place: str
) -> None:
    monkeypatch.setattr(f"app.web.tabs.{place}.PAGE_LENGTH", 1)
    visits = Visits(browser)  # which may complain: Gradio does where a page is left
    filters = "region=云桥区&region=望湖区&year=2019-2024"
    tab = visits.open(page, place=f"/{path}?{quote(filters, safe='=&')}&page=2")
    shown = tab.locator(f"#{place} .pages span")

    def shows(number: int, filters: str = filters) -> None:
        shown.get_by_text(f"第 {number} /").wait_for()
        settle(tab)
        assert shown.inner_text().startswith(f"第 {number} /")
        asked = "&".join(filter(None, [filters, f"page={number}" if number > 1 else ""]))
        wait_for(tab, f"/{path}" + (f"?{asked}" if asked else ""))

    shows(2)
    tab.reload()
    shows(2)
    tab.locator(f"#{place} .pages button").first.click()
    shows(1)
    tab.go_back()
    shows(2)
    tab.go_forward()
    shows(1)
    tab.go_back()
    shows(2)
    tab.locator("#filters > button").click()
    tab.locator("#clear-filters").click()  # whoever filters anew begins at the first page
    shows(1, "")
    visits.leave()


def settle(tab: Tab) -> None:
    """Wait until what follows the filters has come as well, which nothing on the page tells."""
    tab.wait_for_timeout(900)


# The visitor's own history


def test_history_stays_in_the_browser_and_can_be_cleared(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    ask(tab, QUESTION)
    tab.locator(".quote-open").first.click()
    marked(tab)
    title = tab.locator(".reader-title").inner_text()
    tab.locator("[data-history]").click()
    lines = tab.locator(".history-list a")
    assert lines.all_inner_texts() == [title, QUESTION]
    assert not scrolls_sideways(tab)
    lines.last.click()
    tab.locator(".quote-text").first.wait_for()
    wait_for(tab, f"/ask?q={QUESTION}")
    tab.locator("[data-history]").click()
    tab.locator("[data-history-clear]").click()
    assert lines.count() == 0
    assert tab.evaluate("localStorage.getItem('dafu-history')") is None
    tab.locator("[data-history-off]").click()
    tab.locator("[data-history-close]").click()
    ask(tab, "公积金能提出来装电梯吗？")
    wait_for(tab, "/ask?q=公积金能提出来装电梯吗？")
    tab.locator("[data-history]").click()
    assert lines.count() == 0
    assert "已关闭" in tab.locator(".history .hint").inner_text()


# On paper


def test_an_answer_and_a_reply_are_printed_with_their_addresses(
    page: Page, visits: Visits, tmp_path: Path
) -> None:
    tab = visits.open(page)
    ask(tab, QUESTION)
    quoted = re.sub(r"\s", "", tab.locator(".quote-text").first.inner_text())
    printed = on_paper(tab, tmp_path / "answer.pdf")
    assert f"对“{QUESTION}”的回答" in printed
    assert quoted in printed
    assert f"{page.address}/ask?q={QUESTION}" in printed
    assert f"{page.address}/reply/" in printed
    assert re.search(r"打印于\d{4}年\d+月\d+日", printed)
    assert not any(word in printed for word in ("复制", "提问", "筛选", "最近看过", "查先例"))
    tab.locator(".quote-open").first.click()
    marked(tab)
    printed = on_paper(tab, tmp_path / "reply.pdf")
    assert quoted in printed
    assert "发文字号" in printed
    assert "?mark=" in printed
    assert f"对“{QUESTION}”的回答" not in printed
