"""What sites set around a message and its answer: their own names, menus, numbers and foots."""

from __future__ import annotations

import pytest

from corpus.text.bylines import read_byline
from corpus.types import FieldName
from tests.citizens import ANSWER, ASKED, FOUND, OFFICE, TITLE, read_page

_FIELDS = (
    *(FieldName.TITLE, FieldName.ASKED, FieldName.AGENCY, FieldName.DATE, FieldName.KIND),
    *(FieldName.MATTER_NUMBER, FieldName.RECIPIENT, FieldName.CONTACT_PHONE),
)


def _assert_reads(page: str, **also: str) -> None:
    reply = read_page(page)
    found = {name.value: "、".join(reply.values(name)) for name in _FIELDS if reply.values(name)}
    assert found == {**FOUND, **also}
    assert reply.question == ASKED
    assert ANSWER in reply.text


_LABELLED = f"""来信标题：{TITLE}
来信时间：2023-05-06
来信内容：{ASKED}
回复单位：{OFFICE}
回复时间：2023-05-09
回复内容：{ANSWER}"""


@pytest.mark.parametrize(
    "foot",
    [
        "地址：青石区人民路1号 邮编：230000 电话：0551-62331000\n皖ICP备05000001号",
        "版权所有：青石区人民政府\n联系电话：0551-62331000（工作日）",
        "[打印本页] [关闭窗口]\n网站管理电话：0551-62331000",
        "上一篇：小区停水\n下一篇：公交改线\n热线电话：0551-62331000 传真：0551-62331001",
        "关于我们 | 网站地图 | 联系方式：0551-62331000\n皖公网安备34010002000001号",
        "满意度：非常满意\n主办：青石区人民政府 技术支持：青石信息公司 服务电话：0551-62331000",
        "责任编辑：陈小雨\n值班电话：0551-62331000\n皖ICP备05000001号",
        "相关信件\n路灯太暗\n公交改线\n咨询电话：0551-62331000",
    ],
)
def test_the_telephone_in_the_foot_of_a_site_is_nobody_s_contact(foot: str) -> None:
    _assert_reads(f"{_LABELLED}\n{foot}")
    own = f"{_LABELLED}如有疑问，请致电0551-62335555。\n{foot}"
    _assert_reads(own, contact_phone="0551-62335555")


@pytest.mark.parametrize(
    ("closing", "phones"),
    [
        ("咨询电话：0551-62331085、0551-62331086。", "0551-62331085、0551-62331086"),
        ("详情请拨打市政科电话62331085或62331086。", "62331085、62331086"),
        ("如有疑问可致电青石区城管局：0551-62331085。", "0551-62331085"),
        ("具体事宜请与市政设施管理科联系，电话0551-62331085。", "0551-62331085"),
        ("请联系青石区城管局市政科（0551-62331085）。", "0551-62331085"),
        ("地址：青石区人民路1号，电话：0551-62331085/62331086。", "0551-62331085、62331086"),
        ("可向街道办事处咨询，联系电话为：0551-62331085。祝您生活愉快！", "0551-62331085"),
    ],
)
def test_where_an_answer_says_to_turn_to(closing: str, phones: str) -> None:
    _assert_reads(_LABELLED + closing, contact_phone=phones)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("诉求件编号：QS23050600118", "QS23050600118"),
        ("主题编号：0905060118", "0905060118"),
        ("主题ID：571188", "571188"),
        ("编号：No.138118", "138118"),
        ("帖子编号：20230118", "20230118"),
        ("贴号：20230118", "20230118"),
        ("问政编号：W2023-118", "W2023-118"),
        ("查询编号：QS2305060118", "QS2305060118"),
        ("事项编号：QS2305060118", "QS2305060118"),
        ("受理单号：QS2305060118", "QS2305060118"),
        ("回执编号：QS2305060118", "QS2305060118"),
        ("信件序列号：2305060118", "2305060118"),
        ("[留言编号：2305060118]", "2305060118"),
        ("投诉件编号 | QS-118-2023", "QS-118-2023"),
        ("（编号：2023-118）", "2023-118"),
        ("处理状态：已办结  编号： NO：2023118  点击：12", "2023118"),
    ],
)
def test_the_number_of_a_message_is_known_by_whatever_it_is_called(line: str, number: str) -> None:
    _assert_reads(f"{line}\n{_LABELLED}", matter_number=number)


_BELOW = f"云中客 2023-05-06 08:41\n{ASKED}\n官方回复\n{OFFICE}\n2023-05-09 16:20\n{ANSWER}"


@pytest.mark.parametrize(
    "head",
    [
        f"青石区12345政府服务热线\n热线首页 | 诉求提交 | 诉求公开\n首页>诉求公开>正文\n{TITLE}",
        f"青石民意网—市民直通车\n网站首页 - 建议意见 - 咨询投诉 - 各单位回复 - 帮助\n{TITLE}",
        f"青石区城市管理局_公众提问\n网站首页 > 互动交流 > 公众提问\n{TITLE}",
        f"问政青石\n首页    网友问政    部门承诺    问政直播\n{TITLE}",
        f"青石论坛\n位置：青石论坛 >> 路灯 >> 三角塘路\n分享到：\n{TITLE}\n[求助] [市政] 已办理",
        f"三角塘路区域公共服务平台\n首页 > 信箱 > 详情\n[投诉] {TITLE}（已办结）",
        f"青石区人民政府区长信箱\n首页 新闻 政务 信箱\n[主题编号：2305] {TITLE}",
        f"青石区人民政府\n{TITLE}\n来源：青石网 发布时间：2023-05-10 浏览：33 分享到：微信",
    ],
)
def test_the_title_of_a_message_is_no_name_nor_menu_of_a_site(head: str) -> None:
    foot = "版权所有：青石区城市管理局 青石区12345政府服务热线\n皖ICP备05000001号"
    reply = read_page(f"{head}\n{_BELOW}\n{foot}")
    assert reply.value(FieldName.TITLE) == TITLE
    assert reply.value(FieldName.MATTER_TITLE) == TITLE
    assert reply.question == ASKED


@pytest.mark.parametrize(
    ("label", "writer"),
    [
        *(("评价人", "陈**"), ("提出人", "陈女士"), ("咨询者", "陈女士"), ("建议者", "陈女士")),
        *(("来访人", "陈**"), ("问政网友", "云中客"), ("写信者", "云中客"), ("网名", "云中客")),
    ],
)
def test_who_wrote_a_message_is_known_by_whatever_that_is_called(label: str, writer: str) -> None:
    _assert_reads(f"{label}：{writer}\n{_LABELLED}", recipient=writer)


@pytest.mark.parametrize(
    ("asks", "answers", "recipient"),
    [
        ("提问（陈女士 2023-05-06）：", f"回答（{OFFICE} 2023-05-09）：", "陈女士"),
        ("问（云中客，2023-05-06）：", f"答（{OFFICE}，2023-05-09）：", "云中客"),
        ("【咨询】陈先生 2023年5月6日", f"【答复】{OFFICE} 2023年5月9日", "陈先生"),
        ("网友留言（2023-05-06）：", f"{OFFICE}回复（2023-05-09）：", ""),
        ("网友“云中客”2023年5月6日留言：", f"{OFFICE}2023年5月9日回复：", "云中客"),
        ("5月6日，网友“云中客”通过青石论坛留言：", f"5月9日，{OFFICE}回复：", "云中客"),
        ("网友“云中客”5月6日反映：", f"{OFFICE}于5月9日答复如下：", "云中客"),
        ("云中客 5月6日在“青石问政”栏目提问：", f"{OFFICE}（5月9日）回应：", "云中客"),
    ],
)
def test_who_asks_and_who_answers_is_said_with_the_day_in_one_line(
    asks: str, answers: str, recipient: str
) -> None:
    page = f"{TITLE}\n发布时间：2023-05-10\n{asks}\n{ASKED}\n{answers}\n{ANSWER}"
    _assert_reads(page, **({"recipient": recipient} if recipient else {}))


@pytest.mark.parametrize(
    ("greeting", "recipient"),
    [
        ("尊敬的陈先生/女士：您好！", "陈先生/女士"),
        ("尊敬的陈女士（先生），您好：", "陈女士（先生）"),
        ("陈先生（女士）您好！", "陈先生（女士）"),
        ("尊敬的先生/女士：您好！", "先生/女士"),
    ],
)
def test_who_is_greeted_with_either_title(greeting: str, recipient: str) -> None:
    page = _LABELLED.replace("回复内容：", f"来信人：陈**\n回复内容：{greeting}")
    _assert_reads(page, recipient=recipient)


@pytest.mark.parametrize(
    "page",
    [
        f"青石晚报 · 民生直通车\n2023-05-10 08:10 来源：青石晚报 编辑：小何\n{TITLE}\n"
        f"5月6日，市民张先生通过本报民生直通车反映：\n{ASKED}\n5月9日，{OFFICE}回复：\n{ANSWER}",
        f"{TITLE}\n2023-05-10 来源：青石网\n网民“春风”5月6日在青石网留言：{ASKED}\n"
        f"{OFFICE}5月9日回复：{ANSWER}",
        f"{TITLE}\n{ASKED}\n网友 山里人家 | 2023-05-06 11:02 | 浏览 566\n"
        f"{OFFICE} 2023-05-09 16:44\n{ANSWER}",
        f"青石市民网 > 问政\n{TITLE}\n网友 ID: 1024xiaobai\n提问于 2023-05-06 20:15\n"
        f"回答 1 · 关注 12\n{ASKED}\n✔ 官方回答\n{OFFICE} · 2023-05-09 11:02\n{ANSWER}",
        f"网友问 部门答｜{TITLE}\n网友提问：{ASKED}（网友：候鸟 2023年5月6日）\n"
        f"{OFFICE}答复：{ANSWER}（2023年5月9日）",
        f"【咨询】{TITLE}\n客户：吴先生\n留言日期：2023/5/6\n留言编码：KH0506\n{ASKED}\n官方答复\n"
        f"答复部门：{OFFICE} / 答复日期：2023/5/9\n{ANSWER}",
        f"{TITLE}\n云中客\n楼主 | 发表于 2023-5-6 21:13:02 | 只看该作者\n{ASKED}\n"
        f"{OFFICE}\n沙发 | 发表于 2023-5-9 10:30:45 | 只看该作者\n{ANSWER}\n"
        "GMT+8, 2023-5-20 10:00 Powered by Discuz! 站务电话：0551-62001122",
        f"我要写信\n信件查询\n办理结果公开\n知识库\n位置：首页 / 正文\n来信标题\n{TITLE}\n"
        f"来信时间\n2023-05-06\n来信内容\n{ASKED}\n办理单位\n{OFFICE}\n办结时间\n2023-05-09\n"
        f"办理结果\n{ANSWER}",
        f"标题：{TITLE}\n评价时间：2023-05-06\n评价内容：{ASKED}\n答复部门：{OFFICE}\n"
        f"答复时间：2023-05-09\n整改情况：{ANSWER}\n追评：无",
        f"标题：{TITLE}\n留言日期：2023-05-06\n留言内容\n{ASKED}\n第1次答复\n"
        "答复部门：青石区政务热线 答复时间：2023-05-07 15:32\n"
        "您好，您的留言已转交区城市管理局办理，请耐心等待。\n第2次答复\n"
        f"答复部门：{OFFICE} 答复时间：2023-05-09 17:10\n云女士您好：\n"
        f"您反映的问题已收悉，现答复如下：\n{ANSWER}",
    ],
)
def test_message_and_answer_are_parted_however_a_site_sets_them(page: str) -> None:
    reply = read_page(page)
    found = {name.value: reply.value(name) for name in _FIELDS[:5]}
    assert found == FOUND
    assert reply.question == ASKED
    assert ANSWER in reply.text


@pytest.mark.parametrize(
    ("line", "recipient"),
    [
        ("网友：云中客", "云中客"),
        ("用户 **杰", "**杰"),
        ("客户：吴先生", "吴先生"),
        ("读者：书虫", "书虫"),
        ("网友 ID: 1024xiaobai", "1024xiaobai"),
    ],
)
def test_what_a_reader_is_called_before_a_name_greets_nobody(line: str, recipient: str) -> None:
    _assert_reads(f"{line}\n{_LABELLED}", recipient=recipient)


@pytest.mark.parametrize("who", ["纳税人", "旅客", "缴存职工", "患者家属", "读者朋友"])
def test_whoever_is_honoured_and_greeted_is_the_recipient(who: str) -> None:
    page = _LABELLED.replace("回复内容：", f"回复内容：\n尊敬的{who}您好，您的留言收悉。")
    assert read_page(page).value(FieldName.RECIPIENT) == who


def test_the_label_of_an_answer_alone_on_its_line_greets_nobody() -> None:
    page = _LABELLED.replace("回复内容：", "处理结果：\n潘先生，您好！您的来信已收到。现答复如下：")
    assert read_page(page).value(FieldName.RECIPIENT) == "潘先生"


@pytest.mark.parametrize(
    "line",
    [
        "5月6日，市城管局召开会议，会上提出：",
        "经查，5月6日青石区城市管理局回复：",
        "2023年5月6日至5月9日开展整治：",
        "5月6日：",
    ],
)
def test_a_day_before_a_colon_alone_tells_of_no_speaker(line: str) -> None:
    assert read_byline(line) is None


def test_a_day_without_a_year_is_of_the_year_before_the_page_s_own() -> None:
    reply = read_page(
        f"{TITLE}\n来源：青石网 2023-01-10\n网友“春风”12月28日留言：\n{ASKED}\n"
        f"{OFFICE}1月5日回复：\n{ANSWER}"
    )
    assert reply.value(FieldName.ASKED) == "2022-12-28"
    assert reply.value(FieldName.DATE) == "2023-01-05"


def test_no_year_is_made_up_where_a_page_has_none() -> None:
    reply = read_page(f"{TITLE}\n网友“春风”12月28日留言：\n{ASKED}\n{OFFICE}1月5日回复：\n{ANSWER}")
    assert reply.value(FieldName.ASKED) is None
    assert reply.value(FieldName.AGENCY) == OFFICE


@pytest.mark.parametrize(
    "below",
    ["咨询电话：0551-62331085。", "联系人：市政科 陈工，电话：0551-62331085", "电话0551-62331085"],
)
def test_an_answer_s_own_last_lines_are_no_foot(below: str) -> None:
    page = f"{_LABELLED}\n{below}\n[打印] [关闭]\n主办：青石区人民政府 电话：0551-62331000"
    assert read_page(page).value(FieldName.CONTACT_PHONE) == "0551-62331085"


def test_who_said_what_stays_on_its_line_where_nobody_answers() -> None:
    line = f"5月6日，青石区城市管理局答复：{ANSWER}"
    assert line in read_page(f"{TITLE}的答复\n李明委员：\n您提出的提案收悉。\n{line}\n").text


def test_a_date_parted_by_room_from_the_lines_below_it_is_a_letter_s_own() -> None:
    reply = read_page(
        "对市政协三届二次会议第12号提案的答复\n李明委员：\n您提出的提案收悉，现答复如下：\n"
        f"{ANSWER}\n2023年5月9日 承办单位联系人姓名及电话：陈子平86001234\n"
    )
    assert reply.value(FieldName.DATE) == "2023-05-09"
    assert reply.values(FieldName.CONTACT_PERSON) == ("陈子平",)


def test_what_an_office_opens_may_have_its_labels_right_before_their_values() -> None:
    reply = read_page(
        "索引号000014349/2023-0509 成文日期2023-05-09\n发文机关青石区教育局 发布日期2023-05-10\n"
        "发文字号 主题词\n关于李明委员《关于路灯的提案》的回复\n尊敬的李明委员：\n"
        f"您提出的关于路灯的提案已收悉，现答复如下：\n{ANSWER}\n"
    )
    assert reply.value(FieldName.AGENCY) == "青石区教育局"
    assert reply.value(FieldName.DATE) == "2023-05-09"


@pytest.mark.parametrize(
    ("title", "greeting", "kind"),
    [
        ("对市政协五届四次会议委员第37号建议的答复", "周成、王义委员", "提案答复"),
        ("对市五届人大四次会议第37号建议的答复", "周成代表", "代表建议答复"),
        ("", "桂花镇代表团", "代表建议答复"),
    ],
)
def test_whose_suggestion_is_answered_is_told_by_title_and_greeting(
    title: str, greeting: str, kind: str
) -> None:
    opening = "你们提出的《关于修建候车亭的建议》，已交由我单位办理，经研究答复如下："
    reply = read_page(f"{title}\n{greeting}：\n{opening}\n{ANSWER}\n")
    assert reply.value(FieldName.KIND) == kind


@pytest.mark.parametrize("name", ["青石市委书记", "青石区城市管理局", "青石一中家长信箱"])
def test_a_name_of_a_site_alone_above_a_message_is_no_title(name: str) -> None:
    reply = read_page(f"{name}\n{_BELOW}")
    assert reply.value(FieldName.TITLE) is None
    assert read_page(f"{name}\n{TITLE}\n{_BELOW}").value(FieldName.TITLE) == TITLE


@pytest.mark.parametrize("title", ["投诉三角塘路物业公司", "三角塘路小区要成立业主委员会"])
def test_a_body_that_something_is_said_of_may_end_a_title(title: str) -> None:
    assert read_page(f"{title}\n{_BELOW}").value(FieldName.TITLE) == title


def test_the_label_of_a_message_in_traditional_characters_is_no_part_of_it() -> None:
    reply = read_page(
        "信件標題：路燈不亮\n來信時間：2023-05-06\n信件內容：路燈壞了半個月，請問甚麼時候能修好？\n"
        "答覆單位：青石區城市管理局\n答覆時間：2023-05-09\n答覆內容：您好！路燈已於5月8日更換。"
    )
    assert reply.question == "路燈壞了半個月，請問甚麼時候能修好？"
