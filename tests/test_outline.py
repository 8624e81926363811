"""Which lines and marks count as the numbering of a document, and which do not."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.spans import HeadingSpan
from corpus.text.clean import clean_text
from corpus.text.outline import MAX_HEADING, Section, find_sections, sections_between


def levels(text: str) -> list[tuple[int, str]]:
    return [(section.level, section.heading) for section in find_sections(text)]


def test_four_levels_nest() -> None:
    text = (
        "一、完善公园布局\n"
        "（一）新建口袋公园。全年建成12处。\n"
        "1、选址。优先利用边角地。\n"
        "2、设计。征求居民意见。\n"
        "（二）开放附属绿地。共开放7处。\n"
        "二、加强日常养护\n"
        "我局每月巡查。"
    )
    assert levels(text) == [
        (1, "一、完善公园布局"),
        (2, "（一）新建口袋公园"),
        (3, "1、选址"),
        (3, "2、设计"),
        (2, "（二）开放附属绿地"),
        (1, "二、加强日常养护"),
    ]
    sections = find_sections(text)
    assert sections[3].path == ("一、完善公园布局", "（一）新建口袋公园", "2、设计")
    assert text[sections[2].start : sections[2].end] == "1、选址。优先利用边角地。\n"
    assert text[sections[1].start : sections[1].end].endswith("征求居民意见。\n")
    assert [section.heading_alone for section in sections] == [
        True,
        False,
        False,
        False,
        False,
        True,
    ]
    assert [section.top for section in sections] == [True, False, False, False, False, True]


def test_numbers_within_a_paragraph() -> None:
    text = "1、抓培训。一是开设夜校；二是送教上门。2、抓就业。首先，摸清底数；其次，开展招聘。"
    assert levels(text) == [
        (1, "1、抓培训"),
        (2, "一是开设夜校"),
        (2, "二是送教上门"),
        (1, "2、抓就业"),
        (2, "首先，摸清底数"),
        (2, "其次，开展招聘"),
    ]
    assert not any(section.top for section in find_sections(text))


def test_inline_numbers_within_ordinals_stay_below_them() -> None:
    text = "一是修路：1、老街；2、新街。二是种树。"
    assert levels(text) == [(1, "一是修路"), (2, "1、老街"), (2, "2、新街"), (1, "二是种树")]


def test_what_follows_in_the_line_or_below_it_is_no_part_of_a_heading_or_section() -> None:
    text = "一是修路：1、老街；2、新街。二是种树。\n我局每月巡查。"
    sections = find_sections(text)
    assert text[sections[-1].start : sections[-1].end] == "二是种树。"
    assert not any(section.heading_alone for section in sections)


def test_numbering_restarts_under_every_section() -> None:
    text = "一、现状\n1、路窄。\n2、灯暗。\n二、打算\n1、拓宽。\n2、换灯。"
    assert [level for level, _ in levels(text)] == [1, 2, 2, 1, 2, 2]


def test_a_line_may_skip_or_repeat_a_number() -> None:
    assert [heading for _, heading in levels("1、路窄\n3、灯暗\n3、桥旧\n4、树少")] == [
        *("1、路窄", "3、灯暗", "3、桥旧", "4、树少"),
    ]


def test_digits_may_be_the_outermost_numbering() -> None:
    assert levels("1．路窄\n说明。\n2．灯暗\n说明。") == [(1, "1．路窄"), (1, "2．灯暗")]


@pytest.mark.parametrize(
    "text",
    [
        "全区新增绿地\n1.5万平方米，\n2.5万平方米在建。",
        "预计\n2、3月份完工，\n3、4月份通车。",
        "2021.3.11至2021.4.12公示。",
        "根据条例第（一）项和第（二）项，不予受理。",
        "一、二号线换乘，\n二、三号线共线。",
        "1、2号楼与2、3号楼之间加设路灯。",
        "首先感谢您的关注。其次感谢您的支持。",
        "1、只有一条。",
        "2、路窄。\n3、灯暗。",
        "问题有：1、路窄；3、灯暗。",
        "我区共有五家医院，一是否开放由院方决定，二是否收费另行通知。",
    ],
)
def test_what_only_looks_like_numbering(text: str) -> None:
    assert levels(text) == []


def test_statute() -> None:
    text = (
        "第一章 总则\n第一条 为了保护湿地，制定本办法。\n第二条 本市湿地适用本办法。\n"
        "第二章 附则\n第三条 本办法自公布之日起施行。"
    )
    assert levels(text) == [
        (1, "第一章 总则"),
        (2, "第一条"),
        (2, "第二条"),
        (1, "第二章 附则"),
        (2, "第三条"),
    ]


def test_marked_headings_and_the_title_among_them() -> None:
    text = "关于路灯的答复\n现状\n灯暗。\n近期\n1、换灯。\n2、加灯。\n打算\n巡查。"
    headings = [
        HeadingSpan(text.index(heading), text.index(heading) + len(heading), level)
        for heading, level in [("关于路灯的答复", 1), ("现状", 2), ("近期", 2), ("打算", 2)]
    ]
    sections = find_sections(text, headings)
    assert [(s.level, s.heading) for s in sections] == [
        (1, "现状"),
        (1, "近期"),
        (2, "1、换灯"),
        (2, "2、加灯"),
        (1, "打算"),
    ]


def test_a_numbered_line_that_is_also_marked_counts_once() -> None:
    text = "一、现状\n灯暗。\n二、打算\n换灯。"
    headings = [HeadingSpan(0, 4, 2), HeadingSpan(9, 13, 2)]
    assert [s.path for s in find_sections(text, headings)] == [("一、现状",), ("二、打算",)]


def test_numbers_decide_where_only_some_headings_are_marked() -> None:
    text = "一、现状\n1、路窄\n六米。\n2、灯暗\n四盏。\n二、打算\n换灯。"
    headings = [
        HeadingSpan(text.index(heading), text.index(heading) + 4, 3)
        for heading in ["1、路窄", "2、灯暗"]
    ]
    assert [(s.level, s.heading) for s in find_sections(text, headings)] == [
        (1, "一、现状"),
        (2, "1、路窄"),
        (2, "2、灯暗"),
        (1, "二、打算"),
    ]


def test_sections_of_a_part_lose_what_was_above_them() -> None:
    text = "一、来信\n路窄。\n（一）概况\n六米。\n（二）打算\n拓宽。\n二、其他\n无。"
    sections = find_sections(text)
    inner = sections_between(sections, text.index("（一）"), text.index("无"))
    assert [(s.level, s.path, s.top) for s in inner] == [
        (1, ("（一）概况",), False),
        (1, ("（二）打算",), False),
        (1, ("二、其他",), True),
    ]
    assert inner[-1].end == text.index("无")


def test_long_numbered_paragraph_gets_a_short_heading() -> None:
    first = "1、对新建、改建和扩建的社区食堂，" + "按照面积给予补助" * 8 + "。"
    assert levels(first + "\n2、其他。")[0] == (1, "1、对新建、改建和扩建的社区食堂")
    solid = "1、" + "补" * 80
    assert levels(solid + "\n2、其他。")[0] == (1, solid[:MAX_HEADING])


@pytest.fixture(scope="module")
def reference(data: Path) -> tuple[Section, ...]:
    text = (data / "documents" / "普商务〔2021〕9号.txt").read_text(encoding="utf-8")
    return find_sections(clean_text(text))


def test_reference_reply(reference: tuple[Section, ...]) -> None:
    numbers = [(section.level, section.heading[:2]) for section in reference]
    assert numbers == [
        (1, "一、"), (2, "1、"), (2, "2、"), (2, "3、"),
        (1, "二、"), (2, "1、"), (2, "2、"), (2, "3、"), (2, "4、"),
        (3, "一是"), (3, "二是"), (3, "三是"),
        (1, "三、"), (2, "1、"), (3, "一是"), (3, "二是"), (2, "2、"), (2, "3、"),
    ]  # fmt: skip


PIECES = st.sampled_from([
    "一、", "二、", "三、", "（一）", "（二）", "1、", "2、", "3．", "（1）", "①", "②",
    "一是", "二是", "第一章", "第一条", "第二条", "首先，", "其次，", "路灯", "5",
    "。", "；", "：", "，", " ", "\n",
])  # fmt: skip


# Lists without a least size are short: hardly one in ten has a section.
@given((st.lists(PIECES, max_size=20) | st.lists(PIECES, min_size=30)).map("".join))
def test_sections_nest_and_quote_their_headings(text: str) -> None:
    sections = find_sections(text)
    for section in sections:
        assert text[section.start : section.heading_end] == section.heading
        assert section.start < section.heading_end <= section.end
        assert section.level == len(section.path)
        assert section.path[-1] == section.heading
        assert len(section.heading) <= MAX_HEADING
    for earlier, later in pairwise(sections):
        assert earlier.start < later.start
        assert later.level <= earlier.level + 1
        assert later.start >= earlier.end or later.end <= earlier.end
