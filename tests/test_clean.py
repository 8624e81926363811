"""Cleaning joins what was cut, drops the page's furniture, and leaves everything else apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers import iter_documents
from corpus.spans import HeadingSpan
from corpus.text.clean import Clean, clean, clean_text
from corpus.types import Document, Line

FORM = """办理结果： 采纳或解决

云桥区商务委员会

云商务〔2022〕7号

对区政协三届一次会议 第 0042 号提案的会办意见

区发改委：

您委转来的关于“发展夜间经济”的提案收悉，现提出意见如下：

一、打造夜间消费街区

1、推进街区改造。完成路面、照明、

排水等工程，新增摊位三十个，并引

导商户延长营业时间。二是**统一标识**，方便市民辨认。

云桥区商务委员会

2022年3月11日

联系人姓名：顾言 联系电话：62180000

邮政编码：339100"""


def test_sentences_cut_by_page_breaks_are_joined_and_the_form_stays_apart() -> None:
    assert clean_text(FORM).split("\n") == [
        "办理结果：采纳或解决",
        "云桥区商务委员会",
        "云商务〔2022〕7号",
        "对区政协三届一次会议 第 0042 号提案的会办意见",
        "区发改委：",
        "您委转来的关于“发展夜间经济”的提案收悉，现提出意见如下：",
        "一、打造夜间消费街区",
        "1、推进街区改造。完成路面、照明、排水等工程，新增摊位三十个，并引导商户延长营业时间。"
        "二是统一标识，方便市民辨认。",
        "云桥区商务委员会",
        "2022年3月11日",
        "联系人姓名：顾言 联系电话：62180000",
        "邮政编码：339100",
    ]


def test_a_title_broken_over_lines_is_one_line() -> None:
    text = "云桥区人民政府办公室对区人大\n三次会议第12号建议的答复\n云府办〔2022〕3号\n李明代表："
    assert clean_text(text).split("\n") == [
        "云桥区人民政府办公室对区人大三次会议第12号建议的答复",
        "云府办〔2022〕3号",
        "李明代表：",
    ]


def test_the_salutation_is_no_part_of_a_title() -> None:
    text = "关于增设公交站点的有关情况\n王代表：\n您的建议收悉。"
    assert clean_text(text) == text


def test_a_centred_title_of_a_wrapped_letter_ends_above_the_salutation() -> None:
    body = (
        "您提出的提案收悉，现答复如下：全市共排查内涝点六十一处，已治理三十处，其余列入明年计划" * 3
    )
    lines = [body[at : at + 28] for at in range(0, len(body), 28)]
    for title in (
        ["关于市政协第35号提案的答复"],
        ["关于市政协十五届二次会议第011号", "提案的答复"],
    ):
        head = [" " * 12 + line for line in title]
        cleaned = clean_text("\n".join([*head, "阿依古丽·买买提委员：", *lines])).split("\n")
        assert cleaned[:2] == ["".join(title), "阿依古丽·买买提委员："]


def test_a_title_goes_on_behind_the_name_of_the_matter() -> None:
    title = "关于区人大一次会议第1035号建议\n（关于修复便民桥的建议）\n办理情况的答复"
    assert clean_text(f"{title}\n谢长明代表：") == title.replace("\n", "") + "\n谢长明代表："
    page = "关于加强养老服务的建议\n答复意见\n王平代表："
    assert clean_text(page) == page


def test_an_agency_above_its_title_stays_apart() -> None:
    text = "云桥区教育局\n关于增设公交站点的\n答复\n王代表："
    assert clean_text(text) == "云桥区教育局\n关于增设公交站点的答复\n王代表："


HARD_WRAPPED = """　　您提出的关于完善老旧小区消防设施的提案收悉，经
会同区消防救援大队和各街道办事处认真研究，现答复
如下。全区现有老旧小区一百二十个，消防设施缺失的
有三十七个。
　　一、已经开展的工作
　　去年以来共为二十四个小区补建了消火栓和微型消防
站，更换灭火器两千余具。同时对楼道堆物进行了集中
清理。
　　二、下一步打算
　　今年继续安排财政资金，争取年内完成其余小区改造
。"""


def test_hard_wrapped_lines_are_joined_to_paragraphs() -> None:
    assert clean_text(HARD_WRAPPED).split("\n") == [
        "您提出的关于完善老旧小区消防设施的提案收悉，经会同区消防救援大队和各街道办事处认真研究，"
        "现答复如下。全区现有老旧小区一百二十个，消防设施缺失的有三十七个。",
        "一、已经开展的工作",
        "去年以来共为二十四个小区补建了消火栓和微型消防站，更换灭火器两千余具。"
        "同时对楼道堆物进行了集中清理。",
        "二、下一步打算",
        "今年继续安排财政资金，争取年内完成其余小区改造。",
    ]


WRAPPED = (
    (
        "您提出的关于完善老旧小区消防设施的提案",
        "收悉。经会同区消防救援大队研究答复如下。",
        "全区现有老旧小区一百二十个，其中消防设施",
        "缺失的有三十七个，主要在云桥和学士两街道",
        "以及长街街道，已经逐个登记并且制定方案。",
    ),
    (
        "去年以来共为二十四个小区补建了消火栓和",
        "微型消防站，更换消防水带和灭火器一千余具",
        "并公开名单，详见区政府网站。",
        "www.yunqiao.gov.cn并对楼道杂物集中清理。",
    ),
)
"""Two paragraphs wrapped at 40 columns; all but one line are full, and two within end in 。"""


@pytest.mark.parametrize(("indent", "gap"), [("  ", "\n"), ("", "\n\n")])
def test_indents_or_empty_lines_tell_where_a_wrapped_paragraph_ends(indent: str, gap: str) -> None:
    text = gap.join(indent + "\n".join(lines) for lines in WRAPPED)
    assert clean_text(text).split("\n") == ["".join(lines) for lines in WRAPPED]


@pytest.mark.parametrize(("indent", "gap"), [("  ", "\n"), ("", "\n\n"), ("", "\n")])
def test_what_all_wrapped_lines_have_tells_no_paragraph_apart(indent: str, gap: str) -> None:
    (first, second, *rest), last = WRAPPED
    text = gap.join(indent + line for lines in WRAPPED for line in lines)
    assert clean_text(text).split("\n") == [
        *(first + second, "".join(rest), "".join(last[:3]), last[3]),
    ]


def test_lines_that_are_whole_sentences_are_not_wrapped() -> None:
    lines = ["全区现有老旧小区一百二十个已经全部查清。"] * 6
    text = "\n".join(f"  {line}" if at < 2 else line for at, line in enumerate(lines))
    assert clean_text(text).split("\n") == lines


CUT_BY_COUNT = """云桥区交通局关于第十二号建议的答复
李明代表：
　　您提出的《关于延长夜间公交线路运
营时间的建议》收悉。现答复如下：
　　一、2024年起全区公交线增至3
0条，日均运送1200人次以上，末班
车为23时。
　　二、65岁以上老人凭卡免费乘车，
由区财政每人每月补贴15元。
　　以上答复，如有意见请及时反馈。
　　　　　　　　　　云桥区交通局"""


def test_lines_cut_by_their_count_of_characters_are_joined_even_within_a_number() -> None:
    assert clean_text(CUT_BY_COUNT).split("\n") == [
        "云桥区交通局关于第十二号建议的答复",
        "李明代表：",
        "您提出的《关于延长夜间公交线路运营时间的建议》收悉。现答复如下：",
        "一、2024年起全区公交线增至30条，日均运送1200人次以上，末班车为23时。",
        "二、65岁以上老人凭卡免费乘车，由区财政每人每月补贴15元。",
        "以上答复，如有意见请及时反馈。",
        "云桥区交通局",
    ]


def test_short_lines_of_one_length_are_not_cut() -> None:
    lines = [
        "云桥街道公共服务中心一楼大厅",
        "学士街道公共服务中心二楼大厅",
        "长街街道公共服务中心三楼大厅",
    ]
    text = "\n".join(("　　下列中心受理申请：", *lines, *lines, "　　云桥区民政局"))
    assert clean_text(text).split("\n") == ["下列中心受理申请：", *lines, *lines, "云桥区民政局"]


def test_what_only_ends_a_sentence_is_joined_to_it() -> None:
    assert clean_text("您的建议收悉。现答复\n如下：") == "您的建议收悉。现答复如下："


def test_four_lines_are_enough_to_be_wrapped() -> None:
    lines = (
        "全区现有老旧小区一百二十个其中消防设施的",
        "缺失的有三十七个主要集中在云桥和学士街道",
        "以及长街街道等地已经逐个登记并制定了方案",
    )
    for gap in ("\n", "\n\n"):
        assert clean_text(gap.join((*lines, "正在实施"))) == "".join((*lines, "正在实施"))
    assert clean_text("\n".join(lines)).split("\n") == list(lines)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (("地址：东风路8号（市政府", "大院）302室"), True),
        (("已完成改造", "，并加强管理"), True),
        (("（联系人见附件。", "）谢谢"), True),
        (("我区对辖区内所有老旧小区的消防设施进行了检查，并对其", "进行整治，已完成"), True),
        (("我区对辖区内老旧小区的消防设施进行了检查，并对其", "进行整治，已完成"), False),
        (("地址：东风路8号", "大院302室"), False),
        (("类别，名称 | 数量", "路灯"), False),
        (("类别，名称，", "路灯 | 30"), False),
    ],
)
def test_punctuation_shows_whether_a_line_goes_on(lines: tuple[str, str], joined: bool) -> None:
    assert clean_text("\n".join(lines)) == ("" if joined else "\n").join(lines)


def test_marked_headings_are_joined_to_nothing() -> None:
    lines = [Line("路灯，", heading=2), Line("已修复，"), Line("停车，", heading=2)]
    assert clean(lines).text == "路灯，\n已修复，\n停车，"


def test_numbered_parts_signature_and_names_are_not_joined() -> None:
    text = (
        "一、优化营商环境，促进民营经济发展\n去年新增企业三百家。\n"
        "组长：孙 立 副区长\n成 员：李 平 区教育局局长\n云桥区商务委员会\n2022年3月1日"
    )
    assert clean_text(text).split("\n") == [
        "一、优化营商环境，促进民营经济发展",
        "去年新增企业三百家。",
        "组长：孙立 副区长",
        "成员：李平 区教育局局长",
        "云桥区商务委员会",
        "2022年3月1日",
    ]


def test_a_sentence_with_a_remark_in_brackets_behind_it_is_whole() -> None:
    text = "完善补贴办法，做到应补尽补。（区财政局负责）\n优化办事流程，压缩时限。（各街道负责）"
    assert clean_text(text) == text


@pytest.mark.parametrize(
    "furniture", ["— 2 —", "- 3 -", "－4－", "第 2 页 共 5 页", "第2页", "Page 3 of 9"]
)
def test_page_numbers_are_dropped_and_the_sentence_around_them_joined(furniture: str) -> None:
    text = f"去年完成改造。今年将继续安排资金，推\n{furniture}\n进其余小区改造。"
    assert clean_text(text) == "去年完成改造。今年将继续安排资金，推进其余小区改造。"


def test_running_headers_and_bare_page_numbers_are_dropped_on_paged_documents() -> None:
    pages = [
        ("内部办文系统打印", "云桥区商务委员会", "李委员：", "您的提案收悉，现答复如下：", "1"),
        ("内部办文系统打印", "一、已做工作", "去年建成市场。", "新增摊位一百个。", "2"),
        ("内部办文系统打印", "二、下一步", "今年建成街区。", "云桥区商务委员会", "3"),
    ]
    lines = [Line(text, page=page) for page, texts in enumerate(pages) for text in texts]
    assert clean(lines).text.split("\n") == [
        *("云桥区商务委员会", "李委员：", "您的提案收悉，现答复如下："),
        *("一、已做工作", "去年建成市场。", "新增摊位一百个。"),
        *("二、下一步", "今年建成街区。", "云桥区商务委员会"),
    ]


def test_two_pages_are_enough_for_a_running_header() -> None:
    pages = [
        ("内部办文系统打印", "李委员：", "您的提案收悉。"),
        ("内部办文系统打印", "今年建成街区。"),
    ]
    lines = [Line(text, page=page) for page, texts in enumerate(pages) for text in texts]
    assert clean(lines).text == "李委员：\n您的提案收悉。\n今年建成街区。"


def test_a_running_line_may_count_the_pages_and_rows_of_tables_do_not() -> None:
    pages = [
        ("办文系统 第1页 共3页", "1 夜间1路 22:01", "2 夜间2路 22:02"),
        ("办文系统 第2页 共3页", "3 夜间3路 22:03", "4 夜间4路 22:04"),
        ("办文系统 第3页 共3页", "5 夜间5路 22:05", "6 夜间6路 22:06"),
    ]
    lines = [Line(text, page=page) for page, texts in enumerate(pages) for text in texts]
    assert clean(lines).text.split("\n") == [f"{n} 夜间{n}路 22:0{n}" for n in range(1, 7)]


def test_a_bare_number_is_dropped_only_at_the_edge_of_a_page() -> None:
    pages = [("界址点", "11", "区规划局"), ("李委员：",), ("您的提案收悉。", "3")]
    lines = [Line(text, page=page) for page, texts in enumerate(pages) for text in texts]
    assert clean(lines).text == "界址点\n11\n区规划局\n李委员：\n您的提案收悉。"


def test_bare_numbers_of_unpaged_text_stay() -> None:
    assert clean_text("界址点\n11\n12") == "界址点\n11\n12"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("２０２２年３月，ＡＢＣ　Ｄ", "2022年3月，ABC D"),
        ("增长５％", "增长5%"),
        ("“保留”，（全角）标点！", "“保留”，（全角）标点！"),
        ("几 个 问 题 的 通 知", "几个问题的通知"),
        ("姓名：张三　　电话：1234", "姓名：张三 电话：1234"),
        ("联系人： 联系电话：1234", "联系人： 联系电话：1234"),
        ("2022 年 3 月 1 日", "2022年3月1日"),
        ("零\u200b宽\ufeff字符\xa0和\x07控制符", "零宽字符 和控制符"),
        ("\u2f47期", "日期"),
        ("坏的\ud800代理项", "坏的\ufffd代理项"),
        ("5**3=15，**重点**", "5**3=15，重点"),
        ("**一是**加快，**二是**优化", "一是加快，二是优化"),
        ("the quick\nbrown fox", "the quick\nbrown fox"),
    ],
)
def test_characters_are_spelt_plainly(raw: str, plain: str) -> None:
    assert clean_text(raw) == plain


def test_headings_are_found_again_in_the_clean_text() -> None:
    lines = [
        Line("关于加装电梯的答复", heading=1, paragraph_end=True),
        Line("一、 进展", heading=2, paragraph_end=True),
        Line("完成 3 台。", paragraph_end=True),
    ]
    assert clean(lines) == Clean(
        "关于加装电梯的答复\n一、进展\n完成 3 台。",
        (HeadingSpan(0, 9, 1), HeadingSpan(10, 14, 2)),
    )


PIECES = st.sampled_from(
    [
        *(
            "一、",
            "（二）",
            "1、",
            "关于",
            "对",
            "的答复",
            "委员：",
            "，",
            "。",
            "、",
            "：",
            "“",
            "”",
        ),
        *(
            "（",
            "）",
            "**",
            "*",
            " ",
            "\u3000",
            "\n",
            "\n\n",
            "\f",
            "— 2 —",
            "第 2 页",
            "３",
            "7",
            "年",
        ),
        *(
            "月",
            "日",
            "区商务委",
            "推进街区改造",
            "经济",
            "abc",
            "\u200b",
            "|",
            " | ",
            "《",
            "》",
            "附件",
        ),
    ]
)
# Lists without a least size are short: hardly one in ten has lines to join.
TEXTS = st.text() | (st.lists(PIECES, max_size=20) | st.lists(PIECES, min_size=30)).map("".join)


@given(TEXTS)
def test_cleaning_is_idempotent(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once


@given(TEXTS)
def test_clean_text_has_no_blank_lines_or_outer_spaces(text: str) -> None:
    lines = clean_text(text).split("\n")
    assert lines == [""] or all(line and line == line.strip() for line in lines)


def test_every_cut_sentence_of_the_reference_reply_is_whole(data: Path) -> None:
    (path,) = (data / "documents").glob("普商务*.txt")
    (document,) = iter_documents(path)
    assert isinstance(document, Document)
    lines = clean(document.lines).text.split("\n")
    assert len(lines) == 27
    prose = [line for line in lines if len(line) > 40]
    assert all(line[-1] in "。：" for line in prose)
    assert [line[:3] for line in lines[-5:-3]] == ["普陀区", "202"]


def test_all_development_documents_keep_every_character_but_space(data: Path) -> None:
    paths = sorted((data / "documents").glob("*.txt"))
    assert paths
    for path in paths:
        (document,) = iter_documents(path)
        assert isinstance(document, Document)
        raw = clean_text("".join(line.text for line in document.lines)).replace(" ", "")
        text = clean(document.lines).text.replace("\n", "").replace(" ", "")
        assert len(text) > 100, path.name
        assert text == raw.replace("\n", ""), path.name
