"""The tab 问答 in a real browser: refusals, copied quotes, no library, a server gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.access import Role
from app.service import Service, open_service
from app.settings import load_settings
from app.types import Answer
from app.web import serve
from tests.browsing import Visits, ask, go_to

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.slow

REPLY = """云桥区测试局
云测函〔2024〕1号
关于绿萝路口护栏的答复
公开属性：主动公开
王小明委员：
您提出的关于绿萝路口加装护栏的提案收悉，现答复如下：
我局将按照“先急后缓”的办法，在绿萝路口加装护栏，预计六月底完工。
云桥区测试局
2024年5月6日
"""
QUESTION = "绿萝路口什么时候加装护栏？"


def open_library(folder: Path, least: float, *replies: str) -> Service:
    """Open a library of replies that answers where its confidence is `least` or more."""
    for number, reply in enumerate(replies):
        (folder / f"{number}.txt").write_text(reply, encoding="utf-8")
    with open_service(load_settings(folder / "home")) as service:
        if replies:
            service.ingest(sorted(folder.glob("*.txt")))
    return open_service(load_settings(folder / "home", abstain_below=least), Role.READER)


@pytest.fixture
def gone(browser: object) -> Iterator[Visits]:
    """Tabs that may complain: their server is gone."""
    visits = Visits(browser)  # type: ignore[arg-type]
    yield visits
    visits.leave()


def test_a_refusal_says_how_sure_and_what_came_near(tmp_path: Path, visits: Visits) -> None:
    with open_library(tmp_path, 1.0, REPLY) as service, visits.serving(service) as page:
        tab = visits.open(page)
        ask(tab, QUESTION)
        said = tab.locator(".abstained").inner_text()
        assert "没有找到能回答的依据" in said
        assert tab.locator(".abstained .confidence").inner_text().startswith("把握 ")
        assert "最接近的是“关于绿萝路口加装护栏的提案”（" in said
        assert tab.locator(".hits .relevance").first.inner_text().startswith("相关度 ")


def test_a_copied_quote_has_single_marks_within_double_ones(tmp_path: Path, visits: Visits) -> None:
    with open_library(tmp_path, 0.0, REPLY) as service, visits.serving(service) as page:
        tab = visits.open(page)
        ask(tab, QUESTION)
        tab.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
        tab.locator(".quote", has_text="先急后缓").locator("[data-copy]").click()
        copied = str(tab.evaluate("window.copied"))
        assert copied.startswith("“我局将按照‘先急后缓’的办法")
        assert copied.endswith("（云测函〔2024〕1号），2024年5月6日")


def test_an_answer_says_what_it_answers_while_another_question_is_written(
    tmp_path: Path, visits: Visits
) -> None:
    with open_library(tmp_path, 0.0, REPLY) as service, visits.serving(service) as page:
        tab = visits.open(page)
        ask(tab, QUESTION)
        told = tab.locator(".asked-as")
        assert not told.is_visible()
        tab.locator("#question textarea").fill("哪里办老年卡？")
        assert told.inner_text() == f"对“{QUESTION}”的回答"
        tab.locator("#question textarea").fill(QUESTION)
        told.wait_for(state="hidden")


def test_an_empty_library_says_so_in_every_tab(tmp_path: Path, visits: Visits) -> None:
    with open_library(tmp_path, 0.0) as service, visits.serving(service) as page:
        tab = visits.open(page)
        for name in ("问答", "查先例", "文库"):
            go_to(tab, name)
            notice = tab.locator("#empty .notice")
            notice.wait_for()
            assert "文库还是空的" in notice.inner_text()
            assert "dafu ingest" in notice.inner_text()


def ask_in_vain(tab: Tab, question: str) -> None:
    box = tab.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    tab.locator("#answer .notice[data-tone=error]", has_text="还没有得到回答").wait_for()
    assert tab.locator("#answer .answer").count() == 0
    tab.locator(".lost-notice", has_text="与服务断开了").wait_for()


def test_no_old_answer_stands_under_a_new_question_when_the_server_is_gone(
    tmp_path: Path, gone: Visits
) -> None:
    with open_library(tmp_path, 0.0, REPLY) as service:
        page = serve(service)
        tab = gone.open(page)
        ask(tab, QUESTION)
        page.close()
        ask_in_vain(tab, "哪里办老年卡？")


class SlowService(Service):
    """A service whose answers wait until they are let go."""

    go = threading.Event()

    def ask(self, *given: object, **named: object) -> Answer:
        self.go.wait(60)
        return super().ask(*given, **named)  # type: ignore[arg-type]


def test_a_server_that_goes_while_it_looks_is_missed_too(tmp_path: Path, gone: Visits) -> None:
    with open_library(tmp_path, 0.0, REPLY) as quick:
        service = SlowService(quick.home, Role.READER)
        page = serve(service)
        tab = gone.open(page)
        box = tab.locator("#question textarea")
        box.fill(QUESTION)
        box.press("Enter")
        tab.locator("#answer [data-tone=busy]").wait_for()
        threading.Timer(2, service.go.set).start()  # a thread that waits would keep the page open
        page.close()
        tab.locator("#answer .notice[data-tone=error]", has_text="还没有得到回答").wait_for()
