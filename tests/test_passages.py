"""Sentences, formulas at the edges, and the passages between them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.clean import clean_text
from corpus.text.formulas import find_edges
from corpus.text.outline import find_sections
from corpus.text.passages import MAXIMUM, split_passages
from corpus.text.sentences import sentence_spans
from corpus.types import Field, FieldName, Passage, PassageRole


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def by_role(text: str, role: PassageRole) -> list[str]:
    return [passage.text for passage in split_passages("r", text) if passage.role is role]


def test_sentences_keep_their_closing_quotes_and_asides() -> None:
    text = "他说：“路修好了。”谢谢！（城建科负责）下周通车；请绕行……\n完"
    assert sentences(text) == [
        "他说：“路修好了。”",
        "谢谢！（城建科负责）",
        "下周通车；",
        "请绕行……",
        "完",
    ]


def test_a_title_with_a_question_mark_ends_no_sentence() -> None:
    text = "您反映的“路灯怎么不亮？”的问题收悉。见《怎么办？》一文。网址http://a.cn/?x=1可查。"
    assert sentences(text) == [
        "您反映的“路灯怎么不亮？”的问题收悉。",
        "见《怎么办？》一文。",
        "网址http://a.cn/?x=1可查。",
    ]


def test_sentences_of_a_part() -> None:
    assert sentence_spans("甲。乙。丙。", 2, 5) == [(2, 4), (4, 5)]


REPLY = """\
办理结果：采纳或解决
公开属性：主动公开
南坪区水务局
南水务〔2022〕18号
对区政协九届二次会议第0088号提案的答复
周启明委员：
您提出的关于“治理东溪黑臭水体”的提案收悉，经研究，现答复如下：
东溪全长4.6公里，治理工作已列入区政府实事项目。
一、控源截污
1、新建管网。铺设污水管6公里。
2、封堵排口。共封堵41处。
二、生态修复
种植水生植物2万平方米。
感谢您对水务工作的关心和支持！
南坪区水务局
2022年5月9日
联系人：方敏 联系电话：60001234
"""


def test_a_letter_has_opening_substance_and_closing() -> None:
    passages = split_passages("r", REPLY)
    assert [(p.role, p.heading_path) for p in passages] == [
        (PassageRole.OPENING, ()),
        (PassageRole.SUBSTANCE, ()),
        (PassageRole.SUBSTANCE, ("一、控源截污",)),
        (PassageRole.SUBSTANCE, ("二、生态修复",)),
        (PassageRole.CLOSING, ()),
    ]
    assert passages[0].text.endswith("现答复如下：")
    assert passages[1].text == "东溪全长4.6公里，治理工作已列入区政府实事项目。"
    assert (
        passages[2].text
        == "一、控源截污\n1、新建管网。铺设污水管6公里。\n2、封堵排口。共封堵41处。"
    )
    assert passages[4].text.startswith("感谢您")


def test_fields_tell_the_letterhead() -> None:
    text = "东溪治理情况\n东溪全长4.6公里。"
    assert find_edges(text) == (0, len(text))
    assert find_edges(text, [Field(FieldName.TITLE, "东溪治理情况", 0, 6)]) == (6, len(text))


def test_a_line_is_letterhead_where_fields_cover_more_than_half_of_it() -> None:
    text = "南坪区水务局\n东溪治理情况\n东溪全长4.6公里。"
    assert find_edges(text, [Field(FieldName.TITLE, "东溪治理情况", 7, 13)]) == (13, len(text))
    assert find_edges(text, [Field(FieldName.TITLE, "东溪治", 7, 10)]) == (6, len(text))
    assert find_edges(text, [Field(FieldName.TITLE, "东溪治理", 7, 11)]) == (13, len(text))


def test_a_page_that_shows_the_question_above_the_answer() -> None:
    text = (
        "小区门口路灯不亮\n来信编号：20230007\n来信内容\n1、路灯坏了。\n2、没人修。\n"
        "答复内容\n来信人：您好！\n已于5月9日修复。\n南坪区城市管理局"
    )
    title = Field(FieldName.TITLE, "小区门口路灯不亮", 0, 8)
    passages = split_passages("r", text, fields=[title])
    assert [(p.role, p.heading_path) for p in passages] == [
        (PassageRole.OPENING, ()),
        (PassageRole.SUBSTANCE, ()),
        (PassageRole.CLOSING, ()),
    ]
    assert passages[1].text == "已于5月9日修复。"


@pytest.mark.parametrize(
    ("text", "substance"),
    [
        (
            "网友“晨光”您好！您的留言已收悉。现将有关情况回复如下：该路10月通车。"
            "感谢您对我们工作的关心、监督与支持。2020年4月29日",
            "该路10月通车。",
        ),
        (
            "您好，您反映“菜场太脏”的问题，我街道高度重视，立即派人查看，现回复如下："
            "已清扫三次。给您带来的不便，敬请谅解！特此回复。山前街道办事处 2020年3月1日",
            "已清扫三次。",
        ),
        # A fact within the sentence that leads in, or behind the thanks, must be found.
        (
            "您好！您反映的问题属实，该厂已停产，现将情况答复如下：详见公告。",
            "您反映的问题属实，该厂已停产，现将情况答复如下：详见公告。",
        ),
        (
            "该路10月通车。感谢您的关注，如有疑问请拨打12345。",
            "该路10月通车。感谢您的关注，如有疑问请拨打12345。",
        ),
        ("该路10月通车。请咨询区教育局", "该路10月通车。请咨询区教育局"),
        (
            "您反映路灯不亮\n您建议换灯\n现答复如下：已换。",
            "您反映路灯不亮\n您建议换灯\n现答复如下：已换。",
        ),
        ("您反映路灯不亮\n现答复如下：已换。", "已换。"),
        ("您的留言已收悉。感谢您的建议。", "您的留言已收悉。感谢您的建议。"),
        ("2021年3月11日", "2021年3月11日"),
    ],
)
def test_formulas_never_swallow_a_fact(text: str, substance: str) -> None:
    assert "".join(by_role(text, PassageRole.SUBSTANCE)) == substance


def test_long_sections_are_cut_at_sentences_and_short_ones_share_a_passage() -> None:
    long = "一、道路\n" + "".join(f"第{n}段道路已完成沥青摊铺并通车。" for n in range(10, 60))
    text = long + "\n二、桥梁\n1、东桥。已修。\n2、西桥。在修。\n3、南桥。未修。"
    passages = split_passages("r", text)
    assert [p.heading_path for p in passages] == [("一、道路",)] * 3 + [("二、桥梁",)]
    assert all(p.text.endswith("。") for p in passages)
    assert all(200 <= len(p.text) <= 400 for p in passages[:3])


def test_a_heading_stays_with_what_it_heads() -> None:
    filler = "全区道路均已完成沥青摊铺并通车。"
    text = "一、道路\n（一）主干道\n" + filler * 17 + "\n（二）支路\n" + filler * 17
    assert [p.text.split("\n")[:2][0] for p in split_passages("r", text)] == [
        "一、道路",
        "（二）支路",
    ]


def test_a_heading_that_has_no_room_with_what_it_heads_stands_alone() -> None:
    passages = split_passages("r", "一、道路\n" + "长" * MAXIMUM + "\n二、桥梁\n已修。")
    assert [(p.heading_path, len(p.text)) for p in passages] == [
        (("一、道路",), 4),
        (("一、道路",), MAXIMUM),
        (("二、桥梁",), 8),
    ]


def test_a_sentence_without_end_is_cut_at_commas_or_anywhere() -> None:
    at_commas = split_passages("r", "很长，" * 400)
    assert max(len(p.text) for p in at_commas) <= MAXIMUM
    assert all(p.text.startswith("很") and p.text.endswith("，") for p in at_commas)
    assert max(len(p.text) for p in split_passages("r", "长" * 1200)) <= MAXIMUM


def check(text: str, passages: tuple[Passage, ...]) -> None:
    place = 0
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text == passage.text.strip()
        assert passage.text
        assert len(passage.text) <= MAXIMUM
        assert not text[place : passage.start].strip()
        place = passage.end
    assert not text[place:].strip()
    if text.strip():
        assert any(passage.role is PassageRole.SUBSTANCE for passage in passages)
    order = [PassageRole.OPENING, PassageRole.SUBSTANCE, PassageRole.CLOSING]
    roles = [order.index(passage.role) for passage in passages]
    assert roles == sorted(roles)
    tops = [section.start for section in find_sections(text) if section.top]
    for passage in passages:
        if passage.role is PassageRole.SUBSTANCE:
            assert not any(passage.start < top < passage.end for top in tops)


FRAGMENTS = st.sampled_from([
    "您好！", "现答复如下：", "感谢您的关心。", "2021年3月11日", "特此回复。", "收悉。",
    "南坪区水务局",
    "一、道路", "二、桥梁", "（一）", "（二）", "1、", "2、", "一是", "二是", "\n", "\n", " ",
    "该路已经通车。", "很长，" * 30, "长" * 90, "“", "”", "（", "）", "《", "》", "……", "？",
    "a", "；", "\u3000",
])  # fmt: skip


# Lists without a least size hardly ever fill a passage.
@given((st.lists(FRAGMENTS, max_size=20) | st.lists(FRAGMENTS, min_size=50)).map("".join))
def test_passages_cover_the_text_in_order(text: str) -> None:
    check(text, split_passages("r", text))


SENTENCES = st.sampled_from([
    "该路已经通车。", "污水管\n已铺设6公里；", "一是拓宽路面，二是增设站点。",
    "居民说：“何时修好？”", "很长，" * 30,
])  # fmt: skip
SECTIONS = st.lists(
    st.lists(SENTENCES, min_size=1, max_size=30).map("".join), min_size=2, max_size=5
)


@given(SECTIONS)
def test_every_section_has_passages_of_its_own(bodies: list[str]) -> None:
    headings = [f"{han}、进展" for han in "一二三四五"[: len(bodies)]]
    sections = [f"{heading}\n{body}" for heading, body in zip(headings, bodies, strict=True)]
    text = "李委员：\n提案收悉，现答复如下：\n" + "\n".join(sections) + "\n南坪区水务局"
    passages = split_passages("r", text)
    check(text, passages)
    for heading, section in zip(headings, sections, strict=True):
        own = [p for p in passages if p.heading_path[:1] == (heading,)]
        assert own[0].text.startswith(f"{heading}\n")
        assert "".join("".join(p.text for p in own).split()) == "".join(section.split())
        assert len(own) >= len(section) / MAXIMUM
    assert [p.role for p in (passages[0], passages[-1])] == [
        PassageRole.OPENING,
        PassageRole.CLOSING,
    ]


@given(st.text(alphabet="一二、（）1.是。；：？！“”\n 路", max_size=200))
def test_sentences_cover_the_text_in_order(text: str) -> None:
    place = 0
    for start, end in sentence_spans(text):
        assert place <= start < end
        assert not text[place:start].strip()
        assert text[start:end] == text[start:end].strip()
        place = end
    assert not text[place:].strip()


def test_development_data(data: Path) -> None:
    lines = (data / "board" / "replies.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [clean_text(json.loads(line)["reply"]) for line in lines[::5]]
    texts += [clean_text(p.read_text(encoding="utf-8")) for p in (data / "documents").glob("*.txt")]
    lengths = []
    for text in texts:
        passages = split_passages("r", text)
        check(text, passages)
        lengths += [len(p.text) for p in passages if p.role is PassageRole.SUBSTANCE]
    assert 200 <= sum(lengths) / len(lengths) <= 320
