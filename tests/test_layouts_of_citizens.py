"""How pages set a citizen's message and its answer: by bylines, bare labels, steps and names."""

from __future__ import annotations

import pytest

from corpus.errors import UnreadableFile
from corpus.parse import parse_text
from corpus.types import FieldName, Reply
from tests.citizens import ANSWER, ASKED, FOUND, OFFICE, TITLE, read_page


def _values(reply: Reply) -> dict[str, str | None]:
    names = (FieldName.TITLE, FieldName.ASKED, FieldName.AGENCY, FieldName.DATE, FieldName.KIND)
    return {name.value: reply.value(name) for name in names}


_LAYOUTS = {
    "who did what, and when": f"{TITLE}\n云中客 发表于 2023-05-06 08:41\n{ASKED}\n"
    f"{OFFICE} 回复于 2023-05-09 16:20\n{ANSWER}",
    "when, and who": f"{TITLE}\n云中客 于 2023-05-06 提问\n{ASKED}\n"
    f"2023-05-09 {OFFICE} 答复\n{ANSWER}",
    "cells": f"云中客 | 2023-05-06 13:18 | 市政设施\n{TITLE}\n{ASKED}\n"
    f"{OFFICE} | 2023-05-09 09:40 | 已办结\n{ANSWER}",
    "slashes": f"{TITLE}\n云中客 2023/5/6 6:12:00 提问\n{ASKED}\n"
    f"{OFFICE} 2023/5/9 15:30:00 答复\n{ANSWER}",
    "two lines": f"{TITLE}\n云中客\n2023-05-06 17:02\n{ASKED}\n"
    f"{OFFICE}\n2023-05-09 10:10\n{ANSWER}",
    "a name, and the day below": f"云中客:{TITLE}\n时间:2023-05-06 分类:市政\n{ASKED}\n"
    f"{OFFICE}:\n时间:2023-05-09\n{ANSWER}",
    "a title below the byline": f"云中客 2023-05-06 18:22\n#{TITLE}#\n{ASKED}\n"
    f"{OFFICE} 2023-05-09 08:56\n{ANSWER}",
    "bylines below": f"主题 {TITLE}\n{ASKED}\n云中客 2023年5月6日\n部门回复\n{ANSWER}\n"
    f"{OFFICE} 2023年5月9日",
    "days in brackets": f"提问标题：{TITLE}\n问题：{ASKED}（2023-05-06）\n"
    f"{OFFICE}：{ANSWER}（2023-05-09 15:00）",
    "an answer within a rule": f"【求助】{TITLE}\n云中客 2023-05-06 16:30\n{ASKED}\n"
    f"------- 回复 -------\n{OFFICE} 2023-05-09 11:15\n{ANSWER}",
    "values right behind their labels": f"信件标题{TITLE}\n来信时间2023-05-06 20:12\n"
    f"来信内容{ASKED}\n答复单位{OFFICE}\n答复时间2023-05-09 09:00\n答复内容{ANSWER}",
    "braces": f"{{信件主题}}{TITLE}\n{{来信时间}}2023-05-06\n{{来信内容}}{ASKED}\n"
    f"{{回复部门}}{OFFICE}\n{{回复时间}}2023-05-09\n{{回复内容}}{ANSWER}",
    "ornaments": f"○ 信件标题 ：{TITLE}\n○ 写信时间 ：2023-05-06\n○ 信件内容 ：{ASKED}\n"
    f"○ 回复单位 ：{OFFICE}\n○ 回复时间 ：2023-05-09\n○ 回复内容 ：{ANSWER}",
    "labels above values, parted by room": "咨询主题\t咨询人\t咨询时间\t回复单位\t回复时间\n"
    f"{TITLE}\t小满\t2023-05-06\t{OFFICE}\t2023-05-09\n"
    f"咨询内容\n{ASKED}\n回复内容\n{ANSWER}",
    "labels of suggestions": f"建议标题：{TITLE}\n建议时间：2023-05-06\n建议内容：{ASKED}\n"
    f"答复部门：{OFFICE}\n答复日期：2023-05-09\n答复内容：{ANSWER}",
    "steps": f"事项：{TITLE}\n类别：市政 时间：2023-05-06 12:13\n诉求：{ASKED}\n流转记录：\n"
    "1. 2023-05-06 14:02 青石区网络问政中心 受理\n"
    f"2. 2023-05-07 08:35 青石区网络问政中心 转{OFFICE}\n"
    f"3. 2023-05-09 17:20 {OFFICE} 回复\n回复：{ANSWER}",
    "taken up, then done": f"标题：{TITLE}\n来件时间：2023-05-06\n来件内容：{ASKED}\n"
    f"承办单位：{OFFICE}\n承办时间：2023-05-07\n办理情况：{ANSWER}\n办理时间：2023-05-09",
    "several answers": f"诉求标题：{TITLE}\n诉求时间：2023-05-06\n诉求描述：{ASKED}\n"
    "第一次回复\n回复单位：青石区政务热线\n回复时间：2023-05-07\n"
    "您的诉求已收到，正在核实，请耐心等待。\n"
    f"第二次回复\n回复单位：{OFFICE}\n回复时间：2023-05-09\n{ANSWER}",
    "what was thought of it": f"{TITLE}\n云中客\n2023-05-06 08:12\n{ASKED}\n官方回复\n{OFFICE}\n"
    f"2023-05-09 17:40\n{ANSWER}\n用户评价\n评价内容：修得很快，谢谢。\n2023-05-12 20:03",
}


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_message_and_answer_are_parted_and_their_particulars_read(layout: str) -> None:
    reply = read_page(_LAYOUTS[layout])
    assert reply.question == ASKED
    assert ANSWER in reply.text
    expected = dict(FOUND)
    if layout == "several answers":
        expected["agency"] = OFFICE
    assert _values(reply) == expected


_LABELLED = f"""{{number}}
来信标题：{TITLE}
来信人：{{writer}}
来信时间：2023-05-06
来信内容：{ASKED}
回复单位：{OFFICE}
回复时间：2023-05-09
回复内容：{{greeting}}{ANSWER}
"""


def _labelled(number: str = "", writer: str = "云中客", greeting: str = "") -> Reply:
    return read_page(_LABELLED.format(number=number, writer=writer, greeting=greeting))


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("受理编号：2023-0506-118", "2023-0506-118"),
        ("编 号：FH230506045", "FH230506045"),
        ("信件编码：ZX3302812023050600038  查询密码：******", "ZX3302812023050600038"),
        ("信访件编号：青信〔2023〕第0188号", "青信〔2023〕第0188号"),
        ("工单号:QS-WZ-23050605526", "QS-WZ-23050605526"),
        ("留言ID：18834052", "18834052"),
        ("序号：1052", "1052"),
    ],
)
def test_the_number_of_a_message_is_its_matter_s(line: str, number: str) -> None:
    assert _labelled(number=line).value(FieldName.MATTER_NUMBER) == number


@pytest.mark.parametrize(
    "line",
    ["查询码：83021744", "ID：670214****", "联系电话：0551-6233108", "网站标识码：1100000088"],
)
def test_codes_telephones_and_hidden_numbers_are_no_number(line: str) -> None:
    assert _labelled(number=line).value(FieldName.MATTER_NUMBER) is None


@pytest.mark.parametrize(
    ("writer", "greeting", "recipient"),
    [
        ("云中客", "", "云中客"),
        ("匿名", "", None),
        ("***", "您好！", None),
        ("云中客", "尊敬的市民：您好！", "市民"),
    ],
)
def test_who_wrote_is_the_recipient_where_nobody_is_greeted(
    writer: str, greeting: str, recipient: str | None
) -> None:
    assert _labelled(writer=writer, greeting=greeting).value(FieldName.RECIPIENT) == recipient


def test_a_label_with_a_few_words_is_a_title_and_with_prose_the_message() -> None:
    rest = f"登记日期：2023-05-06\n办理单位：{OFFICE}\n办结日期：2023-05-09\n处理意见：{ANSWER}"
    short = read_page(f"主要诉求：{TITLE}\n问题概述：{ASKED}\n{rest}")
    assert (short.value(FieldName.TITLE), short.question) == (TITLE, ASKED)
    long = read_page(f"信访主题：{TITLE}\n信访请求：{ASKED}{ASKED}\n{rest}")
    assert (long.value(FieldName.TITLE), long.question) == (TITLE, ASKED * 2)


@pytest.mark.parametrize("heading", ["信访事项答复意见书", "省长信箱交办件办理情况"])
def test_the_heading_of_a_form_is_no_title(heading: str) -> None:
    page = f"{heading}\n【我要咨询】{TITLE}\n云中客 发表于 2023-05-06 10:10\n{ASKED}\n"
    reply = read_page(f"{page}【官方解答】\n{OFFICE} 发表于 2023-05-09 16:55\n{ANSWER}")
    assert reply.value(FieldName.TITLE) == TITLE
    assert reply.question == ASKED


def test_who_asks_whom_is_the_title_and_what_is_asked_the_matter() -> None:
    head = "云中客向青石区政府问:三角塘路的路灯比较昏暗,能否提高亮度?"
    reply = read_page(f"{head}\n云中客向青石区政府问:\n{ASKED}\n{OFFICE}答复:\n您好,{ANSWER}")
    assert reply.value(FieldName.TITLE) == head
    assert reply.value(FieldName.MATTER_TITLE) == "三角塘路的路灯比较昏暗,能否提高亮度?"


def test_an_answer_titled_by_itself_answers_what_a_label_names() -> None:
    reply = read_page(
        f"关于网民反映三角塘路灯问题的回复\n留言主题：{TITLE}\n留言内容：{ASKED}\n"
        f"回复内容：\n网民朋友：\n您好！您反映的问题收悉，现回复如下：\n{ANSWER}"
    )
    assert reply.value(FieldName.TITLE) == "关于网民反映三角塘路灯问题的回复"
    assert reply.value(FieldName.MATTER_TITLE) == TITLE


def test_several_bodies_behind_a_label_are_several() -> None:
    page = _LABELLED.replace(OFFICE, "青石区城市管理局、青石区财政局")
    reply = read_page(page.format(number="", writer="云中客", greeting=""))
    assert reply.values(FieldName.AGENCY) == ("青石区城市管理局", "青石区财政局")


@pytest.mark.parametrize(
    "line", ["县长信箱信件公开", "12345热线诉求公开", "公开状态：未公开姓名", "来信人公开姓名"]
)
def test_what_is_open_of_a_page_or_a_name_is_no_mark(line: str) -> None:
    assert _labelled(number=line).value(FieldName.DISCLOSURE) is None


def test_a_mark_in_brackets_is_read_up_to_its_bracket() -> None:
    assert _labelled(number="【是否公开】公开").value(FieldName.DISCLOSURE) == "主动公开"


@pytest.mark.parametrize("label", ["来信人", "来信人：", "【来信人】"])
def test_a_name_below_its_label_is_no_salutation(label: str) -> None:
    page = (
        f"来信标题\n{TITLE}\n{label}\n赵先生\n来信时间\n2023-05-06\n来信内容\n{ASKED}\n"
        f"回复单位\n{OFFICE}\n回复时间\n2023-05-09\n回复内容\n{ANSWER}"
    )
    assert read_page(page).value(FieldName.RECIPIENT) == "赵先生"


def test_a_site_s_footer_is_no_office() -> None:
    page = _LAYOUTS["who did what, and when"]
    footer = "主办：青石区人民政府办公室 承办：青石区大数据局\n联系我们：010-66000000"
    assert _values(read_page(f"{page}\n{footer}")) == FOUND


def test_a_message_alone_is_told_though_it_has_a_number() -> None:
    with pytest.raises(UnreadableFile, match="只有来信、没有答复"):
        read_page(
            f"受理编号：2023-0506-118\n来信标题：{TITLE}\n来信内容：{ASKED}\n回复内容：\n暂无"
        )


def test_the_same_word_alone_on_many_lines_heads_columns_and_is_no_label() -> None:
    table = "编号\nX坐标\nY坐标\n说明\n1\n15172.500\n103655.000\n起点\n"
    text = "青溪市人民政府关于界址的批复\n\n区自然资源局：\n同意所报界址，坐标如下。\n" + table * 7
    assert "|" not in parse_text("一", text).reply.text
