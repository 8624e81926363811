"""Judging and feedback in a real browser: one key each, one click each, kept and exported."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.access import Role
from app.service import open_service
from app.settings import load_settings
from app.web import Page, serve
from eval.data.qrels import load_qrels
from eval.judging.store import JudgmentStore
from tests.browsing import (
    Visits,
    ask,
    enter,
    go_to,
    judge_as,
    open_step,
    pool,
    press,
    scrolls_sideways,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.slow

LIFT = """云桥区房管局
云房函〔2024〕1号
关于加装电梯补贴的答复
公开属性：主动公开
王小明委员：
您提出的关于加装电梯补贴的提案收悉，现答复如下：
一、补贴标准
既有住宅加装电梯竣工验收后，每台电梯补贴24万元。
二、进展
今年已有12个门栋加装电梯，另有8个门栋正在征求住户意见。
三、其他
社区食堂与电梯无关，老人每餐补贴3元。
云桥区房管局
2024年5月6日
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "电梯.txt").write_text(LIFT, encoding="utf-8")
    with open_service(load_settings(tmp_path / "home")) as service:
        service.ingest([tmp_path / "电梯.txt"])
    return tmp_path / "home"


@pytest.fixture
def opened(home: Path) -> Iterator[Any]:
    """Opens pages over the home: `opened(role, **settings)`."""
    pages = []

    def open_page(role: Role = Role.ADMINISTRATOR, **given: Any) -> Page:
        service = open_service(load_settings(home, abstain_below=0.0, **given), role)
        pages.append((serve(service), service))
        return pages[-1][0]

    yield open_page
    for served, service in pages:
        served.close()
        service.close()


def kept(home: Path) -> list[tuple[str, int, str]]:
    with JudgmentStore.open(home) as store:
        return [(str(j.origin), j.grade, j.topic.text) for j in store.judgments()]


def counted(tab: Tab) -> str:
    return tab.locator(".judging-count").inner_text()


def test_passages_are_pooled_judged_and_exported(
    opened: Any, home: Path, visits: Visits, tmp_path: Path
) -> None:
    served = opened()
    tab = visits.open(served)
    open_step(tab, "判断")
    tab.locator("#judge-start").click()
    tab.locator("#stage").get_by_text("还没有可判断的").wait_for()
    pool(tab, "电梯补贴多少？\n电梯进展如何？")
    tab.locator("#stage").get_by_text("已汇集：2 个问题，6 段").wait_for()
    judge_as(tab, "张三")
    sheet = tab.locator(".judging").inner_text()
    assert "电梯补贴多少？" in sheet
    assert not any(word in sheet for word in ("相关度", "得分", "名次", "BM25", "向量"))
    assert tab.locator("#judging-setup").is_hidden()
    assert counted(tab) == "已判 0 / 6"
    first = tab.locator(".task").get_attribute("data-item")
    press(tab, "s")
    assert tab.locator(".task").get_attribute("data-item") != first
    for key in "321":
        press(tab, key)
    assert counted(tab) == "已判 3 / 6"
    press(tab, "u")
    assert counted(tab) == "已判 2 / 6"
    tab.locator('[data-key="0"]').click()
    tab.get_by_text("已判 3 / 6").wait_for()
    assert sorted(grade for _, grade, _ in kept(home)) == [0, 2, 3]

    tab = visits.open(served)
    open_step(tab, "判断")
    judge_as(tab, " 张三 ")
    assert counted(tab) == "已判 3 / 6"
    for _ in range(3):
        press(tab, "1")
    assert "这一批都判断完了" in tab.locator(".task-end").inner_text()
    judge_as(tab, "李四")
    press(tab, "0")
    tab.get_by_text("停下来").click()
    standing = tab.locator(".standing")
    standing.wait_for()
    standing.get_by_text("共有判断 7 条").wait_for()
    assert "张三 6" in standing.inner_text()
    assert "1 段" in standing.locator(".agreement").inner_text()
    with tab.expect_download() as waiting:
        tab.get_by_text("导出判断").click()
    waiting.value.save_as(tmp_path / "judged.zip")
    with zipfile.ZipFile(tmp_path / "judged.zip") as archive:
        archive.extractall(tmp_path / "judged")
    qrels = load_qrels(tmp_path / "judged" / "qrels-passages.txt")
    assert sum(map(len, qrels.values())) == 6
    tab.get_by_text("删除", exact=True).click()
    tab.get_by_text("确定删除").click()
    tab.locator("table.pools").wait_for(state="detached")
    assert len(kept(home)) == 7


def test_address_opens_the_panel_and_a_phone_shows_it(
    opened: Any, home: Path, visits: Visits
) -> None:
    tab = visits.open(opened(), 390, 844, "/#judging")
    pool(tab, "电梯补贴多少？")
    judge_as(tab, "张三")
    assert not scrolls_sideways(tab)
    tab.get_by_text("看全文").click()
    tab.locator(".reader mark").first.wait_for()
    tab.keyboard.press("3")
    tab.go_back()
    tab.locator(".reader").wait_for(state="detached")
    assert counted(tab) == "已判 0 / 3"
    press(tab, "3")
    assert counted(tab) == "已判 1 / 3"


@pytest.mark.parametrize("role", [Role.READER, Role.ADMINISTRATOR])
def test_a_thumb_is_one_click_and_another_takes_it_back(
    opened: Any, home: Path, visits: Visits, role: Role
) -> None:
    tab = visits.open(opened(role))
    ask(tab, "电梯补贴多少？手机13812345678")
    assert kept(home) == []
    quote = tab.locator(".quote .rate").first
    up, down = quote.get_by_role("button", name="有用"), quote.get_by_role("button", name="没用")
    up.click()
    quote.get_by_text("已记下").wait_for()
    assert kept(home) == [("反馈", 2, "电梯补贴多少？手机＊＊＊＊＊＊＊＊＊＊＊")]
    assert up.get_attribute("aria-pressed") == "true"
    down.focus()
    tab.keyboard.press("Enter")
    tab.locator('.quote .thumb[data-rate="down"][aria-pressed="true"]').wait_for()
    assert [grade for _, grade, _ in kept(home)] == [0]
    ask(tab, "电梯补贴多少？手机13812345678")
    tab.locator('.quote .thumb[data-rate="down"][aria-pressed="true"]').first.click()
    quote.get_by_text("已撤回").wait_for()
    assert kept(home) == []
    go_to(tab, "查先例")
    tab.locator("#proposal textarea").fill("建议提高加装电梯补贴。")
    tab.locator("#find").click()
    hit = tab.locator("#precedents .passage").first
    hit.get_by_role("button", name="没用").click()
    hit.get_by_text("已记下").wait_for()
    assert kept(home) == [("反馈", 0, "建议提高加装电梯补贴。")]


def test_without_feedback_there_are_no_thumbs(opened: Any, visits: Visits) -> None:
    tab = visits.open(opened(feedback=False))
    ask(tab, "电梯补贴多少？")
    assert tab.locator(".quote").count() > 0
    assert tab.locator(".rate").count() == 0


def test_the_public_has_nothing_of_the_panel(opened: Any) -> None:
    with enter(opened(Role.READER)) as client:
        config = client.get("/config").text
    assert "judging" not in config
    assert "judge-name" not in config
    with enter(opened()) as client:
        assert "judge-name" in client.get("/config").text


def test_only_what_is_shown_can_be_rated(opened: Any, home: Path, visits: Visits) -> None:
    tab = visits.open(opened())
    ask(tab, "电梯补贴多少？")
    rate = tab.locator(".quote .rate").first
    rate.evaluate("rate => rate.dataset.end = Number(rate.dataset.end) - 1")
    rate.locator(".thumb").first.click()
    rate.get_by_text("已不在页面上").wait_for()
    assert rate.locator('[aria-pressed="true"]').count() == 0
    assert kept(home) == []
