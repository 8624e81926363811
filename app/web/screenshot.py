"""Take the picture of the page for the README: `python -m app.web.screenshot docs/page.png`.

Needs Playwright's Python package and a Chromium on this machine. The page runs on the sample
replies, in a home of its own that is deleted afterwards.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page as Tab
from playwright.sync_api import ViewportSize, sync_playwright

from app.access import Audience
from app.service import open_service
from app.settings import load_settings
from app.web.server import serve
from corpus.errors import InputError

SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "samples" / "replies"
QUESTION = "云桥区普通床位改造为护理型床位，每张补助多少？"
SIZE: ViewportSize = {"width": 1440, "height": 900}

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


def take_screenshot(out: Path) -> None:
    """Ask the samples a question, open the first quote, and save the picture.

    :raises InputError: where there is no Chromium.
    """
    chromium = find_chromium()
    if chromium is None:
        raise InputError("没有找到 Chromium：请先安装 chromium 再截图。")
    with (
        TemporaryDirectory() as home,
        open_service(load_settings(Path(home)), Audience.PUBLIC) as service,
    ):
        service.ingest([SAMPLES])
        page = serve(service)
        try:
            _save_picture(chromium, page.address, out)
        finally:
            page.close()


def _save_picture(chromium: str, address: str, out: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        tab = browser.new_page(viewport=SIZE, locale="zh-CN")
        tab.goto(address)
        _open_first_quote(tab)
        out.parent.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=out)
        browser.close()


def _open_first_quote(tab: Tab) -> None:
    question = tab.locator("#question textarea")
    question.fill(QUESTION)
    question.press("Enter")
    tab.locator(".quote-open").first.click()
    tab.locator(".reader mark").first.wait_for()
    tab.mouse.move(0, 0)
    tab.wait_for_timeout(500)  # scrolling and fonts


if __name__ == "__main__":
    take_screenshot(Path(sys.argv[1]))
