"""Take the pictures of the page for the READMEs: `python -m tools.screenshots docs`.

Needs Playwright's Python package and a Chromium on this machine. The page runs on the sample
replies, in a home of its own that is deleted afterwards.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, ViewportSize, sync_playwright
from playwright.sync_api import Page as Tab

from app.access import Role
from app.service import Service, open_service
from app.settings import load_settings
from app.web.server.serve import serve
from corpus.errors import InputError

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples" / "replies"
QUESTION = "云桥区普通床位改造为护理型床位，每张补助多少？"
PROPOSAL = """关于加快老旧小区适老化改造的提案
提案号：第0157号
提案人：周文清
届次：区政协十五届三次会议
我区老旧小区老年人口多，上下楼难，养老服务跟不上。为此建议：
一、提高老旧小区加装电梯的财政补贴标准，减轻居民负担。
二、扩大家庭养老床位试点，明确补贴标准和服务内容。
三、在居民楼屋顶建设无人机送餐起降点。
"""
SIZE: ViewportSize = {"width": 1440, "height": 900}

PATIENCE = 300_000
"""Milliseconds that measuring may take."""

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
"""Names that Chromium and its kin go by."""

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
"""Flags that keep the browser itself from asking other hosts."""


def find_chromium() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def take_screenshots(folder: Path) -> None:
    """Save page.png, a question with its answer, desk.png and evaluation.png, a comparison.

    :raises InputError: where there is no Chromium.
    """
    chromium = find_chromium()
    if chromium is None:
        raise InputError("没有找到 Chromium：请先安装 chromium 再截图。")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS, timeout=PATIENCE)
        with open_service(load_settings(Path(home))) as service:
            service.ingest([SAMPLES])
        with open_service(load_settings(Path(home)), Role.READER) as service:
            _save_picture(service, browser, _open_first_quote, folder / "page.png")
            _save_picture(service, browser, _cover_proposal, folder / "desk.png")
        with open_service(load_settings(Path(home))) as service:
            _save_picture(service, browser, _compare_two_runs, folder / "evaluation.png")
        browser.close()


def _save_picture(
    service: Service, browser: Browser, act: Callable[[Tab], None], out: Path
) -> None:
    page = serve(service)
    try:
        tab = browser.new_page(viewport=SIZE, locale="zh-CN")
        tab.goto(page.entrance)
        act(tab)
        tab.mouse.move(0, 0)
        tab.wait_for_timeout(500)  # scrolling and fonts
        tab.screenshot(path=out)
        tab.close()
    finally:
        page.close()


def _open_first_quote(tab: Tab) -> None:
    question = tab.locator("#question textarea")
    question.fill(QUESTION)
    question.press("Enter")
    tab.locator(".quote-open").first.click()
    tab.locator(".reader mark").first.wait_for()


def _cover_proposal(tab: Tab) -> None:
    tab.get_by_role("tab", name="查先例").click()
    tab.locator("#proposal textarea").fill(PROPOSAL)
    tab.locator("#find").click()
    tab.locator(".desk").wait_for()
    tab.locator(".replies-alike").wait_for()
    tab.locator(".desk-head").evaluate("head => head.scrollIntoView()")
    tab.mouse.wheel(0, -24)


def _compare_two_runs(tab: Tab) -> None:
    tab.get_by_role("tab", name="评测").click()
    tab.locator("#make-set").click()
    tab.locator("table.testsets").wait_for()
    steps = tab.locator("#steps")
    steps.get_by_role("tab", name="运行").click()
    for words in ("只按向量", "只按词语"):
        tab.locator("#run-legs label", has_text=words).click()
    tab.locator("#run").click()
    tab.locator("table.runs tbody tr").nth(3).wait_for(timeout=PATIENCE)
    steps.get_by_role("tab", name="比较").click()
    tab.locator("#compare").click()
    tab.locator(".changed-query").first.wait_for()
    tab.evaluate("document.getElementById('compare').scrollIntoView()")


if __name__ == "__main__":
    take_screenshots(Path(sys.argv[1]))
