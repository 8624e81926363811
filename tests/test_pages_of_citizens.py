"""What pages of citizens say without labels: the title above, the telephone at the end."""

from __future__ import annotations

import pytest

from corpus.errors import UnreadableFile
from corpus.parse import parse_letters
from corpus.text.redact import mask
from corpus.types import Document, FieldName, Line, PassageRole, Reply
from tests.citizens import read_page

_PAGE = """来信标题：三角塘路灯不亮
来信人：热心市民
来信时间：2023-05-06
来信内容：三角塘路的路灯坏了半个月，晚上出行很不安全，请尽快派人来修，谢谢。
回复单位：青石区城市管理局
回复时间：2023-05-09
回复内容：您好！您反映的问题已收悉，现回复如下：经现场查看，该路段电缆老化，已于5月8日更换完毕。{closing}
"""


_UNTITLED = """当前位置：首页 > 互动交流 > 信件查看
浏览量：312次
{title}
尊敬的领导，三角塘路的路灯坏了半个月，晚上出行很不安全，请尽快派人来修，谢谢。
写信时间：2023-05-06 16:09:17
信件回复：
您好！您反映的问题已收悉，现回复如下：经现场查看，该路段路灯电缆老化，已于5月8日更换完毕。
回复部门：青石区城市管理局
回信时间：2023-05-09 12:48:52
"""


def _reply(closing: str) -> Reply:
    return read_page(_PAGE.format(closing=closing))


@pytest.mark.parametrize(
    ("closing", "phone"),
    [
        ("如有疑问，请致电0551-6233108。", "0551-6233108"),
        ("若再遇此类情况，请直接拨打投诉电话：0551-62331085。", "0551-62331085"),
        ("承办单位：市政科 联系方式：6233108感谢您的支持！", "6233108"),
    ],
)
def test_where_to_turn_to_is_found_and_shown(closing: str, phone: str) -> None:
    reply = _reply(closing)
    found = [f.value for f in reply.fields if f.name is FieldName.CONTACT_PHONE]
    assert found == [phone]
    assert phone in mask(reply.text, reply.redactions)


@pytest.mark.parametrize(
    "closing",
    ["咨询电话：6233108，投诉电话：6233109。", "工程款6233108元已结清。", "可拨打12345热线。"],
)
def test_several_numbers_and_hotlines_are_no_contact(closing: str) -> None:
    fields = _reply(closing).fields
    assert not [field for field in fields if field.name is FieldName.CONTACT_PHONE]


@pytest.mark.parametrize(
    ("title", "found"), [("三角塘的路灯好久没亮了", ["三角塘的路灯好久没亮了"]), ("修改密码", [])]
)
def test_the_line_above_a_message_is_its_title_where_the_answer_takes_it_up(
    title: str, found: list[str]
) -> None:
    reply = read_page(_UNTITLED.format(title=title))
    assert reply.question.startswith("尊敬的领导")
    assert [f.value for f in reply.fields if f.name is FieldName.TITLE] == found


_ASKED = "三角塘路的路灯坏了半个月，晚上出行很不安全，请尽快派人来修。"
_ANSWER = "该路段电缆老化，路灯已于5月8日更换完毕。"
_LABELS = (
    ("邮件主题", "递交日期", "来函详情", "最终承办单位", "办复日期", "处置意见"),
    ("来信事由", "发送时间", "诉求概况", "主责部门", "结案时间", "核查情况"),
    ("办件标题", "收件日期", "主要诉求", "承办科室", "回函时间", "办理情况说明"),
    ("信访请求", "上传时间", "具体内容", "有权处理机关", "答复日期", "处理意见书内容"),
)
"""Title, day and words of a message; body, day and words of its answer."""
_VALUES = ("三角塘路灯不亮", "2023-05-06", _ASKED, "青石区城市管理局", "2023-05-09", _ANSWER)
_LAYOUTS = {
    "colons": "{}：{}",
    "cells": "{} | {}",
    "room": "{}  {}",
    "brackets": "【{}】{}",
    "below": "{}：\n{}",
}


def _assert_read(reply: Reply) -> None:
    assert reply.question == _ASKED
    assert reply.value(FieldName.KIND) == "留言答复"
    assert reply.value(FieldName.TITLE) == "三角塘路灯不亮"
    assert reply.value(FieldName.ASKED) == "2023-05-06"
    assert reply.value(FieldName.AGENCY) == "青石区城市管理局"
    assert reply.value(FieldName.DATE) == "2023-05-09"


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize("labels", _LABELS)
def test_labels_are_understood_by_their_parts_in_any_layout(
    labels: tuple[str, ...], layout: str
) -> None:
    pairs = zip(labels, _VALUES, strict=True)
    _assert_read(read_page("\n".join(_LAYOUTS[layout].format(*pair) for pair in pairs)))


@pytest.mark.parametrize(
    "page",
    [
        "工单编号 | 工单标题 | 来电时间 | 承办单位 | 办结时间\n"
        "77120 | 三角塘路灯不亮 | 2023-05-06 | 青石区城市管理局 | 2023-05-09\n"
        f"诉求内容：\n{_ASKED}\n答复内容：\n{_ANSWER}",
        f"来信标题：三角塘路灯不亮 来信时间：2023-05-06 来信内容：{_ASKED} "
        f"处理单位：青石区城市管理局 处理时间：2023-05-09 处理结果：{_ANSWER}",
        f"【来信题目】三角塘路灯不亮【来信时间】2023-05-06\n【来信正文】{_ASKED}\n"
        f"【回复时间】2023-05-09【回复部门】青石区城市管理局\n【回复正文】{_ANSWER}",
    ],
)
def test_labels_side_by_side_are_parted(page: str) -> None:
    _assert_read(read_page(page))


def test_the_last_step_through_offices_is_the_answer() -> None:
    reply = read_page(
        f"诉求标题：三角塘路灯不亮\n诉求时间：2023-05-06\n诉求内容：{_ASKED}\n"
        "序号 | 办理时间 | 办理单位 | 办理环节 | 办理意见\n"
        "1 | 2023-05-06 09:30:00 | 便民热线 | 转派 | 请城管局处理\n"
        f"2 | 2023-05-09 17:11:32 | 青石区城市管理局 | 答复 | {_ANSWER}"
    )
    assert reply.value(FieldName.AGENCY) == "青石区城市管理局"
    assert reply.value(FieldName.DATE) == "2023-05-09"


def test_the_table_of_an_office_stays_as_it_is() -> None:
    table = "路段 | 时间 | 数量\n三角塘路 | 5月8日 | 12盏\n青石街 | 5月9日 | 7盏"
    assert table in read_page(f"{_PAGE.format(closing='')}{table}\n").text


@pytest.mark.parametrize("site", ["民声e线", "网上信访大厅", "信访事项查询"])
def test_the_name_of_a_site_is_neither_title_nor_sender(site: str) -> None:
    page = f"网友：路过 2023-05-06 12:06\n{_ASKED}\n官方回复\n您好！{_ANSWER}"
    titled = read_page(f"{site}\n[求助]三角塘路的路灯谁来修\n{page}")
    assert titled.value(FieldName.TITLE) == "三角塘路的路灯谁来修"
    reply = read_page(
        f"{site}\n来信内容：{_ASKED}\n受理机关：青石区城市管理局\n答复意见：{_ANSWER}"
    )
    assert reply.value(FieldName.TITLE) is None
    assert reply.value(FieldName.AGENCY) == "青石区城市管理局"


@pytest.mark.parametrize(
    ("greeting", "recipient"),
    [("马女士您好，5月9日", "马女士"), ("次仁您好，", "次仁"), ("陈*您好：", "陈*")],
)
def test_an_answer_greets_on_the_line_of_its_label(greeting: str, recipient: str) -> None:
    lines = (
        f"来信内容 {_ASKED}\n回复单位 青石区城市管理局\n回复时间 2023-05-09\n回复内容 {greeting}"
    )
    reply = read_page(f"{lines}{_ANSWER}")
    assert reply.value(FieldName.RECIPIENT) == recipient


def test_who_only_passes_a_message_on_or_a_body_is_no_person_and_no_sender() -> None:
    page = f"来信内容：{_ASKED}\n受理单位：青石区12345热线办公室\n受理时间：2023-05-07\n"
    reply = read_page(f"{page}回复内容：{_ANSWER}")
    assert reply.value(FieldName.AGENCY) is None
    assert reply.value(FieldName.ASKED) is None
    reply = read_page(f"{page}回复人：青石区公安局交警大队\n回复内容：{_ANSWER}")
    assert reply.value(FieldName.AGENCY) == "青石区公安局交警大队"
    assert reply.value(FieldName.CONTACT_PERSON) is None


@pytest.mark.parametrize(
    "below",
    [
        "当前状态：受理中\n承办单位：青石区\n办理时限：2023-05-20 18:20\n办理结果：\n暂无\n"
        "满意度：未评价",
        "办理流程：\n2023-05-06 15:31 信件提交成功\n"
        "2023-05-07 08:47 区政府办已审核，转区城市管理局办理\n"
        "2023-05-07 09:20 区城市管理局已签收\n回复内容：\n您的来信正在办理中，请耐心等待。",
        "回复内容：\n—",
    ],
)
def test_a_page_that_waits_for_its_answer_is_told(below: str) -> None:
    page = f"来信标题：路灯不亮\n来信时间：2023-05-06\n来信内容：\n{_ASKED}\n{below}\n"
    footer = "主办单位：青石区人民政府 维护单位：区大数据管理服务局"
    with pytest.raises(UnreadableFile, match="只有来信、没有答复"):
        read_page(page + footer)


def test_the_day_that_an_answer_was_due_and_the_site_are_not_the_answer_s() -> None:
    page = (
        f"信箱\n标题：路灯不亮\n内容：{_ASKED}\n办理时限：2023-05-20 18:20\n办理结果：\n{_ANSWER}\n"
        "主办单位：青石区人民政府 维护单位：区大数据管理服务局"
    )
    found = {field.name for field in read_page(page).fields}
    assert not found & {FieldName.DATE, FieldName.AGENCY}


@pytest.mark.parametrize(
    "first",
    ["　　办理结果：采纳或解决", f"来信人：热心市民 来信内容：{_ASKED} 答复内容：已派人查看。"],
)
def test_a_line_that_is_parted_leaves_the_headers_of_pages_where_they_are(first: str) -> None:
    header = "青石区城市管理局 青城函〔2023〕7号"
    rest = ("三角塘路的电缆老化，已全部更换。", "路灯已于5月8日恢复照明，请放心出行。")
    pages = tuple(
        Line(text, page=page)
        for page, said in enumerate((first, *rest))
        for text in (header, said, f"{said[:6]}的情况就是这样。")
    )
    replies = parse_letters(Document("来信.pdf", pages))
    assert sum(each.reply.text.count(header) for each in replies) <= 1


def test_a_heading_within_an_answer_does_not_begin_it() -> None:
    lines = f"{_PAGE.format(closing='')}经查，灯杆12根。\n落实情况\n已全部更换。\n"
    (parsed,) = parse_letters(Document("来信.txt", tuple(map(Line, lines.splitlines()))))
    said = "".join(p.text for p in parsed.passages if p.role is PassageRole.SUBSTANCE)
    assert said.startswith("经现场查看")


@pytest.mark.parametrize(
    ("mark", "value"),
    [
        ("公开程度：公开", "主动公开"),
        ("是否愿意公开：否", "不予公开"),
        ("公开意愿：不公开", "不予公开"),
    ],
)
def test_marks_among_the_labels_of_a_page_hold(mark: str, value: str) -> None:
    assert read_page(f"{mark}\n{_PAGE.format(closing='')}").value(FieldName.DISCLOSURE) == value
