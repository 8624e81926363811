"""A browser's tabs on a page of ours, and what people do in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pypdfium2

from app.service import Service
from app.web import Page, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab


PATIENCE = 60_000
"""Milliseconds to wait for what a busy machine may take long over; nothing waits so long else."""


class Visits:
    """Opens tabs, and remembers whatever in them should not have happened."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.complaints: list[str] = []

    def open(self, page: Page, width: int = 1440, height: int = 900, place: str = "") -> Tab:
        """Open a page in a tab of its own, at a `place` such as `/#judging` or `/library?q=…`.

        A tab is not loaded again: Gradio complains where that cuts something short.
        """
        tab = self.browser.new_page(
            viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True
        )
        tab.set_default_timeout(PATIENCE)
        own = (page.address + "/", "data:", "blob:")
        tab.on("request", lambda r: self._complain_if(not r.url.startswith(own), r.url))
        tab.on("console", lambda m: self._complain_if(m.type == "error", m.text))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        path, _, part = (place or "/").partition("#")
        key = page.entrance.partition("?")[2]
        if key:
            path += ("&" if "?" in path else "?") + key
        tab.goto(page.address + path + ("#" + part if part else ""))
        tab.locator(".holdings, #empty .notice").first.wait_for(state="attached")
        return tab

    def _complain_if(self, wrong: bool, complaint: str) -> None:
        if wrong:
            self.complaints.append(complaint)

    def leave(self) -> None:
        """Close every tab."""
        for context in self.browser.contexts:
            context.close()

    @contextmanager
    def serving(self, service: Service) -> Iterator[Page]:
        """Serve a page, and leave it before it ends: a tab complains of a server that is gone."""
        page = serve(service)
        try:
            yield page
        finally:
            self.leave()
            page.close()


def program_of(address: str) -> httpx.Client:
    """Return a program that asks a page, where nothing is encrypted.

    Whom to trust with keys is not read: that takes as long as ten answers.
    """
    return httpx.Client(base_url=address, trust_env=False, verify=False, timeout=60)


@contextmanager
def enter(page: Page) -> Iterator[httpx.Client]:
    """Open a page as a program does, with the key that its entrance gives."""
    with program_of(page.address) as client:
        client.get(page.entrance, follow_redirects=True)
        yield client


def ask(tab: Tab, question: str) -> None:
    box = tab.locator("#question textarea")
    box.fill(question)
    tab.evaluate("document.querySelector('#answer .answer')?.setAttribute('data-old', '')")
    box.press("Enter")
    tab.locator("#answer :is(.answer, .notice[data-tone=error]):not([data-old])").wait_for()


def go_to(tab: Tab, name: str) -> None:
    tab.get_by_role("tab", name=name).click()


def open_step(tab: Tab, name: str) -> None:
    """Open a step of the tab 评测, and wait until its lists have come."""
    go_to(tab, "评测")
    tab.locator("#testsets").locator(".abstained, table").first.wait_for(state="attached")
    tab.locator("#steps").get_by_role("tab", name=name).click()


def pool(tab: Tab, questions: str) -> None:
    """Pool passages for questions, in the step 判断, and wait until they can be judged."""
    lines = tab.locator("#pool-queries textarea")
    lines.fill(questions)
    tab.locator("#pool-make").click()
    tab.locator("#jobs .job", has_text="汇集").get_by_text("已汇集").wait_for()
    tab.locator("table.pools").wait_for()


def judge_as(tab: Tab, name: str) -> None:
    """Begin to judge the newest pool, and wait until keys go to the task, no longer to the name."""
    tab.locator("#judge-name input, #judge-name textarea").fill(name)
    tab.locator("#judge-start").click()
    tab.locator(".judging-where", has_text=name.strip()).wait_for()
    tab.wait_for_function("document.activeElement.matches('.task, .task-end')")


def press(tab: Tab, key: str) -> None:
    """Press a key on a task, and wait for what comes after it."""
    before = tab.locator(".judging").inner_html()
    tab.keyboard.press(key)
    tab.wait_for_function(
        "before => { const now = document.querySelector('.judging');"
        " return now && now.innerHTML !== before && !now.querySelector('.grade:disabled'); }",
        arg=before,
    )


def marked(tab: Tab) -> str:
    tab.locator(".reader mark").first.wait_for()
    return "".join(tab.locator(".reader mark").all_text_contents())


def scrolls_sideways(tab: Tab) -> bool:
    return bool(tab.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def on_paper(tab: Tab, path: Path) -> str:
    """Print what a tab shows to a file; return the words, without what is between them."""
    tab.pdf(path=path)
    with pypdfium2.PdfDocument(path) as document:
        text = "".join(each.get_textpage().get_text_range() for each in document)
    return re.sub(r"\s", "", text)
