"""Pages of citizens' messages: parted from their answers, or reported where there is none."""

from __future__ import annotations

import pytest

from corpus.errors import UnreadableFile
from corpus.parse import parse_letters
from corpus.types import Document, FieldName, Line, ParsedReply, PassageRole

ASKED = "南门桥头的路灯坏了半个多月，晚上走路看不清，请有关部门尽快修好。"
ANSWER = "南门桥头的路灯已于3月6日全部修好，今后每周巡查一次。"


def letters(text: str) -> tuple[ParsedReply, ...]:
    return parse_letters(Document("/data/a.txt", tuple(map(Line, text.split("\n")))))


def substance(parsed: ParsedReply) -> str:
    return "".join(p.text for p in parsed.passages if p.role is PassageRole.SUBSTANCE)


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


def test_few_words_between_labels_of_contents_are_parted_too() -> None:
    (parsed,) = letters("来信内容：路灯坏了\n答复内容：已修好，请放心使用。")
    assert parsed.reply.question == "路灯坏了"
    assert substance(parsed) == "已修好，请放心使用。"


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


HEADS = (
    ("市民{}先生：", "市水务局回复："),
    ("网友“{}心”提问：", "市水务局答："),
    ("【{}女士】", "【市水务局答复】"),
    ("{}女士（城西）：", "水务公司："),
    ("问题：", "解答："),
)


@pytest.mark.parametrize(("asks", "answers"), HEADS)
def test_each_citizen_named_above_an_answer_has_a_reply(asks: str, answers: str) -> None:
    said = "我举报长江路5号偷水，有人包庇。"
    text = (
        f"问政选登\n{asks.format('方')}\n黄河路水压太低，洗澡都没水。\n{answers}\n您好！水泵已更换。\n"
        f"{asks.format('田')}\n{said}\n{answers}\n您好！私接管道已拆除。"
    )
    one, two = letters(text)
    assert one.reply.question == "黄河路水压太低，洗澡都没水。"
    assert two.reply.question == said
    assert (substance(one), substance(two)) == ("水泵已更换。", "私接管道已拆除。")


def test_names_that_may_greet_or_speak_hold_a_page_back() -> None:
    said = "黄河路水压太低，洗澡都没水。\n市水务局回复：\n水泵已更换。"
    greeted = "您反映的问题收悉，现答复如下：\n市水务局回复：\n私接管道已拆除。"
    with pytest.raises(UnreadableFile, match="分不清"):
        letters(f"市民方先生：\n{said}\n市民田女士：\n{greeted}")


@pytest.mark.parametrize(
    "text",
    [
        f"市民方先生：\n您好！您反映的问题收悉，现转告如下：\n市城管局回复：\n{ANSWER}\n市政府办公室",
        f"方女士：\n您好！您反映的诉求答复如下：\n诉求一：修路灯。\n答复：{ANSWER}\n"
        "诉求二：清理楼道。\n答复：楼道杂物已清理三车。\n东门街道办事处",
        f"关于第21号建议的答复\n方明代表：\n您提出的建议收悉。\n群众评价：亮度达标。\n{ANSWER}\n市城管局",
    ],
)
def test_an_office_s_own_letter_stays_whole(text: str) -> None:
    (parsed,) = letters(text)
    assert parsed.reply.question == ""
    assert parsed.reply.text == text


@pytest.mark.parametrize(
    "added",
    [
        "追加留言：路灯又坏了，别糊弄人。",
        "网友回复：你们修的是哪条路？",
        "网友追评：\n昨晚又黑了，收了好处吧？",
        "我要追问\n路灯又坏了，谁来管？",
        "追问时间：2023-06-01\n追问内容：修了又坏，骗子！",
        "网友评价：解决程度★★ 办理态度★★★ 评价内容：还是不亮，希望管一管，别光说不练。",
        "评价结果：不满意\n评价内容：昨天去看还是老样子，睁眼说瞎话。",
        "网友追问：感谢您对我反映问题的重视，但路灯昨天晚上又不亮了，什么时候能修好？",
        "追加评论：贵局说情况属实，但路灯只亮了一天，纯属敷衍。",
        "满意度评价：不满意\n评价内容：收到回复说已安排人员现场核实，可根本没人来过。",
    ],
)
def test_what_a_citizen_adds_below_an_answer_is_no_substance(added: str) -> None:
    (parsed,) = letters(f"来信内容：{ASKED}\n回复内容：{ANSWER}\n{added}")
    assert substance(parsed) == ANSWER
    again = "再次回复内容：因线路改造，延期至6月。"
    (parsed,) = letters(f"来信内容：{ASKED}\n回复内容：{ANSWER}\n{added}\n{again}")
    assert substance(parsed) == f"{ANSWER}\n{again}"


@pytest.mark.parametrize(
    "own",
    [
        "群众满意度：2023年群众满意度达98.5%，比上年提高2个百分点。",
        "评价：对办件不满意的，可在政务网评价。",
        "追加材料：如需追加材料，窗口一次性告知。",
        "市民反馈：回访中来信人对处理结果表示满意。",
        "补充说明：其中太阳能路灯六盏。",
    ],
)
def test_what_an_office_says_of_citizens_is_its_own(own: str) -> None:
    (parsed,) = letters(f"来信内容：{ASKED}\n回复内容：{ANSWER}\n{own}\n我局将加强巡查。\n县城管局")
    assert own in substance(parsed)


def test_a_message_and_its_answer_on_one_line_are_parted() -> None:
    (parsed,) = letters(f"市民来电：{ASKED} 回复：{ANSWER}\n（热线办整理）")
    assert parsed.reply.question == ASKED
    assert substance(parsed).startswith(ANSWER)


UNANSWERED = {
    "an answer still to come": (
        f"来信标题：路灯坏了\n来信内容：{ASKED}\n受理单位：清溪县城管局\n答复内容：\n暂无回复"
    ),
    "still to come behind its label": f"来信内容：{ASKED}\n办理结果：正在办理中。",
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
        "什么是公租房？怎么申请？\n公租房是政府投资的住房，向街道申请。",
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


FOUND = {
    "a dated sender": (
        f"{ASKED}能否换成太阳能的，敬请参考。\n【2024-03-07 11:53:07】 清溪县城管局: 夜归人网友:\n"
        f"您好！\n来信收悉，现回复如下：\n{ANSWER}",
        "清溪县城管局",
        "",
        "2024-03-07",
    ),
    "a byline above": (
        "欢迎您访问清溪问政\n路灯坏了半个多月,晚上看不清路\n"
        f"用户Hx77 来自:中国 发布日期2024-03-02 03:08:02 状态: 已回复 编号:5665\n"
        "处理用时:5天8小时\n"
        f"{ASKED}\n官方回复\n尊敬的市民，您好！关于您反映的路灯问题，收悉。现回复如下：{ANSWER}"
        "（清溪县城市管理局东门分局） 2024年3月7日\n问政人评分\n3分\n我要说两句\n0评论\n还没有评论",
        "清溪县城市管理局东门分局",
        "2024-03-02",
        "2024-03-07",
    ),
    "a byline below": (
        f"• [投诉] 关于南门桥头路灯的问题\n{ASKED}\n"
        "网友1520 2024-03-02 评论0 浏览33 编号 2024030211 [清溪县]已回复 [是否满意?]\n"
        f"回复部门:清溪县 2024-03-07 11:35:59\n尊敬的网友:\n您好！您反映的情况收悉。{ANSWER}\n"
        "清溪县城管局\n如果您对此回复不满意! 点击追问\n网友满意度调查:",
        "清溪县城管局",
        "2024-03-02",
        "2024-03-07",
    ),
    "dates before and behind": (
        f"南门桥头路灯坏了 已回复 类型:投诉\n2024-03-02 11:21:21 {ASKED}\n"
        f"官方回复 回复单位:清溪县城管局 2024-03-07 11:21:05\n{ANSWER}\n用户满意度评价",
        "清溪县城管局",
        "2024-03-02",
        "2024-03-07",
    ),
    "dates in brackets": (
        f"“夜归人”：{ASKED}(2024-3-2)\n清溪县南门镇人民政府：{ANSWER}(2024-3-7)\n更多新闻",
        "清溪县南门镇人民政府",
        "2024-03-02",
        "2024-03-07",
    ),
    "a sender below the word": (
        f"原帖\n网友：{ASKED}\n回复\n县城管局：{ANSWER}\n请登录清溪网，表达您的意见。",
        "县城管局",
        "",
        "",
    ),
    "a friend's words": (
        f"注册新用户\n微信好友反映：{ASKED}\n清溪县城管局回复如下：{ANSWER}\n编辑：小江",
        "清溪县城管局",
        "",
        "",
    ),
    "a telephone's number asks": (
        f"150****2300向清溪县政府问:南门路灯\n2024-03-02 06:18栏目:民生\n150****2300清溪县政府问:\n"
        f"{ASKED}\n清溪县城管局答复:\n尊敬的网友您好！{ANSWER}",
        "清溪县城管局",
        "2024-03-02",
        "",
    ),
    "who dealt with it, at the end": (
        f"清溪留言板:{ASKED}\n官方回复:尊敬的市民:您好!您反映的诉求已收到,现回复如下:{ANSWER}"
        "【经办单位:清溪县城管局路灯所】\n特别声明:本站为公益网站",
        "清溪县城管局路灯所",
        "",
        "",
    ),
    "handled and received": (
        f"信件主题: 路灯坏了\n信件内容: {ASKED}\n回复内容\n受理时间: 2024-03-03\n"
        f"办理时间: 2024-03-07\n办理部门: 清溪县城管局\n办理情况:\n"
        f"网友您好，现回复如下：\n{ANSWER}",
        "清溪县城管局",
        "",
        "2024-03-07",
    ),
    "question marks for spaces": (
        f"来信主题 路灯\n来信内容\n{ASKED}\n回复单位 清溪县城管局 回复时间 2024-03-07 18:49:00\n"
        f"回复内容 ????你好！现答复如下：\n????{ANSWER}",
        "清溪县城管局",
        "",
        "2024-03-07",
    ),
}


@pytest.mark.parametrize("page", FOUND)
def test_pages_of_all_shapes_are_read_on_both_sides(page: str) -> None:
    text, agency, asked, answered = FOUND[page]
    (parsed,) = letters(text)
    reply = parsed.reply
    assert reply.question.startswith(ASKED)
    assert ASKED not in reply.text
    assert substance(parsed).startswith(ANSWER)
    assert reply.value(FieldName.KIND) == "留言答复"
    assert reply.value(FieldName.AGENCY) == agency
    assert (reply.value(FieldName.ASKED) or "") == asked
    assert (reply.value(FieldName.DATE) or "") == answered


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("a byline above", "路灯坏了半个多月,晚上看不清路"),
        ("a byline below", "关于南门桥头路灯的问题"),
        ("dates before and behind", "南门桥头路灯坏了"),
    ],
)
def test_a_title_is_freed_of_what_a_list_of_messages_adds(page: str, title: str) -> None:
    (parsed,) = letters(FOUND[page][0])
    assert parsed.reply.value(FieldName.TITLE) == title


def test_offices_that_speak_below_each_citizen_answer_apart() -> None:
    one, two = letters(
        f"网民：{ASKED}\n市城管局：{ANSWER}\n"
        "网民：东街的公厕水龙头坏了两个，希望尽快派人修好，方便百姓。\n东门区：水龙头已于昨日修好。"
    )
    assert one.reply.value(FieldName.AGENCY) == "市城管局"
    assert substance(two) == "水龙头已于昨日修好。"


@pytest.mark.parametrize(
    ("opening", "start"),
    [
        ("您好，路灯已经修好。", "路灯已经修好"),
        ("您好！您关于路灯的诉求我们已经收悉，城管局高度重视，已经修好。", "城管局高度重视"),
        ("3月2日收到县长信箱关于路灯的反映。城管局已经修好。", "城管局已经修好"),
        ("您反映：“路灯坏了半个月。”城管局已经修好。", "城管局已经修好"),
        ("您好的建议很有价值。", "您好的建议"),
    ],
)
def test_what_leads_in_is_no_substance(opening: str, start: str) -> None:
    (parsed,) = letters(f"来信内容：{ASKED}\n回复内容：{opening}今后每周巡查一次。")
    assert substance(parsed).startswith(start)


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        (f"来信内容：{ASKED}\n回复单位：清溪县城管局\n回复内容：\n已修好。", "已修好。"),
        (
            f"信件内容：\n{ASKED}\n我局已于3月6日派人修好，今后每周巡查一次。\n满意度：满意",
            "我局已于3月6日派人修好，今后每周巡查一次。",
        ),
        (f"群众来电反映：{ASKED}处理结果：已于3月6日修好。\n热线办", "已于3月6日修好。"),
        (f"问：{ASKED}答：{ANSWER}\n编辑：小江", ANSWER),
        (f"信件内容：{ASKED}\n回复情况\n来信人：您好！{ANSWER}", ANSWER),
        (
            f"信件内容：{ASKED}\n回复内容：\n反映情况属实，路灯已修好。",
            "反映情况属实，路灯已修好。",
        ),
    ],
)
def test_an_answer_is_not_refused_for_its_shape(page: str, answer: str) -> None:
    (parsed,) = letters(page)
    assert substance(parsed).startswith(answer)
    assert answer not in parsed.reply.question


@pytest.mark.parametrize(
    ("lines", "agency"),
    [
        ("回复部门：清溪县城管局来源：问政 回复时间：2024-03-07\n", "清溪县城管局"),
        ("县热线办协调,县城管局答复如下：", "县城管局"),
        ("回复内容：王女士您好：针对您反映的问题，现作清溪县城管局如下答复：", "清溪县城管局"),
    ],
)
def test_a_sender_ends_where_something_else_begins(lines: str, agency: str) -> None:
    (parsed,) = letters(f"来信内容：{ASKED}\n回复：\n{lines}{ANSWER}")
    assert parsed.reply.value(FieldName.AGENCY) == agency


def test_a_message_is_called_as_its_own_label_says() -> None:
    (parsed,) = letters(
        f"标题 路灯什么时候修好\n内容 {ASKED}\n回复人 清溪县城管局 回复时间 2024-03-07\n"
        f"回复内容\n网民：\n您好！关于反映“南门桥路灯”相关问题，现回复如下：\n{ANSWER}"
    )
    assert parsed.reply.value(FieldName.MATTER_TITLE) == "路灯什么时候修好"


def test_an_office_that_greets_within_its_answer_speaks_on() -> None:
    own = f"王先生：\n您反映的问题收悉。{ANSWER}\n处理结果：已修好。\n市水务局\n2023年5月6日"
    (parsed,) = letters(f"市民王先生：{ASKED}\n市水务局回复：\n{own}")
    assert ASKED in parsed.reply.question
    assert ANSWER in substance(parsed)
    (parsed,) = letters(f"王女士：\n{ANSWER}\n办理结果：路灯恢复照明。\n市水务局\n2023年5月6日")
    assert parsed.reply.question == ""
    assert ANSWER in substance(parsed)
