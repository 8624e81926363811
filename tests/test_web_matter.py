"""同一事项 in a real browser: from a reply to the others to its matter, and on to one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.access import Role
from app.service import open_service
from app.settings import load_settings
from app.web import Page, serve
from tests.browsing import Visits, go_to, scrolls_sideways
from tests.test_matters import DOGS, STORIES, load_stories

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return load_stories(tmp_path_factory.mktemp("matter"), (*STORIES, *DOGS))


@pytest.fixture(scope="module")
def page(home: Path) -> Iterator[Page]:
    with open_service(load_settings(home, encoder="off")) as service:
        page = serve(service)
        yield page
        page.close()


def open_matter(visits: Visits, page: Page, title: str, width: int = 1440) -> Tab:
    """Open a reply in 文库, and the view of its matter."""
    tab = visits.open(page, width=width)
    go_to(tab, "文库")
    tab.locator("#library [data-open]", has_text=title).first.click()
    tab.locator("#reader [data-matter]").click()
    tab.locator(".matter-line").wait_for()
    return tab


@pytest.mark.parametrize("width", [1440, 390])
def test_a_matter_is_followed_through_time(page: Page, visits: Visits, width: int) -> None:
    tab = open_matter(visits, page, "办好社区助餐点", width)
    assert tab.locator(".matter-year").all_inner_texts() == ["2024", "2023", "2022", "2021"]
    assert "最新" in tab.locator(".matter-head").first.inner_text()
    changes = [" ".join(text.split()) for text in tab.locator(".matter-changes").all_inner_texts()]
    assert "2元 → 3元" in changes[1]
    assert tab.locator(".matter-plot circle").count() == 4
    assert tab.locator(".matter-plot circle.here").count() == 1
    assert not scrolls_sideways(tab)
    said = tab.locator(".matter-text").nth(1).inner_text()
    tab.locator(".matter-saying").nth(1).click()
    tab.locator(".paper mark").wait_for()
    assert tab.locator(".paper mark").inner_text() == said
    tab.locator("#reader [data-matter]").click()
    tab.locator(".matter-line").wait_for()
    tab.locator(".matter-plot circle").first.click()
    tab.locator(".paper mark").wait_for()


def test_what_is_said_otherwise_stands_side_by_side(page: Page, visits: Visits) -> None:
    tab = open_matter(visits, page, "规范养犬登记")
    check = tab.locator(".matter-check")
    assert "说法不同，请核对" in check.inner_text()
    assert check.locator(".matter-text").all_inner_texts() == [DOGS[0][5], DOGS[1][5]]
    tab.get_by_role("button", name="回到答复").click()
    tab.locator("#reader .paper").wait_for()


def test_a_matter_that_nobody_else_answered(page: Page, visits: Visits) -> None:
    tab = open_matter(visits, page, "整治白鹭渠")
    assert "没有找到" in tab.locator(".matter .count").inner_text()
    assert tab.locator(".matter-plot").count() == 0


def test_visitors_see_open_replies_only(home: Path, visits: Visits) -> None:
    settings = load_settings(home, encoder="off")
    with open_service(settings, Role.READER) as service, visits.serving(service) as page:
        tab = open_matter(visits, page, "办好社区助餐点")
        assert tab.locator(".matter-year").all_inner_texts() == ["2023", "2022", "2021"]
        assert "5元" not in tab.content()
