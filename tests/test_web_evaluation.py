"""The tab 评测 in a real browser, on the sample replies: make, run, compare, judge, export."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.access import Role
from app.service import open_service
from app.settings import load_settings
from app.web import Page, serve
from tests.browsing import (
    PATIENCE,
    Visits,
    ask,
    go_to,
    judge_as,
    open_step,
    pool,
    press,
    scrolls_sideways,
)

pytestmark = pytest.mark.slow

playwright_module = pytest.importorskip("playwright.sync_api")
expect = playwright_module.expect

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples" / "replies"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the samples."""
    home = tmp_path_factory.mktemp("evaluated") / "home"
    with open_service(load_settings(home)) as service:
        service.ingest([SAMPLES])
    return home


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Page]:
    """The page as the owner has it."""
    with open_service(load_settings(home)) as service:
        page = serve(service)
        yield page
        page.close()


@pytest.fixture
def page(served: Page, home: Path) -> Iterator[Page]:
    """The page, of a home in which nothing has been measured or judged yet.

    Its jobs stay: a test names its own test set, so that it knows its own jobs.
    """
    yield served
    shutil.rmtree(home / "evaluation", ignore_errors=True)
    for path in home.glob("judgments.sqlite*"):
        path.unlink()


def wait_for_job(tab: Tab, title: str, state: str = "完成") -> Tab:
    job = tab.locator("#jobs .job", has_text=title)
    job.locator(".badge", has_text=state).wait_for(timeout=120_000)
    return tab


def make_set(tab: Tab, name: str) -> None:
    open_step(tab, "测试集")
    tab.locator("#make-name input, #make-name textarea").fill(name)
    tab.locator("#make-set").click()
    tab.locator("table.testsets", has_text=name).wait_for()


def run_two(tab: Tab, name: str) -> None:
    open_step(tab, "运行")
    chosen = tab.locator("#run-set input")
    expect(chosen).to_have_value(name, timeout=PATIENCE)
    expect(tab.locator("#run-split input")).to_have_value(re.compile("全部"), timeout=PATIENCE)
    tab.locator("#run").click()
    wait_for_job(tab, f"评测“{name}”")
    tab.locator("table.runs tbody tr").nth(1).wait_for()


def test_the_public_has_no_such_tab(home: Path, visits: Visits) -> None:
    public = open_service(load_settings(home), Role.READER)
    with public as service, visits.serving(service) as page:
        tab = visits.open(page)
        tab.get_by_role("tab", name="文库").wait_for()
        assert tab.get_by_role("tab", name="评测").count() == 0


def test_a_set_is_made_run_and_compared(page: Page, visits: Visits, tmp_path: Path) -> None:
    tab = visits.open(page)
    open_step(tab, "测试集")
    tab.get_by_text("还没有测试集").wait_for()
    make_set(tab, "一套题")
    row = tab.locator("table.testsets tbody tr").inner_text()
    assert "71" in row
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="下载").click()
    assert waiting.value.suggested_filename == "一套题.zip"
    waiting.value.save_as(tmp_path / "set.zip")
    assert {"corpus.jsonl", "queries.jsonl", "qrels/test.tsv"} <= set(
        zipfile.ZipFile(tmp_path / "set.zip").namelist()
    )

    run_two(tab, "一套题")
    rows = tab.locator("table.runs tbody tr")
    assert rows.count() == 2
    figures = rows.first.locator("td.figure").all_inner_texts()
    assert figures
    assert all(re.fullmatch(r"[01]\.\d{3}", figure) for figure in figures)
    assert "前 10 名排得好不好" in tab.locator("#runs").inner_text()

    open_step(tab, "比较")
    tab.locator("#compare").click()
    verdict = tab.locator(".verdict-line").inner_text()
    assert "nDCG@10" in verdict
    assert re.search(r"94 个问题中 \d+ 个更好，\d+ 个更差，\d+ 个一样", verdict)
    tab.locator(".changed-query").first.click()
    tab.locator(".side").nth(1).wait_for()
    assert tab.locator(".side").count() == 2
    assert tab.locator('.side-hits li[data-gain="yes"]').count() >= 1
    tab.locator(".side button.link").first.click()
    tab.locator(".reader .paper").wait_for()
    tab.keyboard.press("Escape")
    with tab.expect_download() as waiting:
        tab.locator("#compared").get_by_role("button", name="JSON").click()
    waiting.value.save_as(tmp_path / "report.json")
    saved = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert saved["queries"] == 94


def test_five_hits_are_judged_exported_and_made_a_test_set(
    page: Page, visits: Visits, tmp_path: Path
) -> None:
    tab = visits.open(page)
    open_step(tab, "判断")
    pool(tab, "老旧小区加装电梯有补贴吗？")
    judge_as(tab, "测试员")
    for key in "32103":
        press(tab, key)
    sheet = tab.locator("#judging-sheet")
    sheet.locator(".judging-count b", has_text="5").wait_for()
    sheet.locator("[data-choose^='stop']").first.click()
    standing = tab.locator("#judging-standing")
    standing.get_by_text("测试员 5").wait_for()
    assert "共有判断 5 条" in standing.inner_text()
    with tab.expect_download() as waiting:
        standing.locator("[data-save]").first.click()
    waiting.value.save_as(tmp_path / "judged.zip")
    qrels = zipfile.ZipFile(tmp_path / "judged.zip").read("qrels-passages.txt").decode()
    assert sorted(line.split()[-1] for line in qrels.splitlines()) == ["0", "1", "2", "3", "3"]
    standing.get_by_role("button", name="作为测试集").click()
    tab.locator("#judging-note").get_by_text("已存为测试集“我的判断").wait_for()
    open_step(tab, "测试集")
    row = tab.locator("table.testsets tbody tr", has_text="我的判断")
    row.wait_for()
    assert "按段落 5" in row.inner_text()


def test_questions_are_answered_while_a_run_goes_on_and_jobs_are_cancelled(
    page: Page, visits: Visits
) -> None:
    tab = visits.open(page)
    make_set(tab, "边测边问")
    open_step(tab, "运行")
    expect(tab.locator("#run-set input")).to_have_value("边测边问", timeout=PATIENCE)
    for label in tab.locator("#run-legs label").all():
        box = label.locator("input")
        if not box.is_checked():
            label.click()
    tab.locator("#run").click()
    jobs = tab.locator("#jobs .job", has_text="评测“边测边问”")
    jobs.first.wait_for()
    tab.locator("#run").click()
    jobs.nth(1).wait_for()
    go_to(tab, "问答")
    ask(tab, "加装电梯补贴多少？")
    go_to(tab, "评测")
    jobs.nth(1).get_by_role("button", name="取消").click()
    jobs.nth(1).locator(".badge", has_text="已取消").wait_for()
    jobs.nth(1).get_by_role("button", name="不再显示").click()
    jobs.nth(1).wait_for(state="detached")
    wait_for_job(tab, "评测“边测边问”")
    tab.locator("table.runs tbody tr").nth(4).wait_for()
    assert tab.locator("table.runs tbody tr").count() == 5


def test_what_is_wrong_is_said_beside_what_caused_it(
    page: Page, visits: Visits, tmp_path: Path
) -> None:
    tab = visits.open(page)
    open_step(tab, "测试集")
    tab.locator("#make-name input, #make-name textarea").fill("a/b")
    tab.locator("#make-set").click()
    tab.locator("#make-note").get_by_text("名称“a/b”不能用").wait_for()
    tab.locator("#upload-set").click()
    tab.locator("#set-note").get_by_text("还没有选择文件").wait_for()
    bad = tmp_path / "坏.zip"
    bad.write_bytes(b"no zip")
    tab.locator("#set-files input[type=file]").set_input_files([bad])
    tab.locator("#set-files .file").or_(tab.get_by_label("文件预览")).first.wait_for()
    tab.locator("#upload-set").click()
    told = tab.locator("#set-note").get_by_text("坏.zip 不是能打开的 zip 文件")
    told.wait_for()
    assert "/" not in told.inner_text()
    open_step(tab, "运行")
    tab.locator("#run").click()
    tab.locator("#run-note").get_by_text("还没有选择测试集").wait_for()
    open_step(tab, "比较")
    tab.locator("#compare").click()
    tab.locator("#compare-note").get_by_text("还没有选择基准").wait_for()
    open_step(tab, "回答")
    tab.get_by_label("我的问题").check()
    tab.locator("#measure-answers").click()
    tab.locator("#answers-note").get_by_text("还没有选择问题文件").wait_for()


def test_own_questions_are_answered_and_measured(
    page: Page, visits: Visits, tmp_path: Path
) -> None:
    questions = tmp_path / "问题.jsonl"
    asked = [
        {"id": "1", "question": "一楼不同意还能装电梯吗？", "answers": ["一户反对不构成否决"]},
        {"id": "2", "question": "地铁5号线什么时候开工？", "answers": []},
    ]
    questions.write_text(
        "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in asked), encoding="utf-8"
    )
    tab = visits.open(page)
    open_step(tab, "回答")
    tab.get_by_label("我的问题").check()
    tab.locator("#answers-file input[type=file]").set_input_files([questions])
    tab.locator("#answers-file .file").or_(tab.get_by_label("文件预览")).first.wait_for()
    tab.locator("#measure-answers").click()
    tab.locator("#answers .fragment").wait_for(timeout=60_000)
    assert "2 个问题" in tab.locator("#answers .fragment").inner_text()
    tab = visits.open(page)
    open_step(tab, "回答")
    tab.locator("#answers .fragment").wait_for()
    kept = tab.locator("#answered")
    assert "问题" in kept.locator("td.main").inner_text()
    kept.get_by_role("button", name="删除", exact=True).click()
    kept.get_by_role("button", name="确定删除").click()
    tab.locator("#answers .fragment").wait_for(state="detached")


def test_deleting_is_asked_twice(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    make_set(tab, "要删的")
    delete = tab.locator("#testsets").get_by_role("button", name="删除", exact=True)
    delete.click()
    tab.get_by_role("button", name="不删").click()
    delete.click()
    tab.get_by_role("button", name="确定删除").click()
    tab.get_by_text("还没有测试集").wait_for()


def test_phone(page: Page, visits: Visits) -> None:
    tab = visits.open(page, 390, 844)
    make_set(tab, "手机上的")
    assert not scrolls_sideways(tab)
    run_two(tab, "手机上的")
    assert not scrolls_sideways(tab)
    open_step(tab, "比较")
    tab.locator("#compare").click()
    tab.locator(".changed-query").first.click()
    tab.locator(".side").nth(1).wait_for()
    assert not scrolls_sideways(tab)
    for name in ("判断", "回答"):
        open_step(tab, name)
        assert not scrolls_sideways(tab)
