"""Pages of citizens' messages: parted from their answers, or reported where there is none."""

from __future__ import annotations

import pytest

from corpus.errors import UnreadableFile
from corpus.parse import parse_letters
from corpus.types import Document, FieldName, Line, ParsedReply, Role

ASKED = "南门桥头的路灯坏了半个多月，晚上走路看不清，请有关部门尽快修好。"
ANSWER = "南门桥头的路灯已于3月6日全部修好，今后每周巡查一次。"


def letters(text: str) -> tuple[ParsedReply, ...]:
    return parse_letters(Document("/data/a.txt", tuple(map(Line, text.split("\n")))))


def substance(parsed: ParsedReply) -> str:
    return "".join(p.text for p in parsed.passages if p.role is Role.SUBSTANCE)


PAGES = {
    "cells": (
        "信件类型: | 投诉 |\n信件标题: | 南门桥头路灯坏了 |\n"
        f"信件内容: | {ASKED} |\n留言时间: | 2024-03-02 |\n回复时间: | 2024-03-07 |\n"
        f"回复内容: | {ANSWER} |\n回复单位: | 清溪县城管局 |"
    ),
    "labels without colons": (
        "信件编号 6602 类型 县长信箱 提交日期 2024-03-02\n标题 南门桥头路灯坏了\n"
        f"内容 {ASKED}\n回复人 清溪县城管局 回复日期 2024-03-07\n答复内容\n{ANSWER}"
    ),
    "a content on both sides": (
        "问政回应\n来信主题: | 南门桥头路灯坏了 | ||\n"
        "收文单位: | 清溪县城管局 | 来信时间: | 2024-03-02 |\n"
        f"信访内容: | {ASKED}\n回文单位: | 清溪县城管局 | 回文时间: | 2024-03-07 |\n"
        f"内容: | {ANSWER}"
    ),
    "sections": (
        "来信信息\n信件编号: 240302\n来信标题: 南门桥头路灯坏了\n来信时间: 2024-03-02 14:25\n"
        f"来信内容:\n{ASKED}\n回复内容\n答复情况:\n回复单位: 清溪县城管局  答复时间:2024-03-07\n"
        f"答复意见:\n{ANSWER}\n用户满意度评价"
    ),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_labels_is_read_on_both_sides(page: str) -> None:
    (parsed,) = letters(PAGES[page])
    reply = parsed.reply
    assert reply.question.startswith(ASKED)
    assert ASKED not in reply.text
    assert substance(parsed).startswith(ANSWER)
    assert reply.value(FieldName.KIND) == "留言答复"
    assert reply.value(FieldName.TITLE) == "南门桥头路灯坏了"
    assert reply.value(FieldName.AGENCY) == "清溪县城管局"
    assert reply.value(FieldName.ASKED) == "2024-03-02"
    assert reply.value(FieldName.DATE) == "2024-03-07"


def test_a_salutation_stands_behind_the_label_of_an_answer() -> None:
    (parsed,) = letters(
        f"标题: | 路灯坏了 |\n内容: | {ASKED}\n回复部门: | 清溪县城管局 |\n"
        f"回复内容: | 夜归人网友: 您好，来信收悉，现回复如下。{ANSWER}"
    )
    assert parsed.reply.value(FieldName.RECIPIENT) == "夜归人网友"
    assert substance(parsed) == ANSWER


def test_a_sender_named_above_its_answer_is_no_part_of_the_message() -> None:
    (parsed,) = letters(f"网友留言：\n{ASKED}\n清溪县城市管理局\n网友您好！{ANSWER}")
    assert parsed.reply.question == ASKED
    assert parsed.reply.value(FieldName.AGENCY) == "清溪县城市管理局"


def test_several_citizens_with_answers_of_their_own_are_several_replies() -> None:
    text = "\n".join(
        f"市民{who}女士反映：\n{n}号楼前的路灯坏了，晚上看不清路，希望尽快修好。\n{office}答复：\n"
        f"{n}号楼前的路灯已于上周修好，请放心。"
        for n, who, office in ((1, "方", "市城管局"), (2, "田", "东门街道办事处"))
    )
    one, two = letters(text)
    assert one.reply.value(FieldName.AGENCY) == "市城管局"
    assert two.reply.value(FieldName.AGENCY) == "东门街道办事处"
    assert two.reply.question == "2号楼前的路灯坏了，晚上看不清路，希望尽快修好。"
    assert substance(two) == "2号楼前的路灯已于上周修好，请放心。"


def test_a_message_and_its_answer_on_one_line_are_parted() -> None:
    (parsed,) = letters(f"市民来电：{ASKED} 回复：{ANSWER}\n（热线办整理）")
    assert parsed.reply.question == ASKED
    assert substance(parsed).startswith(ANSWER)


UNANSWERED = {
    "the answer's place is empty": (
        "来信情况\n信件标题 | 路灯坏了\n来信人 | 方** | 来信日期 | 2024-03-02\n信件内容 |\n"
        f"尊敬的县长先生： 您好！{ASKED}\n公开状态 | 已公开 | 办理状态 | 已办结\n办理结果 |||\n"
        "---|---|---\n回复部门 | 热线办 | 回复日期 | 2024-03-05\n办理结果 |\n扫一扫在手机打开当前页"
    ),
    "an announcement alone": (
        f"问政单位：清溪县 2024-03-02 11:14:42\n请问县城管局领导：你们好。{ASKED}\n"
        "官方回复\n我要评论"
    ),
    "a post": (
        f"夜归人 发表于 2024-3-2 21:09\n南门桥头一片漆黑\n{ASKED}多次反映无果，何时能修？\n页: [1]"
    ),
    "prose": (
        f"我是清溪县南门村的村民。{ASKED}为什么没人管？我们村两百多户，恳请上级部门早日解决。"
    ),
    "not yet": f"{ASKED}想问的是，为何一拖再拖？\n这是之前网友问的 办事处还没有回复",
}


@pytest.mark.parametrize("page", UNANSWERED)
def test_a_message_without_an_answer_is_reported(page: str) -> None:
    with pytest.raises(UnreadableFile, match="只有来信、没有答复"):
        letters(UNANSWERED[page])


@pytest.mark.parametrize(
    "text",
    [
        f"您反映的问题收悉。{ANSWER}",
        "请问办证要带什么？我局答复如下：带身份证。",
        f"内容：{ASKED}\n回复：已修好。",
        "东山区道路养护规定\n第一条 为什么要养护？因为路会坏。",
        "路灯每周巡查一次，坏了两天内修好。",
    ],
)
def test_what_an_office_says_is_loaded(text: str) -> None:
    assert letters(text)


def test_a_proposal_s_own_text_is_not_the_office_s() -> None:
    own = "一是在集镇设垃圾中转站，定期清运。二是逢会宣传分类。"
    (parsed,) = letters(
        "关于加强乡镇垃圾处理的建议 |\n编号：第〔37〕号 | 所属类别：委员提案 |\n"
        f"提案人：崔立新 ||\n{own} |\n"
        "审查结果：已立案 | 是否重点：否 |\n主办单位：清溪县城市管理局 |\n"
        "关于政协清溪县六届四次会议第37号委员提案的回复\n"
        "您在县政协六届四次会议提出的《关于加强乡镇垃圾处理的建议》已收悉，现答复如下：\n"
        "已在四个集镇建中转站。"
    )
    reply = parsed.reply
    assert reply.question == own
    assert own not in reply.text
    assert reply.value(FieldName.KIND) == "提案答复"
    assert reply.value(FieldName.PROPOSER) == "崔立新"
    assert reply.value(FieldName.MATTER_NUMBER) == "37"
    assert reply.value(FieldName.AGENCY) == "清溪县城市管理局"
    assert reply.value(FieldName.ROLE) == "主办"
    assert substance(parsed) == "已在四个集镇建中转站。"
