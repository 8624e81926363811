"""The tab 承诺与依据 in a real browser: a promise found overdue, and who cites a policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.access import Role
from app.service import open_service
from app.settings import load_settings
from app.web import Page, serve
from tests.browsing import Visits, go_to, marked, scrolls_sideways
from tests.test_cited import CITING, POLICY, REPLY

pytestmark = pytest.mark.slow

BRIDGE = (
    ("2022年3月4日", "白鹤桥主跨已经合龙，我局计划2022年10月底前完成白鹤桥通车。"),
    ("2023年5月6日", "白鹤桥因引桥管线迁改推迟，尚未通车，预计2099年6月底前通车。"),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger")
    files = folder / "files"
    files.mkdir()
    (files / "0.txt").write_text(POLICY, "utf-8")
    letters = [(*facts, "养老服务") for facts in CITING]
    letters += [("交通运输局", day, "公开发布", body, "白鹤桥通车") for day, body in BRIDGE]
    for n, (agency, day, openness, body, matter) in enumerate(letters, 1):
        text = REPLY.format(
            agency=agency,
            number=f"白{agency[0]}函〔{day[:4]}〕{n}号",
            matter=matter,
            body=body,
            date=day,
            openness=openness,
        )
        (files / f"{n}.txt").write_text(text, "utf-8")
    with open_service(load_settings(folder / "home")) as service:
        service.ingest([files])
    return folder / "home"


@pytest.fixture(scope="module", params=(Role.READER, Role.ADMINISTRATOR))
def page(home: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    with open_service(load_settings(home), request.param) as service:
        page = serve(service)
        yield page
        page.close()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_a_promise_is_found_overdue(
    page: Page, visits: Visits, width: int, height: int, tmp_path: Path
) -> None:
    tab = visits.open(page, width, height)
    go_to(tab, "承诺与依据")
    tab.locator(".ledger-states button", has_text="期限已过 1").click()
    tab.locator(".ledger-states button[aria-pressed=true]", has_text="期限已过").wait_for()
    row = tab.locator("table.ledger tbody tr")
    later = row.locator(".later")
    later.wait_for()
    assert row.count() == 1
    assert "2022-10-31" in row.inner_text()
    assert "后来说未办或推迟" in later.inner_text()
    assert not scrolls_sideways(tab)
    row.locator(".link").click()
    assert marked(tab) == "我局计划2022年10月底前完成白鹤桥通车"
    tab.keyboard.press("Escape")
    later.click()
    assert "尚未通车" in marked(tab)
    tab.keyboard.press("Escape")
    tab.locator(".reader").wait_for(state="detached")
    with tab.expect_download() as download:
        tab.locator("#ledger [data-save]").click()
    path = tmp_path / "台账.xlsx"
    download.value.save_as(path)
    rows = list(load_workbook(path).active.iter_rows(values_only=True))
    assert (len(rows), rows[1][1]) == (2, "逾期")
    assert "尚未通车" in str(rows[1])


@pytest.mark.parametrize("width", [1440, 390])
def test_promises_are_looked_up_and_ordered(page: Page, visits: Visits, width: int) -> None:
    tab = visits.open(page, width)
    go_to(tab, "承诺与依据")
    tab.locator("table.ledger").wait_for()
    tab.locator(".ledger-orders button", has_text="发文机关").click()
    tab.locator(".ledger-group", has_text="白杨县交通运输局").wait_for()
    day = tab.locator("#ledger-day").locator("input, textarea")
    day.fill("2100年1月1日")
    day.press("Enter")
    tab.locator(".ledger-states button", has_text="期限已过 2").wait_for()
    day.fill("昨天")
    day.press("Enter")
    tab.locator("#ledger .notice[data-tone=error]", has_text="日期读不懂").wait_for()
    day.fill("")
    words = tab.locator("#ledger-words").locator("input, textarea")
    words.fill("没有这个事项")
    words.press("Enter")
    tab.locator("#ledger .notice", has_text="没有符合条件的承诺").wait_for()


def test_a_button_that_is_drawn_anew_while_it_is_held_down_is_pressed(
    page: Page, visits: Visits
) -> None:
    tab = visits.open(page)
    go_to(tab, "承诺与依据")
    tab.locator("table.ledger").wait_for()
    tab.wait_for_timeout(900)  # what came later has come as well
    tab.locator(".ledger-orders button", has_text="发文机关").hover()
    tab.mouse.down()
    tab.locator(".ledger-orders").evaluate("each => { each.outerHTML = each.outerHTML; }")
    tab.mouse.up()
    tab.locator(".ledger-group", has_text="白杨县交通运输局").wait_for()


def test_a_policy_leads_to_who_cites_it_and_back(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    go_to(tab, "承诺与依据")
    tab.locator("#statements").get_by_role("tab", name="依据").click()
    tab.locator("#policies .link", has_text="养老服务补贴办法").click()
    tab.locator("#policies .policy-title").wait_for()
    tab.locator("#policies td .link").first.click()
    assert marked(tab) == "《白杨县养老服务补贴办法》"
    basis = tab.locator(".reader .basis")
    basis.get_by_text("看这份文件").click()
    tab.locator(".reader .basis", has_text="引用这份文件的答复").wait_for()
    tab.locator(".reader .basis ul .link").first.click()
    tab.locator(".reader .basis ol").wait_for()
    tab.locator("#policies").get_by_text("全部依据").click()
    tab.locator("#policies", has_text="共 2 项").wait_for()
    words = tab.locator("#policies-words").locator("input, textarea")
    words.fill("白政规[2021]4号")
    words.press("Enter")
    tab.locator("#policies", has_text="共 1 项").wait_for()
