"""A browser's tabs on a page of ours, and what people do in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.web import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab


class Visits:
    """Opens tabs, and remembers whatever in them should not have happened."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.complaints: list[str] = []

    def open(self, page: Page, width: int = 1440, height: int = 900) -> Tab:
        tab = self.browser.new_page(
            viewport={"width": width, "height": height}, locale="en-US", accept_downloads=True
        )
        tab.set_default_timeout(20_000)
        own = (page.address + "/", "data:", "blob:")
        tab.on("request", lambda r: r.url.startswith(own) or self.complaints.append(r.url))
        tab.on("console", lambda m: m.type == "error" and self.complaints.append(m.text))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        tab.goto(page.address)
        tab.locator(".holdings").wait_for(state="attached")
        return tab


def ask(tab: Tab, question: str) -> None:
    box = tab.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    tab.locator("#answer :is(.answer, .notice[data-tone=error])").wait_for()


def go_to(tab: Tab, name: str) -> None:
    tab.get_by_role("tab", name=name).click()


def marked(tab: Tab) -> str:
    tab.locator(".reader mark").first.wait_for()
    return "".join(tab.locator(".reader mark").all_text_contents())


def scrolls_sideways(tab: Tab) -> bool:
    return bool(tab.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
