"""The page in a real browser, on the sample replies: ask, find precedents, look, load."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from docx import Document

from app.access import Role
from app.desk.files import read_proposal
from app.home import Home
from app.keeping.backup import UPLOADS
from app.service import Service, open_service
from app.settings import load_settings
from app.types import Answer
from app.web import Page, serve
from app.web.examples import EXAMPLES, find_examples, iter_questions
from corpus.errors import InputError
from tests.browsing import Visits, ask, enter, go_to, marked, scrolls_sideways
from tests.homes import upload

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples" / "replies"
QUESTION = "云桥区老房子装电梯，政府现在补多少钱？"
PROPOSAL = "建议加快推进老旧小区加装电梯，提高补贴标准，简化审批手续，解决低层住户反对的矛盾。"

HOSTILE = """云桥区测试局
云测函〔2024〕1号
关于<script>alert(1)</script>的答复
办理结果：采纳或解决
公开属性：主动公开
王小明委员：
您提出的关于“<img src=x onerror=alert(2)>”的提案收悉，现答复如下：
一、关于$x^2$和[链接](javascript:alert(4))
我局将在绿萝路口加装`${alert(3)}`{{value}}护栏，预计<b>今年</b>完工。
云桥区测试局
2024年5月6日
"""

CLOSED = """云桥区保密局
云密函〔2024〕2号
关于绝密护栏的答复
办理结果：留作参考
公开属性：不予公开
王小明委员：
您提出的关于绝密护栏的提案收悉，现答复如下：
一、绝密护栏不予公开，本件只供内部掌握。
云桥区保密局
2024年5月7日
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the samples, a reply full of markup and one that is not public."""
    folder = tmp_path_factory.mktemp("web")
    extra = folder / "extra"
    extra.mkdir()
    (extra / "护栏<b>.txt").write_text(HOSTILE, encoding="utf-8")
    (extra / "护栏.txt").write_text(CLOSED, encoding="utf-8")
    with open_service(load_settings(folder / "home")) as service:
        service.ingest([SAMPLES, extra])
    return folder / "home"


@pytest.fixture(scope="module")
def page(home: Path) -> Iterator[Page]:
    """The page as the owner has it, of a Dafu that always dares to answer."""
    with open_service(load_settings(home, abstain_below=0.0)) as service:
        page = serve(service)
        yield page
        page.close()


@pytest.fixture(scope="module")
def public_page(home: Path) -> Iterator[Page]:
    """The page as the public has it, of a Dafu that is never sure enough to answer."""
    with open_service(load_settings(home, abstain_below=1.0), Role.READER) as service:
        page = serve(service)
        yield page
        page.close()


# Asking


def test_answer_is_quoted_and_shown_in_its_place(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    ask(tab, QUESTION)
    quote = tab.locator(".quote-text").first.inner_text()
    assert "补贴" in quote
    assert "把握" in tab.locator(".confidence").inner_text()
    tab.locator(".quote-open").first.focus()
    tab.keyboard.press("Enter")
    assert marked(tab) == quote
    tab.wait_for_timeout(300)
    assert tab.locator(".reader mark").first.evaluate(
        "mark => { const box = mark.closest('.reader-body').getBoundingClientRect();"
        " const top = mark.getBoundingClientRect().top;"
        " return top >= box.top && top < box.bottom }"
    )
    fields = tab.locator(".fields").inner_text()
    assert "发文机关" in fields
    assert "主送" in fields
    tab.keyboard.press("Escape")
    tab.locator(".reader").wait_for(state="detached")
    tab.locator(".citation").first.click()
    assert marked(tab) == quote


def test_what_was_done_to_a_question_is_said_and_can_be_dropped(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    ask(tab, "社区宝宝屋怎么约？")
    ask(tab, "好的，谢谢")
    assert tab.locator(".read-as").count() == 0
    ask(tab, "要提早多久取消？")
    note = tab.locator(".read-as")
    assert note.inner_text().startswith("承接上一问：社区宝宝屋，要提早多久取消？")
    note.get_by_text("只问这一句").click()
    note.wait_for(state="detached")
    tab.locator(".answer").wait_for()
    ask(tab, "互连网医院一次能开多久的药")
    assert note.inner_text().startswith("已按“互联网医院”查找")
    note.get_by_text("按原文查找").click()
    note.wait_for(state="detached")
    tab.locator(".answer").wait_for()


def test_example_asks_itself(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    example = tab.locator(".examples button").first
    question = example.inner_text()
    example.click()
    tab.locator(".quote-open").first.wait_for()
    assert tab.locator("#question textarea").input_value() == question
    tab.locator(".welcome").wait_for(state="hidden")


def test_examples_are_answered_and_only_what_the_role_may_see(home: Path) -> None:
    with open_service(load_settings(home), Role.READER) as service:
        examples = find_examples(service)
        assert len(set(examples)) == EXAMPLES
        assert {service.ask(example).status for example in examples} == {"answered"}
        assert find_examples(service) == examples
        assert all(example.endswith("？") for example in examples)
        assert set(examples) <= set(iter_questions(service.list_replies(limit=200).cards))


def test_related_passages_open_too(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    ask(tab, QUESTION)
    hit = tab.locator(".hits .hit").first
    text = hit.locator(".hit-text").text_content() or ""
    hit.click()
    assert marked(tab) == text.replace("\n", "")


def test_filters_narrow_the_answer(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    tab.get_by_role("button", name="筛选").first.click()
    tab.get_by_label("地区").first.click()
    tab.get_by_role("option", name="望湖区").click()
    tab.get_by_text("筛选（已选 1 项）").wait_for()
    ask(tab, "加装电梯补贴多少？")
    agencies = tab.locator("#answer .agency").all_inner_texts()
    assert agencies
    assert all("望湖" in agency for agency in agencies)


def test_blank_question_is_answered_by_advice(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    tab.locator("#ask").click()
    assert "没有要查的内容" in tab.locator("#answer .notice[data-tone=error]").inner_text()


def test_a_question_of_no_matter_is_told_to_name_one(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    ask(tab, "怎么申请？")
    answer = tab.locator("#answer").inner_text()
    assert "这句话没有说是什么事" in answer
    assert "请把要问的事写上" in answer


def test_public_sees_neither_closed_replies_nor_paths(public_page: Page, visits: Visits) -> None:
    tab = visits.open(public_page)
    ask(tab, "绝密护栏")
    answer = tab.locator("#answer").inner_text()
    assert "文库中没有找到能回答的依据" in answer
    assert "最接近的段落" in answer
    assert "保密局" not in answer
    tab.locator(".hits .hit").first.click()
    source = tab.locator(".reader .source dd").inner_text()
    assert "/" not in source
    tab.get_by_role("button", name="筛选").first.click()
    tab.get_by_label("地区").first.wait_for()
    assert tab.get_by_label("公开属性").count() == 0
    go_to(tab, "文库")
    tab.locator("table.library").wait_for()
    assert tab.get_by_text("上传答复文件").count() == 0
    tab.locator("#library-words input, #library-words textarea").fill("绝密")
    tab.locator("#library-find").click()
    tab.locator("#stage").get_by_text("没有符合条件的答复").wait_for()


def test_markup_in_a_reply_is_only_text(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    ask(tab, "绿萝路口加装护栏什么时候完工？")
    assert "`${alert(3)}`{{value}}" in tab.locator("#answer").inner_text()
    tab.locator("#answer .hit, #answer .citation").filter(has_text="云测函").first.click()
    reader = tab.locator(".reader")
    reader.wait_for()
    text = reader.inner_text()
    assert "关于<script>alert(1)</script>的答复" in text
    assert "<img src=x onerror=alert(2)>" in text
    assert "一、关于$x^2$和[链接](javascript:alert(4))" in text
    assert "护栏<b>.txt" in text
    assert reader.locator("img, script, b").count() == 0


# Precedents


def test_replies_like_the_whole_unfold_open_and_export(
    page: Page, visits: Visits, tmp_path: Path
) -> None:
    tab = visits.open(page)
    go_to(tab, "查先例")
    tab.locator("#proposal textarea").fill(PROPOSAL)
    tab.locator("#find").click()
    tab.locator(".replies-alike summary").click()
    rows = tab.locator("table.precedents tr[data-row]")
    rows.first.wait_for()
    rows.first.click()
    passage = tab.locator("#passages-1 .hit-text").first
    text = passage.text_content() or ""
    assert marked(tab) == text.replace("\n", "")
    with tab.expect_download() as waiting:
        tab.locator("[data-save=whole]").click()
    saved = tmp_path / "saved.docx"
    waiting.value.save_as(saved)
    assert waiting.value.suggested_filename == "相近的答复.docx"
    assert text in [paragraph.text for paragraph in Document(str(saved)).paragraphs]


def test_proposal_is_read_from_a_file(page: Page, visits: Visits, tmp_path: Path) -> None:
    proposal, empty = tmp_path / "提案.docx", tmp_path / "空.txt"
    document = Document()
    document.add_paragraph(PROPOSAL)
    document.save(str(proposal))
    empty.touch()
    tab = visits.open(page)
    go_to(tab, "查先例")
    for path, shown in ((proposal, ".desk"), (empty, ".notice[data-tone=error]")):
        with tab.expect_file_chooser() as waiting:
            tab.locator("#proposal-file").click()
        waiting.value.set_files(path)
        tab.locator(f"#precedents {shown}").wait_for()
        assert tab.locator("#proposal textarea").input_value() == PROPOSAL
    assert "空.txt" in tab.locator("#precedents").inner_text()
    assert tab.locator("#precedents [data-export]").count() == 0


def test_proposal_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "提案.exe"
    path.touch()
    with pytest.raises(InputError, match=r"不支持“提案\.exe”"):
        read_proposal(path)


def test_a_proposal_longer_than_is_looked_for_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "提案.txt"
    path.write_text("增设护栏。\n" * 10_000, encoding="utf-8")
    with pytest.raises(InputError, match="最多 50,000 字"):
        read_proposal(path)


# The library


def test_library_is_counted_filtered_and_turned_over(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    go_to(tab, "文库")
    rows = tab.locator("table.library tbody tr")
    rows.first.wait_for()
    assert rows.count() == 20
    charts = tab.locator(".chart h2").all_inner_texts()
    assert charts == ["按发文机关", "按办理结果", "按种类", "按年份"]
    first = rows.first.inner_text()
    tab.get_by_role("button", name="下一页").click()
    tab.get_by_text("第 2 /").wait_for()
    assert rows.first.inner_text() != first
    tab.locator("#library-words input, #library-words textarea").fill("云测函")
    tab.keyboard.press("Enter")
    tab.get_by_text("共 1 件").wait_for()
    rows.first.click()
    assert "云测函〔2024〕1号" in tab.locator(".reader .fields").inner_text()
    assert marked(tab) == "云测函"


def test_files_are_loaded_with_a_report_for_each(
    home: Path, visits: Visits, tmp_path: Path
) -> None:
    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    good, bad = tmp_path / "新件.txt", tmp_path / "坏件.pdf"
    good.write_text(HOSTILE.replace("1号", "9号").replace("绿萝", "紫藤"), encoding="utf-8")
    bad.write_bytes(b"no pdf at all")
    with open_service(load_settings(copy)) as service, visits.serving(service) as page:
        tab = visits.open(page)
        before = service.stats().replies
        go_to(tab, "文库")
        tab.get_by_text("上传答复文件").click()
        tab.locator("#upload-files input[type=file]").set_input_files([good, bad])
        tab.get_by_label("文件预览").or_(tab.locator("#upload-files .file")).first.wait_for()
        tab.locator("#load").click()
        tab.locator("table.report").wait_for()
        rows = [row.split("\t") for row in tab.locator("table.report tbody tr").all_inner_texts()]
        assert [row[:2] for row in rows] == [["新件.txt", "已载入"], ["坏件.pdf", "未载入"]]
        assert rows[1][2]
        tab.get_by_text(f"共 {before + 1} 件").wait_for()
        assert [path.name for path in (copy / UPLOADS).iterdir()] == ["新件.txt"]


def load(service: Service, path: Path, replacing: bool) -> list[str]:
    report = upload(service, path, replacing=replacing)
    return [f"{Path(entry.source).name} {entry.status}" for entry in report.files]


def test_same_name_replaces_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "答复.txt"
    with open_service(load_settings(tmp_path / "home")) as service:
        path.write_text(HOSTILE, encoding="utf-8")
        assert load(service, path, False) == ["答复.txt added"]
        assert load(service, path, False) == ["答复.txt unchanged"]
        path.write_text(HOSTILE.replace("绿萝", "紫藤"), encoding="utf-8")
        assert load(service, path, False) == ["答复 (2).txt added"]
        path.write_text(HOSTILE.replace("绿萝", "海棠"), encoding="utf-8")
        assert load(service, path, True) == ["答复.txt replaced"]
        assert service.stats().replies == 2


def test_broken_new_version_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "答复.txt"
    with open_service(load_settings(tmp_path / "home")) as service:
        path.write_text(HOSTILE, encoding="utf-8")
        load(service, path, True)
        path.write_text("", encoding="utf-8")
        assert load(service, path, True) == ["答复.txt failed"]
        kept = tmp_path / "home" / UPLOADS / "答复.txt"
        assert kept.read_text(encoding="utf-8") == HOSTILE
        assert service.stats().replies == 1


# Every width


def test_phone(page: Page, visits: Visits) -> None:
    tab = visits.open(page, 390, 844)
    ask(tab, QUESTION)
    assert not scrolls_sideways(tab)
    tab.locator(".quote-open").first.click()
    marked(tab)
    assert tab.locator(".reader-name").is_visible()
    box = tab.locator(".reader").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    tab.go_back()
    tab.locator(".reader").wait_for(state="detached")
    go_to(tab, "查先例")
    tab.locator("#proposal textarea").fill(PROPOSAL)
    tab.locator("#find").click()
    tab.locator(".replies-alike summary").click()
    tab.locator("tr[data-row]").first.click()
    tab.locator("#passages-1 .hit").first.wait_for()
    assert tab.locator(".reader").count() == 0
    assert not scrolls_sideways(tab)
    go_to(tab, "文库")
    tab.locator("table.library").wait_for()
    assert not scrolls_sideways(tab)


def test_projector(page: Page, visits: Visits) -> None:
    tab = visits.open(page, 1920, 1080)
    ask(tab, QUESTION)
    tab.locator(".quote-open").first.click()
    marked(tab)
    answer, reader = (tab.locator(s).bounding_box() for s in ("#answer", ".reader"))
    assert answer is not None
    assert reader is not None
    assert answer["x"] + answer["width"] <= reader["x"]


def test_reader_comes_to_where_one_has_scrolled(page: Page, visits: Visits) -> None:
    tab = visits.open(page)
    go_to(tab, "文库")
    row = tab.locator("table.library tbody tr").nth(15)
    row.scroll_into_view_if_needed()
    clicked = row.locator(".link")
    before = clicked.bounding_box()
    clicked.click()
    tab.locator(".reader-title").wait_for()
    reader, after = tab.locator(".reader").bounding_box(), clicked.bounding_box()
    assert before is not None
    assert after is not None
    assert reader is not None
    assert tab.evaluate("window.scrollY") > 200
    assert 0 <= reader["y"] < 100
    assert abs(after["y"] - before["y"]) < 20


# What goes wrong, and what is kept out


class BrokenService(Service):
    """A service that cannot answer."""

    def ask(self, *_: object, **__: object) -> Answer:
        raise RuntimeError("the secret place /srv/secret")


def test_failure_is_a_sentence_not_a_traceback(home: Path, visits: Visits) -> None:
    service = BrokenService(Home(load_settings(home)), Role.ADMINISTRATOR)
    with closing(service), visits.serving(service) as page:
        tab = visits.open(page)
        ask(tab, QUESTION)
        assert "程序出了意外" in tab.locator("#answer").inner_text()
        assert "/srv" not in tab.content()


def test_no_file_of_the_home_is_served(page: Page, home: Path) -> None:
    file = next(path for path in home.rglob("*") if path.is_file())
    with enter(page) as client:
        got = client.get(f"/gradio_api/file={file}")
    assert got.status_code == 403


def test_browser_is_told_to_ask_nobody_else(page: Page) -> None:
    with enter(page) as client:
        got = client.get("/")
    assert got.headers["content-security-policy"].startswith("default-src 'none'")
    assert '<html\n\tlang="zh-CN"' in got.text
    assert "og:image" not in got.text


def test_taken_port_is_passed_over_unless_it_was_named(page: Page) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"端口 {port} 不能用：已被别的程序占用。"):
            serve(BrokenService.__new__(BrokenService), port=port)
    assert page.address.startswith("http://127.0.0.1:")
