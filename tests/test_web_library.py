"""The tab 文库 in a real browser: looked through, sorted; a reply deleted, restored and proved."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.service import Service, open_service
from app.settings import load_settings
from app.web import Page, serve
from tests.browsing import Visits, go_to, marked, scrolls_sideways
from tests.homes import letter, run, upload, write_letters
from tests.test_removal import WORDS, holding

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    letters = write_letters(folder / "letters", range(30))
    old = letter(70).replace("2024年7月30日", "1981年3月2日")
    (letters / "旧.txt").write_text(old, encoding="utf-8")
    with open_service(load_settings(folder / "home", encoder="off")) as service:
        service.ingest([letters])
    return folder / "home"


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "home")
    (tmp_path / "门.txt").write_text(letter(77, WORDS), encoding="utf-8")
    return tmp_path / "home"


@pytest.fixture
def service(home: Path) -> Iterator[Service]:
    with open_service(load_settings(home, encoder="off")) as service:
        upload(service, home.parent / "门.txt")
        yield service


@pytest.fixture
def page(service: Service, visits: Visits) -> Iterator[Page]:
    page = serve(service)
    yield page
    visits.leave()
    page.close()


NUMBERS = ("0", "7", "14", "21", "28", "70")


def look_for(tab: Tab, words: str, count: int) -> None:
    tab.locator("#library-words input, #library-words textarea").fill(words)
    tab.keyboard.press("Enter")
    tab.locator("#library .count", has_text=f"共 {count} 件").wait_for()


def open_list(tab: Tab) -> None:
    go_to(tab, "文库")
    tab.locator("table.library tbody tr").first.wait_for()


def test_the_list_is_looked_through_narrowed_and_sorted(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    open_list(tab)
    assert tab.locator("#facets .years li").count() == 44
    last = tab.locator("#facets .years li").last
    shown = last.evaluate("e => e.getBoundingClientRect().right <= innerWidth")
    assert shown
    last.locator("button").click()
    tab.locator("#library .count", has_text="共 31 件").wait_for()
    assert last.locator("button").get_attribute("aria-pressed") == "true"
    last.locator("button").click()
    tab.locator("#library .count", has_text="共 32 件").wait_for()
    tab.locator("#library .pages button", has_text="下一页").press("Enter")
    tab.wait_for_function("document.querySelector('#library').contains(document.activeElement)")
    tab.locator("#library .pages", has_text="第 2 / 2 页").wait_for()
    assert -1 < tab.locator("#library").evaluate("e => e.getBoundingClientRect().top") < 100
    tab.keyboard.press("Tab")
    assert tab.locator("#library [data-link]").evaluate("e => e === document.activeElement")
    look_for(tab, "电梯加装 台賬", 6)
    assert tab.locator("#library mark", has_text="台账").count() == 6
    tab.get_by_role("button", name="按事项排序").click()
    tab.locator("th[aria-sort=ascending]").wait_for()
    rows = tab.locator("table.library tbody tr")
    titles = tab.locator("table.library .link").all_inner_texts()
    assert [re.findall(r"\d+", title) for title in titles] == [[n] for n in NUMBERS]
    rows.first.click()
    assert marked(tab) in ("电梯加装", "台账")


def test_a_reply_is_deleted_restored_and_deleted_for_good(
    page: Page, service: Service, home: Path, visits: Visits
) -> None:
    tab = visits.open(page)
    open_list(tab)
    look_for(tab, WORDS, 1)
    tab.locator("table.library tbody tr").first.click()
    tab.locator(".reader-foot [data-ask]").click()
    tab.locator(".reader-foot [data-spare]").click()
    tab.locator(".reader-foot [data-ask]").click()
    tab.locator(".reader-foot [data-put-away]").click()
    tab.locator(".reader-title", has_text="已移到回收站").wait_for()
    tab.locator("#library .notice", has_text="没有符合条件").wait_for()
    tab.locator(".reader-foot [data-bring-back]").click()
    tab.locator("#library .count", has_text="共 1 件").wait_for()
    tab.locator(".reader-foot [data-ask]").click()
    tab.locator(".reader-foot [data-put-away]").click()
    tab.locator(".reader-title", has_text="已移到回收站").wait_for()
    tab.locator("[data-close]").click()
    tab.locator("#bin button.label-wrap", has_text="回收站（1）").click()
    tab.locator("#bin-list").get_by_role("button", name="恢复").click()
    tab.locator("#bin-said", has_text="已恢复").wait_for()
    tab.locator("#library .count", has_text="共 1 件").wait_for()
    (card,) = service.list_replies(text=WORDS).cards
    service.bin.put_away([card.reply_id])
    other = visits.open(page, width=390, height=844)
    go_to(other, "文库")
    other.locator("#bin button.label-wrap", has_text="回收站（1）").click()
    other.locator("#bin-list").get_by_role("button", name="彻底删除…").click()
    assert not scrolls_sideways(other)
    other.locator("#bin-list").get_by_role("button", name="彻底删除", exact=True).click()
    other.locator("#bin-said .proof", has_text="已无痕迹").wait_for()
    other.locator("#bin button.label-wrap", has_text="回收站（").wait_for(state="detached")
    assert list((home / "uploads").iterdir()) == []
    assert holding(home) == []
    assert run(home, "verify", "--removed", card.reply_id)[0] == 0
    assert visits.complaints == []


def test_a_correction_is_told_and_taken_back(page: Page, service: Service, visits: Visits) -> None:
    tab = visits.open(page)
    open_list(tab)
    look_for(tab, WORDS, 1)
    tab.locator("table.library tbody tr").first.click()
    titles = tab.locator(".fact[data-field=title]")
    before = titles.locator(".fact-value").text_content()
    for value in ("修门的答复", "垂花门的答复"):
        tab.locator("[data-review]").wait_for()
        if tab.locator("[data-review]").get_attribute("aria-pressed") == "false":
            tab.locator("[data-review]").click()
        titles.locator("[data-edit]").click()
        titles.locator("input").fill(value)
        titles.get_by_role("button", name="保存").click()
        titles.locator(".fact-value", has_text=value).wait_for()
    tab.locator(".history summary", has_text="更正记录（2）").click()
    first = tab.locator(".history li").last
    assert f"{before} → 修门的答复" in first.inner_text()
    tab.locator(".history li").first.get_by_role("button", name="改回").click()
    tab.locator(".history summary", has_text="更正记录（3）").wait_for()
    assert titles.locator(".fact-value").inner_text() == "修门的答复"
    (card,) = service.list_replies(text=WORDS).cards
    assert card.title == "修门的答复"
