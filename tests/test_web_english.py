"""Whoever reads English finds no Chinese on any view, but for what replies and people say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.access import Role
from app.generating.types import Generated, Said
from app.keeping.removal import RemovalProof
from app.loading.reports import FileReport, IngestReport
from app.service import Service, open_service
from app.settings import load_settings
from app.views.ledger import Wanted
from app.web import serve
from app.web.columns import find_table, render_preview
from app.web.desk.view import Laid, render_desk, render_precedents
from app.web.language import say, speaking
from app.web.render import render, tell
from app.web.tabs.binned import render_bin
from app.web.tabs.doubts import render_doubts
from app.web.tabs.ledger import render_ledger
from app.web.tabs.library import render_facets, render_list, render_overview
from app.web.tabs.policies import render_policies, render_policy
from app.web.writing import render_generated
from corpus.filters import ANY
from corpus.store.statements import Order
from tests.browsing import PATIENCE
from tests.test_web_language import CHINESE, LEFT, MARKED, left_in
from tools.screenshots import PROPOSAL, SAMPLES

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = load_settings(tmp_path_factory.mktemp("english") / "home", encoder="off")
    with open_service(settings, Role.ADMINISTRATOR) as service:
        service.ingest(sorted(SAMPLES.iterdir())[::3])
        service.bin.put_away([service.list_replies(limit=1).cards[0].reply_id])
        yield service


def render_desks(service: Service) -> Iterator[str]:
    coverage = service.desk.cover(PROPOSAL, [each.text for each in service.desk.split(PROPOSAL)])
    found = service.precedents(PROPOSAL, k=3)
    yield render_desk(Laid(PROPOSAL, coverage), service.desk.draft(coverage))
    yield render_desk(Laid(PROPOSAL, coverage, parted=False), service.desk.draft(coverage))
    yield render_precedents(tuple(found))


def render_statements(service: Service) -> Iterator[str]:
    for order in Order:
        wanted = Wanted(order=order)
        yield render_ledger(service.ledger.read(wanted, 20), wanted, 0)
    policies = service.policies.read()
    yield render_policies(policies, 0, asked=False)
    yield render_policy(service.policies.find(policies.policies[0].key), 0)


def render_library(service: Service, folder: Path) -> Iterator[str]:
    yield render_overview(service.stats())
    yield render_facets(service.listing.facets(ANY, ""), ANY)
    yield render_list(service.list_replies(ANY, "电梯", 20), 1, sees_all=True)
    yield render_bin(service.bin.list_all(), service.bin.list_all().replies[0].card.reply_id)
    yield render_doubts(service.review.list_replies(False, 10, 0), "doubtful", 0)
    yield render("terms", meaning=service.explain("公积金能提出来装电梯吗"))
    yield render("removed", proofs=[RemovalProof("a", "2026-01-01", 3, 2000, ()), PROOF])
    yield render("upload", report=REPORT, own=True)
    table = folder / "留言.csv"
    table.write_text("标题,回复内容,备注\n路灯,已修复。,一\n", encoding="utf-8")
    found = find_table([table])
    assert found
    yield render_preview(found)


PROOF = RemovalProof("b", "2026-01-01", 3, 1, ("/x 里还有它的文字（3 处）。请删除这个文件。",))

REPORT = IngestReport(
    (
        FileReport("甲.txt", "added", "a"),
        FileReport(
            "乙.docx", "failed", reason="文件已加密；请用 Word 或 WPS 打开，去掉密码后另存为 .docx"
        ),
        FileReport("丙.csv", "noted", reason="第 3 行的“答复内容”是空的，已跳过"),
        FileReport("丁.txt", "replaced", "b", mark="内部资料"),
    ),
    1.5,
)

WRITTEN = Generated(
    "qwen",
    "written",
    (Said("护栏六月底完工。", (), False, "引文里没有“六月底”"),),
    unsupported=1,
    problem="语言模型 5 秒内没有写完",
)


def test_no_view_says_chinese_to_who_reads_english(library: Service, tmp_path: Path) -> None:
    def render_all() -> list[str]:
        several = [render_generated(None), render_generated(WRITTEN)]
        views = (
            render_desks(library),
            render_statements(library),
            render_library(library, tmp_path),
        )
        return several + [html for view in views for html in view]

    with speaking("en"):
        assert left_in(*render_all()) == []
    assert all(CHINESE.search(html) for html in render_all())


def test_counts_and_causes_are_said_as_english_has_them() -> None:
    with speaking("en"):
        assert say("测试集“答复”：1,607 份答复，1 个问题。") == (
            "Test set “答复”: 1,607 replies, 1 question."
        )
        assert say("第 3 行的“标题”是空的，已跳过").startswith("In line 3 “标题” is empty")
        assert say("文件已加密；请解压后再导入") == "The file is encrypted; unpack it, then load it"
        assert say("a.csv 有 2 处问题：\n  第 1 行：编号 'x' 重复").splitlines() == [
            "a.csv has 2 problems:",
            "line 1: the id 'x' comes twice",
        ]
        assert "<b>" not in tell("已恢复：<b>甲</b>")
        assert '<span lang="zh-CN">&lt;b&gt;甲&lt;/b&gt;</span>' in tell("已恢复：<b>甲</b>")
        assert "Searching (fused) (1)" in render(
            "progress", stage="检索（fused）", done=1, total=None
        )
        assert "Exported files are in Chinese." in render("evaluation_saving", id="x")
    assert "导出的文件" not in render("evaluation_saving", id="x")


def look(tab: Tab, *but: str) -> None:
    """Find no Chinese but what is marked so, and columns of tables in Gradio's own choices."""
    assert tab.evaluate(LEFT, ", ".join((MARKED, *but))) == []


def wait(tab: Tab, *selectors: str) -> None:
    for selector in selectors:
        tab.locator(selector).first.wait_for()


def go(tab: Tab, name: str, *selectors: str) -> None:
    tab.get_by_role("tab", name=name, exact=True).click()
    wait(tab, *selectors)


@pytest.mark.slow
def test_an_owner_goes_through_all_views_in_english(
    library: Service, browser: Browser, tmp_path: Path
) -> None:
    page, context = serve(library), browser.new_context(locale="en-GB")
    context.set_default_timeout(PATIENCE)
    tab = context.new_page()
    tab.goto(page.entrance)
    wait(tab, ".welcome")

    go(tab, "Precedents", "#proposal textarea", "#precedents .notice")
    look(tab)
    tab.locator("#proposal textarea").fill(PROPOSAL)
    tab.locator("#find").click()
    wait(tab, ".replies-alike")
    tab.locator(".replies-alike summary").click()
    tab.locator(".desk-matter summary").click()
    tab.locator("[data-edit]").first.click()
    tab.locator(".ask [data-leave]").first.click()
    look(tab)
    assert "Exported files are in Chinese." in tab.locator("#alike").inner_text()

    go(tab, "Promises and policies", "#ledger table")
    look(tab)
    go(tab, "Policies", "#policies table")
    tab.locator("#policies [data-choose^=policy]").first.click()
    wait(tab, ".policy-title")
    look(tab)

    go(tab, "Library", "#library table", "#facets .chart")
    for section in ("filters", "upload", "doubts", "terms", "bin"):
        tab.locator(f"#{section} > button").click()
    wait(tab, "#bin-list table", "#doubts-list .guide")
    look(tab)
    (tmp_path / "留言.csv").write_text("标题,回复内容\n路灯,已修复路灯。\n", encoding="utf-8")
    (tmp_path / "坏.docx").write_bytes(b"PK")
    files = [tmp_path / "留言.csv", tmp_path / "坏.docx"]
    tab.locator("#upload-files input[type=file]").set_input_files(files)
    wait(tab, "#columns")
    tab.locator("#load").click()
    wait(tab, "#upload-report table")
    look(tab, "#columns *", "#upload-files *")

    go(tab, "Evaluation", "#testsets .abstained", "#make-set")
    look(tab)
    tab.locator("#make-set").click()
    wait(tab, "table.testsets")
    look(tab)
    go(tab, "② Run", "#run")
    tab.wait_for_function("document.querySelector('#run-set input').value")
    tab.locator("#run").click()
    wait(tab, "table.runs", "#runs .trends, #jobs .outcome:text('ways of ranking')")
    look(tab)
    go(tab, "③ Compare", "#compare")
    tab.wait_for_function("document.querySelector('#compare-others .token')")
    tab.locator("#compare").click()
    wait(tab, ".compared", "#compared-background .differences")
    tab.locator(".changed-query").first.click()
    wait(tab, ".sides")
    look(tab)
    go(tab, "④ Judge", "#pool-queries textarea")
    tab.locator("#pool-queries textarea").fill("加装电梯有补贴吗？")
    tab.locator("#pool-make").click()
    wait(tab, "table.pools")
    look(tab)
    tab.locator("#judge-name :is(input, textarea)").fill("Kim")
    tab.locator("#judge-start").click()
    wait(tab, ".task")
    look(tab)
    go(tab, "⑤ Answers", "#measure-answers")
    look(tab)
    context.close()
    page.close()
