"""A draft reply: its words, and its Word file in the form of official documents."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from app.export.draft import Blank, Draft, Part, Proposal, Request, iter_lines, title_words
from app.export.quotation import quoted_lines
from app.export.reference import place_words, reference
from app.export.reply import save_draft
from app.types import ReplyCard, SearchHit
from corpus.types import Kind
from tests.cards import BARE, CARD

FIRST = "今年新增助餐点12处，对“空巢”老人每餐补贴3元。"
SECOND = "1、布点\n每个街道至少设一处助餐点。"
LONG = "建立社区助餐的长效补贴机制，由区财政、街道和运营单位按比例分担，并向高龄、独居老人倾斜。"
PROPOSAL = Proposal(
    Kind.PROPOSAL, "关于完善社区助餐服务的提案", "0131", "区政协十五届二次会议", ("陆闻溪",)
)


def hit(text: str, start: int = 0, card: ReplyCard = CARD, *path: str) -> SearchHit:
    return SearchHit(1, 0.8, card, path, start, start + len(text), text)


DRAFT = Draft(
    PROPOSAL,
    (
        Request("增设助餐点", (hit(FIRST, 320, CARD, "一、扩大供给"), hit(SECOND, 40, BARE))),
        Request(LONG, (hit(FIRST, 320),)),
        Request("开办老年食堂。"),
    ),
)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "底稿.docx"
    save_draft(path, DRAFT)
    return path


def words(draft: Draft) -> list[str]:
    return [line.text for line in iter_lines(draft)]


def footnotes_of(path: Path) -> list[str]:
    root = parse_xml(ZipFile(path).read("word/footnotes.xml"))
    notes = [note for note in root if note.get(qn("w:type")) is None]
    return ["".join(text.text or "" for text in note.iter(qn("w:t"))) for note in notes]


def test_whole_draft_is_formulas_quotes_and_blanks() -> None:
    assert words(DRAFT) == [
        "对区政协十五届二次会议\n第0131号提案的答复",
        "陆闻溪委员：",
        "您提出的《关于完善社区助餐服务的提案》收悉，现答复如下：",
        "一、关于“增设助餐点”",
        "【待填：本机关对此项的答复，先例供参照】",
        "“今年新增助餐点12处，对‘空巢’老人每餐补贴3元。”",
        "“1、布点",
        "“每个街道至少设一处助餐点。”",
        "二、关于“建立社区助餐的长效补贴机制……”",
        f"所提内容：“{LONG}”",
        "【待填：本机关对此项的答复，先例供参照】",
        "“今年新增助餐点12处，对‘空巢’老人每餐补贴3元。”",
        "三、关于“开办老年食堂”",
        "【待填：没有找到先例，请起草对此项的答复】",
        "感谢您对我们工作的关心和支持！",
        "【待填：发文机关】",
        "【待填：成文日期】",
        "（联系人：【待填】；联系电话：【待填】）",
    ]


def test_what_the_proposal_does_not_say_is_left_to_fill() -> None:
    lines = words(Draft(Proposal(Kind.PROPOSAL), ()))
    assert lines[:4] == [
        "对第【待填：提案号】号提案的答复",
        "【待填：主送】：",
        "您提出的【待填：提案题目】提案收悉，现答复如下：",
        "【待填：答复内容】",
    ]


@pytest.mark.parametrize(
    ("changed", "title", "recipient", "opening"),
    [
        (
            {"kind": Kind.SUGGESTION, "session": "区十六届人大三次会议", "title": "多设公厕"},
            "对区十六届人大三次会议第0131号建议的答复",
            "陆闻溪代表：",
            "您提出的《多设公厕》建议收悉，现答复如下：",
        ),
        (
            {"proposers": ("陆闻溪", "民盟云溪区委"), "session": None},
            "对第0131号提案的答复",
            "陆闻溪委员、民盟云溪区委：",
            "你们提出的《关于完善社区助餐服务的提案》收悉，现答复如下：",
        ),
        (
            {"proposers": ("陆闻溪委员",), "number": "第0131号"},
            "对区政协十五届二次会议第0131号提案的答复",
            "陆闻溪委员：",
            "您提出的《关于完善社区助餐服务的提案》收悉，现答复如下：",
        ),
        (
            {"proposers": ("陆闻溪", "沈佳委员等5位委员")},
            "对区政协十五届二次会议第0131号提案的答复",
            "陆闻溪、沈佳等5位委员：",
            "你们提出的《关于完善社区助餐服务的提案》收悉，现答复如下：",
        ),
        (
            {"proposers": ("农工党",)},
            "对区政协十五届二次会议第0131号提案的答复",
            "农工党：",
            "你们提出的《关于完善社区助餐服务的提案》收悉，现答复如下：",
        ),
        (
            {"kind": Kind.MESSAGE, "title": "食堂几点开", "proposers": ()},
            "对“食堂几点开”来信的答复",
            "【待填：主送】：",
            "您的来信收悉，现答复如下：",
        ),
    ],
)
def test_names_and_formulas_follow_what_is_answered(
    changed: dict[str, object], title: str, recipient: str, opening: str
) -> None:
    proposal = replace(PROPOSAL, **changed)  # type: ignore[arg-type]
    assert title_words(proposal) == title
    lines = words(Draft(proposal, ()))
    assert lines[1:3] == [recipient, opening]
    you = "你们" if opening.startswith("你们") else "您"
    assert lines[4] == f"感谢{you}对我们工作的关心和支持！"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("简化手续。", ["“简化手续。”"]),
        ("推行“一站式”窗口", ["“推行‘一站式’窗口”"]),
        ("贴出“‘加梯’告知书”", ["“贴出‘“加梯”告知书’”"]),
        ("Levi’s 门店", ["“Levi’s 门店”"]),
        ("多出的”引号", ["“多出的’引号”"]),
        ("一、布点\n\n　　二、补贴", ["“一、布点", "“二、补贴”"]),
        ("", ["“”"]),
    ],
)
def test_quotation_marks_by_depth(text: str, lines: list[str]) -> None:
    assert list(quoted_lines(text)) == lines


@pytest.mark.parametrize(
    ("end", "kept"),
    [("；", ""), ("，\n", ""), ("、", ""), ("。", "。"), ("？", "？"), ("；”", "；’")],
)
def test_what_parts_a_list_is_not_quoted(end: str, kept: str) -> None:
    asked = "一是在每个街道至少建成一家普惠托育机构，二是对民办机构的收费作“上限"
    lines = words(Draft(PROPOSAL, (Request(f"{asked}{end}"),)))
    assert f"所提内容：“{asked.replace('“', '‘')}{kept}”" in lines


def test_every_passage_stands_verbatim_in_the_file(saved: Path) -> None:
    text = "\n".join(paragraph.text for paragraph in Document(str(saved)).paragraphs)
    assert text.count(f"“{FIRST.replace('“', '‘').replace('”', '’')}”") == 2
    assert "“" + SECOND.replace("\n", "\n“") + "”" in text


def test_every_passage_has_a_footnote(saved: Path) -> None:
    assert footnotes_of(saved) == [
        " 云溪区民政局：《对区政协第0058号提案的答复》（云民〔2022〕7号），2022年4月9日，"
        "“一、扩大供给”部分，第321至345字。",
        " 出处不详，第41至58字。",
        " 云溪区民政局：《对区政协第0058号提案的答复》（云民〔2022〕7号），2022年4月9日，"
        "第321至345字。",
    ]
    body = Document(str(saved)).element.body
    anchors = [each.get(qn("w:id")) for each in body.iter(qn("w:footnoteReference"))]
    assert anchors == ["1", "2", "3"]
    separators = Document(str(saved)).settings.element.iter(qn("w:footnote"))
    assert [each.get(qn("w:id")) for each in separators] == ["-1", "0"]


def test_blanks_are_marked_and_nothing_else(saved: Path) -> None:
    runs = [run for paragraph in Document(str(saved)).paragraphs for run in paragraph.runs]
    marked = [r.text for r in runs if r.font.highlight_color == WD_COLOR_INDEX.YELLOW]
    blanks = [str(piece) for line in iter_lines(DRAFT) for piece in line.pieces
              if isinstance(piece, Blank)]  # fmt: skip
    assert marked == blanks
    assert not any("待填" in run.text for run in runs if run.text not in marked)


def test_paper_lines_and_margins(saved: Path) -> None:
    section = Document(str(saved)).sections[0]
    lengths = (
        *(section.page_width, section.page_height, section.top_margin, section.bottom_margin),
        *(section.left_margin, section.right_margin),
    )
    assert [round(each.mm) for each in lengths if each] == [210, 297, 37, 35, 28, 26]
    text = Mm(297 - 37 - 35)
    normal = Document(str(saved)).styles["Normal"]
    assert normal.paragraph_format.line_spacing == Pt(28)
    assert text // Pt(28) == 22
    closer = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert Mm(156).pt // (16 + closer) == 28


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("Normal", "仿宋_GB2312", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("所提内容", "楷体_GB2312", 16),
        ("Footer", "宋体", 14),
    ],
)
def test_fonts_with_what_may_stand_for_them(
    saved: Path, style: str, font: str, size: float
) -> None:
    used = Document(str(saved)).styles[style]
    assert used.element.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert (used.font.size, used.font.bold or False) == (Pt(size), False)
    table = parse_xml(ZipFile(saved).read("word/fontTable.xml"))
    (entry,) = [each for each in table if each.get(qn("w:name")) == font]
    (others,) = entry.iterfind(qn("w:altName"))
    assert len(str(others.get(qn("w:val"))).split(",")) > 2


@pytest.mark.parametrize("style", ["Title", "Footer", "footnote text", "主送机关", "署名"])
def test_only_text_is_indented_however_it_is_counted(saved: Path, style: str) -> None:
    styles = Document(str(saved)).styles
    for name, signs in ((style, "0"), ("Normal", "200")):
        assert styles[name].element.pPr.ind.get(qn("w:firstLineChars")) == signs


def test_pages_are_numbered_on_the_outer_side(saved: Path) -> None:
    document = Document(str(saved))
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (paragraph,) = footer.paragraphs
        assert paragraph._p.pPr.jc.get(qn("w:val")) == side
        assert "".join(t.text for t in paragraph._p.iter(qn("w:t"))) == "— 1 —"
        assert [f.get(qn("w:instr")) for f in paragraph._p.iter(qn("w:fldSimple"))] == ["PAGE"]


def test_file_has_a_title_an_author_and_a_language(saved: Path) -> None:
    properties = Document(str(saved)).core_properties
    assert properties.title == "对区政协十五届二次会议第0131号提案的答复"
    assert (properties.author, properties.language, properties.comments) == ("Dafu", "zh-CN", "")


def test_what_xml_cannot_hold_is_left_out_everywhere(tmp_path: Path) -> None:
    bad = "甲\x00乙\x0b丙\ud800丁\uffff<w:p>&amp;丁"
    proposal = Proposal(Kind.PROPOSAL, bad, bad, bad * 90, (bad,))
    card = replace(CARD, title=bad, agency=bad)
    save_draft(tmp_path / "a.docx", Draft(proposal, (Request(bad, (hit(bad, 0, card, bad),)),)))
    text = "\n".join(p.text for p in Document(str(tmp_path / "a.docx")).paragraphs)
    assert re.sub(r"\s", "", text).count("甲乙丙丁<w:p>&amp;丁") == 95
    assert "《甲乙丙丁<w:p>&amp;丁》" in footnotes_of(tmp_path / "a.docx")[0]


def test_parts_of_a_line_are_known_without_the_file() -> None:
    parts = [line.part for line in iter_lines(DRAFT)]
    assert parts[:4] == [Part.TITLE, Part.RECIPIENT, Part.BODY, Part.HEADING]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "云溪区民政局. 对区政协第0058号提案的答复：云民〔2022〕7号[A]. 2022-04-09."),
        ({"doc_number": None}, "云溪区民政局. 对区政协第0058号提案的答复[A]. 2022-04-09."),
        ({"agency": None, "date": None}, "对区政协第0058号提案的答复：云民〔2022〕7号[A]."),
        (
            {"agency": "甲局、乙局、丙局、丁局", "doc_number": None},
            "甲局，乙局，丙局，等. 对区政协第0058号提案的答复[A]. 2022-04-09.",
        ),
        ({"title": None, "doc_number": None}, "云溪区民政局. [题名不详][A]. 2022-04-09."),
        (
            {"web_address": "https://q.example/1", "fetched": "2026-11-27", "agency": None},
            "对区政协第0058号提案的答复：云民〔2022〕7号[A/OL]. 2022-04-09[2026-11-27]."
            " https://q.example/1.",
        ),
    ],
)
def test_references(changed: dict[str, str | None], words: str) -> None:
    assert reference(replace(CARD, **changed)) == words  # type: ignore[arg-type]


def test_places() -> None:
    assert place_words(hit("四个字的", 9)) == "第10至13字"
    assert (
        place_words(hit("一", 0, CARD, "一、甲", "（一）乙")) == "“一、甲”“（一）乙”部分，第1至1字"
    )
