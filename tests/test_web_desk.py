"""The desk in a real browser: from a proposal to a draft with the passages that were chosen."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from docx import Document

from app.access import Role
from app.service import open_service
from app.settings import load_settings
from app.web import Page, serve
from tests.browsing import Visits, go_to, marked, on_paper, scrolls_sideways
from tests.desks import LIFT_NEW, LIFT_OLD, MEALS, PERMIT, PROPOSAL, REQUESTS, write_library

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    with open_service(load_settings(folder / "home")) as service:
        service.ingest([write_library(folder / "replies")])
    return folder / "home"


@pytest.fixture(scope="module")
def page(home: Path) -> Iterator[Page]:
    """The page as visitors have it."""
    with open_service(load_settings(home), Role.READER) as service:
        page = serve(service)
        yield page
        page.close()


def look_up(tab: Tab, text: str) -> None:
    go_to(tab, "查先例")
    tab.locator("#proposal textarea").fill(text)
    tab.locator("#find").click()
    tab.locator("#precedents .desk:not(.stale)").wait_for()


def look_again(tab: Tab) -> None:
    """Look up what was corrected, and wait until that is what one sees."""
    tab.evaluate("document.querySelector('.desk').setAttribute('data-before', '')")
    tab.locator(".asks-tools [data-again]").click()
    tab.locator("#precedents .desk:not([data-before])").wait_for()


def export(tab: Tab, what: str, folder: Path) -> tuple[str, Path]:
    """Return the name under which a file is offered, and the file."""
    with tab.expect_download() as waiting:
        tab.locator(f"[data-export={what}]").click()
    saved = folder / what
    waiting.value.save_as(saved)
    return waiting.value.suggested_filename, saved


def words_of(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


def asks(tab: Tab) -> list[str]:
    return tab.locator(".asks .ask-text").all_inner_texts()


def test_from_a_pasted_proposal_to_a_draft(page: Page, visits: Visits, tmp_path: Path) -> None:
    tab = visits.open(page)
    look_up(tab, PROPOSAL)
    assert tab.locator(".desk-head h2").inner_text() == "3 项诉求，2 项有先例，1 项无先例"
    assert [ask.rstrip("。") for ask in asks(tab)] == list(REQUESTS)
    first = tab.locator("#covered-0 .passage")
    assert LIFT_NEW in first.first.inner_text()
    old = first.filter(has_text=LIFT_OLD)
    assert "较新的见" in old.inner_text()
    assert old.locator("b.differs").inner_text() == "18万元"
    assert not old.locator("[data-tick]").is_checked()
    assert tab.locator("#covered-2 .covered-none").inner_text().startswith("无先例")

    tab.locator("#covered-0 .more").filter(has_text=PERMIT).locator("summary").click()
    for box in first.locator("[data-tick]:visible").all():
        box.set_checked(False)
    permit = first.filter(has_text=PERMIT)
    first.filter(has_text=LIFT_NEW).locator("[data-tick]").check()
    permit.locator("[data-tick]").check()
    permit.locator("[data-move=up]").click()
    assert permit.locator(".tick-place").inner_text() == "1"
    tab.locator(".desk-matter summary").click()
    tab.locator("[name=session]").fill("区政协七届三次会议")
    name, saved = export(tab, "draft", tmp_path)
    assert name == "答复底稿：关于改善老旧小区居住条件的提案.docx"
    text = words_of(saved)
    assert text.replace("\n", "").startswith("对区政协七届三次会议第0231号提案的答复林晓舟委员：")
    assert 0 < text.index(PERMIT) < text.index(LIFT_NEW) < text.index(MEALS)
    assert LIFT_OLD not in text
    assert "【待填" in text

    first.filter(has_text=LIFT_NEW).locator(".passage-text").click()
    assert LIFT_NEW in marked(tab)
    tab.keyboard.press("Escape")
    tab.locator(".more").evaluate_all("all => all.forEach((each) => { each.open = false; })")
    printed = on_paper(tab, tmp_path / "desk.pdf")
    assert PERMIT in printed
    assert not any(word in printed for word in ("核对题目", "English", "未必切题", "林晓舟提案人"))
    assert tab.locator(".more[open]").count() == 0


def test_coverage_corrected_by_hand_is_what_is_looked_up_and_exported(
    page: Page, visits: Visits, tmp_path: Path
) -> None:
    tab = visits.open(page)
    look_up(tab, PROPOSAL)
    tab.locator("[data-edit]").click()
    boxes = tab.locator(".asks .ask textarea")
    boxes.first.focus()
    tab.keyboard.press("End")
    tab.keyboard.press("Enter")  # a new one behind it
    tab.keyboard.type("简化加装电梯的审批手续")
    assert tab.locator(".desk.edited .coverage").evaluate("part => part.inert")
    boxes.nth(2).focus()
    tab.keyboard.press("Home")
    for _ in range(len("增设社区老年助餐点，")):
        tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    assert [box.input_value().rstrip("。") for box in boxes.all()][2:4] == [
        "增设社区老年助餐点，",
        "方便老人用餐",
    ]
    tab.keyboard.press("Backspace")  # together again
    assert boxes.count() == 4
    tab.locator(".asks .ask").last.locator("[data-leave]").click()
    look_again(tab)
    assert [ask.rstrip("。") for ask in asks(tab)] == [
        REQUESTS[0],
        "简化加装电梯的审批手续",
        REQUESTS[1],
    ]
    assert tab.locator(".desk-head h2").inner_text() == "3 项诉求，3 项有先例，0 项无先例"
    assert PERMIT in tab.locator("#covered-1 .passage").first.inner_text()
    tab.locator("#covered-2 [data-tick]").first.check()
    tab.locator("[data-only]").check()
    name, saved = export(tab, "sheet", tmp_path)
    assert name == "先例对照表：关于改善老旧小区居住条件的提案.xlsx"
    sheet = openpyxl.load_workbook(BytesIO(saved.read_bytes())).active
    assert sheet is not None
    rows = [tuple(map(str, row)) for row in sheet.values]
    assert any(row[0] == "2" and PERMIT in row[3] for row in rows)
    assert not any(LIFT_OLD in row[3] for row in rows)
    _, markdown = export(tab, "markdown", tmp_path)
    assert "简化加装电梯的审批手续" in markdown.read_text(encoding="utf-8")


def test_requests_are_split_merged_and_brought_back_by_buttons(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    look_up(tab, PROPOSAL)
    before = asks(tab)
    tab.locator("[data-edit]").press("Enter")
    rows = tab.locator(".asks .ask")
    assert rows.first.locator("textarea").evaluate("e => e === document.activeElement")
    assert tab.locator(".desk-bar").is_visible()
    rows.nth(0).locator("[data-merge]").click()
    assert rows.count() == 2
    assert rows.nth(0).locator("textarea").input_value() == before[0] + before[1]
    rows.nth(1).locator("textarea").focus()
    tab.keyboard.press("End")
    rows.nth(1).locator("[data-split]").click()
    assert "只有一句" in tab.locator(".asks-said").inner_text()
    rows.nth(0).locator("textarea").evaluate("box => box.setSelectionRange(0, 0)")
    rows.nth(0).locator("[data-split]").click()  # by sentences
    assert rows.count() == 3
    for row in rows.all():
        row.locator("[data-leave]").click()
    tab.locator(".asks-tools [data-again]").click()
    assert "没有留下要查的诉求" in tab.locator(".asks-said").inner_text()
    assert tab.locator(".desk-bar").is_hidden()
    tab.locator("[data-restore]").press("Enter")
    assert tab.locator("[data-edit]").evaluate("e => e === document.activeElement")
    assert asks(tab) == before
    assert not tab.locator(".coverage").evaluate("part => part.inert")


def test_an_old_result_never_stands_for_a_new_text(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    look_up(tab, PROPOSAL)
    box = tab.locator("#proposal textarea")
    box.fill(PROPOSAL + "四、增设路灯。")
    tab.get_by_text("正文或筛选已改").wait_for()
    assert tab.locator(".desk-bar").evaluate("part => part.inert")
    box.fill(PROPOSAL)
    tab.get_by_text("正文或筛选已改").wait_for(state="hidden")
    box.fill("你好")
    tab.locator(".desk-stale [data-again]").click()
    tab.locator("#stage").get_by_text("没有读出诉求，按全文查找也无先例").wait_for()
    assert tab.locator(".desk [data-tick]:checked").count() == 0
    assert tab.locator("table.precedents").count() == 0
    box.fill(" ")
    tab.locator("#find").click()
    tab.locator("#precedents .notice[data-tone=error]").wait_for()
    assert tab.locator(".desk").count() == 0


def write_forty(folder: Path) -> list[Path]:
    """Write forty proposals as they lie on a desk: 30 files and a zip of 9, and one that is broken.

    Every fourth asks for what was never answered.
    """
    written = {}
    for number in range(39):
        text = PROPOSAL.replace("0231", f"03{number:02}").replace("林晓舟", f"林晓{number:02}")
        if number % 4 == 3:
            text = text.replace(REQUESTS[0], "在河心洲上修建观测鸟类的高塔").replace(
                REQUESTS[1], "给每户居民配发一架望远镜"
            )
        written[f"提案{number:02}.txt"] = text
    files = []
    for name, text in list(written.items())[:29]:
        files.append(folder / name)
        files[-1].write_text(text, encoding="utf-8")
    document = Document()
    for line in written["提案29.txt"].splitlines():
        document.add_paragraph(line)
    document.save(str(folder / "提案29.docx"))
    with zipfile.ZipFile(folder / "另几件.zip", "w") as archive:
        for name, text in list(written.items())[30:]:
            archive.writestr(name, text)
    (folder / "坏件.pdf").write_bytes(b"no pdf at all")
    return [*files, *(folder / name for name in ("提案29.docx", "另几件.zip", "坏件.pdf"))]


def test_forty_proposals_become_drafts_at_once(page: Page, visits: Visits, tmp_path: Path) -> None:
    tab = visits.open(page)
    go_to(tab, "查先例")
    with tab.expect_file_chooser() as waiting:
        tab.locator("#proposal-file").click()
    waiting.value.set_files(write_forty(tmp_path))
    tab.locator(".many h2", has_text="40 件").wait_for(timeout=120_000)
    rows = tab.locator("table.desked tbody tr")
    assert rows.count() == 40
    assert "30 件部分有先例，9 件无先例，1 件没有读出" in tab.locator(".many h2").inner_text()
    assert "坏件.pdf" in tab.locator("tr[data-extent=failed]").inner_text()
    with tab.expect_download() as download:
        tab.locator("[data-fetch]").click()
    assert download.value.suggested_filename == "答复底稿.zip"
    saved = tmp_path / "saved.zip"
    download.value.save_as(saved)
    with zipfile.ZipFile(saved) as archive:
        drafts = sorted(name for name in archive.namelist() if name.endswith(".docx"))
        assert len(drafts) == 39
        answered = [LIFT_NEW in words_of(Path(archive.extract(d, tmp_path))) for d in drafts]
        overview = openpyxl.load_workbook(archive.extract("总览.xlsx", tmp_path)).active
    assert answered.count(True) == 30
    assert overview is not None
    assert [row[2] for row in overview.values].count("部分有先例") == 30
    rows.nth(35).locator("[data-choose]").click()
    tab.locator("#precedents .desk").wait_for()
    assert "林晓35" in tab.locator("#proposal textarea").input_value()
    assert asks(tab)[0] == "在河心洲上修建观测鸟类的高塔。"
    assert rows.nth(35).locator("[aria-current]").count() == 1
    assert rows.nth(35).is_hidden()
    tab.locator(".many summary").click()
    assert rows.nth(35).is_visible()


def test_the_desk_fits_a_phone(page: Page, visits: Visits, tmp_path: Path) -> None:
    tab = visits.open(page, 390, 844)
    look_up(tab, PROPOSAL)
    assert not scrolls_sideways(tab)
    tab.locator("[data-edit]").click()
    tab.locator(".desk-matter summary").click()
    assert not scrolls_sideways(tab)
    tab.locator("[data-restore]").click()
    tab.locator("#covered-1 [data-tick]").first.check()
    _, saved = export(tab, "draft", tmp_path)
    assert MEALS in words_of(saved)
    tab.locator("#covered-1 .passage-text").first.click()
    assert MEALS in marked(tab)
