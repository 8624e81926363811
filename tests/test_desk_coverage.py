"""Coverage as files: which passages answer which request."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path

import openpyxl
from markdown_it import MarkdownIt

from app.export.coverage import coverage_markdown, save_coverage
from app.export.draft import Draft, Proposal, Remark, Request
from app.export.reply import save_draft
from app.types import ReplyCard, SearchHit
from corpus.types import Kind
from tests.cards import CARD

TEXT = "今年新增助餐点12处。\n每餐补贴3元。"
HOSTILE = '=HYPERLINK("http://a")\x00 <b>1. *甲*_乙_ [丙](丁) `戊` | # + - &lt; \\ ~~己~~ \ud800'


def hit(text: str, card: ReplyCard = CARD) -> SearchHit:
    return SearchHit(1, 0.824, card, ("一、扩大供给",), 320, 320 + len(text), text)


def draft(*requests: Request) -> Draft:
    return Draft(Proposal(Kind.PROPOSAL, number="0131"), requests)


COVERED = draft(
    Request("增设助餐点", (hit(TEXT), hit("逐步扩大。", replace(CARD, reply_id="r2", date=None)))),
    Request("开办老年食堂"),
)


def rows_of(path: Path) -> list[list[object]]:
    sheet = openpyxl.load_workbook(path).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_workbook_has_a_row_for_each_request_and_passage(tmp_path: Path) -> None:
    save_coverage(tmp_path / "对照.xlsx", COVERED)
    headings, first, second, third = rows_of(tmp_path / "对照.xlsx")
    assert dict(zip(headings, first, strict=True)) == {
        "序号": "1",
        "所提内容": "增设助餐点",
        "先例": "1",
        "原文": TEXT,
        "发文机关": "云溪区民政局",
        "标题": "对区政协第0058号提案的答复",
        "发文字号": "云民〔2022〕7号",
        "成文日期": "2022-04-09",
        "办理结果": "B 类",
        "较新的说法": None,
        "与下一段的不同": None,
        "位置": "“一、扩大供给”部分，第321至339字",
        "参考文献": "云溪区民政局. 对区政协第0058号提案的答复：云民〔2022〕7号[A]. 2022-04-09.",
    }
    assert second[:4] == ["1", "增设助餐点", "2", "逐步扩大。"]
    assert third[:5] == ["2", "开办老年食堂", "无先例", None, None]


def test_what_is_newer_stands_beside_a_passage(tmp_path: Path) -> None:
    remark = Remark("云溪区民政局，“每餐补贴5元。”（3元 → 5元）", "3元（下一段 2元）")
    remarked = draft(Request("增设助餐点", (hit(TEXT),), (remark,)))
    save_coverage(tmp_path / "a.xlsx", remarked)
    headings, row = rows_of(tmp_path / "a.xlsx")
    told = dict(zip(headings, row, strict=True))
    assert (told["较新的说法"], told["与下一段的不同"]) == (remark.newer, remark.differs)
    text = unescape(MarkdownIt().render(coverage_markdown(remarked)))
    assert f"<p>较新的说法：{remark.newer}</p>\n<p>与下一段的不同：{remark.differs}</p>" in text
    save_draft(tmp_path / "a.docx", remarked)
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        notes = archive.read("word/footnotes.xml").decode("utf-8")
    assert f"较新的说法：{remark.newer}。" in notes


def test_workbook_says_what_it_is(tmp_path: Path) -> None:
    save_coverage(tmp_path / "a.xlsx", COVERED)
    properties = openpyxl.load_workbook(tmp_path / "a.xlsx").properties
    assert (properties.title, properties.creator) == ("先例对照：对第0131号提案的答复", "Dafu")


def test_nothing_in_a_workbook_is_computed(tmp_path: Path) -> None:
    save_coverage(tmp_path / "a.xlsx", draft(Request(HOSTILE, (hit(HOSTILE),))))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value}
    assert kinds == {"s"}
    assert str(sheet["D2"].value).startswith('=HYPERLINK("http://a") <b>1. *甲*')


def test_markdown_names_passages_below_their_requests() -> None:
    html = MarkdownIt().render(coverage_markdown(COVERED))
    assert unescape(html).splitlines() == [
        "<h1>先例对照：对第0131号提案的答复</h1>",
        "<h2>1. 增设助餐点</h2>",
        "<blockquote>",
        "<p>今年新增助餐点12处。</p>",
        "<p>每餐补贴3元。</p>",
        "</blockquote>",
        "<p>——云溪区民政局：《对区政协第0058号提案的答复》（云民〔2022〕7号），2022年4月9日，"
        "“一、扩大供给”部分，第321至339字</p>",
        "<blockquote>",
        "<p>逐步扩大。</p>",
        "</blockquote>",
        "<p>——云溪区民政局：《对区政协第0058号提案的答复》（云民〔2022〕7号），"
        "“一、扩大供给”部分，第321至325字</p>",
        "<h2>2. 开办老年食堂</h2>",
        "<p>无先例</p>",
        "<h2>参考文献</h2>",
        "<p>[1] 云溪区民政局. 对区政协第0058号提案的答复：云民〔2022〕7号[A]. 2022-04-09.</p>",
        "<p>[2] 云溪区民政局. 对区政协第0058号提案的答复：云民〔2022〕7号[A].</p>",
    ]


def test_markdown_shows_signs_as_they_are() -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(
        coverage_markdown(draft(Request("甲", (hit(HOSTILE), hit("1. 甲\n===\n- 乙")))))
    )
    kept = HOSTILE.replace("\x00", "").replace("\ud800", "").strip()
    assert f"<p>{kept}</p>" in unescape(html)
    assert [mark for mark in ("<b>", "<em>", "<a ", "<code>", "<s>") if mark in html] == []
    assert "<p>1. 甲</p>\n<p>===</p>\n<p>- 乙</p>" in html
